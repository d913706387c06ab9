//! The names of images in an index that a layout or an archive holds.

use super::{Descriptor, Digest, Entry, Index, Reference, digest_tag, keys};

/// The name that tells an image from the others of its index: the whole reference, if there is
/// one (containerd and Docker write it beside the tag), else the tag. A tag that a program made of
/// a digest is not the name of an image.
#[must_use]
pub fn entry_name(descriptor: &Descriptor) -> Option<&str> {
    entry_names(descriptor).find(|name| !is_digest_tag(name))
}

/// Every name that an entry of a layout's index carries, the longest first.
pub fn entry_names(descriptor: &Descriptor) -> impl Iterator<Item = &str> {
    [keys::IMAGE_NAME, keys::REF_NAME]
        .into_iter()
        .filter_map(|key| descriptor.annotations.get(key))
        .map(String::as_str)
}

/// The named images of an index in its order, each name of an image once.
#[must_use]
pub fn index_names(index: &Index) -> Vec<(&str, &Digest)> {
    let mut seen = std::collections::HashSet::new();
    index
        .entries
        .iter()
        .filter_map(Entry::descriptor)
        .filter_map(|entry| Some((entry_name(entry)?, &entry.digest)))
        .filter(|named| seen.insert(*named))
        .collect()
}

/// What chooses each image of an index that holds several, as it is written behind the path: the
/// name if it is that of one image, else its digest, with what tells it from the others.
#[must_use]
pub fn index_choices(index: &Index) -> Vec<String> {
    let named = index_names(index);
    let holds = |name: &str| named.iter().filter(|(other, _)| *other == name).count();
    let mut seen = std::collections::HashSet::new();
    let mut choices = Vec::new();
    for entry in index.entries.iter().filter_map(Entry::descriptor) {
        let name = entry_name(entry);
        let choice = match name {
            Some(name) if holds(name) == 1 => name.to_owned(),
            _ => digest_choice(entry),
        };
        if seen.insert(choice.clone()) {
            choices.push(choice);
        }
    }
    choices
}

/// `@DIGEST`, and the platform if the entry has one.
#[must_use]
pub fn digest_choice(entry: &Descriptor) -> String {
    match &entry.platform {
        Some(platform) => format!("@{} ({platform})", entry.digest),
        None => format!("@{}", entry.digest),
    }
}

/// Whether these names stand for more than one image.
#[must_use]
pub fn are_several(names: &[(&str, &Digest)]) -> bool {
    names.first().is_some_and(|(_, first)| names.iter().any(|(_, other)| other != first))
}

/// Whether a name is a tag made of a digest: a list of referrers (OCI distribution-spec,
/// "Referrers Tag Schema") or what Cosign attaches.
#[must_use]
pub fn is_digest_tag(name: &str) -> bool {
    let tag = name.rsplit_once(':').map_or(name, |(_, tag)| tag);
    digest_tag(tag).is_some()
}

/// The manifest that an entry's own annotations say it belongs to: an attestation of BuildKit, or
/// one that `docker save --platform` wrote (moby v2.0.0-beta.24, `io.containerd.manifest.subject`).
#[must_use]
pub fn annotated_subject(descriptor: &Descriptor) -> Option<Digest> {
    descriptor
        .attests()
        .or_else(|| descriptor.annotations.get(keys::CONTAINERD_SUBJECT)?.parse().ok())
}

/// What a user writes to choose one of several images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// `@N`
    Position(usize),
    /// `@DIGEST`
    Digest(Digest),
    /// A name as written, and as a reference if it is one.
    Name(&'a str, Option<Box<Reference>>),
}

impl<'a> Wanted<'a> {
    /// Reads what follows the path.
    #[must_use]
    pub fn parse(name: &'a str) -> Self {
        let behind = name.strip_prefix('@');
        if let Some(position) = behind.and_then(|it| it.parse().ok()) {
            return Self::Position(position);
        }
        match behind.and_then(|it| it.parse().ok()) {
            Some(digest) => Self::Digest(digest),
            None => Self::Name(name, name.parse().ok().map(Box::new)),
        }
    }

    /// Whether this is one of the image's names: the same text, or the same reference after
    /// Docker's normalisation (`alpine` is `docker.io/library/alpine:latest`).
    pub fn is_among<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> bool {
        let Self::Name(text, reference) = self else { return false };
        names.into_iter().any(|name| {
            name == *text
                || reference.as_ref().is_some_and(|wanted| {
                    name.parse::<Reference>().is_ok_and(|found| found == **wanted)
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_made_of_a_digest_name_no_image() {
        let hex = "ab".repeat(32);
        for (name, is) in [
            (format!("sha256-{hex}"), true),
            (format!("localhost:5000/a:sha256-{hex}.sig"), true),
            (format!("sha512-{hex}.att"), true),
            (format!("sha256-{hex}.sbom"), true),
            (format!("sha256-{hex}.txt"), false),
            (format!("sha256-{}", &hex[1..]), false),
            ("sha256-amd64".to_owned(), false),
            ("1.0".to_owned(), false),
        ] {
            assert_eq!(is_digest_tag(&name), is, "{name}");
        }
    }

    #[test]
    fn names_are_compared_after_normalisation() {
        for (wanted, name, is) in [
            ("alpine", "alpine:latest", true),
            ("alpine:latest", "docker.io/library/alpine:latest", true),
            ("docker.io/library/alpine:3", "alpine:3", true),
            ("alpine:3", "alpine:3.20", false),
            ("alpine", "ghcr.io/alpine:latest", false),
            ("localhost:5000/a:1", "localhost:5000/a:1", true),
            ("3.20", "3.20", true),
            ("Not A Name", "Not A Name", true),
            ("Not A Name", "alpine", false),
            ("@0", "@0", false),
        ] {
            assert_eq!(Wanted::parse(wanted).is_among([name]), is, "{wanted} {name}");
        }
        assert_eq!(Wanted::parse("@12"), Wanted::Position(12));
        assert!(matches!(Wanted::parse("@x"), Wanted::Name("@x", None)));
        let digest = Digest::sha256(b"x");
        assert_eq!(Wanted::parse(&format!("@{digest}")), Wanted::Digest(digest));
    }
}
