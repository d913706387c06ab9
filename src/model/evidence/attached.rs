//! Evidence that was read, beside what it is attached to and what the image itself says.

use std::sync::Arc;

use super::coverage::{Coverage, Row};
use super::databases::{Databases, READ, UNREAD};
use super::digest_tag::DigestTag;
use super::items::Item;
use super::open::{Body, Evidence};
use super::sbom::{Sbom, Which};
use crate::model::tree::{Node, Tree};
use crate::oci::{Descriptor, Digest, Manifest};

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
    /// SBOMs that tell of all of an image: not of a stage, and not cut.
    pub fn comparable(&self) -> impl Iterator<Item = (&Attached, &Sbom)> {
        let read = self.read.iter().filter_map(|it| Some((it, it.sbom()?)));
        read.filter(|(_, sbom)| sbom.which() == Which::Image && sbom.left_out == 0)
    }

    /// The images whose SBOMs can be held against the databases in them, and whose databases were
    /// not read, each with its layers, the lowest first.
    #[must_use]
    pub fn unread_databases(&self, tree: &Tree) -> Vec<(Digest, Vec<Option<Arc<Descriptor>>>)> {
        let is_kept = |kind: &str| kind == UNREAD || READ.iter().any(|(read, _)| *read == kind);
        let tells =
            |sbom: &Sbom| sbom.is_empty() || sbom.packages.iter().any(|it| is_kept(&it.kind));
        let mut found: Vec<(Digest, Vec<Option<Arc<Descriptor>>>)> = Vec::new();
        for (attached, sbom) in self.comparable() {
            let row = attached.row.as_ref();
            let is_known = |digest: &Digest| *digest == row.digest;
            if row.is_list
                || !tells(sbom)
                || self.databases.iter().any(|(digest, _)| is_known(digest))
                || found.iter().any(|(digest, _)| is_known(digest))
            {
                continue;
            }
            let document = tree.node(row.node).and_then(Node::document);
            if let Some(Manifest::Image(image)) = document.map(|it| &it.manifest) {
                let layers = image.layers.iter().map(|entry| entry.descriptor().cloned());
                found.push((row.digest.clone(), layers.collect()));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::open::{Stated, open};
    use super::super::{Item, Kind};
    use super::*;
    use crate::model::world::World;
    use crate::oci::MediaType;

    /// What is not held against the databases, they are not read for.
    #[test]
    fn layers_are_read_for_what_can_be_compared() {
        let mut world = World::default();
        let image = world.image("linux/amd64");
        world.set_index(vec![image.clone()]);
        let mut tree = Tree::default();
        while let Some((_, need)) = tree.next_wanted(&[]) {
            tree.attach(&need, world.answer(&need));
        }
        tree.settle();
        let coverage = Coverage::of(&tree);
        let digest: Digest = image["digest"].as_str().unwrap().parse().unwrap();
        let row = coverage.rows.iter().find(|row| row.digest == digest).unwrap().clone();
        let asked = |kind: &str, name: &str, left_out: usize| {
            let package = json!({ "SPDXID": "a", "name": "a", "externalRefs": [{
                "referenceType": "purl", "referenceLocator": format!("pkg:{kind}/a@1") }] });
            let packages = if kind.is_empty() { json!([]) } else { json!([package]) };
            let document = json!({ "spdxVersion": "SPDX-2.3", "name": name, "packages": packages });
            let mut evidence = open(&document.to_string().into(), &Stated::default()).unwrap();
            let Body::Sbom(sbom) = &mut evidence.body else { panic!("{evidence:?}") };
            sbom.left_out = left_out;
            let descriptor = Descriptor::new(MediaType::OciManifest, digest.clone(), 1);
            let item = Item::bare(Kind::Sbom, Arc::new(descriptor));
            let read =
                vec![Attached { row: Arc::new(row.clone()), item, said: Ok(Arc::new(evidence)) }];
            let mut attested = Attested { coverage: coverage.clone(), read, ..Attested::default() };
            let unread = attested.unread_databases(&tree);
            attested.databases.push((digest.clone(), Ok(Databases::default())));
            assert_eq!(attested.unread_databases(&tree), [], "{kind} {name} is read");
            unread
        };
        for kind in ["deb", "apk", "rpm"] {
            let unread = asked(kind, "image", 0);
            assert_eq!((unread.len(), &unread[0].0), (1, &digest), "{kind}");
            assert_eq!(unread[0].1.len(), 2, "its layers");
            assert_eq!(asked(kind, "image", 1), [], "{kind}: a part of its packages");
            assert_eq!(asked(kind, "sbom-build", 0), [], "{kind}: of a stage");
        }
        assert_eq!(asked("npm", "image", 0), []);
        assert_eq!(asked("", "image", 0).len(), 1, "none at all");
        assert_eq!(asked("", "sbom-build", 0), []);
    }
}
