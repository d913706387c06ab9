//! What the chosen engine picks on the chosen machine, kept true with as little work as possible.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::OpenedRef;
use crate::model::select::{Host, Offer, Outcome, Path, Selection, Verdict, select};
use crate::model::tree::{NodeId, Tree, What};
use crate::oci::Kind;
use crate::tui::app::Choice;

/// How many documents on which the answer depends are asked for at once.
const MAX_NEEDED: usize = 64;

/// What became of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is picked, or leads to what is picked.
    Picked,
    /// It is downloaded, and not picked.
    Downloaded,
    /// It was rejected.
    Rejected,
}

/// The answer of the chosen engine, and what it was made from.
#[derive(Debug, Clone, Default)]
pub struct Picks {
    offer: Option<Arc<Offer>>,
    /// The tree's revision, and the tick, at which the offer was made.
    made: Option<(usize, u64)>,
    /// The revision up to which no answer changes what is picked.
    checked: usize,
    /// The entries whose content the engine looks at, or would.
    watched: HashSet<NodeId>,
    /// For which machine, engine and requested platform the answer is.
    asked: Option<(Host, &'static str, Option<String>)>,
    selection: Option<Selection>,
    marks: HashMap<NodeId, Mark>,
    needed: Vec<NodeId>,
    generation: u64,
}

impl Picks {
    /// What the reference offers; `None` before its root is read.
    #[must_use]
    pub fn offer(&self) -> Option<&Arc<Offer>> {
        self.offer.as_ref()
    }

    /// The same, if it was made from this revision of the tree.
    pub(super) fn offer_at(&self, revision: usize) -> Option<&Arc<Offer>> {
        self.offer.as_ref().filter(|_| self.made.is_some_and(|made| made.0 == revision))
    }

    /// What the engine makes of it; `None` before the root is read, and where the engine does not
    /// run on the machine.
    #[must_use]
    pub fn selection(&self) -> Option<&Selection> {
        self.selection.as_ref()
    }

    /// What became of a node.
    #[must_use]
    pub fn mark(&self, node: NodeId) -> Option<Mark> {
        self.marks.get(&node).copied()
    }

    /// Grows with every new answer.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The nodes on whose content the answer depends.
    pub(super) fn needed(&self) -> &[NodeId] {
        &self.needed
    }
}

impl OpenedRef {
    /// What the chosen engine picks.
    #[must_use]
    pub fn picks(&self) -> &Picks {
        &self.picks
    }

    /// Whether a layout or archive was opened that holds several images.
    pub(in crate::tui) fn holds_several(&self) -> bool {
        let root = self.tree.node(self.tree.root()).and_then(|root| root.document());
        root.is_some_and(|root| root.separate)
    }

    /// Brings the answer up to date. While results stream in, that happens with the first one and
    /// then once for a tick, not for each: preparing an offer looks at every entry. Where nobody
    /// looks at the `whole` offer, only what may change the pick is a reason to prepare a new one.
    pub(super) fn pick(&mut self, choice: &Choice, whole: bool, busy: bool, ticks: u64) {
        let Some(named) = choice.host() else { return };
        let revision = self.tree.revision();
        let stale = match (self.picks.made, &self.picks.offer) {
            (Some((made, at)), Some(_)) => {
                made != revision && (!busy || at != ticks) && (whole || self.may_change())
            }
            (Some((made, _)), None) => made != revision,
            (None, _) => true,
        };
        let other = self.picks.asked.as_ref().is_none_or(|it| {
            it.0 != named.host || it.1 != choice.engine().id || it.2.as_deref() != choice.request()
        });
        let stale = stale || (other && self.picks.offer_at(revision).is_none());
        if stale {
            // Several images are not a list that engines choose from.
            let chosen_from = !self.holds_several();
            let offer = chosen_from.then(|| self.tree.offer(&self.location.familiar())).flatten();
            self.picks.offer = offer.map(Arc::new);
            self.picks.made = Some((revision, ticks));
        }
        if !stale && !other {
            return;
        }
        let engine = choice.engine();
        let request = choice.request();
        let picks = &mut self.picks;
        picks.generation += 1;
        picks.asked = Some((named.host.clone(), engine.id, request.map(str::to_owned)));
        picks.selection = picks
            .offer
            .as_deref()
            .filter(|_| engine.runs_on(named.host.os()))
            .map(|offer| select(engine, &named.host, request, offer));
        picks.marks.clear();
        picks.needed.clear();
        picks.watched.clear();
        if let Some(selection) = &picks.selection {
            picks.marks = marks(&self.tree, selection);
            picks.needed = needed(&self.tree, selection);
            picks.watched = watched(&self.tree, selection);
        }
    }

    /// Whether an answer that came since the pick, or since this was asked last, may change it.
    /// Most do not: that an entry is rejected for its platform is so whatever it holds.
    fn may_change(&mut self) -> bool {
        let made = self.picks.made.map_or(0, |made| made.0);
        let from = made.max(self.picks.checked);
        let tree = &self.tree;
        let watched = |id: NodeId| {
            // A config is part of its image.
            let parent = tree.node(id).filter(|node| matches!(node.what, What::Config { .. }));
            let entry = parent.and_then(|config| config.parent).unwrap_or(id);
            let is_index = tree.node(entry).is_some_and(|node| node.kind() == Kind::Index);
            entry == tree.root() || is_index || self.picks.watched.contains(&entry)
        };
        let changes = tree.answered_since(from).iter().any(|id| watched(*id));
        if !changes {
            self.picks.checked = tree.revision();
        }
        changes
    }
}

fn marks(tree: &Tree, selection: &Selection) -> HashMap<NodeId, Mark> {
    let mut marks = HashMap::new();
    for step in selection.trace.iter().filter(|step| step.verdict == Verdict::Rejected) {
        let Some(id) = tree.at_path(&step.path) else { continue };
        let kind = tree.node(id).map(crate::model::tree::Node::kind);
        if matches!(kind, Some(Kind::Image | Kind::Index | Kind::Schema1)) {
            marks.insert(id, Mark::Rejected);
        }
    }
    let several = match &selection.outcome {
        Outcome::Several(paths) => paths.as_slice(),
        _ => &[],
    };
    for path in selection.downloads.iter().chain(several) {
        mark_way(tree, path, Mark::Downloaded, &mut marks);
    }
    if let Some(path) = selection.outcome.pick() {
        mark_way(tree, path, Mark::Picked, &mut marks);
    }
    marks
}

/// Marks every node on the way down, the root excepted: it is what the reference names.
fn mark_way(tree: &Tree, path: &Path, mark: Mark, marks: &mut HashMap<NodeId, Mark>) {
    for length in 1..=path.len() {
        if let Some(id) = path.get(..length).and_then(|path| tree.at_path(path)) {
            marks.insert(id, mark);
        }
    }
}

/// The entries that are not rejected for the platform that they name, and those that the answer
/// names. What is in an index at which the engine does not look is not among them.
fn watched(tree: &Tree, selection: &Selection) -> HashSet<NodeId> {
    let open = selection
        .trace
        .iter()
        .filter(|step| step.verdict != Verdict::Rejected || step.platform.is_none());
    let named: Vec<&Path> = match &selection.outcome {
        Outcome::Needs(needs) => needs.iter().map(|need| &need.path).collect(),
        Outcome::Several(paths) => paths.iter().collect(),
        outcome => outcome.pick().into_iter().collect(),
    };
    let paths = open.map(|step| &step.path).chain(&selection.downloads).chain(named);
    paths.filter_map(|path| tree.at_path(path)).collect()
}

fn needed(tree: &Tree, selection: &Selection) -> Vec<NodeId> {
    match &selection.outcome {
        Outcome::Needs(needs) => {
            needs.iter().take(MAX_NEEDED).filter_map(|need| tree.at_path(&need.path)).collect()
        }
        _ => Vec::new(),
    }
}
