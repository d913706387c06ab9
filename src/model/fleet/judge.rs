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
    /// The platforms that places fix, or whose nodes are none of the fleet's, beside the one that the machines of the fleet are asked about
    /// as: an image for each is pulled, too.
    pub fixed: Vec<Platform>,
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
        let first = self.places(image).find_map(|(_, mention)| match &mention.served {
            ServedTo::Only(platform) => Some(Host::new(platform)),
            ServedTo::Nodes(nodes) => nodes.one(),
            ServedTo::Targets | ServedTo::BuildMachine => None,
        });
        let host = |host: &Host| match (self.is_for(image, host), is_for_any) {
            (true, _) => Some(host.clone()),
            (false, true) => None,
            (false, false) => first.clone(),
        };
        let mut fixed: Vec<Platform> = Vec::new();
        for (_, mention) in self.places(image) {
            let platform = match &mention.served {
                ServedTo::Only(platform) => Some(platform.clone()),
                // No machine of the fleet is such a node.
                ServedTo::Nodes(nodes) if !self.hosts.iter().any(|host| nodes.has(host)) => {
                    nodes.one().map(|host| host.platform().clone())
                }
                _ => None,
            };
            let new = platform.filter(|it| !fixed.contains(it));
            fixed.extend(new);
        }
        let asked = first.as_ref().filter(|_| !is_for_any).map(Host::platform);
        fixed.retain(|platform| asked != Some(platform));
        Some(Question {
            reference: image.reference.clone(),
            engine: image.engine?,
            hosts: self.hosts.iter().map(host).collect(),
            expected: self.expected_of(image),
            fixed,
        })
    }
}

impl Question {
    /// What has to be read before it can be answered.
    #[must_use]
    pub fn needs(&self, offer: &Offer) -> Vec<Need> {
        let fixed = self.fixed.iter().map(Host::new);
        let hosts: Vec<Host> = self.hosts.iter().flatten().cloned().chain(fixed).collect();
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
        let mut missing: Vec<Platform> = self.expected.iter().filter(is_missing).cloned().collect();
        let gets_none = |platform: &&Platform| cell(&Some(Host::new(platform))).is_finding();
        for platform in self.fixed.iter().filter(gets_none) {
            if !missing.contains(platform) {
                missing.push(platform.clone());
            }
        }
        Behind {
            digest: offer.digest.clone(),
            cells: self.hosts.iter().map(cell).collect(),
            missing,
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
