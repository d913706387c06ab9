//! containerd's CRI plugin before 2.1 (1.6.20 and 1.7.28 pkg/cri/server/image_pull.go, 2.0.5
//! internal/cri/server/images/image_pull.go; 1.6.20 was played live): the client's `Pull`, which
//! unpacks, then `Image.Config`, then the size of what was pulled.

use super::super::judge::Judge;
use super::super::offer::{Candidate, Facts, Offer, Path, Sort};
use super::super::platforms::Version;
use super::super::reason::Reason;
use super::super::run::{Client, Run, Visit};
use super::super::selection::{Missing, Outcome};
use super::containerd::{ContainerdPull, UNPACK, config_agrees, no_match_in};
use super::cri::size_missing;

use crate::oci::{Digest, MediaType};

/// The plugin's pull.
pub(super) struct OldCri {
    pull: ContainerdPull,
    /// Whether layers of other types count beside diff IDs, as in 1.x.
    counts_all: bool,
}

impl OldCri {
    pub(super) fn new(pull: ContainerdPull, version: Version) -> Self {
        Self { pull, counts_all: version == Version::V0_2_1 }
    }

    /// What becomes of the image that the client chose.
    fn arrived(&self, offer: &Offer, run: Run, path: &Path) -> Run {
        let Some(facts) = offer.image(path) else {
            // An entry with a platform is taken for what it says.
            if offer.at(path).is_none_or(|entry| entry.platform.is_some()) {
                return run;
            }
            return Run::needs(path.clone(), offer, Missing::Manifest).visiting(run.visits);
        };
        // How many diff IDs there are is not known before it is read: of what says that it is an
        // attestation nothing else needs it.
        if facts.lacks_config() && !unpacks(facts) {
            return Run::needs(path.clone(), offer, Missing::Config).visiting(run.visits);
        }
        if let Some(text) = self.not_unpacked(facts) {
            let text = format!("{}{UNPACK}{text}", before(offer));
            return given_up(Run::failed(text), run.visits, path, Reason::PartType);
        }
        match size_missing(offer, path, &self.pull.judge.comparer) {
            Some(text) => given_up(Run::failed(text), run.visits, path, Reason::NotDownloaded),
            None => run,
        }
    }

    /// The error of `Image.Unpack`, which has its turn if nothing was unpacked on the way: the
    /// unpacker waits for a config of a type that it knows.
    fn not_unpacked(&self, facts: &Facts) -> Option<String> {
        // Without a config, or with one that is not JSON, it fails before that.
        facts.config_type.as_ref().filter(|_| facts.config_failure.is_none())?;
        if unpacks(facts) {
            return None;
        }
        let layers = facts.layer_types.iter().filter(|it| self.counts_all || it.is_layer()).count();
        let ids = facts.config_document.as_ref().map(|it| &it.config.diff_ids);
        if layers != ids.map_or(0, Vec::len) {
            return Some("mismatched image rootfs and manifest layers".to_owned());
        }
        let id = ids?.first()?.as_ref().map_or("", Digest::as_str);
        let (layer, of) = (facts.first_layer.as_ref()?, facts.layer_types.first()?);
        let why = if of.is_layer() {
            format!("failed to get reader from content store: content digest {layer}: not found")
        } else {
            format!("failed to get stream processor for {of}: no processor for media-type")
        };
        Some(format!("failed to extract layer {id}: {why}"))
    }

    /// The error of the client in the plugin's words.
    fn failed(&self, offer: &Offer, run: Run, text: &str) -> Run {
        let Some(chosen) = run.visits.last().and_then(|visit| {
            let (at, _) = visit.given_up.last()?;
            offer.level(&visit.index)?.entries.get(*at)
        }) else {
            return Run { outcome: Outcome::Failed(format!("{}{text}", before(offer))), ..run };
        };
        let text = match chosen.sort() {
            // The config is looked at after all was unpacked, or when nothing was.
            Sort::Image if self.disagrees(chosen) && chosen.facts().is_some_and(unpacks) => {
                format!("get image config descriptor: {}", no_match_in(offer))
            }
            Sort::Image => format!("{}{UNPACK}{text}", before(offer)),
            // What names no type is read as a blob (containerd 1.6.20).
            Sort::Foreign if chosen.media_type.as_str().is_empty() => {
                format!("{}{COPY}{text}", before(offer))
            }
            // What is neither image nor index is downloaded, and not found afterwards.
            Sort::Foreign if !chosen.media_type.is_schema1() => {
                format!("{}{UNPACK}{text}", before(offer))
            }
            Sort::Foreign | Sort::Index => format!("{}{text}", before(offer)),
        };
        Run { outcome: Outcome::Failed(text), ..run }
    }

    fn disagrees(&self, chosen: &Candidate) -> bool {
        config_agrees(chosen, &self.pull.judge.comparer, self.pull.config) == Some(false)
    }
}

/// Whether layers are unpacked while they arrive.
fn unpacks(facts: &Facts) -> bool {
    facts.config_type.as_ref().is_some_and(MediaType::is_image_config)
        && facts.layer_types.iter().any(MediaType::is_layer)
}

/// What the client says before an error of reading a blob.
const COPY: &str = "failed to copy: httpReadSeeker: failed open: ";

/// What the plugin says before an error of the client.
fn before(offer: &Offer) -> String {
    format!("failed to pull and unpack image \"{}\": ", offer.reference)
}

/// The same way down, at whose end the choice is given up.
fn given_up(run: Run, mut visits: Vec<Visit>, path: &[usize], reason: Reason) -> Run {
    let last = path.len().saturating_sub(1);
    for (depth, (visit, at)) in visits.iter_mut().zip(path).enumerate() {
        visit.given_up.push((*at, if depth == last { reason } else { Reason::Failed }));
    }
    Run { downloads: vec![path.to_vec()], ..run }.visiting(visits)
}

impl Client for OldCri {
    fn run(&self, offer: &Offer) -> Run {
        let run = self.pull.run(offer);
        match &run.outcome {
            Outcome::Picked(path) => {
                let path = path.clone();
                self.arrived(offer, run, &path)
            }
            Outcome::Failed(text) => {
                let text = text.clone();
                self.failed(offer, run, &text)
            }
            _ => run,
        }
    }

    fn judge(&self, other: bool) -> &dyn Judge {
        self.pull.judge(other)
    }
}
