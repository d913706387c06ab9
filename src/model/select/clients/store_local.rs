//! dockerd's choice among the images that are already in the containerd image store: `docker run`,
//! `docker inspect` (daemon/containerd/image.go, platform_matchers.go). Every image at every depth
//! is looked at; here all of them count as downloaded.

use crate::oci::Platform;

use super::super::Host;
use super::super::judge::{Compared, Judge, Rank, Unnamed};
use super::super::offer::{Candidate, Offer, Path, Sort};
use super::super::platforms::{Comparer, Normal, Version, format_all};
use super::super::reason::Reason;
use super::super::run::{Client, Run};
use super::super::selection::{Missing, Outcome, Step, Verdict};
use super::super::trace::liking;
use super::moby;
use super::walk::walk;

/// A look into the store.
pub(super) struct StoreLocal {
    judge: Compared,
    /// What was asked for: only that will do. Without a request anything will.
    request: Option<Platform>,
}

impl StoreLocal {
    pub(super) fn new(host: &Host, request: Option<Platform>) -> Self {
        let daemon = moby::daemon(host);
        let library = daemon.library(Version::Rc5);
        let comparer: Comparer = match &request {
            Some(platform) => library.only_strict(platform),
            None => library.only(&daemon.greatest_spec()),
        };
        Self { judge: Compared { comparer, unnamed: Unnamed::Never }, request }
    }

    fn rank<'n>(&self, platform: &'n Normal) -> Result<Rank<'n>, Reason> {
        match self.judge.comparer.standing(platform) {
            Ok(standing) => Ok(Rank::standing(standing)),
            Err(_) if self.request.is_none() => {
                Ok(Rank::standing(self.judge.comparer.standing_of_rest(platform)))
            }
            Err(mismatch) => Err(mismatch.into()),
        }
    }

    fn miss(&self, offer: &Offer) -> String {
        let what = self.request.as_ref().map_or_else(
            || "any platform".to_owned(),
            |platform| format!("the specified platform ({})", format_all(platform)),
        );
        format!("image with reference {} was found but does not provide {what}", offer.reference)
    }

    fn root(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_image_manifest() || self.request.is_none() {
            return Run::root();
        }
        match offer.facts().and_then(|facts| facts.config_normal()) {
            None => Run::needs(Path::new(), offer, Missing::Config),
            Some(config) if self.rank(config).is_ok() => Run::root(),
            Some(_) => Run::failed(self.miss(offer)),
        }
    }
}

/// Whether the layers at this path are statements and nothing that could be unpacked.
fn is_attestation(offer: &Offer, path: &[usize]) -> bool {
    let Some(candidate) = offer.at(path) else { return false };
    candidate.attestation
        || candidate.facts().is_some_and(|facts| {
            !facts.layer_types.is_empty()
                && facts.layer_types.iter().all(|it| it.as_str() == "application/vnd.in-toto+json")
        })
}

/// The entry's platform, else its config's.
fn platform_of(candidate: &Candidate) -> Option<&Normal> {
    match candidate.platform {
        Some(_) => Some(&candidate.normal),
        None => candidate.facts()?.config_normal(),
    }
}

impl Client for StoreLocal {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return self.root(offer);
        }
        let mut configs = Vec::new();
        let mut best: Option<(Rank<'_>, Path)> = None;
        let mut gaps = walk(offer, |path, candidate| {
            // What no pull can fetch is not there.
            if candidate.sort() != Sort::Image || candidate.written.is_some() {
                return;
            }
            match platform_of(candidate).map(|platform| self.rank(platform)) {
                None => configs.push((path.clone(), candidate)),
                Some(Ok(rank)) if best.as_ref().is_none_or(|(held, _)| rank < *held) => {
                    best = Some((rank, path.clone()));
                }
                Some(_) => {}
            }
        });
        for (path, candidate) in configs {
            gaps.ask(&path, candidate, Missing::Config);
        }
        if !gaps.needs.is_empty() {
            return Run::short(Outcome::Needs(gaps.needs));
        }
        match best {
            _ if gaps.cut => Run::too_deep(),
            Some((_, path)) if is_attestation(offer, &path) => {
                // Seen with `docker create` of moby v2.0.0-beta.24.
                Run::failed("mismatched image rootfs and manifest layers".to_owned())
            }
            Some((_, path)) => Run::short(Outcome::Picked(path)),
            None => Run::failed(self.miss(offer)),
        }
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        &self.judge
    }

    fn trace(&self, offer: &Offer, run: &Run) -> Vec<Step> {
        if !offer.media_type.is_index() {
            return Vec::new();
        }
        let wanted = self.judge.wanted();
        let mut steps: Vec<(Option<Rank<'_>>, Step)> = Vec::new();
        walk(offer, |path, candidate| {
            let on_the_way = run.outcome.pick().is_some_and(|pick| pick.starts_with(path));
            let (verdict, rule) = self.word(candidate, on_the_way, &wanted);
            let rank = match verdict {
                Verdict::Picked | Verdict::Outranked if candidate.sort() == Sort::Image => {
                    platform_of(candidate).and_then(|platform| self.rank(platform).ok())
                }
                _ => None,
            };
            let step = Step {
                path: path.clone(),
                digest: candidate.digest.clone(),
                platform: candidate.platform.clone(),
                verdict,
                rank: None,
                rule,
            };
            steps.push((rank, step));
        });
        // Best first; what has no rank keeps the order of the walk behind that.
        steps.sort_by_key(|(rank, _)| (rank.is_none(), *rank));
        steps
            .into_iter()
            .enumerate()
            .map(|(at, (rank, step))| Step { rank: rank.map(|_| at + 1), ..step })
            .collect()
    }
}

impl StoreLocal {
    fn word(
        &self,
        candidate: &Candidate,
        on_the_way: bool,
        wanted: &[String],
    ) -> (Verdict, String) {
        match candidate.sort() {
            Sort::Index => (
                if on_the_way { Verdict::Picked } else { Verdict::Skipped },
                "an index: the images in it stand for themselves".to_owned(),
            ),
            Sort::Foreign => (Verdict::Skipped, format!("not an image: {}", candidate.media_type)),
            Sort::Image => {
                let Some(platform) = platform_of(candidate) else {
                    return (Verdict::Skipped, "its config has not been read yet".to_owned());
                };
                match (self.rank(platform), on_the_way) {
                    (Err(reason), _) => (Verdict::Rejected, reason.sentence(candidate, wanted)),
                    (Ok(rank), true) => {
                        (Verdict::Picked, format!("{}; none ranks higher", local(rank, wanted)))
                    }
                    (Ok(rank), false) => (
                        Verdict::Outranked,
                        format!(
                            "{}, but another image ranks higher or is listed first",
                            local(rank, wanted)
                        ),
                    ),
                }
            }
        }
    }
}

fn local(rank: Rank<'_>, wanted: &[String]) -> String {
    if rank.place < wanted.len() {
        liking(rank, wanted)
    } else {
        "it is for another machine, which will do where nothing was asked for".to_owned()
    }
}
