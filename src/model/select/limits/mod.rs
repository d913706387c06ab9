//! What an engine fails on besides the platform: how it reads the document that a registry sends,
//! and what it minds of the entry that it has chosen.
//!
//! [`found`] tells what is the matter with the documents, the same for everyone; the [`table`]
//! tells which engine minds it, with which words, and of which version that is known.

mod content_type;
mod descriptors;
mod fault;
mod found;
mod maker;
mod read_as;
mod table;
mod words;

use std::borrow::Cow;

use super::clients::MOST_ENTRIES;
use super::engine::Family;
use super::offer::Candidate;
use super::reason::Reason;
use super::run::{Client, Run};
use super::selection::{Fall, Outcome};
use super::{Host, Offer, Path};
use fault::Fault;
use found::Fetching;
use maker::Maker;
use table::Limit;

use crate::oci::MediaType;
pub(super) use words::repository;

/// An engine's limits on one offer.
pub(super) struct Limits<'o> {
    offer: &'o Offer,
    maker: Maker,
}

impl<'o> Limits<'o> {
    pub(super) fn new(family: Family, host: &Host, offer: &'o Offer) -> Self {
        Self { offer, maker: Maker::of(family, host) }
    }

    /// The root document as this engine takes it.
    ///
    /// # Errors
    /// The engine fails before it looks at an entry.
    pub(super) fn read(&self) -> Result<Cow<'o, Offer>, Box<Fall>> {
        let faults = found::of_root(self.offer, self.maker);
        match self.first(&faults, &Path::new()) {
            Some(fall) => Err(Box::new(fall)),
            None => Ok(read_as::offered(self.offer, self.maker)),
        }
    }

    /// The same run, which fails if the engine minds something of what it has chosen, or of what it
    /// fetches beside that.
    pub(super) fn applied(&self, run: Run, client: &dyn Client) -> Run {
        let fall = match &run.outcome {
            Outcome::Picked(path) => self.fall(path).or_else(|| self.of_fetched(client, path)),
            // What must be read and cannot be is missing for the engine too.
            Outcome::Needs(needs) => needs.iter().find_map(|need| self.fall(&need.path)),
            Outcome::Nothing => self.of_everything(&Path::new()),
            // Each of them is unpacked.
            Outcome::Several(paths) => paths
                .iter()
                .find_map(|path| self.of_picked(path))
                .or_else(|| self.of_everything(&Path::new())),
            Outcome::Failed(_) => self.while_unpacking(&run).or_else(|| {
                // An index that it cannot read has nothing for it.
                run.visits.iter().find_map(|visit| {
                    let faults = found::of_nested(self.offer.at(&visit.index)?);
                    self.first(&faults, &visit.index)
                })
            }),
            Outcome::Fails(_) | Outcome::Unknown(_) => None,
        };
        let Some(fall) = fall else { return run };
        // What has no digest of content cannot be shown as what it ends with.
        let is_shown = |path: &Path| self.offer.at(path).is_none_or(|it| it.digest.is_some());
        let outcome = match &run.outcome {
            Outcome::Picked(_) | Outcome::Needs(_) if is_shown(&fall.path) => {
                Outcome::Fails(Box::new(fall))
            }
            _ => Outcome::Failed(fall.words.unwrap_or(fall.problem)),
        };
        // What could not be read was the way all the same.
        let mut run = run;
        if let Outcome::Fails(fall) = &outcome {
            for visit in run.visits.iter_mut().filter(|it| fall.path.starts_with(&it.index)) {
                let way = fall.path.get(visit.index.len());
                visit.given_up.retain(|(at, _)| Some(at) != way);
            }
        }
        Run { outcome, ..run }
    }

    /// Of images that are given up for the config's platform, or for what was not fetched: what the
    /// engine failed on before that, while it unpacked them.
    fn while_unpacking(&self, run: &Run) -> Option<Fall> {
        let mut reasons = run.visits.iter().flat_map(|visit| &visit.given_up);
        let unpacked = self.maker.unpacks_first()
            && reasons.any(|(_, reason)| matches!(reason, Reason::Config | Reason::NotDownloaded));
        // What is not unpacked on the way has its turn after the config.
        let on_the_way = |path: &&Path| unpacked && self.offer.foreign_config(path).is_none();
        run.downloads.iter().filter(on_the_way).find_map(|path| self.of_picked(path))
    }

    fn of_picked(&self, path: &Path) -> Option<Fall> {
        let faults = found::of_picked(self.offer, path, self.maker);
        self.first(&faults, path)
    }

    fn fall(&self, path: &Path) -> Option<Fall> {
        self.of_picked(path).or_else(|| self.of_everything(path))
    }

    /// With what the engine fetches beside the image that it chooses.
    fn of_fetched(&self, client: &dyn Client, picked: &Path) -> Option<Fall> {
        let mut faults = Vec::new();
        if let Some(level) = self.offer.level(&[]) {
            let fetches = |entry: &Candidate| client.fetches(entry);
            let fetching = Fetching { offer: self.offer, maker: self.maker, fetches: &fetches };
            let mut left = MOST_ENTRIES;
            fetching.of_level(level, &mut left, &mut faults);
        }
        self.first(&faults, picked).map(|fall| Fall {
            problem: format!(
                "it fetches every entry that matches or names no platform, and {}",
                fall.problem
            ),
            ..fall
        })
    }

    /// `ctr` reads the manifests and configs of all entries (with and without `--local`), and oras copies a whole index, so one
    /// that is missing fails all.
    fn of_everything(&self, picked: &Path) -> Option<Fall> {
        let whole = picked.is_empty() && self.offer.media_type.is_index();
        let reads_all = matches!(self.maker, Maker::Ctr | Maker::CtrLocal);
        if !(reads_all || self.maker == Maker::Oras && whole) {
            return None;
        }
        let faults = found::of_everything(self.offer, self.maker);
        let mut fall = self.first(&faults, picked)?;
        fall.problem = format!("it reads what every entry names, and {}", fall.problem);
        Some(fall)
    }

    fn first(&self, faults: &[Fault], path: &Path) -> Option<Fall> {
        faults.iter().find_map(|fault| {
            let limit = Limit::of(self.maker, fault.kind)?;
            Some(Fall {
                path: path.clone(),
                problem: words::filled(limit.kind.sentence(), fault, self.offer),
                words: limit.words.map(|words| words::filled(words, fault, self.offer)),
                source: limit.source,
            })
        })
    }
}

/// Why an engine leaves out the layers of the image at this path, and reports success.
#[must_use]
pub(super) fn left_out(
    family: Family,
    host: &Host,
    offer: &Offer,
    path: &[usize],
) -> Option<String> {
    let config = offer.foreign_config(path)?;
    let files = offer.image(path)?.layer_types.iter().any(MediaType::is_layer);
    (files && Maker::of(family, host).leaves_layers_out()).then(|| {
        format!(
            "its config is of type {config}, so none of its layers is fetched, and success is \
             reported"
        )
    })
}

/// The address that decides whether an engine gets all of an image: it takes a layer from there,
/// and platy does not ask it.
#[must_use]
pub(super) fn address(
    family: Family,
    host: &Host,
    offer: &Offer,
    path: &[usize],
) -> Option<String> {
    let maker = Maker::of(family, host);
    let layers = offer.addressed(path);
    let layer = layers.iter().find(|layer| match maker {
        // They ask the registry first.
        Maker::Crane | Maker::Regclient => offer.blobs.get(&layer.digest) == Some(&false),
        maker => maker.follows_addresses(),
    })?;
    layer.urls.first().cloned()
}
