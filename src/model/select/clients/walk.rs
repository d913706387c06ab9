//! Every entry of every index below a root, for engines that look at all of them.

use std::collections::HashSet;

use super::super::offer::{Candidate, Content, Level, Offer, Path, Sort};
use super::super::selection::{Missing, Need};
use crate::oci::Digest;

/// Entries that are looked at before platy stops: indexes can name each other many times over.
pub(in super::super) const MOST_ENTRIES: usize = 65_536;
/// Documents that are asked for at once. What is still missing then is asked for in the next round.
const MOST_NEEDS: usize = 1_000;

/// What a walk could not look at.
#[derive(Debug, Default)]
pub(in super::super) struct Gaps<'o> {
    /// What has not been read, each document once, however many entries name it.
    pub(super) needs: Vec<Need>,
    asked: HashSet<(&'o Digest, Missing)>,
    /// Whether something was nested too deep, or there was too much of it.
    pub(super) cut: bool,
    seen: usize,
}

impl<'o> Gaps<'o> {
    /// Asks for what an entry names.
    pub(super) fn ask(&mut self, path: &Path, candidate: &'o Candidate, what: Missing) {
        let is_new = candidate.digest.as_ref().is_none_or(|it| self.asked.insert((it, what)));
        if is_new && self.needs.len() < MOST_NEEDS {
            let digest = candidate.digest.clone();
            self.needs.push(Need { path: path.clone(), digest, what });
        }
    }
}

/// Shows every entry to `look`: an index before what it holds, siblings in their order.
pub(in super::super) fn walk<'o>(
    offer: &'o Offer,
    mut look: impl FnMut(&Path, &'o Candidate),
) -> Gaps<'o> {
    let mut gaps = Gaps::default();
    match &offer.content {
        Content::Index(level) => descend(level, &mut Path::new(), &mut gaps, &mut look),
        Content::TooDeep => gaps.cut = true,
        _ => gaps.needs.push(Need {
            path: Path::new(),
            digest: Some(offer.digest.clone()),
            what: Missing::Index,
        }),
    }
    gaps
}

fn descend<'o>(
    level: &'o Level,
    above: &mut Path,
    gaps: &mut Gaps<'o>,
    look: &mut dyn FnMut(&Path, &'o Candidate),
) {
    for (at, candidate) in level.entries.iter().enumerate() {
        if gaps.seen >= MOST_ENTRIES {
            gaps.cut = true;
            return;
        }
        gaps.seen += 1;
        above.push(at);
        look(above, candidate);
        match (candidate.sort(), &candidate.content) {
            (Sort::Index, Content::Index(level)) => descend(level, above, gaps, look),
            (Sort::Index, Content::TooDeep) => gaps.cut = true,
            // What is called an index and is none has nothing below it.
            (Sort::Index, Content::Unread) => gaps.ask(above, candidate, Missing::Index),
            _ => {}
        }
        above.pop();
    }
}
