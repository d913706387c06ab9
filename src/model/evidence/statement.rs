//! in-toto statements, v0.1 and v1 (in-toto/attestation, `spec/v1/statement.md`).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::loose::{Many, Pairs, Text};
use super::purl::Purl;
use crate::oci::{Digest, Platform};

/// What a statement or signature speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// Its name, often a package URL; never compared, since it is the place of making.
    pub name: Option<String>,
    /// Its digests: algorithm and hex digits, as written.
    pub digests: Vec<(String, String)>,
}

impl Subject {
    /// A subject of which only the digest (`sha256:…`) is known, as written.
    pub(super) fn of_digest(text: &str, name: Option<String>) -> Self {
        let (algorithm, hex) = text.split_once(':').unwrap_or(("", text));
        Self { name, digests: vec![(algorithm.to_owned(), hex.to_owned())] }
    }

    /// The first digest of an algorithm that names content of registries.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.digests.iter().find_map(|(algorithm, hex)| format!("{algorithm}:{hex}").parse().ok())
    }

    /// Whether it names a digest of that algorithm, and another one.
    #[must_use]
    pub fn is_other_than(&self, digest: &Digest) -> bool {
        let algorithm = digest.algorithm().name();
        let mut same = self.digests.iter().filter(|(name, _)| name == algorithm).peekable();
        same.peek().is_some() && same.all(|(_, hex)| !hex.eq_ignore_ascii_case(digest.hex()))
    }

    /// Whether it names this digest.
    #[must_use]
    pub fn is(&self, digest: &Digest) -> bool {
        self.digests.iter().any(|(algorithm, hex)| {
            algorithm == digest.algorithm().name() && hex.eq_ignore_ascii_case(digest.hex())
        })
    }

    /// The platform in a name of BuildKit (`pkg:docker/…?platform=linux%2Farm64`).
    #[must_use]
    pub fn platform(&self) -> Option<Platform> {
        Purl::parse(self.name.as_deref()?)?.platform()
    }
}

/// A statement; its predicate as it was written.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Statement<'a> {
    #[serde(rename = "_type")]
    pub(super) kind: Text,
    subject: Many<RawSubject>,
    #[serde(rename = "predicateType")]
    pub(super) predicate_type: Text,
    #[serde(borrow)]
    pub(super) predicate: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawSubject {
    name: Text,
    digest: Pairs,
}

impl<'a> Statement<'a> {
    /// Reads a statement.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("not a statement: {error}"))
    }

    /// What it speaks of.
    pub(super) fn subjects(&mut self) -> Vec<Subject> {
        let raw = std::mem::take(&mut self.subject.list);
        raw.into_iter().map(|it| Subject { name: it.name.0, digests: it.digest.0 }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_digest_is_told_from_none() {
        let digest = Digest::sha256(b"a");
        let other = Digest::sha256(b"b");
        let subject = |text: &str| Subject::of_digest(text, None);
        for (text, is, differs) in [
            (digest.as_str(), true, false),
            (&digest.as_str().to_uppercase().replace("SHA256", "sha256"), true, false),
            (other.as_str(), false, true),
            // A commit or another algorithm does not claim anything about this digest.
            ("gitCommit:0123456789abcdef0123456789abcdef01234567", false, false),
            ("sha512:00", false, false),
        ] {
            assert_eq!(subject(text).is(&digest), is, "{text}");
            assert_eq!(subject(text).is_other_than(&digest), differs, "{text}");
        }
        assert!(!Subject::default().is_other_than(&digest));
    }
}
