//! `ctr images pull` by way of the transfer service (cmd/ctr/commands/images/pull.go): layers of
//! every exact match and of every entry without a platform are downloaded; finding none is no
//! error. Indexes are followed whatever platform they name.

use super::super::judge::{Bare, Compared, Judge};
use super::super::offer::{Candidate, Content, Level, Offer, Path, Sort};
use super::super::platforms::Comparer;
use super::super::run::{Client, Run};
use super::super::selection::{Missing, Need, Outcome, Step, Verdict};
use super::super::trace::liking;
use super::containerd::bare_root;

/// Entries that are looked at before platy stops: indexes can name each other many times over.
const MOST_ENTRIES: usize = 65_536;

/// A pull with `ctr`.
pub(super) struct Ctr {
    judge: Compared,
}

impl Ctr {
    pub(super) fn new(comparer: Comparer) -> Self {
        Self { judge: Compared { comparer, bare: Bare::Last } }
    }
}

/// Everything met on the way, in the order of the walk.
#[derive(Default)]
struct Walk<'o> {
    entries: Vec<(Path, &'o Candidate)>,
    needs: Vec<Need>,
    cut: bool,
}

impl<'o> Walk<'o> {
    fn of(offer: &'o Offer) -> Self {
        let mut walk = Self::default();
        if let Content::Index(level) = &offer.content {
            walk.level(level, &mut Path::new());
        }
        walk
    }

    fn level(&mut self, level: &'o Level, above: &mut Path) {
        for (at, candidate) in level.entries.iter().enumerate() {
            if self.entries.len() >= MOST_ENTRIES {
                self.cut = true;
                return;
            }
            above.push(at);
            self.entries.push((above.clone(), candidate));
            match (candidate.sort(), &candidate.content) {
                (Sort::Index, Content::Index(level)) => self.level(level, above),
                (Sort::Index, Content::TooDeep) => self.cut = true,
                (Sort::Index, _) => self.needs.push(Need {
                    path: above.clone(),
                    digest: candidate.digest.clone(),
                    what: Missing::Index,
                }),
                _ => {}
            }
            above.pop();
        }
    }
}

impl Client for Ctr {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return bare_root(offer, false);
        }
        if matches!(offer.content, Content::Unread) {
            return Run::needs(Path::new(), offer, Missing::Index);
        }
        let walk = Walk::of(offer);
        if !walk.needs.is_empty() {
            return Run::short(Outcome::Needs(walk.needs));
        }
        if walk.cut {
            return Run::too_deep();
        }
        let mut downloads: Vec<Path> = walk
            .entries
            .into_iter()
            .filter(|(_, candidate)| {
                candidate.sort() == Sort::Image && self.judge.judge(candidate).is_ok()
            })
            .map(|(path, _)| path)
            .collect();
        let outcome = match downloads.as_mut_slice() {
            [] => Outcome::Nothing,
            [one] => Outcome::Picked(one.clone()),
            _ => Outcome::Several(downloads.clone()),
        };
        Run { outcome, downloads, visits: Vec::new() }
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        &self.judge
    }

    fn trace(&self, offer: &Offer, run: &Run) -> Vec<Step> {
        if !offer.media_type.is_index() {
            return Vec::new();
        }
        let wanted = self.judge.wanted();
        let mut ranks = 0;
        Walk::of(offer)
            .entries
            .into_iter()
            .map(|(path, candidate)| {
                let on_the_way = run.outcome.pick().is_some_and(|pick| pick.starts_with(&path));
                let (verdict, rank, rule) = match (candidate.sort(), self.judge.judge(candidate)) {
                    (Sort::Index, _) => (
                        if on_the_way { Verdict::Picked } else { Verdict::Skipped },
                        None,
                        "an index: ctr follows it whatever platform it names".to_owned(),
                    ),
                    (Sort::Foreign, _) => (
                        Verdict::Rejected,
                        None,
                        format!("ctr does not know {}", candidate.media_type),
                    ),
                    (Sort::Image, Err(reason)) => {
                        (Verdict::Rejected, None, reason.sentence(candidate, &wanted))
                    }
                    (Sort::Image, Ok(rank)) => {
                        ranks += 1;
                        let liking = liking(rank, &wanted);
                        if on_the_way {
                            let rule = format!("{liking}; it is the only one downloaded");
                            (Verdict::Picked, Some(ranks), rule)
                        } else {
                            let rule = format!(
                                "{liking}; it is downloaded like every other match, and none is \
                                 chosen"
                            );
                            (Verdict::Outranked, Some(ranks), rule)
                        }
                    }
                };
                Step {
                    path,
                    digest: candidate.digest.clone(),
                    platform: candidate.platform.clone(),
                    verdict,
                    rank,
                    rule,
                }
            })
            .collect()
    }

    fn notes(&self, _: &Offer, run: &Run) -> Vec<String> {
        match run.outcome {
            Outcome::Nothing => vec![
                "ctr reports success all the same: it keeps the image without any layers"
                    .to_owned(),
            ],
            Outcome::Several(_) => vec![
                "ctr downloads each of them; which one runs is decided when a container starts"
                    .to_owned(),
            ],
            _ => Vec::new(),
        }
    }
}
