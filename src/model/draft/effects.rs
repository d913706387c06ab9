//! Whom a push changes: the matrix before and after, only the cells that differ.

use indexmap::IndexMap;

use crate::model::select::{
    ENGINES, Engine, Host, Lookup, Matrix, Offer, Outcome, PROFILES, Profile,
};
use crate::oci::{Digest, Document};
use crate::text::plural;

use super::Draft;

/// The most engines that a sentence names.
const NAMED: usize = 6;

/// Whom a push changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// The changes, in the order of the machines.
    pub changes: Vec<Effect>,
    /// How many cells of the matrix depend on documents that have not been read.
    pub unread: usize,
}

/// Machines of one platform that get something else from some engines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The platform of the machines.
    pub machine: String,
    /// The machines.
    pub profiles: Vec<&'static Profile>,
    /// The engines.
    pub engines: Vec<&'static Engine>,
    /// Whether these are all engines that run on such a machine.
    pub every_engine: bool,
    /// What they get now.
    pub before: Got,
    /// What they get after the push.
    pub after: Got,
}

/// What a machine gets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Got {
    /// Nothing: the engine fails, or picks nothing.
    Nothing,
    /// An image.
    Image {
        /// Its platform in the list; the word "image" if it has none.
        platform: String,
        /// Its digest.
        digest: Digest,
    },
    /// Several images, by their digests.
    Several(Vec<Digest>),
}

impl Got {
    /// In words; with the digest where `exact`.
    fn words(&self, exact: bool) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Image { platform, digest } if exact => format!("{platform} {}", digest.short()),
            Self::Image { platform, .. } => platform.clone(),
            Self::Several(all) => plural(all.len(), "image"),
        }
    }
}

impl Effect {
    /// `linux/arm/v6 machines get linux/arm/v6 instead of nothing`, with the engines where it is
    /// not all of them. Text from outside in it is not escaped.
    #[must_use]
    pub fn sentence(&self) -> String {
        let exact = self.before.words(false) == self.after.words(false);
        let engines = if self.every_engine {
            String::new()
        } else {
            let names: Vec<&str> =
                self.engines.iter().take(NAMED).map(|engine| engine.short).collect();
            let more = self.engines.len() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!(" from {}{more}", names.join(", "))
        };
        format!(
            "{} machines get {} instead of {}{engines}",
            self.machine,
            self.after.words(exact),
            self.before.words(exact)
        )
    }
}

/// The machines and engines with one change.
type Group = (Vec<&'static Profile>, Vec<&'static Engine>);

/// Whom the draft changes where `before` is what the tag holds now. What has been read of both is
/// in the draft's [`lookup`](Draft::lookup) and in `lookup`.
#[must_use]
pub fn effects(before: &Document, lookup: &dyn Lookup, draft: &Draft, reference: &str) -> Effects {
    let mut effects = Effects::default();
    if draft.document().digest == before.digest {
        return effects;
    }
    let Ok(after) = draft.document().parse() else { return effects };
    let both = Both(draft.lookup(), lookup);
    let hosts: Vec<Host> = PROFILES.iter().map(Profile::host).collect();
    let engines: Vec<&'static Engine> = ENGINES.iter().collect();
    let old = Offer::new(reference, before, &both);
    let new = Offer::new(reference, &after, &both);
    let rows = Matrix::new(&hosts, &engines, &old).rows;
    let new_rows = Matrix::new(&hosts, &engines, &new).rows;
    // The engines that choose on machines of a platform.
    let mut choosing: IndexMap<String, Vec<&'static Engine>> = IndexMap::new();
    let mut groups: IndexMap<(String, Got, Got), Group> = IndexMap::new();
    for (profile, (row, new_row)) in PROFILES.iter().zip(rows.iter().zip(&new_rows)) {
        let machine = profile.host().platform().to_string();
        for (engine, pair) in engines.iter().zip(row.iter().zip(new_row)) {
            let (Some(was), Some(is)) = pair else { continue };
            let (Ok(was), Ok(is)) = (got(&old, was), got(&new, is)) else {
                effects.unread += 1;
                continue;
            };
            let (Some(was), Some(is)) = (was, is) else { continue };
            let all = choosing.entry(machine.clone()).or_default();
            if !all.contains(engine) {
                all.push(engine);
            }
            if was != is {
                let group = groups.entry((machine.clone(), was, is)).or_default();
                if !group.0.contains(&profile) {
                    group.0.push(profile);
                }
                if !group.1.contains(engine) {
                    group.1.push(engine);
                }
            }
        }
    }
    effects.changes = groups
        .into_iter()
        .map(|((machine, before, after), (profiles, of_group))| {
            let every_engine =
                choosing.get(&machine).is_some_and(|all| all.len() == of_group.len());
            Effect { machine, profiles, engines: of_group, every_engine, before, after }
        })
        .collect();
    effects
}

/// What an outcome amounts to; inside, `None` for an engine that takes the whole list on every
/// machine, and outside an error if that has not been read or followed.
fn got(offer: &Offer, outcome: &Outcome) -> Result<Option<Got>, ()> {
    let image = |path: &[usize]| {
        if path.is_empty() {
            return (!offer.media_type.is_index()).then(|| Got::Image {
                platform: "the single image".to_owned(),
                digest: offer.digest.clone(),
            });
        }
        let entry = offer.at(path)?;
        let platform =
            entry.platform.as_ref().map_or_else(|| "an image".to_owned(), ToString::to_string);
        Some(Got::Image { platform, digest: entry.digest.clone()? })
    };
    match outcome {
        Outcome::Picked(path) => Ok(image(path)),
        Outcome::Failed(_) | Outcome::Fails(_) | Outcome::Nothing => Ok(Some(Got::Nothing)),
        Outcome::Several(paths) => {
            let digests = paths
                .iter()
                .filter_map(|path| offer.at(path).and_then(|entry| entry.digest.clone()));
            Ok(Some(Got::Several(digests.collect())))
        }
        Outcome::Needs(_) | Outcome::Unknown(_) => Err(()),
    }
}

/// The first that has it.
struct Both<'l>(&'l dyn Lookup, &'l dyn Lookup);

impl Lookup for Both<'_> {
    fn manifest(&self, digest: &Digest) -> Option<std::sync::Arc<Document>> {
        self.0.manifest(digest).or_else(|| self.1.manifest(digest))
    }

    fn config(&self, digest: &Digest) -> Option<std::sync::Arc<crate::oci::ConfigDocument>> {
        self.0.config(digest).or_else(|| self.1.config(digest))
    }
}
