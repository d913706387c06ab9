//! How answers grow the tree.

use std::collections::HashMap;
use std::sync::Arc;

use super::wants::{Answer, Urgency};
use super::{Load, NodeId, Role, Totals, Tree, What};
use crate::oci::{
    Class, ConfigDocument, Descriptor, Digest, Document, Entry, EvidenceKind, Failure, Image,
    Index, Kind, MAX_INDEX_DEPTH, Manifest, Referrer, Via, attached_kinds,
};

/// How deep referrers of referrers are asked for.
const MAX_REFERRERS: usize = 3;

impl Tree {
    /// Puts an answer into a node and hangs under it what it tells of.
    pub(super) fn place(&mut self, id: NodeId, answer: &Answer) {
        self.answered.push(id);
        match answer {
            Answer::Manifest(document) => self.place_manifest(id, document),
            Answer::Config(config) => {
                if let Some(node) = self.nodes.get_mut(id.index())
                    && let What::Config { descriptor, document } = &mut node.what
                {
                    *document = Some(Arc::clone(config));
                    self.read.keep_config(&descriptor.digest, config);
                    let parent = node.parent;
                    self.set_load(id, Load::Ready);
                    self.text.add_config(id, config);
                    self.note_commands(parent, config);
                }
            }
            Answer::Referrers(referrers) => self.place_referrers(id, referrers),
        }
    }

    /// What made the layers is known now; a search finds them by it.
    fn note_commands(&mut self, image: Option<NodeId>, config: &ConfigDocument) {
        let Some(image) = image.and_then(|id| self.nodes.get(id.index())) else { return };
        let Some(Manifest::Image(manifest)) = image.document().map(|it| &it.manifest) else {
            return;
        };
        let steps: Vec<_> = config.config.commands(manifest.layers.len()).collect();
        for id in &image.children {
            if let Some(What::Layer { number, .. }) = self.nodes.get(id.index()).map(|it| &it.what)
                && let Some(Some(command)) = number.checked_sub(1).and_then(|at| steps.get(at))
            {
                self.text.add_word(*id, command);
            }
        }
    }

    fn place_manifest(&mut self, id: NodeId, answer: &Arc<Document>) {
        if self.refers_elsewhere(id, answer) {
            return self.drop_child(id);
        }
        if let Err(failure) = self.room_for(answer) {
            self.set_load(id, Load::Failed(Arc::new(failure)));
            return;
        }
        let share = self.share(id);
        let Some(node) = self.nodes.get_mut(id.index()) else { return };
        let What::Manifest { document, role, .. } = &mut node.what else { return };
        let attests = matches!(role, Role::Attestation { .. });
        if *role == Role::Root {
            // Every other one has its digest from its descriptor.
            self.text.add_word(id, answer.digest.as_str());
        }
        *document = Some(Arc::clone(answer));
        self.read.keep_manifest(answer);
        // Attestations hang here already, known from the index; they come after the content.
        let before = std::mem::take(&mut node.children);
        self.set_load(id, Load::Ready);
        self.retotal(id, share);
        self.sum_layers(id);
        match &answer.manifest {
            Manifest::Index(index) => self.grow_index(id, answer, index),
            Manifest::Image(image) => self.grow_image(id, image, attests),
            Manifest::Artifact(artifact) => self.grow_layers(id, &artifact.blobs),
            Manifest::Schema1(_) | Manifest::Unknown => {}
        }
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.children.extend(before);
        }
        if self.may_be_referred_to(id, answer) {
            let of = answer.digest.clone();
            self.add(Some(id), What::Referrers { of }, Load::Idle);
        }
    }

    /// Whether it is worth asking what refers to a manifest. Attestations and SBOMs are signed, what
    /// hangs under a list of referrers too; signatures are not.
    fn may_be_referred_to(&self, id: NodeId, document: &Document) -> bool {
        let groups = self.ancestors(id).filter(|above| {
            self.node(*above).is_some_and(|node| matches!(node.what, What::Referrers { .. }))
        });
        let depth = groups.count();
        let Some(node) = self.node(id) else { return false };
        let descriptor = node.descriptor().map(AsRef::as_ref);
        let is_entry = node.position().is_some();
        let signature = || {
            attached_kinds(descriptor, Some(&document.manifest)).contains(&EvidenceKind::Signature)
        };
        match &node.what {
            What::Manifest { role: Role::Referrer { via: Via::CosignTag(_) }, .. } => false,
            // An entry of a list that refers to something.
            _ if depth > 0 && is_entry => false,
            _ => depth == 0 || depth < MAX_REFERRERS && !signature(),
        }
    }

    /// Whether a manifest that a list under a fallback tag names refers to something else than
    /// what the tag was made of.
    fn refers_elsewhere(&self, id: NodeId, document: &Document) -> bool {
        let Some(node) = self.node(id) else { return false };
        let What::Manifest { role: Role::Referrer { via: Via::FallbackTag }, .. } = &node.what
        else {
            return false;
        };
        let Some(What::Referrers { of }) =
            node.parent.and_then(|id| self.node(id)).map(|it| &it.what)
        else {
            return false;
        };
        document.manifest.subject().is_none_or(|subject| subject.digest != *of)
    }

    /// Takes a node out of the tree; nothing hangs below it yet.
    fn drop_child(&mut self, id: NodeId) {
        self.set_load(id, Load::Ready);
        let parent = self.node(id).and_then(|node| node.parent);
        if let Some(parent) = parent.and_then(|id| self.nodes.get_mut(id.index())) {
            parent.children.retain(|child| *child != id);
        }
        self.rows_stale = true;
        self.order.take();
    }

    fn grow_index(&mut self, id: NodeId, document: &Document, index: &Index) {
        let mut nodes_by_digest: HashMap<&Digest, NodeId> = HashMap::new();
        let mut attestations = Vec::new();
        let mut entries = vec![id; index.entries.len()];
        let mut put = |position: usize, child: NodeId| {
            if let Some(place) = entries.get_mut(position) {
                *place = child;
            }
        };
        for (position, entry) in index.entries.iter().enumerate() {
            match entry {
                Entry::Odd { problem, raw } => {
                    put(position, self.add_odd(id, position, problem, raw));
                }
                Entry::Descriptor(descriptor) if descriptor.is_attestation() => {
                    attestations.push((position, descriptor));
                }
                Entry::Descriptor(descriptor) => {
                    let child = self.add_manifest(id, Role::Entry { position }, descriptor);
                    put(position, child);
                    self.check_nesting(child, document);
                    nodes_by_digest.entry(&descriptor.digest).or_insert(child);
                }
            }
        }
        for (position, descriptor) in attestations {
            let parent =
                descriptor.attests().and_then(|of| nodes_by_digest.get(&of).copied()).unwrap_or(id);
            put(position, self.add_manifest(parent, Role::Attestation { position }, descriptor));
        }
        self.entries.insert(id, entries);
    }

    /// Stops at an index that is inside itself, or too deep.
    fn check_nesting(&mut self, id: NodeId, parent: &Document) {
        let Some(descriptor) = self.node(id).and_then(|node| node.descriptor()).cloned() else {
            return;
        };
        if !descriptor.media_type.is_index() {
            return;
        }
        let in_itself = descriptor.digest == parent.digest
            || self.ancestors(id).any(|above| {
                self.node(above).and_then(|node| node.digest()) == Some(&descriptor.digest)
            });
        let depth = self
            .ancestors(id)
            .filter(|above| {
                self.node(*above)
                    .and_then(|node| node.document())
                    .is_some_and(|document| matches!(document.manifest, Manifest::Index(_)))
            })
            .count();
        let problem = if in_itself {
            "this index is inside itself (a cycle); it is not followed".to_owned()
        } else if depth >= MAX_INDEX_DEPTH {
            format!("indexes nest deeper than {MAX_INDEX_DEPTH}; it is not followed")
        } else {
            return;
        };
        let failure = Failure::new(Class::TooLarge, descriptor.digest.to_string(), problem);
        self.fail(id, Arc::new(failure));
    }

    fn grow_image(&mut self, id: NodeId, image: &Image, attests: bool) {
        match &image.config {
            Entry::Odd { problem, raw } => {
                self.add_odd(id, 0, &format!("the config: {problem}"), raw);
            }
            Entry::Descriptor(config) => {
                let has_platform = image.platform_config().is_some() && !image.is_evidence();
                let is_told = self.is_sparing
                    && self
                        .node(id)
                        .and_then(super::Node::descriptor)
                        .is_some_and(|it| it.platform.is_some());
                let wanted = has_platform && !attests && !is_told;
                let load = if wanted { Load::Waiting } else { Load::Ready };
                let what = What::Config { descriptor: Arc::clone(config), document: None };
                let child = self.add(Some(id), what, load);
                if wanted {
                    self.queues.push(child, Urgency::Config);
                }
            }
        }
        self.grow_layers(id, &image.layers);
    }

    fn grow_layers(&mut self, id: NodeId, layers: &[Entry]) {
        for (at, entry) in layers.iter().enumerate() {
            match entry {
                Entry::Odd { problem, raw } => {
                    self.add_odd(id, at, problem, raw);
                }
                Entry::Descriptor(descriptor) => {
                    let descriptor = Arc::clone(descriptor);
                    self.add(Some(id), What::Layer { descriptor, number: at + 1 }, Load::Ready);
                }
            }
        }
    }

    fn place_referrers(&mut self, id: NodeId, referrers: &[Referrer]) {
        if let Some(What::Referrers { of }) = self.node(id).map(|node| &node.what)
            && let Err(failure) = self.room_for_more(of, referrers.len())
        {
            self.set_load(id, Load::Failed(Arc::new(failure)));
            return;
        }
        let listed = self.attestations();
        for referrer in referrers {
            // BuildKit 0.34 gives its attestations a subject, so a registry finds them too.
            if let Some(entry) = listed.get(&referrer.descriptor.digest) {
                self.also_referrers.insert(*entry, referrer.via.clone());
                continue;
            }
            let role = Role::Referrer { via: referrer.via.clone() };
            self.add_manifest(id, role, &referrer.descriptor);
        }
        self.set_load(id, Load::Ready);
    }

    /// The attestations in the list, by digest.
    fn attestations(&self) -> HashMap<Digest, NodeId> {
        let entries = self.entries.values().flatten();
        let attestation = |id: &NodeId| {
            let node = self.node(*id).filter(|node| node.kind() == Kind::Attestation)?;
            Some((node.digest()?.clone(), *id))
        };
        entries.filter_map(attestation).collect()
    }

    fn add_manifest(&mut self, parent: NodeId, role: Role, descriptor: &Arc<Descriptor>) -> NodeId {
        let urgency = match role {
            Role::Attestation { .. } => Urgency::Attestation,
            Role::Root | Role::Entry { .. } | Role::Referrer { .. } => Urgency::Manifest,
        };
        let eager = self.eager_left > 0 && self.is_wanted(parent, &role, descriptor);
        self.eager_left = self.eager_left.saturating_sub(1);
        let load = if eager { Load::Waiting } else { Load::Idle };
        let descriptor = Some(Arc::clone(descriptor));
        let id = self.add(Some(parent), What::Manifest { role, descriptor, document: None }, load);
        if eager {
            self.queues.push(id, urgency);
        }
        self.retotal(id, Totals::default());
        id
    }

    /// The entries of indexes that are wanted and that nobody has asked for, because there are more
    /// than [`EAGER_MANIFESTS`](super::EAGER_MANIFESTS).
    #[must_use]
    pub fn unread(&self) -> Vec<NodeId> {
        let mut unread = Vec::new();
        let mut ahead = vec![self.root()];
        while let Some((id, node)) = ahead.pop().and_then(|id| Some((id, self.node(id)?))) {
            if let What::Manifest { role: role @ Role::Entry { .. }, descriptor: Some(it), .. } =
                &node.what
                && matches!(node.load, Load::Idle)
                && self.is_wanted(node.parent.unwrap_or(id), role, it)
            {
                unread.push(id);
            }
            ahead.extend(node.children.iter().rev());
        }
        unread
    }

    /// Whether an entry is of a platform that this tree is about. An index is always of interest,
    /// for what is in it; so is an entry without a platform, and an attestation of such an entry.
    fn is_wanted(&self, parent: NodeId, role: &Role, descriptor: &Descriptor) -> bool {
        match (&self.only, role, &descriptor.platform) {
            (Some(only), Role::Entry { .. }, Some(platform)) => {
                descriptor.media_type.is_index() || only.matches(platform)
            }
            (Some(_), Role::Attestation { .. }, _) => match self.node(parent).map(|it| &it.what) {
                Some(What::Manifest { role: Role::Entry { .. }, descriptor: Some(of), .. }) => {
                    let above = self.node(parent).and_then(|it| it.parent).unwrap_or(parent);
                    self.is_wanted(above, &Role::Entry { position: 0 }, of)
                }
                // It attests nothing in the list.
                _ => false,
            },
            _ => true,
        }
    }

    fn add_odd(&mut self, parent: NodeId, position: usize, problem: &str, raw: &str) -> NodeId {
        let failure = Failure::new(Class::Malformed, "", problem);
        let what = What::Odd { position, problem: problem.to_owned(), raw: raw.to_owned() };
        self.add(Some(parent), what, Load::Failed(Arc::new(failure)))
    }
}
