//! Writing a spec.

use serde::Serialize;

use crate::oci::{Location, MediaType, Platform};

use super::super::{Draft, Entry, Format, Target};
use super::quoted::Quoted;

/// Systems and architectures that manifest-tool takes (its `pkg/util/oslist.go`, November 2024).
const SYSTEMS: [&str; 15] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "linux",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
];
const ARCHITECTURES: [&str; 14] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64",
    "ppc64le", "riscv64", "s390x", "wasm",
];

#[derive(Serialize)]
struct WrittenSpec {
    image: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    manifests: Vec<WrittenEntry>,
}

#[derive(Serialize)]
struct WrittenEntry {
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<WrittenPlatform>,
}

#[derive(Serialize)]
struct WrittenPlatform {
    architecture: String,
    os: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    variant: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    osversion: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    osfeatures: Vec<String>,
}

impl WrittenSpec {
    /// The texts that the list's own words are in; names of images have a grammar.
    fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        self.manifests.iter_mut().filter_map(|it| it.platform.as_mut()).flat_map(|it| {
            let words = [&mut it.architecture, &mut it.os, &mut it.variant, &mut it.osversion];
            words.into_iter().chain(&mut it.osfeatures)
        })
    }
}

/// The draft as a spec, with what a spec cannot say above it in comments.
///
/// `push` of it makes the same list but for what the comments name; manifest-tool needs what the
/// last of them say.
///
/// # Errors
/// A sentence if the list cannot be said by a spec: an entry is a list or is in a file.
pub fn write(draft: &Draft, target: &Target) -> Result<String, String> {
    let entries: Vec<Entry> =
        draft.entries().into_iter().filter(|entry| entry.position.is_some()).collect();
    let mut images = Vec::new();
    let mut written = Vec::new();
    let mut comments = Comments::default();
    for entry in &entries {
        let number = entry.position.unwrap_or_default() + 1;
        let Some(descriptor) = &entry.descriptor else {
            return Err(format!("entry {number} is not a usable descriptor; a spec names images"));
        };
        if entry.is_attestation() {
            comments.attestations += 1;
            continue;
        }
        if descriptor.media_type.is_index() {
            return Err(format!(
                "entry {number} is a list; a spec would put its images in its place, so use \
                 --tool auto"
            ));
        }
        comments.of_entry(number, entry, draft);
        images.push(descriptor.media_type == MediaType::DockerManifest);
        written.push(file_entry(entry, target));
    }
    if written.is_empty() {
        return Err("no entry of the list is an image; a spec names images".to_owned());
    }
    let docker = images.iter().all(|docker| *docker);
    let mut file = WrittenSpec {
        image: target.to_string(),
        tags: target.tags.iter().skip(1).cloned().collect(),
        manifests: written,
    };
    let mut text = comments.text(draft, target, docker);
    // Plain strings in plain structures: writing cannot fail.
    let mut quoted = Quoted::default();
    file.texts().for_each(|text| quoted.take(text));
    text.push_str(&quoted.put_back(serde_saphyr::to_string(&file).unwrap_or_default()));
    Ok(text)
}

/// What a spec cannot say of a list.
#[derive(Default)]
struct Comments {
    attestations: usize,
    /// Entries of which the config says more or other than the list.
    filled: Vec<String>,
    artifacts: Vec<String>,
    annotated: bool,
    extra: Vec<String>,
    copies: Vec<String>,
    /// What manifest-tool refuses.
    refused: Vec<String>,
    /// What `push` refuses: another machine's config.
    against: Vec<String>,
    seen: Vec<String>,
}

impl Comments {
    fn of_entry(&mut self, number: usize, entry: &Entry, draft: &Draft) {
        let Some(descriptor) = &entry.descriptor else { return };
        self.annotated |= !descriptor.annotations.is_empty();
        match (entry.image_platform(), entry.platform()) {
            (None, _) => self.artifacts.push(number.to_string()),
            (Some(config), platform) if gains(config, platform) => {
                self.filled.push(number.to_string());
            }
            _ => {}
        }
        if let (Some(config), Some(platform)) = (&entry.config, entry.platform()) {
            let other =
                |own: &str, other: &str| !own.is_empty() && !other.is_empty() && own != other;
            if other(&platform.os, &config.os)
                || other(&platform.architecture, &config.architecture)
            {
                let (own, config) = (platform.short(), config.short());
                self.against.push(format!("entry {number}: {own}, and its config says {config}"));
            }
        }
        let raw: serde_json::Value = serde_json::from_str(&entry.json).unwrap_or_default();
        for key in raw.as_object().into_iter().flat_map(serde_json::Map::keys) {
            let known = ["mediaType", "digest", "size", "platform", "annotations", "artifactType"];
            if !known.contains(&key.as_str()) && !self.extra.contains(key) {
                self.extra.push(key.clone());
            }
        }
        // `push` gives an entry the type that its manifest names.
        let named = draft.known(&descriptor.digest).and_then(|it| it.manifest.artifact_type());
        if named != descriptor.artifact_type.as_deref() {
            self.extra.push(format!("artifactType (entry {number})"));
        }
        if entry.platform().is_some_and(|it| !it.features.is_empty()) {
            self.extra.push("platform.features".to_owned());
        }
        let known = |it: &Platform| {
            SYSTEMS.contains(&it.os.as_str()) && ARCHITECTURES.contains(&it.architecture.as_str())
        };
        if !entry.platform().is_some_and(known) {
            self.refused.push(format!("the platform of entry {number}"));
        }
        let platform = entry.platform().map(ToString::to_string).unwrap_or_default();
        if self.seen.contains(&platform) {
            self.refused.push(format!("two entries of one platform ({platform})"));
        }
        self.seen.push(platform);
        if entry.platform().is_some_and(|it| it.architecture == "amd64" && !it.variant.is_empty()) {
            self.refused.push(format!("a variant of amd64 (entry {number})"));
        }
        if !matches!(entry.from.as_ref(), Location::Registry(_)) {
            self.copies.push(format!("{} is in {}", descriptor.digest, entry.from));
        }
    }

    fn text(self, draft: &Draft, target: &Target, docker: bool) -> String {
        let mut unsaid = Vec::new();
        if !draft.annotations().is_empty() {
            unsaid.push("annotations of the list".to_owned());
        }
        if draft.artifact_type().is_some() || draft.subject().is_some() {
            unsaid.push("artifactType and subject of the list".to_owned());
        }
        if self.attestations > 0 {
            unsaid.push(crate::text::plural(self.attestations, "attestation"));
        }
        if self.annotated {
            unsaid.push("annotations of entries".to_owned());
        }
        if !self.extra.is_empty() {
            unsaid.push(format!("{} of entries", self.extra.join(", ")));
        }
        if !self.filled.is_empty() {
            unsaid.push(format!(
                "that fields of the platform are empty (entries {}): they come from the config",
                self.filled.join(", ")
            ));
        }
        let mut text: String =
            unsaid.iter().map(|what| format!("# not in this spec: {what}\n")).collect();
        for copy in self.copies {
            let there = target.repository.familiar();
            text.push_str(&format!("# {copy}: copy it to {there} first\n"));
        }
        for what in self.against {
            text.push_str(&format!("# platy push refuses {what}\n"));
        }
        let mut refused = self.refused;
        if !self.artifacts.is_empty() {
            refused.push(format!("artifacts (entries {})", self.artifacts.join(", ")));
        }
        for what in refused {
            text.push_str(&format!("# manifest-tool refuses {what}\n"));
        }
        let (format, its_own) = match draft.format() {
            Format::Oci => ("oci", docker),
            Format::Docker => ("docker", !docker),
        };
        if its_own {
            text.push_str(&format!("# for this type of list: platy push --format {format}\n"));
        }
        let tool = if draft.format() == Format::Oci { "--type oci " } else { "" };
        text.push_str(&format!("# with manifest-tool: manifest-tool push {tool}from-spec FILE\n"));
        text
    }
}

/// Whether an image's config says something that the list leaves open.
fn gains(config: &Platform, platform: Option<&Platform>) -> bool {
    let nothing = Platform::default();
    let platform = platform.unwrap_or(&nothing);
    let open = |own: &str, other: &str| own.is_empty() && !other.is_empty();
    open(&platform.os, &config.os)
        || open(&platform.architecture, &config.architecture)
        || open(&platform.variant, &config.variant)
        || open(&platform.os_version, &config.os_version)
        || (platform.os_features.is_empty() && !config.os_features.is_empty())
}

fn file_entry(entry: &Entry, target: &Target) -> WrittenEntry {
    let digest = entry.descriptor.as_ref().map(|it| it.digest.clone());
    let image = match (entry.from.as_ref(), digest) {
        (Location::Registry(reference), Some(digest)) => reference.repository.at(digest).familiar(),
        (_, Some(digest)) => target.repository.at(digest).familiar(),
        (other, None) => other.to_string(),
    };
    WrittenEntry { image, platform: entry.platform().map(platform) }
}

fn platform(platform: &Platform) -> WrittenPlatform {
    WrittenPlatform {
        architecture: platform.architecture.clone(),
        os: platform.os.clone(),
        variant: platform.variant.clone(),
        osversion: platform.os_version.clone(),
        osfeatures: platform.os_features.clone(),
    }
}
