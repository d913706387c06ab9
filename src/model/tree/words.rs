//! What a node's row says, on the screen and in `platy inspect` alike.

use jiff::tz::TimeZone;

use super::{Load, Node, NodeId, Role, Tree, What};
use crate::model::select::platforms::Normal;
use crate::oci::{
    Class, Descriptor, Document, Failure, Kind, Manifest, Platform, Via, attached_name, entry_name,
    layer_note, misfits,
};
use crate::text::{bytes, escape, moment, plural};

/// A row's pieces. The label and the digest are never cut before the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowText {
    /// Before the label: open, closed, loading, failed.
    pub sign: Sign,
    /// What it is: a platform, `config`, `layer 2`.
    pub label: String,
    /// The first twelve hex digits; empty if there is no digest.
    pub digest: String,
    /// Size, in its own column.
    pub size: String,
    /// How many layers, in its own column.
    pub layers: String,
    /// The rest: created, platform, command, failure.
    pub rest: String,
    /// How the rest is meant.
    pub weight: Weight,
}

/// How a row's last words are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weight {
    /// A fact.
    #[default]
    Plain,
    /// Beside the point.
    Muted,
    /// Odd.
    Odd,
    /// A failure.
    Failed,
}

/// The sign before a label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sign {
    /// Nothing below.
    #[default]
    None,
    /// Something below, shown.
    Open,
    /// Something below, hidden.
    Closed,
    /// On its way.
    Loading,
    /// Waiting for its turn.
    Waiting,
    /// Failed.
    Failed,
}

impl Tree {
    /// What a node's row says; times are in `zone`. Harmless for a terminal.
    #[must_use]
    pub fn words(&self, id: NodeId, zone: &TimeZone) -> RowText {
        self.node(id).map_or_else(RowText::default, |node| words(self, id, node, zone))
    }
}

fn words(tree: &Tree, id: NodeId, node: &Node, zone: &TimeZone) -> RowText {
    let mut row = RowText {
        sign: sign(tree, id, node),
        label: escape(&named(node, label(tree, id, node))).into_owned(),
        digest: node.digest().map_or_else(String::new, |digest| digest.short().to_owned()),
        ..RowText::default()
    };
    facts(tree, id, node, zone, &mut row);
    if let Load::Failed(failure) = &node.load {
        row.size = String::new();
        row.layers = String::new();
        row.rest = match &node.what {
            What::Odd { problem, .. } => escape(problem).into_owned(),
            _ => escape(&failure.brief()).into_owned(),
        };
        row.weight = Weight::Failed;
    }
    row
}

/// A label with the name that an entry has in its layout or archive behind it.
fn named(node: &Node, label: String) -> String {
    match &node.what {
        What::Manifest { role: Role::Entry { .. }, descriptor: Some(descriptor), .. } => {
            entry_name(descriptor).map_or_else(|| label.clone(), |name| format!("{label} {name}"))
        }
        _ => label,
    }
}

fn sign(tree: &Tree, id: NodeId, node: &Node) -> Sign {
    match node.load {
        Load::Failed(_) => Sign::Failed,
        Load::Loading => Sign::Loading,
        Load::Waiting => Sign::Waiting,
        Load::Idle | Load::Ready if !tree.can_open(id) => Sign::None,
        Load::Idle | Load::Ready if node.open => Sign::Open,
        Load::Idle | Load::Ready => Sign::Closed,
    }
}

fn label(tree: &Tree, id: NodeId, node: &Node) -> String {
    match &node.what {
        What::Manifest { role, descriptor, .. } => {
            let kind = node.kind();
            match (kind, role) {
                (_, Role::Referrer { via: Via::CosignTag(tag) }) => cosign_suffix(tag),
                (_, Role::Root) if tree.attached().is_some() => attached_label(tree),
                (Kind::Image, Role::Referrer { .. }) => "image".to_owned(),
                (Kind::Image | Kind::Schema1, Role::Root) => match tree.platform_of(id) {
                    Some(platform) => platform.to_string(),
                    None => kind.as_str().to_owned(),
                },
                (Kind::Image | Kind::Schema1, _) => {
                    descriptor.as_ref().and_then(|it| it.platform.as_ref()).map_or_else(
                        || match tree.platform_of(id) {
                            // Not the list's word but the config's.
                            Some(platform) => format!("({platform})"),
                            None => "no platform".to_owned(),
                        },
                        ToString::to_string,
                    )
                }
                (Kind::Artifact, _) => artifact_label(node, descriptor.as_deref()),
                (Kind::Unknown, Role::Root) if node.document().is_none() => "…".to_owned(),
                (Kind::Index, Role::Entry { .. }) => {
                    match descriptor.as_ref().and_then(|it| it.platform.as_ref()) {
                        Some(platform) => format!("index {platform}"),
                        None => "index".to_owned(),
                    }
                }
                (kind, _) => kind.as_str().to_owned(),
            }
        }
        What::Config { .. } => "config".to_owned(),
        What::Layer { number, .. } => format!("{} {number}", tree.noun(id)),
        What::Referrers { .. } => "referrers".to_owned(),
        What::Odd { .. } => "unusable entry".to_owned(),
    }
}

/// `signature of 0123456789ab`
fn attached_label(tree: &Tree) -> String {
    let Some((what, of)) = tree.attached() else { return String::new() };
    let hex = of.split_once(':').map_or(of, |(_, hex)| hex);
    format!("{} of {}", what.as_str(), hex.get(..12).unwrap_or(hex))
}

/// What SOCI calls its indexes (soci-snapshotter 0.16).
const SOCI: &str = "application/vnd.amazon.soci.index.";

/// `signature`, `sbom`, a title, or the last part of the artifact's type.
fn artifact_label(node: &Node, descriptor: Option<&Descriptor>) -> String {
    let manifest = node.document().map(|document| &document.manifest);
    let artifact_type = descriptor
        .and_then(|it| it.artifact_type.as_deref())
        .or_else(|| manifest.and_then(Manifest::artifact_type));
    match artifact_type {
        Some(text) if text.starts_with(SOCI) => "SOCI index".to_owned(),
        _ => attached_name(descriptor, manifest),
    }
}

fn facts(tree: &Tree, id: NodeId, node: &Node, zone: &TimeZone, row: &mut RowText) {
    match &node.what {
        What::Manifest { document, .. } => {
            let Some(document) = document else { return };
            match &document.manifest {
                Manifest::Index(_) => index_facts(tree, id, document, row),
                Manifest::Image(image) => {
                    row.size = bytes(image.layers_size());
                    if node.kind() == Kind::Attestation {
                        row.size = String::new();
                        let mut parts = tree.predicates(id);
                        if tree.is_also_referrer(id) {
                            parts.push("in the list and as a referrer".to_owned());
                        }
                        row.rest = escape(&parts.join(" · ")).into_owned();
                        return;
                    }
                    row.layers = plural(image.layers.len(), tree.noun_of_all(id));
                    if let Some(failure) = config_failure(tree, id) {
                        row.rest = format!("config {}", escape(&failure.brief()));
                        row.weight = Weight::Odd;
                        return;
                    }
                    if let Some(says) = other_platform(tree, id, node) {
                        row.rest = format!("config says {}", escape(&says.to_string()));
                        row.weight = Weight::Odd;
                        return;
                    }
                    let config = tree.config_document(id);
                    let misfit =
                        config.and_then(|it| misfits(image, &it.config).into_iter().next());
                    if let Some(misfit) = misfit {
                        row.rest = escape(&misfit.to_string()).into_owned();
                        row.weight = Weight::Odd;
                        return;
                    }
                    if !document.lacking.is_empty() {
                        let lacking = document.lacking.len();
                        let of = plural(image.layers.len(), "layer");
                        row.rest = format!("{lacking} of {of} {}", Class::NotHere.title());
                        row.weight = Weight::Odd;
                        return;
                    }
                    let made = match (document.made, document.made_by_engine) {
                        (true, _) => Some("manifest made by platy".to_owned()),
                        (false, true) => Some("manifest made by the engine".to_owned()),
                        (false, false) => None,
                    };
                    let created = tree
                        .config_document(id)
                        .and_then(|config| config.config.made_at().map(str::to_owned))
                        .and_then(|created| moment(&created, zone))
                        .and_then(|moment| moment.get(..10).map(str::to_owned));
                    let parts: Vec<_> = created.into_iter().chain(made).collect();
                    row.rest = parts.join(" · ");
                    row.weight = Weight::Muted;
                }
                Manifest::Artifact(artifact) => row.layers = plural(artifact.blobs.len(), "blob"),
                Manifest::Schema1(schema1) => {
                    row.layers = plural(schema1.layers.len(), "layer");
                    row.rest = "schema 1, legacy".to_owned();
                    row.weight = Weight::Odd;
                }
                Manifest::Unknown => {
                    row.rest = escape(document.media_type.as_str()).into_owned();
                    row.weight = Weight::Muted;
                }
            }
        }
        What::Config { document, descriptor } => {
            row.rest = match document {
                Some(document) => {
                    let image = node.parent.and_then(|id| tree.image_at(id));
                    let layers = image.map_or(usize::MAX, |(_, image)| image.layers.len());
                    let mut rest = escape(&document.config.platform.to_string()).into_owned();
                    if let Some(problem) = document.config.misalignment(layers) {
                        rest = format!("{rest} · {problem}");
                        row.weight = Weight::Odd;
                    }
                    rest
                }
                None if node.load == Load::Ready => {
                    escape(descriptor.media_type.as_str()).into_owned()
                }
                None => String::new(),
            };
        }
        What::Layer { descriptor, .. } => {
            row.size = bytes(descriptor.size);
            row.weight = Weight::Muted;
            if lacks(tree, node) {
                row.rest = Class::NotHere.title().to_owned();
                return;
            }
            row.rest = match tree.created_by(id) {
                Some(command) => escape(&one_line(command)).into_owned(),
                None => {
                    layer_note(descriptor).map_or_else(String::new, |it| escape(it).into_owned())
                }
            };
        }
        What::Referrers { .. } => {
            row.weight = Weight::Muted;
            row.rest = match node.load {
                Load::Idle => "open to ask for them".to_owned(),
                Load::Ready => match node.children.len() {
                    0 if has_listed(tree, node) => "none but what is in the list".to_owned(),
                    0 => "none".to_owned(),
                    found => found.to_string(),
                },
                _ => String::new(),
            };
        }
        What::Odd { .. } => {}
    }
}

/// Whether the engine that lists this layer does not have it.
fn lacks(tree: &Tree, layer: &Node) -> bool {
    let manifest = layer.parent.and_then(|id| tree.node(id)?.document());
    let digest = layer.digest();
    manifest.is_some_and(|it| digest.is_some_and(|digest| it.lacking.contains(digest)))
}

/// Whether an attestation beside this group was found as a referrer too.
fn has_listed(tree: &Tree, group: &Node) -> bool {
    group.parent.is_some_and(|above| tree.children(above).any(|(id, _)| tree.is_also_referrer(id)))
}

/// How the config of an image failed, so that a closed image shows it too.
fn config_failure(tree: &Tree, id: NodeId) -> Option<&Failure> {
    tree.node(tree.config_of(id)?)?.load.failure()
}

/// The platform in the config of an entry that names another one. Spellings that containerd takes
/// as one are not a difference; nor is a variant that only one side names.
fn other_platform(tree: &Tree, id: NodeId, node: &Node) -> Option<Platform> {
    let entry = node.descriptor()?.platform.as_ref()?;
    let config = &tree.config_document(id)?.config.platform;
    let (listed, built) = (Normal::new(entry), Normal::new(config));
    let variant_differs =
        !entry.variant.is_empty() && !config.variant.is_empty() && listed.variant != built.variant;
    // A part that the config leaves out is not a contradiction.
    let other = |listed: &str, built: &str| !built.is_empty() && listed != built;
    let differs = other(&listed.os, &built.os)
        || other(&listed.architecture, &built.architecture)
        || variant_differs;
    differs.then(|| config.clone())
}

fn index_facts(tree: &Tree, id: NodeId, document: &Document, row: &mut RowText) {
    let totals = tree.totals(id);
    let mut parts = vec![plural(totals.images, "image")];
    if totals.layers_size > 0 {
        parts.push(bytes(totals.layers_size));
    }
    if totals.attestations > 0 {
        parts.push(plural(totals.attestations, "attestation"));
    }
    if totals.others > 0 {
        parts.push(plural(totals.others, "other"));
    }
    if document.separate {
        parts.push("not one list".to_owned());
    } else if document.made {
        parts.push("list made by platy".to_owned());
    }
    row.rest = parts.join(" · ");
}

/// `.sig`, `.att` or `.sbom` of a cosign tag.
fn cosign_suffix(tag: &str) -> String {
    tag.rsplit_once('.').map_or_else(String::new, |(_, suffix)| format!("cosign .{suffix}"))
}

/// A build command on one line, without the shell that BuildKit and Docker put before it.
fn one_line(command: &str) -> String {
    let command = command.strip_prefix("/bin/sh -c ").unwrap_or(command).trim();
    let command = command.strip_prefix("#(nop)").unwrap_or(command);
    let words: Vec<&str> = command.split_whitespace().take(60).collect();
    words.join(" ")
}
