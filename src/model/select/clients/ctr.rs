//! `ctr images pull` by way of the transfer service (cmd/ctr/commands/images/pull.go): layers of
//! every exact match and of every entry without a platform are downloaded; finding none is not
//! an error. Indexes are followed whatever platform they name.

use super::super::judge::{Compared, Judge, Unnamed};
use super::super::offer::{Offer, Path, Sort};
use super::super::platforms::Comparer;
use super::super::reason::Reason;
use super::super::run::{Client, Run};
use super::super::selection::{Outcome, Step, Verdict};
use super::super::trace::liking;
use super::containerd::{OF_SERVICE, RootWords, bare_root};
use super::cri::{MOST_REFERENCES, TOO_MANY};
use super::walk::walk;

/// A pull with `ctr`.
pub(super) struct Ctr {
    judge: Compared,
}

impl Ctr {
    pub(super) fn new(comparer: Comparer) -> Self {
        Self { judge: Compared { comparer, unnamed: Unnamed::Last } }
    }
}

impl Client for Ctr {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return bare_root(offer, &RootWords::Schema1(OF_SERVICE));
        }
        let mut downloads: Vec<Path> = Vec::new();
        // The manifest and the config of every image are fetched, whatever its platform.
        let mut references = 0_usize;
        let gaps = walk(offer, |path, candidate| {
            references += if candidate.sort() == Sort::Image { 2 } else { 1 };
            if candidate.sort() == Sort::Image && self.judge.judge(candidate).is_ok() {
                downloads.push(path.clone());
            }
        });
        if !gaps.needs.is_empty() {
            return Run::short(Outcome::Needs(gaps.needs));
        }
        if gaps.cut {
            return Run::too_deep();
        }
        if references > MOST_REFERENCES {
            return Run::failed(TOO_MANY.to_owned());
        }
        let outcome = match downloads.as_slice() {
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
        let mut steps = Vec::new();
        let mut ranks = 0;
        walk(offer, |path, candidate| {
            let on_the_way = run.outcome.pick().is_some_and(|pick| pick.starts_with(path));
            let judged = self.judge.judge(candidate);
            let rank = judged.is_ok() && candidate.sort() == Sort::Image;
            ranks += usize::from(rank);
            let (verdict, rule) = match (candidate.sort(), judged) {
                (Sort::Index, _) => (
                    if on_the_way { Verdict::Picked } else { Verdict::Skipped },
                    "an index: ctr follows it whatever platform it names".to_owned(),
                ),
                (Sort::Foreign, Err(Reason::Odd)) => {
                    (Verdict::Rejected, Reason::Odd.sentence(candidate, &wanted))
                }
                (Sort::Foreign, _) => {
                    (Verdict::Rejected, format!("ctr does not know {}", candidate.media_type))
                }
                (Sort::Image, Err(reason)) => {
                    (Verdict::Rejected, reason.sentence(candidate, &wanted))
                }
                (Sort::Image, Ok(rank)) if on_the_way => {
                    (Verdict::Picked, format!("{}; it is the only one", liking(rank, &wanted)))
                }
                (Sort::Image, Ok(rank)) => (
                    Verdict::Outranked,
                    format!(
                        "{}; it is downloaded like every other match, and none is chosen",
                        liking(rank, &wanted)
                    ),
                ),
            };
            steps.push(Step {
                path: path.clone(),
                digest: candidate.digest.clone(),
                platform: candidate.platform.clone(),
                verdict,
                rank: rank.then_some(ranks),
                rule,
            });
        });
        steps
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
