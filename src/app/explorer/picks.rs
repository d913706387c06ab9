//! What the chosen engine picks on the chosen machine, kept true with as little work as possible.

use std::collections::HashMap;
use std::sync::Arc;

use super::Explorer;
use crate::app::Choice;
use crate::oci::Kind;
use crate::select::{Host, Offer, Outcome, Path, Selection, Verdict, select};
use crate::tree::{NodeId, Tree};

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
    made: Option<(u64, u64)>,
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

impl Explorer {
    /// What the chosen engine picks.
    #[must_use]
    pub fn picks(&self) -> &Picks {
        &self.picks
    }

    /// Brings the answer up to date. While results stream in, that happens with the first one and
    /// then once for a tick, not for each: preparing an offer looks at every entry.
    pub(in crate::app) fn pick(&mut self, choice: &Choice, ticks: u64) {
        let Some(named) = choice.host() else { return };
        let revision = self.tree.revision();
        let stale = match (self.picks.made, &self.picks.offer) {
            (Some((made, at)), Some(_)) => made != revision && (!self.is_busy() || at != ticks),
            (Some((made, _)), None) => made != revision,
            (None, _) => true,
        };
        if stale {
            self.picks.offer = self.tree.offer(&self.location.familiar()).map(Arc::new);
            self.picks.made = Some((revision, ticks));
        }
        let engine = choice.engine();
        let request = choice.request();
        let same = self.picks.asked.as_ref().is_some_and(|it| {
            it.0 == named.host && it.1 == engine.id && it.2.as_deref() == request
        });
        if same && !stale {
            return;
        }
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
        if let Some(selection) = &picks.selection {
            picks.marks = marks(&self.tree, selection);
            picks.needed = needed(&self.tree, selection);
        }
    }
}

fn marks(tree: &Tree, selection: &Selection) -> HashMap<NodeId, Mark> {
    let mut places = Places { tree, indexes: HashMap::new() };
    let mut marks = HashMap::new();
    for step in selection.trace.iter().filter(|step| step.verdict == Verdict::Rejected) {
        let Some(id) = places.at(&step.path) else { continue };
        let kind = tree.node(id).map(crate::tree::Node::kind);
        if matches!(kind, Some(Kind::Image | Kind::Index | Kind::Schema1)) {
            marks.insert(id, Mark::Rejected);
        }
    }
    let several = match &selection.outcome {
        Outcome::Several(paths) => paths.as_slice(),
        _ => &[],
    };
    for path in selection.downloads.iter().chain(several) {
        mark_way(&mut places, path, Mark::Downloaded, &mut marks);
    }
    if let Some(path) = selection.outcome.pick() {
        mark_way(&mut places, path, Mark::Picked, &mut marks);
    }
    marks
}

/// Marks every node on the way down, the root excepted: it is what the reference names.
fn mark_way(places: &mut Places<'_>, path: &Path, mark: Mark, marks: &mut HashMap<NodeId, Mark>) {
    for length in 1..=path.len() {
        if let Some(id) = path.get(..length).and_then(|path| places.at(path)) {
            marks.insert(id, mark);
        }
    }
}

fn needed(tree: &Tree, selection: &Selection) -> Vec<NodeId> {
    match &selection.outcome {
        Outcome::Needs(needs) => {
            let mut places = Places { tree, indexes: HashMap::new() };
            needs.iter().take(MAX_NEEDED).filter_map(|need| places.at(&need.path)).collect()
        }
        _ => Vec::new(),
    }
}

/// Nodes by path; each index is looked through once.
struct Places<'t> {
    tree: &'t Tree,
    indexes: HashMap<NodeId, HashMap<usize, NodeId>>,
}

impl Places<'_> {
    fn at(&mut self, path: &[usize]) -> Option<NodeId> {
        let tree = self.tree;
        path.iter().try_fold(tree.root(), |index, position| {
            let entries =
                self.indexes.entry(index).or_insert_with(|| tree.entries(index).collect());
            entries.get(position).copied()
        })
    }
}
