//! Every entry of every index below a root, for engines that look at all of them.

use super::super::offer::{Candidate, Content, Level, Offer, Path, Sort};
use super::super::selection::{Missing, Need};

/// Entries that are looked at before platy stops: indexes can name each other many times over.
pub(super) const MOST_ENTRIES: usize = 65_536;

/// What a walk could not look at.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// Indexes that have not been read.
    pub(super) needs: Vec<Need>,
    /// Whether something was nested too deep, or there was too much of it.
    pub(super) cut: bool,
    seen: usize,
}

/// Shows every entry to `look`: an index before what it holds, siblings in their order.
pub(super) fn walk<'o>(offer: &'o Offer, mut look: impl FnMut(&Path, &'o Candidate)) -> Gaps {
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
    gaps: &mut Gaps,
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
            (Sort::Index, _) => gaps.needs.push(Need {
                path: above.clone(),
                digest: candidate.digest.clone(),
                what: Missing::Index,
            }),
            _ => {}
        }
        above.pop();
    }
}
