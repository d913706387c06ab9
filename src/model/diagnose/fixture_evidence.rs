//! Evidence in a few words, for the rules' tests.

use std::sync::Arc;

use serde_json::{Value, json};

use super::fixture::{behind, listed};
use super::{Fact, Facts};
use crate::model::evidence::{
    Asked, Attached, Attested, Coverage, Databases, DigestTag, Installed, Item, Kind, Place, Row,
    Stated, open,
};
use crate::model::tree::Tree;
use crate::oci::{Descriptor, Digest, MediaType, Platform};

/// Makes a document from the digests of all entries.
type Made = dyn Fn(&[String]) -> String;

/// A document that is attached to an image of [`attested`], or to its list.
pub(super) struct Attach {
    /// The entry; `None`: the list.
    to: Option<usize>,
    media_type: &'static str,
    document: Box<Made>,
    places: Vec<Place>,
}

impl Attach {
    /// To this entry; the document is made from the digests of all entries.
    pub(super) fn to(entry: usize, document: impl Fn(&[String]) -> String + 'static) -> Self {
        Self::at(Some(entry), document)
    }

    /// To the list.
    pub(super) fn to_list(document: impl Fn(&[String]) -> String + 'static) -> Self {
        Self::at(None, document)
    }

    fn at(to: Option<usize>, document: impl Fn(&[String]) -> String + 'static) -> Self {
        let document = Box::new(document);
        Self { to, media_type: "application/json", document, places: Vec::new() }
    }

    /// Found there.
    pub(super) fn found(self, places: &[Place]) -> Self {
        Self { places: places.to_vec(), ..self }
    }

    pub(super) fn typed(self, media_type: &'static str) -> Self {
        Self { media_type, ..self }
    }
}

/// A list of these entries, everything that refers to them asked for and read.
pub(super) fn attested(entries: &[&str], attached: &[Attach]) -> Facts {
    let mut facts = listed("-", entries);
    let behind = facts.behind.as_ref().unwrap();
    let row = |digest: &Digest, platform: Option<Platform>, is_list: bool| Row {
        node: Tree::default().root(),
        is_list,
        platform,
        digest: digest.clone(),
        items: Vec::new(),
        asked: Asked::Yes,
    };
    let mut rows = vec![row(&behind.digest, None, true)];
    rows.extend(behind.entries.iter().map(|it| row(&it.digest, it.platform.clone(), false)));
    let digests: Vec<String> = behind.entries.iter().map(|it| it.digest.to_string()).collect();
    let mut read = Vec::new();
    for (number, attach) in attached.iter().enumerate() {
        let text = (attach.document)(&digests);
        let stated = Stated { media_type: attach.media_type.to_owned(), ..Stated::default() };
        let said = open(&text.into(), &stated).map(Arc::new);
        let digest = Digest::sha256(number.to_string().as_bytes());
        let descriptor = Descriptor::new(MediaType::OciManifest, digest.clone(), 1);
        let kind = said.as_ref().map_or(Kind::Other, |evidence| evidence.kind());
        let bare = Item::bare(kind, Arc::new(descriptor));
        let item = Item { places: attach.places.clone(), ..bare };
        let at = attach.to.map_or(0, |entry| entry + 1);
        rows[at].items.push(item.clone());
        read.push((at, item, said));
    }
    let read = read.into_iter().map(|(at, item, said)| Attached {
        row: Arc::new(rows[at].clone()),
        item,
        said,
    });
    let read = read.collect();
    facts.attested =
        Fact::Known(Attested { coverage: Coverage { rows }, read, ..Attested::default() });
    facts
}

/// A statement about this digest.
pub(super) fn statement(digest: &str, predicate_type: &str, predicate: &str) -> String {
    let hex = digest.trim_start_matches("sha256:");
    format!(
        r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[{{"digest":{{"sha256":"{hex}"}}}}],"predicateType":"{predicate_type}","predicate":{predicate}}}"#
    )
}

/// An SBOM with one package of each of these architectures.
pub(super) fn sbom(name: &str, architectures: &str) -> String {
    let words = architectures.split_ascii_whitespace();
    let listed: Vec<String> = words.map(|it| format!("deb/p-{it}@1?arch={it}")).collect();
    packages(name, &listed.join(" "))
}

/// An SBOM with these packages, each written as the end of a package URL.
pub(super) fn packages(name: &str, listed: &str) -> String {
    let package = |url: &str| {
        json!({
            "SPDXID": url,
            "name": url.split(['/', '@']).nth(1).unwrap(),
            "externalRefs": [{ "referenceType": "purl", "referenceLocator": format!("pkg:{url}") }],
        })
    };
    let packages: Vec<Value> = listed.split_ascii_whitespace().map(package).collect();
    json!({ "spdxVersion": "SPDX-2.3", "name": name, "packages": packages }).to_string()
}

/// A tag that stands for the digest of an image, with something wrong.
pub(super) fn with_tag(facts: &mut Facts, image: usize, is_stray: bool, unlisted: usize) {
    let of = behind(facts).entries[image].digest.clone();
    let tag = format!("sha256-{}", of.hex());
    let unlisted = (0..unlisted).map(|it| Digest::sha256(it.to_string().as_bytes())).collect();
    let Fact::Known(attested) = &mut facts.attested else { panic!("nothing is attested") };
    attested.tags.push(DigestTag { of, tag, is_stray, unlisted });
}

/// What the databases of an image say: `deb/NAME@VERSION`.
pub(super) fn with_database(facts: &mut Facts, image: usize, installed: &str) {
    let digest = behind(facts).entries[image].digest.clone();
    let one = |text: &str| {
        let (kind, rest) = text.split_once('/').unwrap();
        let (name, version) = rest.split_once('@').unwrap();
        Installed {
            kind: if kind == "apk" { "apk" } else { "deb" },
            name: name.into(),
            version: version.into(),
            architecture: "amd64".into(),
        }
    };
    let installed = installed.split_ascii_whitespace().map(one).collect();
    let found = Databases { installed, unread: Vec::new() };
    let Fact::Known(attested) = &mut facts.attested else { panic!("nothing is attested") };
    attested.databases.push((digest, Ok(found)));
}
