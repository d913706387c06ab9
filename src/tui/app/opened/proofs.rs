//! What the programs of images say: read when the user asks for it, given up when the user leaves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{OpenedRef, Unproven};
use crate::model::check::{Claim, Row};
use crate::model::tree::{NodeId, Tree};
use crate::oci::{ConfigDocument, Document, Kind, Manifest};
use crate::tui::app::requests::Pump;
use crate::tui::app::{Effect, Query, RequestId};

/// What is known of the programs of images.
#[derive(Debug, Clone, Default)]
pub struct Truths {
    rows: HashMap<NodeId, Row>,
    failed: HashSet<NodeId>,
    reading: Option<Reading>,
    revision: u64,
}

/// Images that are being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    request: RequestId,
    /// The index or image for which was asked.
    scope: NodeId,
    /// How many images were asked for.
    pub images: usize,
    /// How many are done.
    pub done: usize,
    /// The bytes of layers that arrived, packed.
    pub bytes: u64,
    /// Whether all programs of the images are read, not only those that they start.
    pub all: bool,
}

/// What Enter would read.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui::app) struct Asked {
    /// The images.
    pub images: Vec<Unproven>,
    /// Whether all of their programs are read, not only those that they start.
    pub all: bool,
}

impl Truths {
    /// What an image's programs say.
    #[must_use]
    pub fn row(&self, image: NodeId) -> Option<&Row> {
        self.rows.get(&image)
    }

    /// Whether a layer of an image could not be had.
    #[must_use]
    pub fn has_failed(&self, image: NodeId) -> bool {
        self.failed.contains(&image)
    }

    /// Whether no program was read.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What is being read.
    #[must_use]
    pub fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }

    /// Grows with everything that changes.
    pub(in crate::tui::app) fn revision(&self) -> u64 {
        self.revision
    }
}

/// The image or index that a node belongs to: the one whose truth is shown with it.
#[must_use]
pub(in crate::tui::app) fn scope(tree: &Tree, node: NodeId) -> Option<NodeId> {
    std::iter::once(node).chain(tree.ancestors(node)).find(|id| {
        let kind = tree.node(*id).map(crate::model::tree::Node::kind);
        matches!(kind, Some(Kind::Image | Kind::Index | Kind::Schema1))
    })
}

/// The images in an index, those of nested indexes too, or the image itself.
#[must_use]
pub(in crate::tui::app) fn images(tree: &Tree, scope: NodeId) -> Vec<NodeId> {
    let mut images = Vec::new();
    let mut ahead = vec![scope];
    while let Some(id) = ahead.pop() {
        match tree.node(id).map(crate::model::tree::Node::kind) {
            Some(Kind::Index) => {
                let entries: Vec<NodeId> = tree
                    .children(id)
                    .filter(|(_, child)| child.position().is_some())
                    .map(|(child, _)| child)
                    .collect();
                ahead.extend(entries.into_iter().rev());
            }
            Some(Kind::Image | Kind::Schema1) => images.push(id),
            _ => {}
        }
    }
    images
}

/// Whether one of the same images is it; the others are not looked at then.
fn any_image(tree: &Tree, id: NodeId, is_it: &impl Fn(NodeId) -> bool) -> bool {
    match tree.node(id).map(crate::model::tree::Node::kind) {
        Some(Kind::Index) => {
            let mut entries = tree.children(id).filter(|(_, child)| child.position().is_some());
            entries.any(|(child, _)| any_image(tree, child, is_it))
        }
        Some(Kind::Image | Kind::Schema1) => is_it(id),
        _ => false,
    }
}

fn is_unread(row: Option<&Row>) -> bool {
    row.is_none()
}

/// Whether the programs that it starts were read, and not all.
fn is_read_in_part(row: Option<&Row>) -> bool {
    let proof = row.and_then(|row| row.proof.as_ref().ok());
    proof.is_some_and(|proof| proof.others.is_none())
}

/// What the labels of an image say.
#[must_use]
pub(in crate::tui::app) fn claim(tree: &Tree, image: NodeId) -> Claim {
    let list = tree.node(image).and_then(|node| node.descriptor()?.platform.clone());
    match tree.config_document(image) {
        Some(config) => {
            let layers = tree.image_at(image).map_or(0, |(_, image)| image.layers.len());
            Claim::new(list, &config.config, layers)
        }
        None => Claim { list, ..Claim::default() },
    }
}

impl OpenedRef {
    /// What is known of the programs of images.
    #[must_use]
    pub fn truths(&self) -> &Truths {
        &self.truths
    }

    /// The images of a node whose programs can be read and were not; if those that they start were
    /// read of each, the images of which not all programs were. `None` if nothing is left.
    pub(in crate::tui::app) fn unproven(&self, node: NodeId) -> Option<Asked> {
        let scope = scope(&self.tree, node)?;
        let images = self.readable(scope, is_unread);
        if !images.is_empty() {
            return Some(Asked { images, all: false });
        }
        let images = self.readable(scope, is_read_in_part);
        (!images.is_empty()).then_some(Asked { images, all: true })
    }

    /// Whether [`OpenedRef::unproven`] would be all programs of the images or those that they start;
    /// `None` if nothing is left. The bottom line asks for it in each frame.
    pub(in crate::tui::app) fn would_prove_all(&self, node: NodeId) -> Option<bool> {
        let scope = scope(&self.tree, node)?;
        let any = |wanted: fn(Option<&Row>) -> bool| {
            let is_it = |id| wanted(self.truths.row(id)) && self.can_be_read(id).is_some();
            any_image(&self.tree, scope, &is_it)
        };
        if any(is_unread) { Some(false) } else { any(is_read_in_part).then_some(true) }
    }

    fn readable(&self, scope: NodeId, wanted: impl Fn(Option<&Row>) -> bool) -> Vec<Unproven> {
        images(&self.tree, scope)
            .into_iter()
            .filter(|node| wanted(self.truths.row(*node)))
            .filter_map(|node| {
                let (document, config) = self.can_be_read(node)?;
                Some(Unproven {
                    node,
                    claim: claim(&self.tree, node),
                    document: Arc::clone(document),
                    config: Arc::clone(config),
                })
            })
            .collect()
    }

    /// What the programs of an image are found by, if both are there.
    fn can_be_read(&self, image: NodeId) -> Option<(&Arc<Document>, &Arc<ConfigDocument>)> {
        let document = self.tree.node(image)?.document()?;
        matches!(document.manifest, Manifest::Image(_)).then_some(())?;
        Some((document, self.tree.config_document(image)?))
    }

    /// Starts to read the programs of the images of a node.
    pub(in crate::tui::app) fn prove(&mut self, node: NodeId, pump: &mut Pump<'_>) {
        if let Some((scope, asked)) = scope(&self.tree, node).zip(self.unproven(node)) {
            self.read(scope, asked, pump);
        }
    }

    /// Reads the images of a node again of which a layer could not be had; whether there are any.
    pub(in crate::tui::app) fn prove_again(&mut self, node: NodeId, pump: &mut Pump<'_>) -> bool {
        if self.truths.reading.is_some() {
            return false;
        }
        let Some(scope) = scope(&self.tree, node) else { return false };
        let mut images = self.readable(scope, |row| row.is_some());
        images.retain(|image| self.truths.failed.remove(&image.node));
        if images.is_empty() {
            return false;
        }
        let rows: Vec<Row> =
            images.iter().filter_map(|image| self.truths.rows.remove(&image.node)).collect();
        let all = rows.iter().any(|row| row.proof.as_ref().is_ok_and(|it| it.others.is_some()));
        self.read(scope, Asked { images, all }, pump);
        true
    }

    fn read(&mut self, scope: NodeId, asked: Asked, pump: &mut Pump<'_>) {
        let Asked { images, all } = asked;
        let count = images.len();
        let request = pump.ask(self.id.session(), Query::Prove { images, all });
        self.truths.reading =
            Some(Reading { request, scope, images: count, done: 0, bytes: 0, all });
        self.truths.revision += 1;
    }

    /// Takes the row of an image.
    pub(super) fn proof(&mut self, request: RequestId, image: NodeId, row: Row, failed: bool) {
        self.truths.revision += 1;
        self.truths.rows.insert(image, row);
        if failed {
            self.truths.failed.insert(image);
        } else {
            self.truths.failed.remove(&image);
        }
        if let Some(reading) = self.reading_of(request) {
            reading.done += 1;
        }
    }

    /// Takes the end of a reading.
    pub(super) fn proven(&mut self, request: RequestId) {
        if self.reading_of(request).is_some() {
            self.truths.reading = None;
            self.truths.revision += 1;
        }
    }

    pub(super) fn proving(&mut self, request: RequestId, bytes: u64) {
        if let Some(reading) = self.reading_of(request) {
            reading.bytes = bytes;
            self.truths.revision += 1;
        }
    }

    fn reading_of(&mut self, request: RequestId) -> Option<&mut Reading> {
        self.truths.reading.as_mut().filter(|reading| reading.request == request)
    }

    /// Ends the reading; what came is kept. Whether there was one.
    pub(in crate::tui::app) fn stop_reading(&mut self, pump: &mut Pump<'_>) -> bool {
        let Some(reading) = self.truths.reading.take() else { return false };
        self.truths.revision += 1;
        let (session, request) = (self.id.session(), reading.request);
        pump.requests.take(session, request);
        pump.out.push(Effect::Stop { session, request });
        true
    }

    /// Whether the images of this node are being read.
    pub(in crate::tui::app) fn is_reading_of(&self, node: NodeId) -> bool {
        let reading = self.truths.reading.as_ref();
        reading.is_some_and(|reading| scope(&self.tree, node) == Some(reading.scope))
    }

    /// Another tree has other nodes.
    pub(super) fn forget_truth(&mut self) {
        let revision = self.truths.revision + 1;
        self.truths = Truths { revision, ..Truths::default() };
    }
}
