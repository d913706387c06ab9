//! Descriptors as JSON.

use serde_json::{Map, Value, json};

use crate::oci::{Descriptor, Platform};

/// The descriptor as an index or manifest holds it; empty fields are left out.
#[must_use]
pub fn descriptor_json(descriptor: &Descriptor) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("mediaType", json!(descriptor.media_type.as_str()));
    put("digest", json!(descriptor.digest));
    put("size", json!(descriptor.size));
    if !descriptor.urls.is_empty() {
        put("urls", json!(descriptor.urls));
    }
    if !descriptor.annotations.is_empty() {
        put("annotations", strings(&descriptor.annotations));
    }
    if let Some(platform) = &descriptor.platform {
        let mut fields = Map::new();
        platform_fields(platform, &mut fields);
        put("platform", Value::Object(fields));
    }
    if let Some(artifact_type) = &descriptor.artifact_type {
        put("artifactType", json!(artifact_type));
    }
    Value::Object(object)
}

/// Only type, digest and size, as a `subject` is written.
pub(super) fn bare_json(descriptor: &Descriptor) -> Value {
    json!({
        "mediaType": descriptor.media_type.as_str(),
        "digest": descriptor.digest,
        "size": descriptor.size,
    })
}

/// Adds the fields of a platform, as a descriptor and a config have them.
pub(super) fn platform_fields(platform: &Platform, object: &mut Map<String, Value>) {
    let mut put = |key: &str, value: &str| {
        if !value.is_empty() {
            object.insert(key.to_owned(), json!(value));
        }
    };
    put("architecture", &platform.architecture);
    put("os", &platform.os);
    put("os.version", &platform.os_version);
    put("variant", &platform.variant);
    if !platform.os_features.is_empty() {
        object.insert("os.features".to_owned(), json!(platform.os_features));
    }
}

/// A map of strings as a JSON object.
pub(super) fn strings<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> Value {
    pairs.into_iter().map(|(key, value)| (key.clone(), json!(value))).collect::<Map<_, _>>().into()
}

/// A document as its tools write it: indented by this many blanks.
pub(super) fn pretty(value: &Value, indent: usize) -> String {
    let text = format!("{value:#}");
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let content = line.trim_start_matches(' ');
        let depth = (line.len() - content.len()) / 2;
        out.extend(std::iter::repeat_n(' ', depth * indent));
        out.push_str(content);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::PlatformKeys;
    use crate::oci::{Digest, Entry, MediaType};

    #[test]
    fn what_is_written_is_read_again() {
        let mut descriptor = Descriptor::new(MediaType::OciManifest, Digest::sha256(b"x"), 1);
        let mut platform = Platform::new("windows", "amd64", "v2");
        platform.os_version = "10.0.17763.1".to_owned();
        platform.os_features = vec!["win32k".to_owned()];
        descriptor.platform = Some(platform);
        descriptor.platform_keys = PlatformKeys { os: true, architecture: true, os_features: true };
        descriptor.annotations.insert("b".to_owned(), "1".to_owned());
        descriptor.annotations.insert("a".to_owned(), "2".to_owned());
        descriptor.artifact_type = Some("a/b".to_owned());
        descriptor.urls = vec!["http://localhost/".to_owned()];
        let entry = Entry::from_value(&descriptor_json(&descriptor));
        assert_eq!(**entry.descriptor().unwrap(), descriptor);
    }

    #[test]
    fn indentation_is_as_asked() {
        assert_eq!(pretty(&json!({"a": [1]}), 3), "{\n   \"a\": [\n      1\n   ]\n}");
    }
}
