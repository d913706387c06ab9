//! go-containerregistry: crane, ko, kaniko, skaffold (pkg/v1/remote/index.go, descriptor.go,
//! pkg/v1/platform.go). Without a request it looks for linux/amd64, whatever the host is, and it
//! takes an entry without a platform for that.

use crate::oci::{MediaType, Platform};

use super::super::judge::Judge;
use super::super::limits::repository;
use super::super::offer::Offer;
use super::super::run::{Client, End, Run, descend};
use super::super::selection::{Missing, Outcome};
use super::first::First;

/// A pull with go-containerregistry.
pub(super) struct Ggcr {
    judge: First,
    /// The platform as its errors write it.
    named: String,
}

impl Ggcr {
    /// # Errors
    /// The library's own sentence for a request that it does not understand.
    pub(super) fn new(request: Option<&str>) -> Result<Self, String> {
        let linux = Platform::new("linux", "amd64", "");
        let wanted = match request {
            Some(text) => parse(text)?,
            None => linux.clone(),
        };
        Ok(Self { named: written(&wanted), judge: First::new(wanted, Some(linux)) })
    }
}

/// `os[/architecture[/variant]][:version]`, nothing normalised.
fn parse(text: &str) -> Result<Platform, String> {
    let mut halves = text.trim().split(':');
    let names = halves.next().unwrap_or_default();
    let version = halves.next().filter(|_| halves.next().is_none()).unwrap_or_default();
    let mut parts = names.split('/');
    let mut next = || parts.next().unwrap_or_default();
    let mut platform = Platform::new(next(), next(), next());
    version.clone_into(&mut platform.os_version);
    if parts.next().is_some() {
        return Err(format!("too many slashes in platform spec: {text}"));
    }
    Ok(platform)
}

fn written(platform: &Platform) -> String {
    if platform.os.is_empty() {
        return String::new();
    }
    let mut text = platform.os.clone();
    for part in [&platform.architecture, &platform.variant] {
        if !part.is_empty() {
            text.push('/');
            text.push_str(part);
        }
    }
    if !platform.os_version.is_empty() {
        text.push(':');
        text.push_str(&platform.os_version);
    }
    text
}

impl Client for Ggcr {
    fn run(&self, offer: &Offer) -> Run {
        if offer.media_type.is_schema1() {
            return Run::failed(schema1(&offer.media_type));
        }
        if !offer.media_type.is_index() {
            return Run::root();
        }
        let descent = descend(offer, &self.judge);
        match descent.end {
            End::Nothing | End::NotAnIndex => {
                let index = match offer.at(&descent.path) {
                    None => offer.reference.clone(),
                    Some(nested) => {
                        format!("{}@{}", repository(&offer.reference), nested.digest_text())
                    }
                };
                let text = format!("no child with platform {} in index {index}", self.named);
                Run::failed(text).visiting(descent.visits)
            }
            End::Foreign(candidate) if candidate.media_type.is_schema1() => {
                Run::failed(schema1(&candidate.media_type)).visiting(descent.visits)
            }
            // Other types are taken for an image.
            End::Foreign(_) => {
                let path = descent.path.clone();
                let depth = path.len();
                Run::short(Outcome::Picked(path)).visiting(descent.cut_to(depth).visits)
            }
            End::Image(_) => Run::short(Outcome::Picked(descent.path)).visiting(descent.visits),
            End::Unread => Run::needs(descent.path, offer, Missing::Index).visiting(descent.visits),
            End::TooDeep => Run::too_deep().visiting(descent.visits),
        }
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        &self.judge
    }
}

fn schema1(media_type: &MediaType) -> String {
    format!(
        "unsupported MediaType: \"{media_type}\", see \
         https://github.com/google/go-containerregistry/issues/377"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_and_written_as_they_are() {
        for text in ["linux/arm64/v8", "windows/amd64:10.0.17763.1", "linux", "Linux/x86_64"] {
            assert_eq!(written(&parse(text).unwrap()), text);
        }
        assert!(parse("a/b/c/d").is_err());
    }
}
