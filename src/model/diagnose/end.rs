//! What an engine ends with.

use crate::model::select::{Content, Offer};
use crate::model::tree::Tree;
use crate::oci::{Digest, Failure, Platform};

/// What is behind a reference: what engines are offered of it, and the tree that it was read
/// into.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The tree.
    pub tree: &'a Tree,
    /// The offer.
    pub offer: &'a Offer,
}

impl<'a> Seen<'a> {
    /// Why the document at this path, or its config, could not be read.
    #[must_use]
    pub fn failure(self, path: &[usize]) -> Option<&'a Failure> {
        self.manifest_failure(path).or_else(|| {
            let config = self.tree.config_of(self.tree.at_path(path)?)?;
            self.tree.node(config)?.load.failure()
        })
    }

    /// Why the document at this path could not be read.
    #[must_use]
    pub fn manifest_failure(self, path: &[usize]) -> Option<&'a Failure> {
        self.tree.node(self.tree.at_path(path)?)?.load.failure()
    }
}

/// A document that an engine ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Where it is; the root is the empty path.
    pub path: Vec<usize>,
    /// Its digest.
    pub digest: Digest,
    /// The platform that its entry names, else the one in its config.
    pub platform: Option<Platform>,
    /// What it runs on as far as is known: the config's word, the entry's if that is silent.
    pub runs_on: Option<Platform>,
    /// Whether it is an index, taken as a whole.
    pub is_index: bool,
}

impl End {
    /// What is at this path.
    #[must_use]
    pub fn at(seen: Seen<'_>, path: &[usize]) -> Option<Self> {
        let Seen { tree, offer } = seen;
        let (digest, listed, content) = match offer.at(path) {
            Some(entry) => (entry.digest.clone()?, entry.platform.clone(), &entry.content),
            None => (offer.digest.clone(), None, &offer.content),
        };
        let config = match content {
            Content::Image(facts) => facts.config.clone(),
            // The platform of schema 1 is in the manifest itself.
            Content::Other => tree.at_path(path).and_then(|id| tree.platform_of(id)),
            _ => None,
        };
        let named = |platform: &Platform| !platform.is_empty();
        let listed = listed.filter(named);
        let config = config.filter(named);
        Some(Self {
            path: path.to_vec(),
            digest,
            runs_on: truth(listed.as_ref(), config.as_ref()),
            platform: listed.or(config),
            is_index: matches!(content, Content::Index(_)),
        })
    }

    /// The platform as it is shown.
    #[must_use]
    pub fn platform_text(&self) -> Option<String> {
        self.platform.as_ref().map(Platform::to_string)
    }
}

/// Configs often leave the variant and the version out, which are not a contradiction then.
fn truth(listed: Option<&Platform>, config: Option<&Platform>) -> Option<Platform> {
    let config = config.filter(|it| !it.os.is_empty() && !it.architecture.is_empty());
    let (Some(listed), Some(config)) = (listed, config) else {
        return config.or(listed).cloned();
    };
    let mut truth = config.clone();
    if truth.variant.is_empty() && listed.architecture == truth.architecture {
        truth.variant.clone_from(&listed.variant);
    }
    if truth.os_version.is_empty() && listed.os == truth.os {
        truth.os_version.clone_from(&listed.os_version);
    }
    Some(truth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_config_decides_where_it_says_something() {
        let of = |os, architecture, variant| Platform::new(os, architecture, variant);
        let listed = of("linux", "arm", "v6");
        for (config, expected) in [
            (of("linux", "arm", ""), "linux/arm/v6"),
            (of("linux", "arm", "v7"), "linux/arm/v7"),
            (of("linux", "amd64", ""), "linux/amd64"),
            (of("", "amd64", ""), "linux/arm/v6"),
        ] {
            let found = truth(Some(&listed), Some(&config)).map(|it| it.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{config}");
        }
        assert_eq!(truth(None, None), None);
    }
}
