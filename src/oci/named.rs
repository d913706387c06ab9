//! The names of images in an index that a layout or an archive holds.

use std::collections::{HashMap, HashSet};

use super::{Descriptor, Digest, Entry, Index, Reference, digest_tag, keys};

/// How many names a message lists.
const LISTED: usize = 12;

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
    let mut seen = HashSet::new();
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
    let mut holders: HashMap<&str, usize> = HashMap::new();
    for (name, _) in index_names(index) {
        *holders.entry(name).or_default() += 1;
    }
    let mut seen = HashSet::new();
    let mut choices = Vec::new();
    for entry in index.entries.iter().filter_map(Entry::descriptor) {
        let name = entry_name(entry);
        let choice = match name {
            Some(name) if holders.get(name) == Some(&1) => name.to_owned(),
            _ => digest_choice(entry),
        };
        if seen.insert(choice.clone()) {
            choices.push(choice);
        }
    }
    choices
}

/// The first of several names, as a message lists them, and how many more there are.
#[must_use]
pub fn listed(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
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
    use std::sync::Arc;

    use super::*;
    use crate::oci::{Annotations, MediaType};

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

    #[test]
    fn twelve_names_are_listed_and_the_others_counted() {
        let names: Vec<String> = (0..14).map(|number| format!("n{number}")).collect();
        assert_eq!(listed(&names[..2]), "n0, n1");
        assert!(listed(&names[..12]).ends_with("n10, n11"));
        assert!(listed(&names).ends_with("n10, n11, and 2 more"));
    }

    #[test]
    fn a_name_chooses_if_one_image_has_it() {
        let entries = [("a", "1"), ("b", "2"), ("b", "2"), ("c", "3"), ("d", "3"), ("a", "4")];
        let entries = entries.map(|(content, name)| {
            let digest = Digest::sha256(content.as_bytes());
            let mut descriptor = Descriptor::new(MediaType::OciManifest, digest, 1);
            descriptor.annotations.insert(keys::REF_NAME.to_owned(), name.to_owned());
            Entry::Descriptor(Arc::new(descriptor))
        });
        let index = Index {
            entries: entries.into(),
            annotations: Annotations::default(),
            artifact_type: None,
            subject: None,
        };
        let [c, d] = ["c", "d"].map(|it| format!("@{}", Digest::sha256(it.as_bytes())));
        assert_eq!(index_choices(&index), ["1", "2", &c, &d, "4"]);
    }
}
