//! Names of images in a Docker archive.

use crate::oci::{Descriptor, Reference, keys};

/// The full name of an image in a layout that containerd or Docker wrote.
const IMAGE_NAME: &str = "io.containerd.image.name";

/// What a user may write after the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted<'a> {
    /// `@N`
    Position(usize),
    /// A name as written, and as a reference where it is one.
    Name(&'a str, Option<Box<Reference>>),
}

impl<'a> Wanted<'a> {
    pub(super) fn parse(name: &'a str) -> Self {
        match name.strip_prefix('@').and_then(|position| position.parse().ok()) {
            Some(position) => Self::Position(position),
            None => Self::Name(name, name.parse().ok().map(Box::new)),
        }
    }

    /// Whether this is one of the image's names: the same text, or the same reference after
    /// Docker's normalisation (`alpine` is `docker.io/library/alpine:latest`).
    pub(super) fn is_among<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> bool {
        let Self::Name(text, reference) = self else { return false };
        names.into_iter().any(|name| {
            name == *text
                || reference.as_ref().is_some_and(|wanted| {
                    name.parse::<Reference>().is_ok_and(|found| found == **wanted)
                })
        })
    }
}

/// The names that an entry of a layout's index carries.
pub(super) fn entry_names(descriptor: &Descriptor) -> impl Iterator<Item = &str> {
    [IMAGE_NAME, keys::REF_NAME]
        .into_iter()
        .filter_map(|key| descriptor.annotations.get(key))
        .map(String::as_str)
}

/// The annotations that Docker gives an entry for one name of an image.
pub(super) fn annotations(tag: &str) -> [(&'static str, String); 2] {
    match tag.parse::<Reference>() {
        Ok(reference) => {
            let short = reference.tag.clone().unwrap_or_else(|| tag.to_owned());
            [(IMAGE_NAME, reference.to_string()), (keys::REF_NAME, short)]
        }
        Err(_) => [(IMAGE_NAME, tag.to_owned()), (keys::REF_NAME, tag.to_owned())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
