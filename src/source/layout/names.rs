//! Which entry of an index a name stands for.

use std::sync::Arc;

use bytes::Bytes;

use super::Choice;
use crate::oci::{
    Algorithm, Class, Descriptor, Document, Entry, Failure, Index, Manifest, MediaType, keys,
};

/// How many names a message lists.
const LISTED: usize = 12;

/// Reads a layout's `index.json`, which is an OCI index whatever it says of itself.
pub(crate) fn parse_index(subject: &str, bytes: Bytes) -> Result<(Document, Index), Failure> {
    let malformed = |problem: String| {
        Failure::new(Class::Malformed, subject, format!("as an OCI index it is wrong: {problem}"))
            .with_next("check what wrote it")
    };
    let document =
        Document::parse(bytes, Some(&MediaType::OciIndex), Algorithm::Sha256).map_err(malformed)?;
    match &document.manifest {
        Manifest::Index(index) => {
            let index = index.clone();
            Ok((document, index))
        }
        _ => Err(malformed("it lists no manifests".to_owned())),
    }
}

/// The entry with this `org.opencontainers.image.ref.name`, the first where several have it.
/// Without a name: the only entry, or the whole index where it has several (skopeo refuses then).
pub(crate) fn choose(subject: &str, index: &Index, name: Option<&str>) -> Result<Choice, Failure> {
    match name {
        Some(name) => find(index, |descriptor| ref_name(descriptor) == Some(name))
            .ok_or_else(|| unknown_name(subject, name, index_names(index))),
        None => only_or_whole(subject, index),
    }
}

fn only_or_whole(subject: &str, index: &Index) -> Result<Choice, Failure> {
    match index.entries.as_slice() {
        [] => Err(Failure::new(Class::NotFound, subject, "its index lists no image")
            .with_next("copy an image into it first")),
        [Entry::Descriptor(descriptor)] => Ok(Choice::One(Arc::clone(descriptor))),
        [Entry::Odd { problem, .. }] => Err(Failure::new(
            Class::Malformed,
            subject,
            format!("the only entry of its index cannot be used: {problem}"),
        )
        .with_next("check what wrote it")),
        _ => Ok(Choice::Whole),
    }
}

/// The first entry that fits.
fn find(index: &Index, fits: impl Fn(&Descriptor) -> bool) -> Option<Choice> {
    index
        .entries
        .iter()
        .filter_map(Entry::descriptor)
        .find(|descriptor| fits(descriptor))
        .map(|descriptor| Choice::One(Arc::clone(descriptor)))
}

fn ref_name(descriptor: &Descriptor) -> Option<&str> {
    descriptor.annotations.get(keys::REF_NAME).map(String::as_str)
}

fn index_names(index: &Index) -> Vec<String> {
    let descriptors = index.entries.iter().filter_map(Entry::descriptor);
    descriptors.filter_map(|descriptor| ref_name(descriptor).map(str::to_owned)).collect()
}

/// That a name does not exist, and which do.
pub(crate) fn unknown_name(subject: &str, name: &str, mut names: Vec<String>) -> Failure {
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let failure =
        Failure::new(Class::NotFound, subject, format!("it holds no image named {name:?}"));
    if names.is_empty() {
        return failure.with_next("nothing in it has a name; leave the name out to see all of it");
    }
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let list = names.join(", ");
    failure.with_next(match more {
        0 => format!("it has: {list}"),
        more => format!("it has: {list}, and {more} more"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Digest;

    fn entry(content: &str, name: Option<&str>) -> String {
        let annotations = name.map_or_else(String::new, |name| {
            format!(r#","annotations":{{"{}":"{name}"}}"#, keys::REF_NAME)
        });
        let digest = Digest::sha256(content.as_bytes());
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":1,
                "digest":"{digest}"{annotations}}}"#
        )
    }

    fn index(entries: &[String]) -> Index {
        let json = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, entries.join(","));
        parse_index("index.json", json.into()).unwrap().1
    }

    fn chosen(index: &Index, name: Option<&str>) -> Result<Option<Digest>, Failure> {
        choose("x", index, name).map(|choice| match choice {
            Choice::Whole => None,
            Choice::One(descriptor) => Some(descriptor.digest.clone()),
        })
    }

    #[test]
    fn a_name_picks_its_first_entry_and_no_name_the_only_one() {
        let one = index(&[entry("a", Some("1.0"))]);
        let two = index(&[entry("a", None), entry("b", Some("1")), entry("c", Some("1"))]);
        let digest = |content: &str| Some(Digest::sha256(content.as_bytes()));
        assert_eq!(chosen(&one, None), Ok(digest("a")));
        assert_eq!(chosen(&one, Some("1.0")), Ok(digest("a")));
        assert_eq!(chosen(&two, None), Ok(None));
        assert_eq!(chosen(&two, Some("1")), Ok(digest("b")));
    }

    #[test]
    fn an_unknown_name_lists_those_that_exist() {
        let failure = chosen(&index(&[entry("a", Some("1.0"))]), Some("1")).unwrap_err();
        assert_eq!(failure.class, Class::NotFound);
        assert_eq!(failure.next.as_deref(), Some("it has: 1.0"));
        let many: Vec<_> = (0..20).map(|n| entry("a", Some(&format!("v{n}")))).collect();
        let failure = chosen(&index(&many), Some("1")).unwrap_err();
        assert!(failure.next.unwrap().ends_with("v11, and 8 more"));
        let failure = chosen(&index(&[entry("a", None)]), Some("1")).unwrap_err();
        assert!(failure.next.unwrap().starts_with("nothing in it has a name"));
    }

    #[test]
    fn an_index_of_nothing_or_of_one_odd_entry_is_said() {
        assert_eq!(chosen(&index(&[]), None).unwrap_err().class, Class::NotFound);
        let odd = chosen(&index(&["{}".to_owned()]), None).unwrap_err();
        assert!(odd.detail.ends_with("it has no digest"), "{odd}");
        assert!(parse_index("x", Bytes::from_static(b"{}")).is_err());
        assert!(parse_index("x", Bytes::from_static(b"<html>")).is_err());
    }
}
