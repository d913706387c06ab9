//! The Rust crate oci-client and its default resolver (src/client.rs; platforms in oci-spec
//! src/image/mod.rs): the system and architecture that the program was built for.

use crate::oci::{GivenDigest, Platform};

use super::super::Host;
use super::super::judge::{Judge, choose};
use super::super::offer::{Candidate, Level, Offer, Path, Sort};
use super::super::reason::Reason;
use super::super::run::{Client, Run, Visit};
use super::super::selection::{Missing, Outcome};
use super::first::First;

/// A pull with oci-client.
pub(super) struct OciClient {
    judge: First,
}

const PREFIX: &str = "Image manifest not found: ";

impl OciClient {
    pub(super) fn new(host: &Host) -> Self {
        // Where oci-spec does not translate Rust's own name, no entry is ever equal to it.
        let os = match host.os() {
            "darwin" => "macos (as Rust names it)",
            other => other,
        };
        let architecture = match host.architecture() {
            "386" => "x86 (as Rust names it)",
            "loong64" => "loongarch64 (as Rust names it)",
            other => other,
        };
        let wanted = Platform::new(os, architecture, "");
        Self { judge: First::new(wanted, None) }
    }
}

/// Whether an entry lacks a field: the whole index then fails to parse. Empty text is not a missing
/// field (oci-client 0.18.0 src/manifest.rs, `ImageIndexEntry`).
fn lacks_a_field(offer: &Offer, level: &Level) -> bool {
    let of_platform = |entry: &Candidate| {
        let keys = entry.platform_keys;
        entry.platform.is_some() && !(keys.os && keys.architecture)
    };
    let of_descriptor = |entry: &Candidate| match &entry.written {
        Some(it) => !matches!(it.digest, Some(GivenDigest::Text(_))) || it.size.is_none(),
        None => entry.is_odd(),
    };
    level.entries.iter().any(|entry| of_platform(entry) || of_descriptor(entry))
        || level.entries.iter().any(|it| it.media_type.as_str().is_empty() || it.platform.is_none())
            && has_another_type(&offer.bytes)
}

/// Whether an entry has no text for `mediaType`, or something else than an object for `platform`.
fn has_another_type(bytes: &[u8]) -> bool {
    let document: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let entries = document.get("manifests").and_then(|it| it.as_array());
    let is_odd = |entry: &serde_json::Value| {
        entry.get("mediaType").is_none_or(|it| !it.is_string())
            || entry.get("platform").is_some_and(|it| !it.is_null() && !it.is_object())
    };
    entries.is_some_and(|entries| entries.iter().any(is_odd))
}

impl Client for OciClient {
    fn run(&self, offer: &Offer) -> Run {
        if offer.media_type.is_schema1() {
            return Run::failed("Unsupported schema version: 1".to_owned());
        }
        if !offer.media_type.is_index() {
            return Run::root();
        }
        let Some(level) = offer.level(&[]) else {
            return Run::needs(Path::new(), offer, Missing::Index);
        };
        if lacks_a_field(offer, level) {
            // oci-client 0.18.0, which knows of no single field.
            let text = "Failed to parse manifest as Versioned object: data did not match any \
                        variant of untagged enum OciManifest";
            return Run::failed(text.to_owned());
        }
        let mut visit = Visit::new(&[]);
        let at = choose(level, &self.judge);
        match at.and_then(|at| Some((at, level.entries.get(at)?))) {
            None => {
                let text = "no entry found in image index manifest matching client's default \
                            platform";
                Run::failed(format!("{PREFIX}{text}"))
            }
            Some((at, entry)) if entry.is_in_doubt() => {
                visit.given_up.push((at, Reason::Unread));
                Run::needs(vec![at], offer, Missing::Manifest)
            }
            // It goes by what the document says of itself.
            Some((at, entry)) if Sort::of(&entry.own_type()) == Sort::Index => {
                visit.given_up.push((at, Reason::Nested));
                Run::failed(format!("{PREFIX}received Image Index manifest instead"))
            }
            Some((at, entry)) if Sort::of(&entry.own_type()) == Sort::Foreign => {
                visit.given_up.push((at, Reason::MediaType));
                Run::failed(format!("Unsupported media type: {}", entry.own_type()))
            }
            Some((at, _)) => Run::short(Outcome::Picked(vec![at])),
        }
        .visiting(vec![visit])
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        &self.judge
    }
}
