//! Evidence that was read, beside what it is attached to and what the image itself says.

use std::sync::Arc;

use super::coverage::{Coverage, Row};
use super::databases::Databases;
use super::digest_tag::DigestTag;
use super::items::Item;
use super::open::{Body, Evidence};
use super::sbom::{Sbom, Which};
use crate::oci::Digest;

/// The evidence for a reference, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attested {
    /// What there is.
    pub coverage: Coverage,
    /// What was read of it, in the order of the coverage.
    pub read: Vec<Attached>,
    /// What the package databases of images say, by the digest of the image; or why they could not
    /// be read.
    pub databases: Vec<(Digest, Result<Databases, String>)>,
    /// The tags that stand for its digests, if something is wrong with them.
    pub tags: Vec<DigestTag>,
}

impl Attested {
    /// The images whose SBOMs list packages that a database in the image may have, and whose
    /// databases were not read.
    #[must_use]
    pub fn unread_databases(&self) -> Vec<&Row> {
        let mut found: Vec<&Row> = Vec::new();
        for attached in &self.read {
            let lists = attached.sbom().is_some_and(|sbom| {
                sbom.which() == Which::Image
                    && sbom.packages.iter().any(|it| matches!(&*it.kind, "deb" | "apk" | "rpm"))
            });
            let row = attached.row.as_ref();
            let is_read = self.databases.iter().any(|(digest, _)| *digest == row.digest);
            if lists
                && !row.is_list
                && !is_read
                && found.iter().all(|known| known.digest != row.digest)
            {
                found.push(row);
            }
        }
        found
    }
}

/// One piece of evidence, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The manifest that it is attached to.
    pub row: Arc<Row>,
    /// What it was before it was read.
    pub item: Item,
    /// What it says; or why it cannot be read.
    pub said: Result<Arc<Evidence>, String>,
}

impl Attached {
    /// What it says, if it can be read.
    #[must_use]
    pub fn evidence(&self) -> Option<&Evidence> {
        self.said.as_ref().ok().map(AsRef::as_ref)
    }

    /// The SBOM that it holds.
    #[must_use]
    pub fn sbom(&self) -> Option<&Sbom> {
        match &self.evidence()?.body {
            Body::Sbom(sbom) => Some(sbom),
            _ => None,
        }
    }

    /// `the SBOM sha256:0123456789ab of linux/arm64`.
    #[must_use]
    pub fn name(&self) -> String {
        let kind = match self.evidence() {
            Some(evidence) => evidence.kind(),
            None => self.item.kind,
        };
        let kind = match kind {
            super::Kind::Other => "statement",
            kind => kind.word(),
        };
        format!("the {kind} {} of {}", self.item.manifest.short(), self.row.name())
    }
}
