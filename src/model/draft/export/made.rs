//! The list that a tool makes.

use serde_json::{Map, Value, json};

use super::super::{Draft, Format};
use super::keeps::{Keeps, ListNotes, ListType, Notes, Order, PlatformFrom, Types, docker_knows};
use super::source::Source;
use super::subject;
use crate::oci::{MediaType, Platform};
use crate::text::JsonStyle;

/// A list as a tool makes it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) document: Value,
    pub(super) entries: Vec<Value>,
    /// The numbers of the entries that it does not take.
    pub(super) left_out: Vec<usize>,
}

impl Made {
    /// The bytes as the tool writes them: Go's encoding.
    pub(super) fn bytes(&self, keeps: &Keeps) -> String {
        let text = self.document.to_string();
        let style = JsonStyle::of(&format!("{{\n{}}}", " ".repeat(keeps.indent)));
        let text = if keeps.indent == 0 { text } else { style.lay_out(&text) };
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    out.push_str(&format!("\\u{:04x}", u32::from(c)));
                }
                c => out.push(c),
            }
        }
        out
    }
}

/// What the tool makes of the draft.
pub(super) fn make(draft: &Draft, sources: &[Source], keeps: &Keeps) -> Made {
    let mut left_out = Vec::new();
    let mut taken: Vec<(&Source, Option<Platform>)> = Vec::new();
    for source in sources {
        let platform = platform(source, keeps);
        let again = taken.iter().any(|(other, _)| other.digest() == source.digest());
        let artifact = !source.is_list() && source.image_config.is_none() && !source.unread;
        let known = keeps.any_platform
            || platform.as_ref().is_some_and(|it| docker_knows(&it.os, &it.architecture));
        let takes = (keeps.twice || !again)
            && (keeps.nested || !source.is_list())
            && (keeps.artifacts || !artifact)
            && known;
        if takes { taken.push((source, platform)) } else { left_out.push(source.number) }
    }
    if keeps.sorts {
        taken.sort_by_key(|(source, _)| source.digest().to_string());
    }
    let docker = match keeps.list {
        ListType::Asked => draft.format() == Format::Docker,
        ListType::Oci => false,
        ListType::DockerOfDocker => taken.iter().all(|(source, _)| source.is_docker()),
        ListType::OfFirst => taken.first().is_some_and(|(source, _)| source.is_docker()),
    };
    let entries: Vec<Value> =
        taken.iter().map(|(source, platform)| entry(source, platform.as_ref(), keeps)).collect();
    let media_type = if docker { MediaType::DockerList } else { MediaType::OciIndex };
    let mut list = Map::new();
    list.insert("schemaVersion".to_owned(), json!(2));
    list.insert("mediaType".to_owned(), json!(media_type.as_str()));
    let artifact_type = draft.artifact_type().filter(|_| keeps.list_artifact_type && !docker);
    if let Some(artifact_type) = artifact_type {
        list.insert("artifactType".to_owned(), json!(artifact_type));
    }
    list.insert("manifests".to_owned(), Value::Array(entries.clone()));
    if let Some(subject) = subject::of(draft).filter(|_| keeps.subject && !docker) {
        list.insert("subject".to_owned(), subject.found(draft));
    }
    let annotations = draft.annotations().into_iter();
    let mut annotations: Vec<(String, String)> =
        annotations.filter(|(key, value)| keeps.says_of_list(key, value)).collect();
    annotations.sort();
    let takes_notes = match keeps.list_annotations {
        ListNotes::Dropped => false,
        ListNotes::OfOci => !docker,
        ListNotes::Kept => true,
    };
    if takes_notes && !annotations.is_empty() {
        let object = annotations.into_iter().map(|(key, value)| (key, json!(value)));
        list.insert("annotations".to_owned(), Value::Object(object.collect()));
    }
    Made { document: Value::Object(list), entries, left_out }
}

fn entry(source: &Source, platform: Option<&Platform>, keeps: &Keeps) -> Value {
    let mut object = Map::new();
    let raw = &source.raw;
    let mut copy = |key: &str| {
        if let Some(value) = raw.get(key) {
            object.insert(key.to_owned(), value.clone());
        }
    };
    copy("mediaType");
    match keeps.order {
        Order::DigestFirst => ["digest", "size"].into_iter().for_each(&mut copy),
        Order::SizeFirst => ["size", "digest"].into_iter().for_each(&mut copy),
    }
    let told = source.descriptor.annotations.iter();
    let mut pairs: Vec<(&String, &String)> = match keeps.notes {
        Notes::Dropped => Vec::new(),
        Notes::Kept => told.filter(|(key, value)| keeps.says_of_entry(key, value)).collect(),
        Notes::OfManifest => source.annotations.iter().collect(),
    };
    if !pairs.is_empty() {
        pairs.sort();
        let pairs = pairs.into_iter().map(|(key, value)| (key.clone(), json!(value)));
        object.insert("annotations".to_owned(), Value::Object(pairs.collect()));
    }
    if let Some(data) = raw.get("data").filter(|_| keeps.data) {
        object.insert("data".to_owned(), data.clone());
    }
    if let Some(platform) = platform {
        object.insert("platform".to_owned(), platform_json(platform));
    }
    if let Some(artifact_type) = artifact_type(source, keeps.types) {
        object.insert("artifactType".to_owned(), json!(artifact_type));
    }
    Value::Object(object)
}

fn artifact_type(source: &Source, types: Types) -> Option<String> {
    let named = || source.artifact_type.clone();
    match types {
        Types::Dropped => None,
        Types::Kept => source.descriptor.artifact_type.clone(),
        Types::OfAll if source.is_list() => None,
        Types::OfAll => named().or_else(|| source.config_type.clone()),
        Types::OfArtifacts if source.image_config.is_some() || source.is_list() => None,
        Types::OfArtifacts => named().or_else(|| source.config_type.clone()),
    }
}

/// The platform that the entry gets.
pub(super) fn platform(source: &Source, keeps: &Keeps) -> Option<Platform> {
    let wanted = source.descriptor.platform.as_ref();
    if source.is_list() {
        return match keeps.platform {
            PlatformFrom::Descriptor => wanted.cloned(),
            PlatformFrom::ConfigOrFlag => flagged(source).cloned(),
            _ => None,
        };
    }
    let read = match keeps.platform {
        PlatformFrom::ImageConfig => &source.image_config,
        _ => &source.config,
    };
    let config = if source.unread { wanted } else { read.as_ref() };
    let mut config = config.cloned();
    if let Some(config) = &mut config {
        config.features.clear();
    }
    match keeps.platform {
        PlatformFrom::ImageConfig | PlatformFrom::Config => config,
        PlatformFrom::ConfigOrFlag => match flagged(source) {
            Some(platform) => Some(platform.clone()),
            None => config.filter(|it| !it.os.is_empty()),
        },
        PlatformFrom::ConfigAndFlags | PlatformFrom::ConfigAndAnnotate => {
            let Some(wanted) = wanted else { return config };
            let mut platform = config.unwrap_or_default();
            let fields = [
                (&mut platform.os, &wanted.os),
                (&mut platform.architecture, &wanted.architecture),
                (&mut platform.variant, &wanted.variant),
                (&mut platform.os_version, &wanted.os_version),
            ];
            for (field, value) in fields {
                if !value.is_empty() {
                    field.clone_from(value);
                }
            }
            let annotates = keeps.platform == PlatformFrom::ConfigAndAnnotate;
            if annotates && !wanted.os_features.is_empty() {
                platform.os_features.clone_from(&wanted.os_features);
            }
            Some(platform)
        }
        PlatformFrom::Descriptor => {
            let mut platform = wanted.cloned().unwrap_or_default();
            platform.features.clear();
            if platform.os.is_empty() || platform.architecture.is_empty() {
                fill(&mut platform, &normalised(config.as_ref()));
            }
            Some(platform)
        }
    }
}

/// What a descriptor lacks, from a normalised config.
fn fill(platform: &mut Platform, config: &Platform) {
    if platform.architecture.is_empty() {
        platform.architecture.clone_from(&config.architecture);
        if platform.variant.is_empty() {
            platform.variant.clone_from(&config.variant);
        }
    }
    if platform.os.is_empty() {
        platform.os.clone_from(&config.os);
    }
}

/// A config as buildx reads it (containerd/platforms 1.0 `database.go`); where it names no system,
/// the machine's that buildx runs on counts, which is Linux as a rule.
fn normalised(config: Option<&Platform>) -> Platform {
    let nothing = Platform::default();
    let config = config.unwrap_or(&nothing);
    let os = match config.os.to_lowercase().as_str() {
        "" => "linux".to_owned(),
        "macos" => "darwin".to_owned(),
        os => os.to_owned(),
    };
    let (architecture, variant) =
        (config.architecture.to_lowercase(), config.variant.to_lowercase());
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8") => ("arm64", ""),
        ("aarch64", variant) => ("arm64", variant),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        other => other,
    };
    Platform::new(&os, architecture, variant)
}

/// The platform that `--desc-platform` has to set, because the config says another: only one that
/// regclient takes as it is (regclient 0.11.7 `types/platform`).
pub(super) fn flagged(source: &Source) -> Option<&Platform> {
    let wanted = source.descriptor.platform.as_ref()?;
    if source.config.as_ref() == Some(wanted) || source.unread {
        return None;
    }
    let plain = |text: &str| {
        text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) && !text.is_empty()
    };
    let variant = match wanted.architecture.as_str() {
        "amd64" => ["", "v2", "v3", "v4"].contains(&wanted.variant.as_str()),
        "arm" => ["v5", "v6", "v7", "v8"].contains(&wanted.variant.as_str()),
        "386" | "arm64" | "ppc64le" | "s390x" | "riscv64" | "mips64le" | "loong64" | "wasm" => {
            wanted.variant.is_empty()
        }
        _ => false,
    };
    // regclient puts the machine's own system in the place of the one, and another name in that of
    // the other.
    let os = plain(&wanted.os) && !["local", "macos"].contains(&wanted.os.as_str());
    // It takes spaces away from both ends.
    let version =
        wanted.os_version.trim() == wanted.os_version && !wanted.os_version.contains('\0');
    (os && variant && version && wanted.os_features.is_empty()).then_some(wanted)
}

/// As Go writes it; an empty variant, version or list of features is left out.
fn platform_json(platform: &Platform) -> Value {
    let mut object = Map::new();
    object.insert("architecture".to_owned(), json!(platform.architecture));
    object.insert("os".to_owned(), json!(platform.os));
    if !platform.os_version.is_empty() {
        object.insert("os.version".to_owned(), json!(platform.os_version));
    }
    if !platform.os_features.is_empty() {
        object.insert("os.features".to_owned(), json!(platform.os_features));
    }
    if !platform.variant.is_empty() {
        object.insert("variant".to_owned(), json!(platform.variant));
    }
    Value::Object(object)
}
