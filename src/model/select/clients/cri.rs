//! containerd's CRI plugin since 2.1 (internal/cri/server/images/image_pull.go,
//! core/transfer/image/imagestore.go): the download takes exact matches only, the choice after it
//! is made with the wide rules, and fails where it falls on what was not downloaded.

use super::super::judge::{Compared, Judge, Unnamed};
use super::super::offer::{Candidate, Content, Facts, Level, Offer, Path, Sort};
use super::super::platforms::{Comparer, Library};
use super::super::reason::Reason;
use super::super::run::{Client, Descent, End, Run, descend};
use super::super::selection::{Missing, Outcome};
use super::containerd::{
    ConfigCheck, OF_SERVICE, RootWords, bare_root, config_agrees, no_match_in, refused_entry,
    unexpected,
};
use super::walk::MOST_ENTRIES;

use crate::oci::{Digest, Platform};

/// A download of everything that matches, and a choice among that.
pub(super) struct TransferPull {
    /// What the choice is made by.
    judge: Compared,
    /// What is downloaded.
    filter: Compared,
    /// What is before the choice's errors.
    prefix: &'static str,
    /// What else the product minds.
    minds: Minds,
}

/// What a product minds besides the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Minds {
    /// CRI adds up the size of the first entry in order, whether it matches or not, and fails when
    /// that one was not downloaded (containerd 2.4.2 internal/cri/store/image).
    Size,
    /// nerdctl takes images only.
    ConfigType,
}

/// The most references that are followed (containerd 2.4: core/images/handlers.go).
pub(super) const MOST_REFERENCES: usize = 10_000;
/// The error beyond them.
pub(super) const TOO_MANY: &str = "too many descriptors (limit 10000): resource exhausted";

/// The CRI plugin's pull; `own` is the node's platform.
pub(super) fn cri(library: &Library, own: &Platform) -> TransferPull {
    TransferPull {
        minds: Minds::Size,
        ..TransferPull::new(
            library.default_for(own),
            library.ordered([own.clone()]),
            "get image config descriptor: ",
        )
    }
}

/// CRI's error when the entry whose size is added up was not downloaded: on the way a nameless
/// entry was taken, and a sibling that names a platform comes before it.
pub(super) fn size_missing(offer: &Offer, path: &[usize], comparer: &Comparer) -> Option<String> {
    let missing = (0..path.len()).find_map(|depth| {
        let level = offer.level(path.get(..depth)?)?;
        let taken = level.entries.get(*path.get(depth)?)?;
        let named = |entry: &&Candidate| entry.platform.is_some() && entry.digest.is_some();
        taken.platform.is_none().then_some(())?;
        level
            .entries
            .iter()
            .filter(named)
            .min_by_key(|entry| comparer.standing_of_rest(&entry.normal))
    })?;
    let image = offer.at(path)?.facts()?.config_digest.as_ref().map_or("", Digest::as_str);
    Some(format!(
        "failed to update image store \"{image}\": get image info from containerd: get image \
         compressed resource size: content digest {}: not found",
        missing.digest_text()
    ))
}

impl TransferPull {
    pub(super) fn new(choice: Comparer, filter: Comparer, prefix: &'static str) -> Self {
        Self {
            judge: Compared { comparer: choice, unnamed: Unnamed::Last },
            filter: Compared { comparer: filter, unnamed: Unnamed::Last },
            prefix,
            minds: Minds::ConfigType,
        }
    }

    /// The error of nerdctl for what is not an image: its config's type.
    fn foreign_config(&self, facts: Option<&Facts>) -> Option<String> {
        let config = facts?.config_type.as_ref()?;
        let is_foreign = self.minds == Minds::ConfigType && !config.is_image_config();
        is_foreign.then(|| format!("unknown media type \"{config}\""))
    }

    fn size_missing(&self, offer: &Offer, path: &[usize]) -> Option<String> {
        if self.minds == Minds::Size {
            size_missing(offer, path, &self.judge.comparer)
        } else {
            None
        }
    }

    fn bare(&self, offer: &Offer) -> Run {
        match self.minds {
            // The CRI plugin says what it did before the error of the transfer service.
            Minds::Size => {
                let before = format!("failed to pull and unpack image \"{}\": ", offer.reference);
                bare_root(offer, &RootWords::Schema1(&format!("{before}{OF_SERVICE}")))
            }
            Minds::ConfigType => bare_root(offer, &RootWords::Schema1(OF_SERVICE)),
        }
    }

    fn failed(&self, text: &str) -> Run {
        Run::failed(format!("{}{text}", self.prefix))
    }

    fn passes(&self, candidate: &Candidate) -> bool {
        self.filter.judge(candidate).is_ok()
    }

    /// The first document on the path that the filter left out, and its depth.
    fn left_out<'o>(&self, offer: &'o Offer, path: &[usize]) -> Option<(usize, &'o Candidate)> {
        (1..=path.len())
            .filter_map(|depth| Some((depth, offer.at(path.get(..depth)?)?)))
            .find(|(_, candidate)| candidate.sort() != Sort::Foreign && !self.passes(candidate))
    }

    fn choice(&self, offer: &Offer) -> Run {
        let descent = descend(offer, &self.judge);
        if let Some((depth, missing)) = self.left_out(offer, &descent.path) {
            let text = format!("content digest {}: not found", missing.digest_text());
            let descent = descent.cut_to(depth).ended(Reason::NotDownloaded);
            return self.failed(&text).visiting(descent.visits);
        }
        match descent.end {
            End::Image(candidate) => self.arrived(offer, descent, candidate),
            End::Nothing => self.failed(&no_match_in(offer)).visiting(descent.visits),
            End::Foreign(candidate) => {
                let (media_type, digest) = (&candidate.media_type, candidate.digest_text());
                match refused_entry(media_type, digest) {
                    Some(text) => Run::failed(text),
                    None => self.failed(&unexpected(media_type, digest)),
                }
                .visiting(descent.visits)
            }
            End::Unread | End::NotAnIndex => {
                Run::needs(descent.path, offer, Missing::Index).visiting(descent.visits)
            }
            End::TooDeep => Run::too_deep().visiting(descent.visits),
        }
    }

    fn arrived(&self, offer: &Offer, descent: Descent<'_>, candidate: &Candidate) -> Run {
        let path = descent.path.clone();
        if let Some(text) = self.foreign_config(candidate.facts()) {
            return Run::failed(text).visiting(descent.ended(Reason::PartType).visits);
        }
        match config_agrees(candidate, &self.judge.comparer, ConfigCheck::Whole) {
            None => {
                let visits = descent.ended(Reason::Unread).visits;
                Run::needs(path, offer, Missing::Config).visiting(visits)
            }
            Some(true) => match self.size_missing(offer, &path) {
                Some(text) => {
                    Run::failed(text).visiting(descent.ended(Reason::NotDownloaded).visits)
                }
                None => Run::short(Outcome::Picked(path)).visiting(descent.visits),
            },
            Some(false) => {
                self.failed(&no_match_in(offer)).visiting(descent.ended(Reason::Config).visits)
            }
        }
    }

    fn downloads(&self, level: &Level, above: &mut Path, downloads: &mut Downloads) {
        let passing: Vec<bool> = level.firsts().map(|(_, first)| self.passes(first)).collect();
        for (at, (candidate, kind)) in level.entries.iter().zip(&level.kinds).enumerate() {
            if downloads.entries_left == 0 {
                return;
            }
            downloads.entries_left -= 1;
            if passing.get(*kind) != Some(&true) {
                continue;
            }
            above.push(at);
            match (candidate.sort(), &candidate.content) {
                (Sort::Image, _) => downloads.found.push(above.clone()),
                (Sort::Index, Content::Index(level)) => self.downloads(level, above, downloads),
                _ => {}
            }
            above.pop();
        }
    }
}

struct Downloads {
    found: Vec<Path>,
    entries_left: usize,
}

impl Client for TransferPull {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return match self.foreign_config(offer.facts()) {
                Some(text) => Run::failed(text),
                None => self.bare(offer),
            };
        }
        let run = self.choice(offer);
        if matches!(run.outcome, Outcome::Needs(_) | Outcome::Unknown(_)) {
            return run;
        }
        let mut downloads = Downloads { found: Vec::new(), entries_left: MOST_ENTRIES };
        if let Content::Index(level) = &offer.content {
            self.downloads(level, &mut Path::new(), &mut downloads);
        }
        // Each image is a manifest, a config and its layers.
        if downloads.found.len().saturating_mul(3) > MOST_REFERENCES {
            return Run::failed(TOO_MANY.to_owned());
        }
        Run { downloads: downloads.found, ..run }
    }

    fn fetches(&self, candidate: &Candidate) -> bool {
        self.passes(candidate)
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        &self.judge
    }
}
