//! What a tree tells: the facts that come from the registry by themselves.

use std::sync::Arc;

use super::behind::{Behind, Image, OddDocument};
use super::broken::Broken;
use super::fact::Fact;
use super::facts::{Facts, HostFacts, Pick};
use crate::model::select::{Engine, Offer, outcome};
use crate::model::tree::{Load, Node, NodeId, Role, Tree, What};
use crate::oci::{
    Annotations, Class, Digest, Kind, Location, Manifest, MediaType, Misfit, Platform,
};

impl Facts {
    /// What a tree tells of what is behind a location, and what these engines make of it on
    /// this host. Everything else stays missing.
    #[must_use]
    pub fn of_tree(
        tree: &Tree,
        location: &Location,
        host: Option<HostFacts>,
        request: Option<&str>,
        engines: &[&'static Engine],
    ) -> Self {
        Self::of(Behind::of_tree(tree, location).map(Arc::new), host, request, engines)
    }

    /// What these engines make, on this host, of what is behind a location. Everything else
    /// stays missing.
    #[must_use]
    pub fn of(
        behind: Option<Arc<Behind>>,
        host: Option<HostFacts>,
        request: Option<&str>,
        engines: &[&'static Engine],
    ) -> Self {
        let picks = match (&behind, &host) {
            (Some(behind), Some(host)) => engines
                .iter()
                .filter(|engine| engine.runs_on(host.host.os()))
                .map(|engine| Pick {
                    engine,
                    outcome: outcome(engine, &host.host, request, &behind.offer),
                })
                .collect(),
            _ => Vec::new(),
        };
        Self { behind, host, request: request.map(str::to_owned), picks, ..Self::default() }
    }

    /// The same reference, machine and engines, with what others saw outside of the tree.
    #[must_use]
    pub fn with_seen(self, seen: &Self) -> Self {
        Self {
            siblings: seen.siblings.clone(),
            mirrors: seen.mirrors.clone(),
            accepts: seen.accepts.clone(),
            default_platform: seen.default_platform.clone(),
            daemons: seen.daemons.clone(),
            emulators: seen.emulators.clone(),
            now: seen.now,
            ..self
        }
    }
}

impl Behind {
    /// What is behind a location; `None` before the root is read.
    #[must_use]
    pub fn of_tree(tree: &Tree, location: &Location) -> Option<Self> {
        let offer = tree.offer(&location.familiar())?;
        Self::with_offer(tree, location, Arc::new(offer))
    }

    /// The same, if the offer of that tree was prepared already.
    #[must_use]
    pub fn with_offer(tree: &Tree, location: &Location, offer: Arc<Offer>) -> Option<Self> {
        let root = tree.node(tree.root())?.document()?;
        let named = location.reference();
        let (mut entries, mut odd) = (Vec::new(), Vec::new());
        collect(tree, tree.root(), &mut Vec::new(), &mut entries, &mut odd);
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        odd.sort_by(|one, other| one.path.cmp(&other.path));
        Some(Self {
            repository: named.map(|named| named.repository.familiar()),
            tag: named.and_then(|named| named.tag.clone()),
            pinned: named.and_then(|named| named.digest.clone()),
            digest: root.digest.clone(),
            media_type: root.media_type.clone(),
            sent: root.sent.clone(),
            kind: root.kind(),
            annotations: annotations(&root.manifest),
            entries,
            odd,
            reference: location.familiar(),
            offer,
        })
    }
}

fn collect(
    tree: &Tree,
    id: NodeId,
    path: &mut Vec<usize>,
    into: &mut Vec<Image>,
    odd: &mut Vec<OddDocument>,
) {
    let Some(node) = tree.node(id) else { return };
    odd.extend(odd_documents(tree, id, node, path));
    // A list is told of if it is not there, or is not what it should be.
    let told = image(tree, id, node, path.clone());
    into.extend(told.filter(|it| it.kind != Kind::Index || !it.broken.is_empty()));
    if node.kind() == Kind::Index {
        // Growing by doubling would take half as much again, of thousands.
        into.reserve(node.children.len());
    }
    for (child_id, child) in tree.children(id) {
        let Some(position) = child.position().filter(|_| is_entry(child)) else { continue };
        // An attestation hangs under its image, and is beside it in the index.
        let beside = child.kind() == Kind::Attestation && node.kind() != Kind::Index;
        let above = if beside { path.pop() } else { None };
        path.push(position);
        collect(tree, child_id, path, into, odd);
        path.pop();
        path.extend(above);
    }
}

fn is_entry(node: &Node) -> bool {
    matches!(&node.what, What::Manifest { role: Role::Entry { .. } | Role::Attestation { .. }, .. })
}

fn image(tree: &Tree, id: NodeId, node: &Node, path: Vec<usize>) -> Option<Image> {
    let digest = node.digest()?.clone();
    let document = node.document();
    let unread = why(&node.load);
    let (config, history) = match tree.config_of(id).and_then(|config| tree.node(config)) {
        Some(config) => match config.config() {
            Some(read) => (platform(&read.config.platform), history(read)),
            None => (Fact::Missing(why(&config.load)), Vec::new()),
        },
        None => match document.map(|document| &document.manifest) {
            Some(Manifest::Schema1(schema1)) => {
                (Fact::Known(Platform::new("linux", &schema1.architecture, "")), Vec::new())
            }
            Some(_) => (Fact::Missing("it has no image config".into()), Vec::new()),
            None => (Fact::Missing(Arc::clone(&unread)), Vec::new()),
        },
    };
    let (manifest, layers) = match document.map(|document| &document.manifest) {
        Some(Manifest::Image(image)) => (Fact::Known(()), Fact::Known(layers(image))),
        Some(_) => (Fact::Known(()), Fact::Missing("it is not an image manifest".into())),
        None => (Fact::Missing(Arc::clone(&unread)), Fact::Missing(unread)),
    };
    Some(Image {
        path,
        digest,
        kind: node.kind(),
        platform: node.descriptor().and_then(|descriptor| descriptor.platform.clone()),
        manifest,
        config,
        layers,
        broken: broken(tree, id, node),
        is_elsewhere: node.load.failure().is_some_and(|it| it.class == Class::NotHere)
            || document.is_some_and(|it| !it.lacking.is_empty()),
        misfits: misfits(tree, id, node),
        history,
        stated_type: node.descriptor().map(|descriptor| descriptor.media_type.clone()),
        own_type: document.and_then(|document| own_type(&document.bytes)),
        annotations: node.descriptor().map(|it| it.annotations.clone()).unwrap_or_default(),
        own_annotations: document.map(|it| annotations(&it.manifest)).unwrap_or_default(),
        created: tree
            .config_document(id)
            .and_then(|config| config.config.made_at().map(str::to_owned)),
        attests: node.descriptor().and_then(|descriptor| descriptor.attests()),
        subject: document.and_then(|it| it.manifest.subject()).map(|it| it.digest.clone()),
        artifact_type: document
            .and_then(|it| it.manifest.artifact_type().map(str::to_owned))
            .or_else(|| node.descriptor()?.artifact_type.clone()),
        truth: Fact::Missing("its layers were not read".into()),
    })
}

/// The type that a manifest gives itself.
fn own_type(bytes: &[u8]) -> Option<MediaType> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Stated {
        media_type: String,
    }
    let stated: Stated = serde_json::from_slice(bytes).ok()?;
    (!stated.media_type.is_empty()).then(|| MediaType::parse(&stated.media_type))
}

fn annotations(manifest: &Manifest) -> Annotations {
    match manifest {
        Manifest::Index(index) => index.annotations.clone(),
        Manifest::Image(image) => image.annotations.clone(),
        Manifest::Artifact(artifact) => artifact.annotations.clone(),
        Manifest::Schema1(_) | Manifest::Unknown => Annotations::new(),
    }
}

/// What is not there of a manifest and its config, and what is not what its digest says.
fn broken(tree: &Tree, id: NodeId, node: &Node) -> Vec<Broken> {
    let config = tree.config_of(id).and_then(|config| tree.node(config));
    let own = if node.kind() == Kind::Index { "the list" } else { "the manifest" };
    [(own, Some(node)), ("the config", config)]
        .into_iter()
        .filter_map(|(what, node)| Broken::of_document(what, node?.load.failure()?))
        .collect()
}

/// The manifest and the config of a node, if something is odd about their JSON.
fn odd_documents(tree: &Tree, id: NodeId, node: &Node, path: &[usize]) -> Vec<OddDocument> {
    let manifest = node.document().map(|it| (false, &it.digest, &it.oddities));
    let config = tree.config_document(id).map(|it| (true, &it.digest, &it.oddities));
    let odd = [manifest, config].into_iter().flatten().filter(|(_, _, found)| !found.is_empty());
    odd.map(|(is_config, digest, oddities)| OddDocument {
        path: path.to_vec(),
        is_config,
        kind: node.kind(),
        digest: digest.clone(),
        oddities: oddities.clone(),
    })
    .collect()
}

fn misfits(tree: &Tree, id: NodeId, node: &Node) -> Vec<Misfit> {
    match (node.document().map(|document| &document.manifest), tree.config_document(id)) {
        (Some(Manifest::Image(image)), Some(config)) => crate::oci::misfits(image, &config.config),
        _ => Vec::new(),
    }
}

fn layers(image: &crate::oci::Image) -> Vec<(Digest, u64)> {
    image.layer_descriptors().map(|layer| (layer.digest.clone(), layer.size)).collect()
}

fn history(config: &crate::oci::ConfigDocument) -> Vec<String> {
    let steps = config.config.history.iter().filter(|step| !step.empty);
    steps.map(|step| step.created_by.clone().unwrap_or_default()).collect()
}

fn platform(config: &Platform) -> Fact<Platform> {
    if config.os.is_empty() && config.architecture.is_empty() {
        return Fact::Missing("the config names no platform".into());
    }
    Fact::Known(config.clone())
}

fn why(load: &Load) -> Arc<str> {
    match load {
        Load::Failed(failure) => failure.to_string().into(),
        Load::Waiting | Load::Loading => "it is still being fetched".into(),
        Load::Idle => "it was not fetched".into(),
        Load::Ready => "it holds no such thing".into(),
    }
}
