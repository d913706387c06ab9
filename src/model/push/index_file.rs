//! `index.json` of a layout, with images added (OCI image-spec, `image-layout.md`).

use serde_json::{Map, Value, json};

use crate::oci::{Document, MediaType, Reference, Wanted, keys};

/// An image, or what refers to one, on its way into a layout.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// The list or manifest.
    pub document: &'a Document,
    /// Its name in the layout.
    pub name: Option<&'a str>,
    /// Whether a layout had it under this name, which is written as it was there.
    pub as_is: bool,
}

/// The bytes of `index.json` with these in it. Whatever has the same name makes room; what is there
/// is not added again without a name; everything else keeps its fields and its place.
///
/// # Errors
/// A sentence if what is there is not an index.
pub fn index_file(before: Option<&[u8]>, added: &[Listed<'_>]) -> Result<Vec<u8>, String> {
    let mut index = match before {
        None => json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": [],
        }),
        Some(bytes) => serde_json::from_slice(bytes)
            .map_err(|error| format!("it is not valid JSON: {error}"))?,
    };
    let Some(entries) = index.get_mut("manifests").and_then(Value::as_array_mut) else {
        return Err("it has no list of manifests".to_owned());
    };
    for listed in added {
        let digest = listed.document.digest.as_str();
        let entry = entry(listed);
        let wanted = listed.name.map(Wanted::parse);
        let is_same = |old: &Value| match &wanted {
            Some(wanted) => wanted.is_among(name_of(old)) || name_of(old) == name_of(&entry),
            None => false,
        };
        if wanted.is_none() && entries.iter().any(|old| digest_of(old) == Some(digest)) {
            continue;
        }
        let same: Vec<bool> = entries.iter().map(is_same).collect();
        // What is there may say more of the same content.
        let mut all = entries.iter().zip(&same);
        let held = all.position(|(old, same)| *same && digest_of(old) == Some(digest));
        let Some(place) = held.or_else(|| same.iter().position(|it| *it)) else {
            entries.push(entry);
            continue;
        };
        if let (None, Some(old)) = (held, entries.get_mut(place)) {
            *old = entry;
        }
        let mut others = same.iter().enumerate().map(|(at, same)| *same && at != place);
        entries.retain(|_| !others.next().unwrap_or_default());
    }
    serde_json::to_vec(&index).map_err(|error| error.to_string())
}

/// The name by which an entry is told from others.
fn name_of(entry: &Value) -> Option<&str> {
    let annotation = |key: &str| entry.get("annotations")?.get(key)?.as_str();
    annotation(keys::IMAGE_NAME).or_else(|| annotation(keys::REF_NAME))
}

fn digest_of(entry: &Value) -> Option<&str> {
    entry.get("digest")?.as_str()
}

fn entry(listed: &Listed<'_>) -> Value {
    let document = listed.document;
    let mut object = Map::new();
    object.insert("mediaType".into(), document.media_type.as_str().into());
    object.insert("digest".into(), document.digest.as_str().into());
    object.insert("size".into(), document.size().into());
    if let Some(artifact_type) = document.manifest.artifact_type() {
        object.insert("artifactType".into(), artifact_type.into());
    }
    if let Some(name) = listed.name {
        object.insert("annotations".into(), Value::Object(annotations(name, listed.as_is)));
    }
    Value::Object(object)
}

/// A tag alone is the name; of a whole reference Docker and containerd write the name and the tag.
/// What a layout calls an image without the host of a registry is not such a name.
fn annotations(name: &str, as_is: bool) -> Map<String, Value> {
    let whole = name.contains([':', '/']).then(|| name.parse::<Reference>().ok()).flatten();
    let whole = whole.filter(|reference| !as_is || reference.to_string() == name);
    let mut annotations = Map::new();
    match whole {
        Some(reference) => {
            let tag = reference.tag.clone().unwrap_or_else(|| name.to_owned());
            annotations.insert(keys::IMAGE_NAME.into(), reference.to_string().into());
            annotations.insert(keys::REF_NAME.into(), tag.into());
        }
        None => {
            annotations.insert(keys::REF_NAME.into(), name.into());
        }
    }
    annotations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;

    fn document(text: &str) -> Document {
        let json = format!(r#"{{"schemaVersion":2,"manifests":[],"x":"{text}"}}"#);
        Document::parse(json.into(), Some(&MediaType::OciIndex), Algorithm::Sha256).unwrap()
    }

    fn add(before: Option<&str>, document: &Document, name: Option<&str>) -> String {
        let added = [Listed { document, name, as_is: false }];
        String::from_utf8(index_file(before.map(str::as_bytes), &added).unwrap()).unwrap()
    }

    #[test]
    fn an_image_takes_the_place_of_its_name_and_nothing_else_changes() {
        let (one, two) = (document("one"), document("two"));
        let first = add(None, &one, Some("1.0"));
        assert!(first.contains(r#""annotations":{"org.opencontainers.image.ref.name":"1.0"}"#));
        let theirs = first.replacen(
            r#""manifests":["#,
            r#""y":1.5,"manifests":[{"digest":"sha256:a","z":null},7,"#,
            1,
        );
        let added = add(Some(&theirs), &two, Some("2.0"));
        assert!(added.starts_with(&theirs.trim_end_matches("]}").to_owned()), "{added}");
        assert!(added.contains(two.digest.as_str()) && added.contains(one.digest.as_str()));
        let moved = add(Some(&added), &two, Some("1.0"));
        assert!(!moved.contains(one.digest.as_str()), "{moved}");
        assert!(moved.contains(r#"{"digest":"sha256:a","z":null},7,"#));
        assert_eq!(add(Some(&moved), &two, Some("1.0")), moved);
        // Without a name, once.
        let bare = add(Some(&moved), &one, None);
        assert_eq!(add(Some(&bare), &one, None), bare);
        for odd in ["[]", "{}", "x", r#"{"manifests":{}}"#] {
            let added = [Listed { document: &one, name: None, as_is: false }];
            assert!(index_file(Some(odd.as_bytes()), &added).is_err(), "{odd}");
        }
    }

    /// Of one name there is one entry afterwards, at the place of the first, or of the one that stays.
    #[test]
    fn every_entry_of_the_name_makes_room() {
        let (one, two) = (document("one"), document("two"));
        let entry = |document: &Document, more: &str| {
            let (digest, size) = (&document.digest, document.size());
            format!(
                r#"{{"mediaType":"{}","digest":"{digest}","size":{size},"annotations":{{"{}":"1"{more}}}}}"#,
                MediaType::OciIndex.as_str(),
                keys::REF_NAME
            )
        };
        let file = |entries: &[&str]| {
            format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, entries.join(","))
        };
        let (first, second) = (entry(&one, ""), entry(&two, r#","more":"x""#));
        let (other, third) = (r#"{"digest":"sha256:a"}"#, document("three"));
        let before = file(&[&first, other, &second]);
        assert_eq!(add(Some(&before), &two, Some("1")), file(&[other, &second]));
        assert_eq!(add(Some(&before), &third, Some("1")), file(&[&entry(&third, ""), other]));
        assert_eq!(add(Some(&before), &third, None).matches("\"1\"").count(), 2);
    }

    /// `skopeo copy` 1.9.3 writes the name as it was given; it opens the same image as the whole one.
    #[test]
    fn a_name_that_opens_the_same_makes_room() {
        let (one, two) = (document("one"), document("two"));
        let ours = add(None, &one, Some("app:1"));
        let theirs = ours
            .replace(r#""io.containerd.image.name":"docker.io/library/app:1","#, "")
            .replace(r#"ref.name":"1""#, r#"ref.name":"app:1""#);
        assert_ne!(theirs, ours);
        assert_eq!(add(Some(&theirs), &two, Some("app:1")), add(None, &two, Some("app:1")));
        assert!(add(Some(&theirs), &two, Some("app:2")).contains(one.digest.as_str()));
        // A tag alone is not the name of a whole reference that ends in it.
        assert!(add(Some(&ours), &two, Some("1")).contains(one.digest.as_str()));
    }

    #[test]
    fn a_whole_reference_is_written_as_docker_writes_it() {
        let text = add(None, &document("one"), Some("app:1"));
        assert!(text.contains(r#""io.containerd.image.name":"docker.io/library/app:1""#), "{text}");
        assert!(text.contains(r#""org.opencontainers.image.ref.name":"1""#), "{text}");
    }
}
