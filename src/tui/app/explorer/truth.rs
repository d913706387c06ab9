//! What the programs of images say: read when the user asks for it, given up when the user leaves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Explorer, Tab};
use crate::model::check::{Claim, Row};
use crate::model::tree::{NodeId, Tree};
use crate::oci::{ConfigDocument, Document, Kind, Manifest};
use crate::tui::app::{Effect, RequestId};

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

/// An image whose programs are to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unproven {
    /// Its node.
    pub node: NodeId,
    /// What its labels say.
    pub claim: Claim,
    /// Its manifest.
    pub document: Arc<Document>,
    /// Its config.
    pub config: Arc<ConfigDocument>,
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

/// What the labels of an image say.
#[must_use]
pub(in crate::tui::app) fn claim(tree: &Tree, image: NodeId) -> Claim {
    let list = tree.node(image).and_then(|node| node.descriptor()?.platform.clone());
    match tree.config_document(image) {
        Some(config) => Claim::new(list, &config.config),
        None => Claim { list, ..Claim::default() },
    }
}

impl Explorer {
    /// What is known of the programs of images.
    #[must_use]
    pub fn truths(&self) -> &Truths {
        &self.truths
    }

    /// The images under the cursor whose programs can be read and were not; where those that they
    /// start were read of each, the images of which not all programs were. `None` where nothing is
    /// left.
    pub(in crate::tui::app) fn unproven(&self) -> Option<Asked> {
        let scope = scope(&self.tree, self.cursor)?;
        let images = self.readable(scope, |row| row.is_none());
        if !images.is_empty() {
            return Some(Asked { images, all: false });
        }
        let in_part = |row: Option<&Row>| {
            let proof = row.and_then(|row| row.proof.as_ref().ok());
            proof.is_some_and(|proof| proof.others.is_none())
        };
        let images = self.readable(scope, in_part);
        (!images.is_empty()).then_some(Asked { images, all: true })
    }

    fn readable(&self, scope: NodeId, wanted: impl Fn(Option<&Row>) -> bool) -> Vec<Unproven> {
        images(&self.tree, scope)
            .into_iter()
            .filter(|node| wanted(self.truths.row(*node)))
            .filter_map(|node| {
                let document = self.tree.node(node)?.document()?;
                matches!(document.manifest, Manifest::Image(_)).then_some(())?;
                Some(Unproven {
                    node,
                    claim: claim(&self.tree, node),
                    document: Arc::clone(document),
                    config: Arc::clone(self.tree.config_document(node)?),
                })
            })
            .collect()
    }

    /// Starts to read the programs of the images under the cursor.
    pub(in crate::tui::app) fn prove(&mut self, last_request: &mut u64) -> Vec<Effect> {
        let asked = scope(&self.tree, self.cursor).zip(self.unproven());
        asked.map_or_else(Vec::new, |(scope, asked)| self.read(scope, asked, last_request))
    }

    /// Reads the images under the cursor again of which a layer could not be had; `None` where the
    /// page does not show any.
    pub(in crate::tui::app) fn prove_again(
        &mut self,
        last_request: &mut u64,
    ) -> Option<Vec<Effect>> {
        if self.tab != Tab::Truth || self.truths.reading.is_some() {
            return None;
        }
        let scope = scope(&self.tree, self.cursor)?;
        let mut images = self.readable(scope, |row| row.is_some());
        images.retain(|image| self.truths.failed.remove(&image.node));
        if images.is_empty() {
            return None;
        }
        let rows: Vec<Row> =
            images.iter().filter_map(|image| self.truths.rows.remove(&image.node)).collect();
        let all = rows.iter().any(|row| row.proof.as_ref().is_ok_and(|it| it.others.is_some()));
        Some(self.read(scope, Asked { images, all }, last_request))
    }

    fn read(&mut self, scope: NodeId, asked: Asked, last_request: &mut u64) -> Vec<Effect> {
        let Asked { images, all } = asked;
        *last_request += 1;
        let request = RequestId(*last_request);
        self.truths.reading =
            Some(Reading { request, scope, images: images.len(), done: 0, bytes: 0, all });
        self.truths.revision += 1;
        vec![Effect::Prove { session: self.session, request, images, all }]
    }

    /// Takes the row of an image; one that nobody waits for any more is kept too, it is as true.
    pub(in crate::tui::app) fn proven(
        &mut self,
        request: RequestId,
        image: NodeId,
        row: Row,
        failed: bool,
    ) {
        self.truths.revision += 1;
        self.truths.rows.insert(image, row);
        if failed {
            self.truths.failed.insert(image);
        } else {
            self.truths.failed.remove(&image);
        }
        if let Some(reading) = &mut self.truths.reading
            && reading.request == request
        {
            reading.done += 1;
            if reading.done >= reading.images {
                self.truths.reading = None;
            }
        }
    }

    pub(in crate::tui::app) fn proving(&mut self, request: RequestId, bytes: u64) {
        if let Some(reading) = &mut self.truths.reading
            && reading.request == request
        {
            reading.bytes = bytes;
            self.truths.revision += 1;
        }
    }

    /// Ends the reading because the user wants it; what came is kept.
    pub(in crate::tui::app) fn stop_reading(&mut self) -> Option<Effect> {
        self.truths.reading.take()?;
        self.truths.revision += 1;
        Some(Effect::StopProving(self.session))
    }

    /// Ends the reading where nobody looks at it any more: another tab, another image, another
    /// screen.
    pub(in crate::tui::app) fn leave_truth(&mut self, is_shown: bool) -> Option<Effect> {
        let reading = self.truths.reading.as_ref()?;
        let looked_at = is_shown
            && self.tab == Tab::Truth
            && scope(&self.tree, self.cursor) == Some(reading.scope);
        if looked_at {
            return None;
        }
        self.stop_reading()
    }

    /// Another tree has other nodes.
    pub(super) fn forget_truth(&mut self) {
        let revision = self.truths.revision + 1;
        self.truths = Truths { revision, ..Truths::default() };
    }
}
