//! What each machine gets of an image.

use super::{Behind, Fleet, Image, Served as ServedTo};
use crate::model::diagnose::{End, Seen, Served};
use crate::model::select::platforms::Normal;
use crate::model::select::{Engine, Host, Matrix, Need, Offer, Outcome, outcome};
use crate::model::tree::Tree;
use crate::oci::{Digest, Platform, Reference};

/// What one machine gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// An image for it.
    Gets {
        /// The image's platform.
        platform: String,
        /// The image's digest.
        digest: Digest,
    },
    /// An image for other machines.
    Wrong {
        /// The image's platform.
        platform: String,
        /// The image's digest.
        digest: Digest,
        /// Why it is not for the machine.
        why: String,
    },
    /// Nothing, with the engine's words.
    Nothing(String),
    /// It is not known, with the reason.
    Unknown(String),
    /// It is not asked about for this machine: only the one that builds pulls it, or its pods run
    /// on other nodes.
    NotAsked,
}

/// What is asked about an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The image.
    pub reference: Reference,
    /// The engine that pulls it.
    pub engine: &'static Engine,
    /// For each machine of the fleet the one that is asked about: another one if its platform is
    /// fixed, `None` if it does not pull the image.
    pub hosts: Vec<Option<Host>>,
    /// The platforms that it should have.
    pub expected: Vec<Platform>,
}

impl Cell {
    /// Whether it is a finding.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        matches!(self, Self::Wrong { .. } | Self::Nothing(_))
    }
}

impl Fleet {
    /// What is to be asked about an image; nothing before its engine is set.
    #[must_use]
    pub fn question(&self, image: &Image) -> Option<Question> {
        let is_for_any = self.hosts.iter().any(|host| self.is_for(image, host));
        let fixed = self.places(image).find_map(|(_, mention)| match &mention.served {
            ServedTo::Only(platform) => Some(Host::new(platform)),
            ServedTo::Nodes(nodes) => nodes.one(),
            ServedTo::Targets | ServedTo::BuildMachine => None,
        });
        let host = |host: &Host| match (self.is_for(image, host), is_for_any) {
            (true, _) => Some(host.clone()),
            (false, true) => None,
            (false, false) => fixed.clone(),
        };
        Some(Question {
            reference: image.reference.clone(),
            engine: image.engine?,
            hosts: self.hosts.iter().map(host).collect(),
            expected: self.expected_of(image),
        })
    }
}

impl Question {
    /// What has to be read before it can be answered.
    #[must_use]
    pub fn needs(&self, offer: &Offer) -> Vec<Need> {
        let hosts: Vec<Host> = self.hosts.iter().flatten().cloned().collect();
        let mut needs: Vec<Need> = Matrix::new(&hosts, &[self.engine], offer)
            .rows
            .into_iter()
            .flatten()
            .flatten()
            .flat_map(|outcome| match outcome {
                Outcome::Needs(needs) => needs,
                _ => Vec::new(),
            })
            .collect();
        if !self.expected.is_empty() {
            needs.extend(offer.unread_platforms());
        }
        needs
    }

    /// The answer, of what was read.
    #[must_use]
    pub fn answer(&self, tree: &Tree, offer: &Offer) -> Behind {
        let cell = |host: &Option<Host>| match host {
            Some(host) => cell(self.engine, host, tree, offer),
            None => Cell::NotAsked,
        };
        let platforms = offer.images();
        let normal: Vec<Normal> = platforms.iter().map(|(it, _)| Normal::new(it)).collect();
        let is_missing = |platform: &&Platform| {
            let wanted = Normal::new(platform);
            !normal.iter().any(|found| found.is_for(&wanted))
        };
        Behind {
            digest: offer.digest.clone(),
            cells: self.hosts.iter().map(cell).collect(),
            missing: self.expected.iter().filter(is_missing).cloned().collect(),
            platforms,
        }
    }
}

fn cell(engine: &'static Engine, host: &Host, tree: &Tree, offer: &Offer) -> Cell {
    if !engine.runs_on(host.os()) {
        return Cell::Unknown(format!("{} does not run on {}", engine.title, host.os()));
    }
    let seen = Seen { tree, offer };
    let outcome = outcome(engine, host, None, offer);
    let end = outcome.pick().and_then(|path| End::at(seen, path));
    let served = Served::of(engine, host, &outcome, end.as_ref(), seen);
    if let Outcome::Failed(words) = outcome {
        return Cell::Nothing(words);
    }
    let Some(end) = end else {
        let why = served.problem().unwrap_or_default().to_owned();
        return if served.matches_host() == Some(false) {
            Cell::Nothing(why)
        } else {
            Cell::Unknown(why)
        };
    };
    let platform = end.platform_text().unwrap_or_default();
    let digest = end.digest.clone();
    match served {
        Served::Right | Served::Depending(_) | Served::Whole => Cell::Gets { platform, digest },
        Served::Wrong(why) | Served::Nothing(why) => Cell::Wrong { platform, digest, why },
        Served::Unknown(why) => Cell::Unknown(why),
    }
}
