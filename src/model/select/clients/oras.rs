//! oras-go (internal/platform/platform.go, content.go). Without a request there is no selection:
//! the index itself is the result. With one, a nested index is taken like an image, and a bare
//! manifest must name the platform in its config.

use crate::oci::{MediaType, Platform};

use super::super::Host;
use super::super::judge::{Judge, choose};
use super::super::offer::{Offer, Path};
use super::super::run::{Client, Run, Visit};
use super::super::selection::{Missing, Outcome};
use super::first::First;

/// A copy with oras.
pub(super) struct Oras {
    judge: Option<First>,
    /// Stands in if nothing is compared.
    idle: First,
}

impl Oras {
    /// # Errors
    /// oras's own sentence for a request that it does not understand.
    pub(super) fn new(host: &Host, request: Option<&str>) -> Result<Self, String> {
        Ok(Self {
            judge: request
                .map(|text| Ok::<_, String>(First::new(parse(text, host)?, None)))
                .transpose()?,
            idle: First::new(Platform::default(), None),
        })
    }

    fn no_match(offer: &Offer) -> String {
        format!("{}: not found: no matching manifest was found in the manifest list", offer.digest)
    }

    fn root(judge: &First, offer: &Offer) -> Run {
        let expected = match offer.media_type {
            MediaType::OciManifest => MediaType::OciConfig,
            MediaType::DockerManifest => MediaType::DockerConfig,
            _ => {
                let (digest, media_type) = (&offer.digest, &offer.media_type);
                return Run::failed(format!("{digest}: {media_type}: unsupported"));
            }
        };
        let Some(facts) = offer.facts() else {
            return Run::needs(Path::new(), offer, Missing::Config);
        };
        if let Some(odd) = facts.config_type.as_ref().filter(|found| **found != expected) {
            return Run::failed(format!(
                "fail to recognize platform from unknown config {odd}: expect {expected}: \
                 unsupported"
            ));
        }
        match &facts.config {
            None => Run::needs(Path::new(), offer, Missing::Config),
            Some(config) if judge.takes(config) => Run::root(),
            Some(_) => Run::failed(format!(
                "{}: not found: platform in manifest does not match target platform",
                offer.digest
            )),
        }
    }
}

/// `os[/architecture[/variant]][:version]`; a missing architecture is that of oras itself.
fn parse(text: &str, host: &Host) -> Result<Platform, String> {
    let (names, version) = text.split_once(':').unwrap_or((text, ""));
    let parts: Vec<&str> = names.split('/').collect();
    let mut platform = match *parts.as_slice() {
        [os] => Platform::new(os, host.architecture(), ""),
        [os, architecture] => Platform::new(os, architecture, ""),
        [os, architecture, variant] => Platform::new(os, architecture, variant),
        _ => {
            return Err(format!(
                "failed to parse platform \"{text}\": expected format os[/arch[/variant]]"
            ));
        }
    };
    if platform.os.is_empty() {
        return Err("invalid platform: OS cannot be empty".to_owned());
    }
    if platform.architecture.is_empty() {
        return Err("invalid platform: Architecture cannot be empty".to_owned());
    }
    version.clone_into(&mut platform.os_version);
    Ok(platform)
}

impl Client for Oras {
    fn run(&self, offer: &Offer) -> Run {
        let Some(judge) = &self.judge else { return Run::root() };
        if !offer.media_type.is_index() {
            return Self::root(judge, offer);
        }
        let Some(level) = offer.level(&[]) else {
            // An image that is sent as a list has no entries (oras 1.3.6).
            if offer.facts().is_some() {
                return Run::failed(Self::no_match(offer));
            }
            return Run::needs(Path::new(), offer, Missing::Index);
        };
        let visits = vec![Visit::new(&[])];
        match choose(level, judge) {
            Some(at) => Run::short(Outcome::Picked(vec![at])).visiting(visits),
            None => Run::failed(Self::no_match(offer)).visiting(visits),
        }
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        self.judge.as_ref().unwrap_or(&self.idle)
    }

    fn notes(&self, offer: &Offer, _: &Run) -> Vec<String> {
        if self.judge.is_none() && offer.media_type.is_index() {
            vec!["without --platform oras selects nothing: it takes the whole index".to_owned()]
        } else {
            Vec::new()
        }
    }
}
