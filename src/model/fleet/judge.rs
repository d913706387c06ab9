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
    /// The platforms that single places ask for, whatever the machines of the fleet are: places that
    /// fix one, and places whose nodes are none of these machines. Without the one that `hosts` ask
    /// about.
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
        let mut single = self.single_hosts(image);
        // If it is for none of the machines, they are asked about as the first of these.
        let instead = (!is_for_any && !single.is_empty()).then(|| single.remove(0));
        let host = |host: &Host| match self.is_for(image, host) {
            true => Some(host.clone()),
            false => instead.clone(),
        };
        Some(Question {
            reference: image.reference.clone(),
            engine: image.engine?,
            hosts: self.hosts.iter().map(host).collect(),
            expected: self.expected_of(image),
            fixed: single.iter().map(|host| host.platform().clone()).collect(),
        })
    }

    /// A machine of each platform that single places ask for, whatever the machines of the fleet are.
    fn single_hosts(&self, image: &Image) -> Vec<Host> {
        let mut found: Vec<Host> = Vec::new();
        for (_, mention) in self.places(image) {
            let host = match &mention.served {
                ServedTo::Only(platform) => Some(Host::new(platform)),
                // No machine of the fleet is such a node.
                ServedTo::Nodes(nodes) if !self.hosts.iter().any(|host| nodes.has(host)) => {
                    nodes.one()
                }
                ServedTo::Nodes(_) | ServedTo::Targets | ServedTo::BuildMachine => None,
            };
            let is_new = |host: &Host| !found.iter().any(|it| it.platform() == host.platform());
            let new = host.filter(is_new);
            found.extend(new);
        }
        found
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
