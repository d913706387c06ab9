//! What refers to something is noted where readers look for it: in the index under the fallback
//! tag, if the registry keeps no list of referrers itself (distribution-spec, "Pushing Manifests
//! with Subject").

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::model::push::Held;
use crate::oci::{Class, Document, Failure, MediaType, Reference, Repository};
use crate::source::{Placed, Registry, fallback_tag};

/// Notes what a manifest that was put refers to, if the registry did not. `turn` is held meanwhile: several that refer to one image write one tag.
pub(super) async fn note(
    registry: &Registry,
    target: &Repository,
    document: &Document,
    placed: Placed,
    turn: &tokio::sync::Mutex<()>,
) -> Result<(), Failure> {
    let Some(subject) = document.manifest.subject() else { return Ok(()) };
    if placed.noted_subject {
        return Ok(());
    }
    let tagged = target.tagged(&fallback_tag(&subject.digest));
    let _turn = turn.lock().await;
    let mut repeats = registry.options().retries;
    loop {
        match add(registry, &tagged, document).await {
            // To add what is there already does nothing, so that it can be tried again.
            Err(failure) if failure.is_passing() && repeats > 0 => {
                repeats -= 1;
                tokio::time::sleep(registry.options().backoff).await;
            }
            done => return done,
        }
    }
}

async fn add(registry: &Registry, tagged: &Reference, document: &Document) -> Result<(), Failure> {
    let held = registry.held(tagged).await?;
    let Some(bytes) = with(held.as_ref(), document) else { return Ok(()) };
    let bytes = bytes.ok_or_else(|| not_an_index(tagged))?;
    registry.put_manifest(tagged, &MediaType::OciIndex, &bytes).await.map(drop)
}

pub(super) fn not_an_index(tagged: &Reference) -> Failure {
    let detail = "what is under the fallback tag of referrers is not an image index";
    Failure::new(Class::Malformed, tagged.to_string(), detail)
        .with_next("check what it is, and delete it if nobody needs it")
}

/// The index with this manifest in it; the outer `None` if it is in it already, the inner one
/// where what is there is no index.
pub(super) fn with(held: Option<&Held>, document: &Document) -> Option<Option<Bytes>> {
    let mut index = match held {
        None => json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": [],
        }),
        Some(held) => match held.bytes.as_ref().map(|bytes| serde_json::from_slice(bytes)) {
            Some(Ok(value)) => value,
            _ => return Some(None),
        },
    };
    let Some(manifests) = index.get_mut("manifests").and_then(Value::as_array_mut) else {
        return Some(None);
    };
    let digest = document.digest.as_str();
    if manifests.iter().any(|it| it.get("digest").and_then(Value::as_str) == Some(digest)) {
        return None;
    }
    manifests.push(descriptor(document));
    Some(Some(index.to_string().into()))
}

/// How a list of referrers names a manifest.
fn descriptor(document: &Document) -> Value {
    let mut object = Map::new();
    let mut set = |key: &str, value: Value| object.insert(key.to_owned(), value);
    set("mediaType", document.media_type.as_str().into());
    set("digest", document.digest.as_str().into());
    set("size", document.size().into());
    if let Some(artifact_type) = document.manifest.artifact_type() {
        set("artifactType", artifact_type.into());
    }
    if let Some(annotations) = document.manifest.annotations().filter(|it| !it.is_empty()) {
        let pairs = annotations.iter().map(|(key, value)| (key.clone(), value.as_str().into()));
        set("annotations", Value::Object(pairs.collect()));
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Algorithm, Digest};

    fn document(text: &str) -> Document {
        Document::parse(Bytes::from(text.to_owned()), None, Algorithm::Sha256).unwrap()
    }

    fn held(text: &str) -> Held {
        Held {
            digest: Digest::sha256(text.as_bytes()),
            media_type: MediaType::OciIndex,
            bytes: Some(Bytes::from(text.to_owned())),
        }
    }

    #[test]
    fn a_referrer_is_added_once_and_nothing_else_changes() {
        let signature = document(
            r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
                "artifactType":"application/x","annotations":{"a":"b"},"manifests":[]}"#,
        );
        let first = with(None, &signature).unwrap().unwrap();
        let text = String::from_utf8(first.to_vec()).unwrap();
        assert!(text.starts_with(r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image"#));
        for word in [signature.digest.as_str(), r#""artifactType":"application/x""#, r#"{"a":"b"}"#]
        {
            assert!(text.contains(word), "{text}");
        }
        assert_eq!(with(Some(&held(&text)), &signature), None);
        let theirs = r#"{"x":1,"manifests":[{"digest":"sha256:0","y":2}],"z":null}"#;
        let added = with(Some(&held(theirs)), &signature).unwrap().unwrap();
        let added = String::from_utf8(added.to_vec()).unwrap();
        assert!(added.starts_with(r#"{"x":1,"manifests":[{"digest":"sha256:0","y":2},{"#));
        assert!(added.ends_with(r#"}],"z":null}"#));
        for odd in ["[]", "{}", "x"] {
            assert_eq!(with(Some(&held(odd)), &signature), Some(None), "{odd}");
        }
    }
}
