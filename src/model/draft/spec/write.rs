//! Writing a spec.

use serde::Serialize;

use crate::oci::{Location, MediaType, Platform};

use super::super::{Draft, Entry, Format, Target};
use super::played::{Played, play};
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
    let mut images: Vec<(usize, &Entry)> = Vec::new();
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
        comments.of_entry(number, entry);
        images.push((number, entry));
        written.push(file_entry(entry, target));
    }
    if written.is_empty() {
        return Err("no entry of the list is an image; a spec names images".to_owned());
    }
    let is_docker = |entry: &Entry| {
        entry.descriptor.as_ref().is_some_and(|it| it.media_type == MediaType::DockerManifest)
    };
    let docker = images.iter().all(|(_, entry)| is_docker(entry));
    let mut file = WrittenSpec {
        image: target.to_string(),
        tags: target.tags.iter().skip(1).cloned().collect(),
        manifests: written,
    };
    let played = play(draft, &images);
    let mut text = comments.text(draft, target, docker, played);
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
    artifacts: Vec<String>,
    copies: Vec<String>,
    /// What manifest-tool refuses.
    refused: Vec<String>,
    seen: Vec<String>,
}

impl Comments {
    fn of_entry(&mut self, number: usize, entry: &Entry) {
        let Some(descriptor) = &entry.descriptor else { return };
        if entry.image_platform().is_none() {
            self.artifacts.push(number.to_string());
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

    fn text(self, draft: &Draft, target: &Target, docker: bool, played: Played) -> String {
        let mut text = String::new();
        let attestations = crate::text::plural(self.attestations, "attestation");
        for what in played.differ.loses {
            let attested = self.attestations > 0 && what.starts_with("entr");
            let which = if attested { format!(" ({attestations})") } else { String::new() };
            text.push_str(&format!("# not in this spec: {what}{which}\n"));
        }
        for what in played.differ.adds {
            text.push_str(&format!("# not in this spec, so push adds it: {what}\n"));
        }
        for copy in self.copies {
            let there = target.repository.familiar();
            text.push_str(&format!("# {copy}: copy it to {there} first\n"));
        }
        for what in played.refused {
            text.push_str(&format!("# platy push refuses it: {what}\n"));
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
