//! `ctr images pull --local` (containerd 2.4.2: cmd/ctr/commands/images/pull.go, client/pull.go,
//! client/image.go; played live): indexes, manifests and configs of all entries are fetched, and
//! the layers of exact matches and of entries without a platform. Then the wide rules choose, by
//! the client's way, and unpacking fails if the layers of the choice are not there. The system of
//! the host plays no part.

use super::super::judge::{Compared, Judge, Unnamed};
use super::super::offer::{Candidate, Facts, Offer, Path, Sort};
use super::super::platforms::{Comparer, Library};
use super::super::reason::Reason;
use super::super::run::{Client, Run, Visit};
use super::super::selection::{Missing, Outcome};
use super::containerd::{ContainerdPull, Words};
use super::walk::walk;

use crate::oci::{Digest, Platform};

/// A pull with `ctr --local`.
pub(super) struct CtrLocal {
    /// What is chosen.
    choice: ContainerdPull,
    /// Whose layers are fetched.
    filter: Compared,
}

impl CtrLocal {
    pub(super) fn new(library: &Library, wanted: &Platform) -> Self {
        let exact: Comparer = library.ordered([wanted.clone()]);
        Self {
            choice: ContainerdPull::new(library.only(wanted), Words::Fetched),
            filter: Compared { comparer: exact, unnamed: Unnamed::Last },
        }
    }

    /// What becomes of the image that was chosen.
    fn unpacked(&self, offer: &Offer, run: Run, path: Path) -> Run {
        let Some(candidate) = offer.at(&path) else { return run };
        let Some(facts) = candidate.facts() else {
            if self.has_layers(offer, candidate) {
                return run;
            }
            return Run::needs(path, offer, Missing::Manifest).visiting(run.visits);
        };
        let is_there = self.has_layers(offer, candidate);
        // A config of a type that containerd does not know is fetched with the layers.
        if let Some(config) = facts.config_digest.as_ref()
            && facts.has_foreign_config()
            && !is_there
        {
            let text = format!("failed to resolve rootfs: content digest {config}: not found");
            return Run::failed(text).visiting(given_up(run.visits, &path, Reason::NotDownloaded));
        }
        if let Some(platform) = facts.config.as_ref().filter(|it| !it.os_features.is_empty()) {
            return Run::failed(unsupported(platform, facts)).visiting(given_up(
                run.visits,
                &path,
                Reason::Features,
            ));
        }
        // Before a layer is opened, those of files are counted: another number than the config has is
        // an error by itself (`limits`), and of none nothing is missing.
        let files = facts.layer_types.iter().filter(|it| it.is_layer()).count();
        if facts.config.is_some() && (files == 0 || files != facts.diff_ids()) {
            return run;
        }
        match &facts.first_layer {
            Some(layer) if !is_there => {
                let text = format!(
                    "failed to get reader from content store: content digest {layer}: not found"
                );
                Run::failed(text).visiting(given_up(run.visits, &path, Reason::NotDownloaded))
            }
            _ => run,
        }
    }

    /// Whether this entry, or another of the same digest, has its layers fetched.
    fn has_layers(&self, offer: &Offer, chosen: &Candidate) -> bool {
        let mut fetched = false;
        walk(offer, |_, candidate| {
            fetched |= candidate.digest == chosen.digest && self.fetches(candidate);
        });
        fetched
    }

    fn fetches(&self, candidate: &Candidate) -> bool {
        candidate.sort() == Sort::Image && self.filter.judge(candidate).is_ok()
    }
}

/// The error for a config with `os.features`, which no snapshotter has.
fn unsupported(platform: &Platform, facts: &Facts) -> String {
    format!(
        "snapshotter overlayfs does not support platform {{{} {} {} [{}] {}}} for image {}",
        platform.architecture,
        platform.os,
        platform.os_version,
        platform.os_features.join(" "),
        platform.variant,
        facts.config_digest.as_ref().map_or("", Digest::as_str)
    )
}

/// The same way down, at whose end the choice is given up.
fn given_up(mut visits: Vec<Visit>, path: &[usize], reason: Reason) -> Vec<Visit> {
    let last = path.len().saturating_sub(1);
    for (depth, (visit, at)) in visits.iter_mut().zip(path).enumerate() {
        visit.given_up.push((*at, if depth == last { reason } else { Reason::Failed }));
    }
    visits
}

impl Client for CtrLocal {
    fn run(&self, offer: &Offer) -> Run {
        let run = self.choice.run(offer);
        let run = match &run.outcome {
            Outcome::Picked(path) if !path.is_empty() => {
                let path = path.clone();
                self.unpacked(offer, run, path)
            }
            Outcome::Needs(_) | Outcome::Unknown(_) => return run,
            _ => run,
        };
        if !offer.media_type.is_index() {
            return run;
        }
        let mut downloads: Vec<Path> = Vec::new();
        walk(offer, |path, candidate| {
            if self.fetches(candidate) {
                downloads.push(path.clone());
            }
        });
        Run { downloads, ..run }
    }

    fn judge(&self, other: bool) -> &dyn Judge {
        self.choice.judge(other)
    }
}
