//! A reference as it is typed in any field for one: what it means, and what it begins with.

use super::begun::{Begun, NamesOf};
use super::cx::Cx;
use super::paste::understand;
use super::sample::{Sample, in_demo};
use crate::oci::{Aliases, Digest, Location, Repository, Target};

/// What an address begins with, and no repository that somebody would type.
const SCHEMES: [&str; 2] = ["http", "https"];
/// Stands for the rest of a tag that is not typed yet.
const ANY_TAG: &str = "x";

/// What is typed in a field for a reference: one of the demo's, `:tag` of the repository that the
/// field is about, a digest in it, any reference, a pull command, or the beginning of one of these.
#[derive(Debug, Clone)]
pub struct TypedReference<'a> {
    text: &'a str,
    here: Option<Repository>,
    samples: &'a [Sample],
    aliases: &'a Aliases,
}

impl<'a> TypedReference<'a> {
    /// What is typed in a field; a tag or digest alone is in the repository `here`.
    pub(super) fn new(text: &'a str, here: Option<Repository>, cx: &'a Cx) -> Self {
        Self { text: text.trim(), here, samples: &cx.samples, aliases: &cx.aliases }
    }

    /// The one image that is meant.
    ///
    /// # Errors
    /// In words: what is wrong with it.
    pub(super) fn image(&self) -> Result<Location, String> {
        match self.target()? {
            Target::Image(location) => Ok(location),
            Target::Repositories { .. } => {
                Err(format!("{} names repositories; write which image", self.text))
            }
        }
    }

    /// What is meant: an image, or the repositories of a registry.
    ///
    /// # Errors
    /// In words: what is wrong with it.
    pub(super) fn target(&self) -> Result<Target, String> {
        Target::parse(&self.whole()?).map_err(|error| error.to_string())
    }

    /// What was typed as a reference that means the same everywhere: with the repository, and without
    /// short names.
    ///
    /// # Errors
    /// In words, if a tag or a digest is alone and there is no repository.
    pub(super) fn whole(&self) -> Result<String, String> {
        self.written_out(self.text)
    }

    fn written_out(&self, text: &str) -> Result<String, String> {
        if text.starts_with(':') {
            let here = self.here.as_ref();
            let here = here.ok_or("a tag alone says no repository; write REPOSITORY:TAG")?;
            return Ok(format!("{here}{text}"));
        }
        if let Ok(digest) = text.trim_start_matches('@').parse::<Digest>() {
            let here = self.here.as_ref().ok_or_else(|| {
                let (algorithm, short) = (digest.algorithm().name(), digest.short());
                format!("a digest alone says no repository; write REPOSITORY@{algorithm}:{short}…")
            })?;
            return Ok(format!("{here}@{digest}"));
        }
        Ok(in_demo(self.samples, text)
            .unwrap_or_else(|| self.aliases.expand(&understand(text)).into_owned()))
    }

    /// The repository that it is in if it begins with the `:` of a tag or the `@` of a digest.
    pub(super) fn within(&self) -> Option<Repository> {
        self.here.clone().filter(|_| self.text.starts_with([':', '@']))
    }

    /// What is begun: a name behind `:` and a repository, which may be the one that the field is
    /// about, or behind `/` and a registry. Docker Hub lists no repositories.
    pub(super) fn begun(&self) -> Option<Begun> {
        let at = self.text.rfind([':', '/'])?;
        let (place, rest) = self.text.split_at_checked(at)?;
        // A target has further tags behind commas.
        let name = rest.rfind([':', '/', ',', ' ']).and_then(|before| rest.get(before + 1..))?;
        let before = self.text.strip_suffix(name)?;
        let begun = |of, path: String| {
            let (before, is_bare) = (before.to_owned(), name.is_empty());
            Some(Begun { of, before, path, is_bare })
        };
        let target = |text: &str| Target::parse(&self.written_out(text).ok()?).ok();
        if rest.starts_with('/') {
            let whole = self.written_out(before).ok()?;
            let whole = whole.strip_prefix("docker://").unwrap_or(&whole);
            // A single word is the beginning of a path.
            let (registry, _) = whole.split_once('/')?;
            Target::parse(registry).ok().filter(|it| matches!(it, Target::Repositories { .. }))?;
            return match Target::parse(whole).ok()? {
                Target::Repositories { host, prefix } if !host.is_docker_hub() => {
                    begun(NamesOf::Repositories(host), prefix)
                }
                _ => None,
            };
        }
        // `oci:`, `https:` and the like go on with something else, `localhost:` with a port.
        if SCHEMES.contains(&place) || matches!(target(place), Some(Target::Repositories { .. })) {
            return None;
        }
        match target(&format!("{place}:{ANY_TAG}"))? {
            Target::Image(Location::Registry(it)) if it.tag.as_deref() == Some(ANY_TAG) => {
                begun(NamesOf::Tags(it.repository), String::new())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed<'a>(
        text: &'a str,
        here: Option<&Repository>,
        samples: &'a [Sample],
        aliases: &'a Aliases,
    ) -> TypedReference<'a> {
        TypedReference { text: text.trim(), here: here.cloned(), samples, aliases }
    }

    #[test]
    fn a_reference_is_begun_with_its_registry_or_repository() {
        let here = Repository::parse("r.io/o/app").unwrap();
        let all = [("team", "ghcr.io/team/"), ("lan", "lan.io:5000"), ("web", "ghcr.io/o/web:1")];
        let mut aliases = Aliases::default();
        all.into_iter().for_each(|(name, whole)| aliases.add(name, whole).unwrap());
        let samples = [Sample {
            name: "demo/app:1".to_owned(),
            reference: "127.0.0.1:80/demo/app:1".to_owned(),
            title: String::new(),
            note: String::new(),
        }];
        for (text, list, before) in [
            (":", "tags r.io/o/app", ":"),
            (":1.2", "tags r.io/o/app", ":"),
            ("ghcr.io/o/tool:", "tags ghcr.io/o/tool", "ghcr.io/o/tool:"),
            ("alpine:3", "tags docker.io/library/alpine", "alpine:"),
            ("docker:", "tags docker.io/library/docker", "docker:"),
            ("docker pull alpine:", "tags docker.io/library/alpine", "docker pull alpine:"),
            ("r.io/app:1.0,1", "tags r.io/app", "r.io/app:1.0,"),
            (":1.0, 1", "tags r.io/o/app", ":1.0, "),
            ("team/tool:", "tags ghcr.io/team/tool", "team/tool:"),
            ("web:", "tags ghcr.io/o/web", "web:"),
            ("lan/", "repositories lan.io:5000", "lan/"),
            ("demo/app:", "tags 127.0.0.1:80/demo/app", "demo/app:"),
            ("127.0.0.1:5000/", "repositories 127.0.0.1:5000", "127.0.0.1:5000/"),
            ("docker://ghcr.io/o/", "repositories ghcr.io o/", "docker://ghcr.io/o/"),
            ("ghcr.io/o/to", "repositories ghcr.io o/", "ghcr.io/o/"),
            ("team/to", "repositories ghcr.io team/", "team/"),
            ("alpine", "", ""),
            ("library/", "", ""),
            ("docker.io/library/", "", ""),
            ("localhost:", "", ""),
            ("lan:", "", ""),
            ("oci:", "", ""),
            ("oci-archive:", "", ""),
            ("https:", "", ""),
            ("https://ghcr.io/", "", ""),
            ("r.io/app@sha256:", "", ""),
            ("a b:", "", ""),
            ("", "", ""),
        ] {
            let begun = typed(text, Some(&here), &samples, &aliases).begun();
            let of = begun.as_ref().map(|it| match &it.of {
                NamesOf::Tags(repository) => {
                    format!("tags {}/{}", repository.host, repository.path)
                }
                NamesOf::Repositories(host) => format!("repositories {host} {}", it.path),
            });
            assert_eq!(of.unwrap_or_default().trim_end(), list, "{text:?}");
            assert_eq!(begun.map(|it| it.before).unwrap_or_default(), before, "{text:?}");
        }
        assert_eq!(typed(":", None, &[], &aliases).begun(), None);
    }

    #[test]
    fn what_is_typed_means_the_same_in_every_field() {
        let here = Repository::parse("r.io/o/app").unwrap();
        let aliases = Aliases::default();
        let digest = Digest::sha256(b"");
        for (text, whole) in [
            (" :1 ".to_owned(), "r.io/o/app:1".to_owned()),
            (digest.to_string(), format!("r.io/o/app@{digest}")),
            (format!("@{digest}"), format!("r.io/o/app@{digest}")),
            (":2.1, 2".to_owned(), "r.io/o/app:2.1, 2".to_owned()),
            ("docker pull alpine".to_owned(), "alpine".to_owned()),
        ] {
            assert_eq!(typed(&text, Some(&here), &[], &aliases).whole(), Ok(whole), "{text}");
        }
        assert!(typed(":1", None, &[], &aliases).image().unwrap_err().starts_with("a tag alone"));
        let said = typed("r.io/o/", None, &[], &aliases).image().unwrap_err();
        assert_eq!(said, "r.io/o/ names repositories; write which image");
    }
}
