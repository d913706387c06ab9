//! The tree as JSON. The README names the fields.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};

use super::is_shown;
use crate::model::tree::{Load, Node, NodeId, Role, Tree, What};
use crate::oci::{
    Annotations, Descriptor, Failure, Image, Kind, Location, Manifest, Platform, PlatformPattern,
    Via, attached_name, misfits,
};

/// The whole document. The entries of a list are made one by one as they are written: there may be
/// tens of thousands.
#[derive(Debug)]
pub(super) struct Root<'a> {
    pub(super) tree: &'a Tree,
    pub(super) location: &'a Location,
    pub(super) only: Option<&'a PlatformPattern>,
    /// Why something of it could not be read.
    pub(super) unread: Option<&'a Failure>,
    /// What this machine has of it, if that was asked.
    pub(super) here: Option<Value>,
}

impl Serialize for Root<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tree, id) = (self.tree, self.tree.root());
        let mut fields = Map::new();
        fields.insert("reference".to_owned(), json!(self.location.to_string()));
        if let Some(node) = tree.node(id) {
            manifest(tree, id, node, &|_| Value::Null, &mut fields);
        }
        if let Some(failure) = self.unread {
            fields.insert("error".to_owned(), error(failure));
        }
        if let Some(here) = &self.here {
            fields.insert("here".to_owned(), here.clone());
        }
        let mut out = serializer.serialize_map(Some(fields.len()))?;
        for (key, value) in &fields {
            if key == ENTRIES {
                out.serialize_entry(key, &Entries { tree, of: id, only: self.only })?;
            } else {
                out.serialize_entry(key, value)?;
            }
        }
        out.end()
    }
}

/// The entries of an index in its own order.
struct Entries<'a> {
    tree: &'a Tree,
    of: NodeId,
    only: Option<&'a PlatformPattern>,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(shown_entries(self.tree, self.of, self.only))
    }
}

const ENTRIES: &str = "entries";

/// The document where nothing could be loaded.
pub(super) fn failed(location: &Location, failure: &Failure) -> Value {
    json!({ "reference": location.to_string(), "error": error(failure) })
}

fn error(failure: &Failure) -> Value {
    json!({ "class": failure.class.as_str(), "message": failure.to_string() })
}

/// What every manifest has: kind, digest, type, size, annotations and what is in it.
fn manifest(
    tree: &Tree,
    id: NodeId,
    node: &Node,
    entries: &dyn Fn(NodeId) -> Value,
    out: &mut Map<String, Value>,
) {
    let document = node.document();
    let descriptor = node.descriptor();
    out.insert("kind".to_owned(), json!(node.kind().as_str()));
    if let Some((what, of)) = tree.attached().filter(|_| id == tree.root()) {
        out.insert("attached".to_owned(), json!({ "as": what.as_str(), "of": of }));
    }
    let media_type = document
        .map(|it| it.media_type.as_str())
        .or_else(|| descriptor.map(|it| it.media_type.as_str()));
    out.insert("media_type".to_owned(), json!(media_type));
    out.insert("digest".to_owned(), json!(node.digest()));
    if document.is_some_and(|it| it.made) {
        out.insert("made_by_platy".to_owned(), json!(true));
    }
    if document.is_some_and(|it| it.made_by_engine) {
        out.insert("made_by_engine".to_owned(), json!(true));
    }
    if document.is_some_and(|it| it.separate) {
        out.insert("separate_images".to_owned(), json!(true));
    }
    // An entry's size is what its descriptor says; a mismatch is an error of that entry.
    let size = descriptor.map(|it| it.size).or_else(|| document.map(|it| it.size()));
    out.insert("size".to_owned(), json!(size));
    if matches!(
        &node.what,
        What::Manifest { role: Role::Entry { .. } | Role::Attestation { .. }, .. }
    ) {
        let platform = descriptor.and_then(|it| it.platform.as_ref());
        out.insert("platform".to_owned(), json!(platform.map(Platform::short)));
        platform_fields(platform, out);
    }
    let own = document.and_then(|it| it.manifest.annotations());
    let annotations = match descriptor {
        Some(descriptor) => Some(&descriptor.annotations),
        None => own,
    };
    out.insert("annotations".to_owned(), pairs(annotations));
    if descriptor.is_some()
        && let Some(own) = own.filter(|own| !own.is_empty())
    {
        out.insert("manifest_annotations".to_owned(), pairs(Some(own)));
    }
    let artifact_type = descriptor
        .and_then(|it| it.artifact_type.as_deref())
        .or_else(|| document.and_then(|it| it.manifest.artifact_type()));
    if let Some(artifact_type) = artifact_type {
        out.insert("artifact_type".to_owned(), json!(artifact_type));
    }
    match document.map(|it| &it.manifest) {
        Some(Manifest::Index(_)) => {
            out.insert(ENTRIES.to_owned(), entries(id));
        }
        Some(Manifest::Image(found)) => {
            out.insert("image".to_owned(), image(tree, id, found));
        }
        Some(Manifest::Artifact(artifact)) => {
            let blobs = artifact.blobs.iter().filter_map(|it| it.descriptor());
            out.insert("blobs".to_owned(), blobs.map(|it| blob(it)).collect());
        }
        Some(Manifest::Schema1(schema1)) => {
            out.insert("architecture".to_owned(), json!(schema1.architecture));
            out.insert("layers".to_owned(), json!(schema1.layers));
        }
        Some(Manifest::Unknown) | None => {}
    }
    if let Some(subject) = subject(node) {
        out.insert("subject".to_owned(), json!(subject));
    }
    if tree.is_also_referrer(id) {
        out.insert("also_referrer".to_owned(), json!(true));
    }
    out.insert("referrers".to_owned(), referrers(tree, id));
    let config_failure =
        tree.config_of(id).and_then(|id| tree.node(id)).and_then(|it| it.load.failure());
    if let Some(failure) = node.load.failure().or(config_failure) {
        out.insert("error".to_owned(), error(failure));
    }
}

/// The digest that an attestation attests, or that a manifest names as its subject.
fn subject(node: &Node) -> Option<String> {
    let attested = node.descriptor().and_then(|it| it.attests());
    let named =
        node.document().and_then(|it| it.manifest.subject()).map(|it| it.digest.to_string());
    attested.map(|digest| digest.to_string()).or(named)
}

/// The entries of an index in its own order; the tree hangs attestations under their images.
fn shown_entries<'t>(
    tree: &'t Tree,
    id: NodeId,
    only: Option<&'t PlatformPattern>,
) -> impl Iterator<Item = Value> + 't {
    let mut found: Vec<(usize, NodeId)> = Vec::new();
    for (child, node) in tree.children(id) {
        found.extend(node.position().map(|position| (position, child)));
        let attestations = tree.children(child).filter(|(_, it)| {
            matches!(&it.what, What::Manifest { role: Role::Attestation { .. }, .. })
        });
        found.extend(attestations.filter_map(|(id, it)| Some((it.position()?, id))));
    }
    found.sort_unstable();
    found
        .into_iter()
        .filter(move |(_, id)| is_shown(tree, *id, only))
        .filter_map(move |(_, id)| Some(entry(tree, id, tree.node(id)?, only)))
}

fn entry(tree: &Tree, id: NodeId, node: &Node, only: Option<&PlatformPattern>) -> Value {
    let mut out = Map::new();
    if let What::Odd { raw, .. } = &node.what {
        out.insert("kind".to_owned(), json!(Kind::Unknown.as_str()));
        out.insert("raw".to_owned(), json!(raw));
        if let Some(failure) = node.load.failure() {
            out.insert("error".to_owned(), error(failure));
        }
        return Value::Object(out);
    }
    let below = |id| shown_entries(tree, id, only).collect();
    manifest(tree, id, node, &below, &mut out);
    Value::Object(out)
}

fn platform_fields(platform: Option<&Platform>, out: &mut Map<String, Value>) {
    let part = |text: Option<&String>| json!(text.filter(|text| !text.is_empty()));
    out.insert("os".to_owned(), part(platform.map(|it| &it.os)));
    out.insert("architecture".to_owned(), part(platform.map(|it| &it.architecture)));
    out.insert("variant".to_owned(), part(platform.map(|it| &it.variant)));
    out.insert("os_version".to_owned(), part(platform.map(|it| &it.os_version)));
    out.insert("os_features".to_owned(), json!(platform.map_or(&[][..], |it| &it.os_features)));
}

fn image(tree: &Tree, id: NodeId, image: &Image) -> Value {
    let config = image.config.descriptor().map(|descriptor| {
        let mut out = Map::new();
        out.insert("digest".to_owned(), json!(descriptor.digest));
        out.insert("size".to_owned(), json!(descriptor.size));
        out.insert("media_type".to_owned(), json!(descriptor.media_type.as_str()));
        let document = tree.config_document(id);
        let platform = document.map(|it| &it.config.platform);
        out.insert("platform".to_owned(), json!(platform.map(Platform::short)));
        platform_fields(platform, &mut out);
        out.insert("created".to_owned(), json!(document.and_then(|it| it.config.created.as_ref())));
        Value::Object(out)
    });
    let count = image.layers.len();
    let document = tree.node(id).and_then(|node| node.document());
    let lacking = document.map(|it| it.lacking.as_slice()).unwrap_or_default();
    let layers: Vec<Value> = image
        .layers
        .iter()
        .enumerate()
        .filter_map(|(at, entry)| {
            let descriptor = entry.descriptor()?;
            let mut out = blob(descriptor);
            let is_away = lacking.contains(&descriptor.digest);
            let created_by =
                tree.config_document(id).and_then(|it| it.config.created_by(at, count));
            if let Value::Object(out) = &mut out {
                out.insert("created_by".to_owned(), json!(created_by));
                if is_away {
                    out.insert("not_here".to_owned(), json!(true));
                }
            }
            Some(out)
        })
        .collect();
    let mut out = Map::new();
    out.insert("config".to_owned(), json!(config));
    out.insert("layers".to_owned(), json!(layers));
    out.insert("total_size".to_owned(), json!(image.layers_size()));
    if let Some(problem) = tree.config_document(id).and_then(|it| it.config.misalignment(count)) {
        out.insert("history_problem".to_owned(), json!(problem));
    }
    let misfits = tree.config_document(id).map_or_else(Vec::new, |it| misfits(image, &it.config));
    if !misfits.is_empty() {
        let misfits: Vec<String> = misfits.iter().map(ToString::to_string).collect();
        out.insert("misfits".to_owned(), json!(misfits));
    }
    Value::Object(out)
}

fn blob(descriptor: &Descriptor) -> Value {
    let mut out = Map::new();
    out.insert("digest".to_owned(), json!(descriptor.digest));
    out.insert("size".to_owned(), json!(descriptor.size));
    out.insert("media_type".to_owned(), json!(descriptor.media_type.as_str()));
    if !descriptor.annotations.is_empty() {
        out.insert("annotations".to_owned(), pairs(Some(&descriptor.annotations)));
    }
    if !descriptor.urls.is_empty() {
        out.insert("urls".to_owned(), json!(descriptor.urls));
    }
    Value::Object(out)
}

/// What refers to a manifest; null if nobody asked.
fn referrers(tree: &Tree, id: NodeId) -> Value {
    let group = tree.children(id).find(|(_, node)| matches!(node.what, What::Referrers { .. }));
    let Some((group, node)) = group else { return Value::Null };
    match &node.load {
        Load::Failed(failure) => json!({ "error": error(failure) }),
        Load::Ready => tree
            .children(group)
            .map(|(id, node)| {
                let descriptor = node.descriptor();
                let via = match &node.what {
                    What::Manifest { role: Role::Referrer { via }, .. } => Some(match via {
                        Via::Api => "referrers_api".to_owned(),
                        Via::FallbackTag => "fallback_tag".to_owned(),
                        Via::CosignTag(tag) => format!("tag {tag}"),
                        Via::SameIndex => "same_index".to_owned(),
                    }),
                    _ => None,
                };
                let artifact_type = descriptor
                    .and_then(|it| it.artifact_type.as_deref())
                    .or_else(|| node.document().and_then(|it| it.manifest.artifact_type()));
                json!({
                    "digest": node.digest(),
                    "media_type": descriptor.map(|it| it.media_type.as_str()),
                    "size": descriptor.map(|it| it.size),
                    "artifact_type": artifact_type,
                    "name": attached_name(
                        descriptor.map(AsRef::as_ref),
                        node.document().map(|it| &it.manifest),
                    ),
                    "annotations": pairs(
                        descriptor
                            .map(|it| &it.annotations)
                            .filter(|it| !it.is_empty())
                            .or_else(|| node.document()?.manifest.annotations()),
                    ),
                    "found_by": via,
                    "referrers": referrers(tree, id),
                })
            })
            .collect(),
        _ => Value::Null,
    }
}

fn pairs(annotations: Option<&Annotations>) -> Value {
    json!(annotations.map_or_else(Map::new, |annotations| {
        annotations.iter().map(|(key, value)| (key.clone(), json!(value))).collect()
    }))
}
