//! What can be the matter with a descriptor, as containerd looks at it, as go-containerregistry reads
//! it, and as docker/distribution does.

use super::super::offer::{Candidate, Level, Sort};
use super::fault::{Fault, Kind, Part};
use super::found::{MIB_4, of_failure};
use crate::oci::{Algorithm, Entry, Manifest, MediaType, Written};

/// With an entry of an index, and with whether its content is there and what it says.
pub(super) fn of_entry(candidate: &Candidate, faults: &mut Vec<Fault>) {
    if candidate.is_odd() {
        return;
    }
    let part = Part::of(&candidate.media_type);
    let text = candidate.digest_text();
    let about = |kind| Fault::named(kind, part, text, &candidate.media_type);
    // In the order in which containerd looks.
    match &candidate.written {
        None if candidate.size == Some(0) => faults.push(about(Kind::NoSize)),
        None => {}
        Some(written) => faults.extend(of_size(written.size, &about)),
    }
    match &candidate.media_type {
        MediaType::Schema1Signed => faults.push(about(Kind::SignedSchema1)),
        MediaType::Schema1 => faults.push(about(Kind::NotAManifest)),
        other if other.as_str().is_empty() => faults.push(about(Kind::NotAManifest)),
        other if !other.is_manifest() => faults.push(about(Kind::UnknownType)),
        _ => {}
    }
    let Some(digest) = &candidate.digest else {
        if text.is_empty() {
            faults.push(about(Kind::NoDigest));
        } else {
            if !is_dockers_digest(text) {
                faults.push(about(Kind::NotADigestAtAll));
            }
            faults.push(about(Kind::NotADigest));
        }
        return;
    };
    match (Sort::of(&candidate.media_type), candidate.document.as_ref().map(|it| &it.manifest)) {
        (Sort::Index, Some(Manifest::Image(_))) => faults.push(about(Kind::ImageForIndex)),
        (Sort::Image, Some(Manifest::Index(_))) => faults.push(about(Kind::IndexForImage)),
        _ => {}
    }
    let read = candidate.document.as_ref().map_or(0, |it| it.bytes.len() as u64);
    if read > MIB_4 {
        faults.push(about(Kind::EntryAbove4MiB).found(read));
    }
    if let Some(failure) = &candidate.failure {
        let missing = (Kind::MissingManifest, Kind::WrongManifest, Kind::UnreadableManifest);
        faults.extend(of_failure(failure, candidate.size, digest, missing, &about));
    } else if digest.algorithm() != Algorithm::Sha256 {
        faults.push(about(Kind::Sha512Manifest));
    }
}

/// Whether docker/distribution takes a text for a digest (distribution/reference 0.6.0 regexp.go,
/// `DigestRegexp`): any algorithm, and 32 hex digits or more, in any case.
fn is_dockers_digest(text: &str) -> bool {
    let Some((name, hex)) = text.split_once(':') else { return false };
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    name.split(['-', '_', '+', '.']).all(is_name)
        && hex.len() >= 32
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What is the matter with a descriptor in a manifest that is not usable, in the order in which
/// containerd looks; `None` in the list if it is none to anybody. `None` for one that is usable.
pub(super) fn of_odd(element: &Entry, part: Part) -> Option<Vec<Option<Fault>>> {
    let Entry::Odd { raw, .. } = element else { return None };
    let Some(written) = Written::read(raw) else { return Some(vec![None]) };
    let text = written.digest_text();
    let media_type = MediaType::exact(&written.media_type);
    let about = |kind| Fault::named(kind, part, text, &media_type);
    if text.is_empty() && written.size.is_none_or(|size| size == 0) {
        return Some(vec![None]);
    }
    let mut faults: Vec<Option<Fault>> =
        of_size(written.size, &about).into_iter().map(Some).collect();
    if let Some(why) = not_a_hash(text) {
        faults.push(Some(about(Kind::OddBlob).found(why)));
    }
    Some(faults)
}

/// What is the matter with a size as Go has it.
fn of_size(size: Option<i64>, about: &dyn Fn(Kind) -> Fault) -> Option<Fault> {
    match size {
        None => Some(about(Kind::UnstatedSize)),
        Some(0) => Some(about(Kind::NoSize)),
        Some(size) if size < 0 => Some(about(Kind::NegativeSize).stated(size)),
        Some(_) => None,
    }
}

/// The first digest of an index that go-containerregistry does not read (0.22.1 pkg/v1/hash.go,
/// `parse`), with its sentence.
pub(super) fn unreadable_digest(level: &Level) -> Option<Fault> {
    level.entries.iter().find_map(|entry| {
        let text = match (&entry.digest, &entry.written) {
            (Some(digest), _) => digest.as_str(),
            (None, Some(written)) if written.digest.is_some() => written.digest_text(),
            _ => return None,
        };
        let part = Part::of(&entry.media_type);
        let fault = || Fault::named(Kind::UnreadableDigest, part, text, &entry.media_type);
        not_a_hash(text).map(|why| fault().found(why))
    })
}

/// Why go-containerregistry does not read a digest; `None` if it does.
fn not_a_hash(text: &str) -> Option<String> {
    let (name, hex) = text.split_once(':').unwrap_or_default();
    if name.is_empty() || hex.is_empty() {
        return Some(format!("cannot parse hash: {text:?}"));
    }
    let rest = hex.trim_start_matches(|c: char| matches!(c, '0'..='9' | 'a'..='f'));
    if let Some(odd) = rest.bytes().next() {
        return Some(format!("found non-hex character in hash: {}", char::from(odd)));
    }
    let length = match name {
        "sha256" => 64,
        "sha512" => 128,
        _ => return Some(format!("unsupported hash: {name:?}")),
    };
    (hex.len() != length).then(|| format!("wrong number of hex digits for {name}: {hex}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text was given to crane 0.22.1 and to the expression of distribution/reference 0.6.0.
    #[test]
    fn digests_are_read_as_each_library_does() {
        let (hex, capitals) = ("a".repeat(64), "A".repeat(64));
        for (text, crane, docker) in [
            (format!("sha256:{hex}"), None, true),
            (format!("sha512:{hex}{hex}"), None, true),
            (String::new(), Some("cannot parse hash: \"\""), false),
            ("sha256:".to_owned(), Some("cannot parse hash: \"sha256:\""), false),
            ("hello".to_owned(), Some("cannot parse hash: \"hello\""), false),
            ("sha256:abc".to_owned(), Some("wrong number of hex digits for sha256: abc"), false),
            (format!("sha256:{capitals}"), Some("found non-hex character in hash: A"), true),
            (format!("blake3:{hex}"), Some("unsupported hash: \"blake3\""), true),
            (format!("5x:{hex}"), Some("unsupported hash: \"5x\""), false),
        ] {
            assert_eq!(not_a_hash(&text).as_deref(), crane, "{text}");
            assert_eq!(is_dockers_digest(&text), docker, "{text}");
        }
    }
}
