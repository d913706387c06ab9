//! Which tool wrote a list, told by how it is encoded.

use std::collections::HashMap;
use std::fmt;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::oci::MediaType;
use crate::text::JsonStyle;

/// The tools that encode lists in one way, as they were run: crane 0.22.1, regctl 0.11.7, oras
/// 1.3.6, podman 4.3.1, skopeo 1.9.3, buildx 0.38.2, BuildKit 0.34.2, docker 28.2.2, manifest-tool
/// (2026-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoder {
    /// On one line, `size` before `digest` (go-containerregistry).
    Crane,
    /// The same, of a Docker list, where entries have no `artifactType`.
    CranePodmanSkopeo,
    /// On one line, `digest` before `size`.
    Compact,
    /// The same, of a Docker list.
    CompactDocker,
    /// Two spaces, `digest` before `size`.
    BuildKit,
    /// The same, with an empty architecture, which imagetools gives to artifacts.
    Imagetools,
    /// Three spaces, `size` before `digest`.
    DockerManifest,
}

/// The longest document that is looked at, in bytes.
const LONGEST: usize = 1 << 20;

impl Encoder {
    /// Who encodes lists as this one is encoded; `None` if no tool that was run does, or if parts of
    /// it are from different tools.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST)?;
        // An entry at a time: a whole list as values takes ten times its own bytes, each time that
        // it is drawn.
        let list: HashMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        let entries: Vec<&RawValue> = serde_json::from_str(list.get("manifests")?.get()).ok()?;
        let (mut orders, mut typed, mut half) = (None, false, false);
        for entry in entries {
            let entry: Value = serde_json::from_str(entry.get()).ok()?;
            let order = digest_first(&entry)?;
            if *orders.get_or_insert(order) != order {
                return None;
            }
            typed |= has_type_of_config(&entry);
            half |= entry.pointer("/platform/architecture").and_then(Value::as_str) == Some("");
        }
        let order = orders?;
        let style = JsonStyle::of(text);
        if !style.is_of(text) || text.ends_with('\n') {
            return None;
        }
        let named = list.get("mediaType").and_then(|it| serde_json::from_str(it.get()).ok());
        let docker = named
            .is_some_and(|text: String| MediaType::parse(&text) == MediaType::parse(DOCKER_LIST));
        match (style.indent(), order) {
            (None, false) if docker && !typed => Some(Self::CranePodmanSkopeo),
            (None, false) => Some(Self::Crane),
            // No tool of this hand gives entries the type of their config.
            (None, true) if typed => None,
            (None, true) if docker => Some(Self::CompactDocker),
            (None, true) => Some(Self::Compact),
            (Some("  "), true) if half => Some(Self::Imagetools),
            (Some("  "), true) => Some(Self::BuildKit),
            (Some("   "), false) => Some(Self::DockerManifest),
            _ => None,
        }
    }

    /// What it does to lists that others do not, as far as a list shows it: the field of entries
    /// that it changes, as a JSON pointer, and the words.
    #[must_use]
    pub fn habit(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Crane => Some(("/artifactType", "crane gives new entries an artifactType")),
            Self::BuildKit | Self::Imagetools => Some((
                "/platform",
                "imagetools leaves out os.version, os.features and the variant v8 of arm64 images \
                 that it adds",
            )),
            _ => None,
        }
    }
}

const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// Whether the digest of an entry is before its size.
fn digest_first(entry: &Value) -> Option<bool> {
    let mut keys = entry.as_object()?.keys().map(String::as_str);
    keys.find(|key| matches!(*key, "size" | "digest")).map(|key| key == "digest")
}

/// Whether an entry names the type of an image config as its artifact type.
fn has_type_of_config(entry: &Value) -> bool {
    let named = entry.get("artifactType").and_then(Value::as_str);
    named.is_some_and(|named| MediaType::parse(named).is_image_config())
}

impl fmt::Display for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Crane => "crane",
            Self::CranePodmanSkopeo => "crane, podman or skopeo",
            Self::Compact => "regctl, oras, podman, skopeo or platy",
            Self::CompactDocker => "regctl, oras or platy",
            Self::BuildKit => "BuildKit, buildx imagetools or manifest-tool",
            Self::Imagetools => "buildx imagetools",
            Self::DockerManifest => "docker manifest",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OCI: &str = "application/vnd.oci.image.index.v1+json";

    fn laid_out(text: &str, indent: &str) -> String {
        let example = format!("{{\n{indent}\"a\": 1\n}}");
        JsonStyle::of(&example).lay_out(text)
    }

    /// What each tool wrote of the same images (a distribution registry, the versions above), but for
    /// digests.
    #[test]
    fn each_tool_has_a_hand_of_its_own() {
        let list = |media_type: &str, entries: &[&str]| {
            let entries = entries.join(",");
            format!(r#"{{"schemaVersion":2,"mediaType":"{media_type}","manifests":[{entries}]}}"#)
        };
        let oci = |entry: &str| list(OCI, &[entry]);
        let docker = |entry: &str| list(DOCKER_LIST, &[entry]);
        let digest = r#"{"mediaType":"m","digest":"d","size":1,"platform":{"architecture":"amd64","os":"linux"}}"#;
        let size = r#"{"mediaType":"m","size":1,"digest":"d","platform":{"architecture":"amd64","os":"linux"}}"#;
        let typed = r#"{"mediaType":"m","size":1,"digest":"d","artifactType":"application/vnd.oci.image.config.v1+json"}"#;
        let typed_docker = r#"{"mediaType":"m","size":1,"digest":"d","artifactType":"application/vnd.docker.container.image.v1+json"}"#;
        let half = r#"{"mediaType":"m","digest":"d","size":1,"platform":{"architecture":"","os":"linux"}}"#;
        for (text, expected) in [
            (oci(size), Some(Encoder::Crane)),
            (oci(typed), Some(Encoder::Crane)),
            (docker(typed_docker), Some(Encoder::Crane)),
            (docker(size), Some(Encoder::CranePodmanSkopeo)),
            (oci(digest), Some(Encoder::Compact)),
            (docker(digest), Some(Encoder::CompactDocker)),
            (laid_out(&oci(digest), "  "), Some(Encoder::BuildKit)),
            (laid_out(&docker(digest), "  "), Some(Encoder::BuildKit)),
            (laid_out(&oci(half), "  "), Some(Encoder::Imagetools)),
            (laid_out(&oci(size), "   "), Some(Encoder::DockerManifest)),
            (laid_out(&docker(size), "   "), Some(Encoder::DockerManifest)),
            // Nobody that was run.
            (laid_out(&oci(size), "  "), None),
            (laid_out(&oci(digest), "   "), None),
            (laid_out(&oci(digest), "\t"), None),
            (format!("{}\n", laid_out(&oci(digest), "  ")), None),
            (oci(digest).replace(",\"size\"", ", \"size\""), None),
            // Entries of two hands: an edit that left the others as they were.
            (list(OCI, &[digest, size]), None),
            (list(OCI, &[]), None),
            ("{}".to_owned(), None),
            ("no".to_owned(), None),
        ] {
            assert_eq!(Encoder::of(text.as_bytes()), expected, "{text}");
        }
    }
}
