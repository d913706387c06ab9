//! What an engine says of an image (`/images/NAME/json?manifests=1`).

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::oci::{Descriptor, Digest, Document, MediaType};

/// The most children whose list is put together from what the engine says.
const MOST: usize = 2000;

/// The answer of an engine, as far as it matters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    /// What the name stands for, as the registry has it; `None` if the engine does not say: API
    /// below 1.48, or a graphdriver, which keeps no manifests.
    pub(super) root: Option<Descriptor>,
    /// The entries of the list, or the one image.
    pub(super) children: Vec<Child>,
    /// The entries as the engine wrote them.
    entries: Vec<Value>,
    /// The ID, which changes with the image.
    pub(super) id: String,
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Child {
    pub(super) digest: Digest,
    /// The platform, as `get?platform=` takes it; an attestation's is that of its image.
    pub(super) platform: Option<Value>,
    /// Whether anything of it is here. `Available` is `false` also where a layer's blob alone is
    /// missing though it is unpacked (moby v2.0.0-beta.24), so its content counts.
    pub(super) is_here: bool,
}

impl Said {
    pub(super) fn of(image: &Map<String, Value>) -> Self {
        let empty = Vec::new();
        let manifests = image.get("Manifests").and_then(Value::as_array);
        let of_root = image.get("Descriptor").and_then(Value::as_object);
        let root = of_root
            .filter(|_| manifests.is_some())
            .and_then(|object| Descriptor::from_object(object).ok());
        let manifests = manifests.filter(|_| root.is_some()).unwrap_or(&empty);
        let known: Vec<(Digest, &Value)> = manifests
            .iter()
            .filter_map(|it| Some((it.get("ID")?.as_str()?.parse().ok()?, it)))
            .collect();
        let children = known.iter().map(|(digest, entry)| {
            let of = entry.get("AttestationData").and_then(|it| it.get("For")?.as_str());
            let image = known.iter().find(|(digest, _)| of == Some(digest.as_str()));
            let (_, image) = image.unwrap_or(&(digest.clone(), entry)).clone();
            Child { digest: digest.clone(), platform: platform(image), is_here: is_here(entry) }
        });
        Self {
            children: children.collect(),
            root,
            entries: manifests.iter().filter_map(|it| it.get("Descriptor").cloned()).collect(),
            id: image.get("Id").and_then(Value::as_str).unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn child(&self, digest: &Digest) -> Option<&Child> {
        self.children.iter().find(|child| child.digest == *digest)
    }

    /// The list that the name stands for, if its bytes can be told from what the engine says of
    /// its entries: written as the usual tools write, it has the digest that it must have.
    pub(super) fn list(&self) -> Option<Document> {
        let root = self.root.as_ref().filter(|root| root.media_type.is_index())?;
        if self.entries.len() > MOST {
            return None;
        }
        let bytes = writings(&self.entries, &root.media_type)
            .find(|bytes| bytes.len() as u64 == root.size && root.digest.matches(bytes))?;
        let algorithm = root.digest.algorithm();
        Document::parse(Bytes::from(bytes), Some(&root.media_type), algorithm).ok()
    }
}

impl Said {
    /// The entries of the list as the engine says them, where it gives its bytes to nobody: a list
    /// that platy makes of them, which has another digest.
    pub(super) fn listed(&self) -> Option<Document> {
        let root = self.root.as_ref().filter(|root| root.media_type.is_index())?;
        if self.entries.is_empty() {
            return None;
        }
        let list = json!({ "schemaVersion": 2, "mediaType": root.media_type.as_str(),
            "manifests": self.entries });
        let bytes = Bytes::from(list.to_string());
        let read = Document::parse(bytes, Some(&root.media_type), root.digest.algorithm());
        read.ok().map(|list| list.with_made(true))
    }
}

/// The platform of its config, or of its entry.
fn platform(entry: &Value) -> Option<Value> {
    let data = entry.get("ImageData").and_then(|it| it.get("Platform"));
    let platform = data.or_else(|| entry.get("Descriptor")?.get("platform"))?;
    let is_named = |key| platform.get(key).and_then(Value::as_str).is_some_and(|it| !it.is_empty());
    (is_named("os") && is_named("architecture")).then(|| platform.clone())
}

fn is_here(entry: &Value) -> bool {
    let content = entry.get("Size").and_then(|it| it.get("Content")?.as_u64());
    let unpacked = entry.get("ImageData").and_then(|it| it.get("Size")?.get("Unpacked")?.as_u64());
    entry.get("Available").and_then(Value::as_bool).unwrap_or_default()
        || [content, unpacked].into_iter().flatten().any(|size| size > 0)
}

/// The orders in which tools write a descriptor's fields: image-spec's (BuildKit, Docker, docker
/// buildx), containers/image's and go-containerregistry's, and that of Docker's manifest lists.
const ORDERS: [[&str; 8]; 3] = [
    ["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"],
    ["mediaType", "size", "digest", "data", "urls", "annotations", "platform", "artifactType"],
    ["mediaType", "digest", "size", "platform", "annotations", "urls", "data", "artifactType"],
];

/// A list of these entries as the usual tools write it.
fn writings<'a>(
    entries: &'a [Value],
    media_type: &'a MediaType,
) -> impl Iterator<Item = Vec<u8>> + 'a {
    let tops = ORDERS.into_iter().flat_map(move |order| {
        let manifests: Vec<Value> = entries.iter().map(|entry| ordered(entry, &order)).collect();
        let typed = json!({ "schemaVersion": 2, "mediaType": media_type.as_str(),
            "manifests": manifests });
        let untyped = json!({ "schemaVersion": 2, "manifests": manifests });
        [typed, untyped]
    });
    tops.flat_map(|list| {
        let compact = serde_json::to_vec(&list).ok();
        let indents = ["  ", "   "].into_iter().map(move |indent| indented(&list, indent));
        std::iter::once(compact).chain(indents).flatten()
    })
}

fn ordered(entry: &Value, order: &[&str]) -> Value {
    let Some(object) = entry.as_object() else { return entry.clone() };
    let known = order.iter().filter_map(|key| Some(((*key).to_owned(), object.get(*key)?.clone())));
    let others = object.iter().filter(|(key, _)| !order.contains(&key.as_str()));
    Value::Object(known.chain(others.map(|(key, value)| (key.clone(), value.clone()))).collect())
}

fn indented(list: &Value, indent: &str) -> Option<Vec<u8>> {
    use serde::Serialize as _;
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    list.serialize(&mut writer).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(digest: &Digest, architecture: &str, content: u64) -> Value {
        json!({ "ID": digest, "Descriptor": {
                "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest,
                "size": 7, "platform": { "architecture": architecture, "os": "linux" } },
            "Available": false, "Size": { "Content": content, "Total": content }, "Kind": "image",
            "ImageData": { "Platform": { "architecture": architecture, "os": "linux" },
                "Size": { "Unpacked": 0 } } })
    }

    fn said(manifests: &Value, root: &Value) -> Said {
        let image = json!({ "Id": "x", "Descriptor": root, "Manifests": manifests });
        Said::of(image.as_object().unwrap())
    }

    #[test]
    fn a_list_is_told_from_its_entries_only_if_it_has_its_digest() {
        let media_type = "application/vnd.oci.image.index.v1+json";
        let manifests = json!([entry(&Digest::sha256(b"a"), "amd64", 9)]);
        let list = |indent: Option<&str>| {
            let list = json!({ "schemaVersion": 2, "mediaType": media_type,
                "manifests": [manifests[0]["Descriptor"]] });
            match indent {
                Some(indent) => indented(&list, indent).unwrap(),
                None => serde_json::to_vec(&list).unwrap(),
            }
        };
        for bytes in [list(None), list(Some("  ")), list(Some("   "))] {
            let root = json!({ "mediaType": media_type, "digest": Digest::sha256(&bytes),
                "size": bytes.len() });
            assert_eq!(said(&manifests, &root).list().unwrap().bytes, bytes);
        }
        let bytes = list(Some("\t"));
        let root = json!({ "mediaType": media_type, "digest": Digest::sha256(&bytes),
            "size": bytes.len() });
        assert_eq!(said(&manifests, &root).list(), None);
    }

    /// What Docker of moby v2.0.0-beta.24 answered (API 1.56).
    fn recorded(answer: &str) -> Said {
        let answer: Value = serde_json::from_str(answer).unwrap();
        Said::of(answer.as_object().unwrap())
    }

    #[test]
    fn buildkits_list_is_told_from_dockers_answer() {
        let said = recorded(include_str!(
            "../../../tests/data/engines/docker-29-one-platform-pulled.json"
        ));
        let list = said.list().unwrap();
        assert_eq!((&list.digest, list.size()), (&said.root.as_ref().unwrap().digest, 1609));
        let here: Vec<bool> = said.children.iter().map(|child| child.is_here).collect();
        assert_eq!(here, [false, true, false, true]);
        assert_eq!(said.children[3].platform, said.children[1].platform);
        // Annotations of the list itself are in no answer: its bytes come from the archive.
        let ten =
            recorded(include_str!("../../../tests/data/engines/docker-29-two-of-ten-pulled.json"));
        assert_eq!(ten.list(), None);
        assert_eq!(ten.children.iter().filter(|child| child.is_here).count(), 4);
    }

    #[test]
    fn an_engine_that_names_no_children_says_nothing_of_the_root() {
        // Below API 1.48 `manifests` is ignored in silence; graphdrivers have none.
        let image = json!({ "Id": "sha256:00", "Os": "linux" });
        let old = Said::of(image.as_object().unwrap());
        assert_eq!((old.root, old.children.len()), (None, 0));
    }

    #[test]
    fn content_without_a_layer_is_here_and_an_attestation_goes_with_its_image() {
        let (image, other) = (Digest::sha256(b"a"), Digest::sha256(b"b"));
        let attestation = json!({ "ID": Digest::sha256(b"c"), "Available": true,
            "Kind": "attestation", "AttestationData": { "For": image } });
        let root = json!({ "mediaType": "application/vnd.oci.image.index.v1+json",
            "digest": Digest::sha256(b"r"), "size": 1 });
        let mut absurd = entry(&Digest::sha256(b"d"), "s390x", u64::MAX);
        absurd["ImageData"]["Size"]["Unpacked"] = 1.into();
        let manifests =
            json!([entry(&image, "amd64", 9), entry(&other, "arm64", 0), attestation, absurd]);
        let said = said(&manifests, &root);
        let here: Vec<bool> = said.children.iter().map(|child| child.is_here).collect();
        assert_eq!(here, [true, false, true, true]);
        assert_eq!(said.children[2].platform, said.children[0].platform);
    }
}
