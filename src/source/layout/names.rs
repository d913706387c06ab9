//! Which entry of an index a name stands for.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;

use super::roots::{has_odd, roots, unreached};
use super::{Choice, Content};
use crate::oci::{
    Algorithm, Class, Descriptor, Digest, Document, Entry, Failure, Index, Manifest, MediaType,
    Wanted, digest_choice, entry_name, entry_names, index_choices, listed,
};

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

/// What a name, `@N` (the entry at that position), `@DIGEST`, or no name stands for.
///
/// Without a name: the image that no other entry reaches, as [`roots`] has it. Several images
/// without names are one list if each has a platform, as go-containerregistry's `layout.Write`
/// leaves the entries of the list that it writes; `skopeo copy` 1.22 into one layout without a
/// name lists images without platform one after the other, and these are images of their own. So
/// are several named ones.
pub(crate) fn choose(
    content: &dyn Content,
    subject: &str,
    index: &Index,
    name: Option<&str>,
) -> Result<Choice, Failure> {
    let Some(name) = name else { return unnamed(content, subject, index) };
    let wanted = Wanted::parse(name);
    match &wanted {
        Wanted::Position(position) => return at(subject, index, *position),
        Wanted::Digest(digest) => return of_digest(subject, index, digest).map(Choice::One),
        Wanted::Name(..) => {}
    }
    named(content, subject, index, name, &wanted)?
        .map(Choice::One)
        .ok_or_else(|| unknown_name(subject, name, names_of(index)))
}

/// The entry that carries the name, as written or as a reference.
///
/// # Errors
/// The name is the tag of several repositories, or that of several images none of which is a child
/// or a referrer of another. Of two entries of one name skopeo 1.22 and regctl 0.11.7 take the
/// first and oras 1.3.6 the last, without a word.
pub(crate) fn named(
    content: &dyn Content,
    subject: &str,
    index: &Index,
    name: &str,
    wanted: &Wanted<'_>,
) -> Result<Option<Arc<Descriptor>>, Failure> {
    let found = meant(index, name, wanted);
    let exact: Vec<_> = found.iter().map(|(_, entry)| *entry).collect();
    let Some(first) = exact.first() else { return Ok(None) };
    let full: HashSet<&str> = exact
        .iter()
        .filter(|entry| entry.digest != first.digest || exact.len() == 1)
        .chain([first])
        .filter_map(|entry| entry_name(entry))
        .collect();
    if full.len() > 1 {
        let mut full: Vec<_> = full.into_iter().collect();
        full.sort_unstable();
        return Err(Failure::new(
            Class::Unsupported,
            subject,
            format!("{name:?} is the tag of several images in it"),
        )
        .with_next(format!("name one in full: {}", listed(&full))));
    }
    if exact.iter().all(|entry| entry.digest == first.digest) {
        return Ok(Some(Arc::clone(first)));
    }
    let free = unreached(content, index, &found);
    match free.as_slice() {
        [(_, one)] => Ok(Some(Arc::clone(one))),
        _ => Err(same_name(subject, name, &exact)),
    }
}

/// The entries that a name may mean: those that are called so, else those of which it is a further
/// name or the tag, else those of the same reference.
fn meant<'a>(
    index: &'a Index,
    name: &str,
    wanted: &Wanted<'_>,
) -> Vec<(usize, &'a Arc<Descriptor>)> {
    let carrying = |is: &dyn Fn(&Descriptor) -> bool| -> Vec<(usize, &'a Arc<Descriptor>)> {
        let entries = index.entries.iter().enumerate();
        let entries = entries.filter_map(|(at, entry)| Some((at, entry.descriptor()?)));
        entries.filter(|(_, entry)| is(entry)).collect()
    };
    let called = carrying(&|entry| entry_name(entry) == Some(name));
    if !called.is_empty() {
        return called;
    }
    let tagged = carrying(&|entry| entry_names(entry).any(|it| it == name));
    if !tagged.is_empty() {
        return tagged;
    }
    carrying(&|entry| wanted.is_among(entry_names(entry)))
}

/// The images that a name may mean, each once.
pub(crate) fn meant_by(index: &Index, name: &str) -> Vec<Digest> {
    let mut seen = HashSet::new();
    let found = meant(index, name, &Wanted::parse(name)).into_iter();
    found.map(|(_, entry)| entry.digest.clone()).filter(|it| seen.insert(it.clone())).collect()
}

/// That a name is that of several images.
pub(crate) fn same_name(subject: &str, name: &str, images: &[&Arc<Descriptor>]) -> Failure {
    let mut seen = HashSet::new();
    let choices: Vec<String> = images
        .iter()
        .filter(|entry| seen.insert(&entry.digest))
        .map(|entry| digest_choice(entry))
        .collect();
    let detail = format!("{name:?} is the name of {} images in it", choices.len());
    Failure::new(Class::Unsupported, subject, detail)
        .with_next(format!("choose one behind the path: {}", listed(&choices)))
}

/// The entry with this digest.
pub(crate) fn of_digest(
    subject: &str,
    index: &Index,
    digest: &Digest,
) -> Result<Arc<Descriptor>, Failure> {
    let mut entries = index.entries.iter().filter_map(Entry::descriptor);
    entries.find(|entry| entry.digest == *digest).cloned().ok_or_else(|| {
        Failure::new(Class::NotFound, subject, format!("its index does not list {digest}"))
            .with_next(format!("it lists: {}", listed(&index_choices(index))))
    })
}

fn at(subject: &str, index: &Index, position: usize) -> Result<Choice, Failure> {
    let entry = index.entries.get(position).and_then(Entry::descriptor);
    entry.map(|entry| Choice::One(Arc::clone(entry))).ok_or_else(|| {
        Failure::new(Class::NotFound, subject, format!("it holds no image @{position}"))
            .with_next(count_of(index.entries.len()))
    })
}

/// Which positions there are.
pub(crate) fn count_of(count: usize) -> String {
    match count {
        0 => "it holds no image at all".to_owned(),
        1 => "it holds one, @0".to_owned(),
        count => format!("it holds {count}, @0 to @{}", count - 1),
    }
}

fn unnamed(content: &dyn Content, subject: &str, index: &Index) -> Result<Choice, Failure> {
    match index.entries.as_slice() {
        [] => {
            return Err(Failure::new(Class::NotFound, subject, "its index lists no image")
                .with_next("copy an image into it first"));
        }
        [Entry::Descriptor(descriptor)] => return Ok(Choice::One(Arc::clone(descriptor))),
        [Entry::Odd { problem, .. }] => {
            return Err(Failure::new(
                Class::Malformed,
                subject,
                format!("the only entry of its index cannot be used: {problem}"),
            )
            .with_next("check what wrote it"));
        }
        _ => {}
    }
    let roots = roots(content, index);
    let entries: Vec<_> =
        roots.iter().filter_map(|at| index.entries.get(*at).and_then(Entry::descriptor)).collect();
    let has_names = entries.iter().any(|entry| entry_name(entry).is_some());
    match entries.first() {
        Some(first)
            if entries.iter().all(|it| it.digest == first.digest)
                && (has_names || !has_odd(index)) =>
        {
            Ok(Choice::One(Arc::clone(first)))
        }
        Some(_) if !has_names && entries.iter().all(|it| it.platform.is_some()) => {
            Ok(Choice::Whole)
        }
        // An entry that cannot be used is shown too.
        Some(_) if has_names || !has_odd(index) => Ok(Choice::Several(roots)),
        _ => Ok(Choice::Several((0..index.entries.len()).collect())),
    }
}

fn names_of(index: &Index) -> Vec<String> {
    let descriptors = index.entries.iter().filter_map(Entry::descriptor);
    descriptors.filter_map(|entry| entry_name(entry).map(str::to_owned)).collect()
}

/// The index with only these entries, as platy shows it.
pub(super) fn only(document: &Document, positions: &[usize]) -> Option<Document> {
    let mut value: serde_json::Value = serde_json::from_slice(&document.bytes).ok()?;
    let entries = value.get_mut("manifests")?.as_array_mut()?;
    let mut at = 0;
    entries.retain(|_| {
        at += 1;
        positions.contains(&(at - 1))
    });
    let bytes = Bytes::from(value.to_string());
    let document = Document::parse(bytes, Some(&MediaType::OciIndex), Algorithm::Sha256).ok()?;
    Some(document.with_made(true))
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
    failure.with_next(format!("it has: {}", listed(&names)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Digest, keys};
    use crate::source::layout::{Piece, missing_blob};

    /// A layout whose manifests cannot be read.
    struct Bare;

    impl Content for Bare {
        fn index(&self) -> Result<Piece, Failure> {
            Err(missing_blob(String::new(), "the layout"))
        }

        fn find(&self, _: &Digest) -> Result<Piece, Failure> {
            Err(missing_blob(String::new(), "the layout"))
        }

        fn choose(&self, index: &Index, name: Option<&str>) -> Result<Choice, Failure> {
            choose(self, "x", index, name)
        }

        fn is_current(&self) -> bool {
            true
        }
    }

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
        Bare.choose(index, name).map(|choice| match choice {
            Choice::Whole | Choice::Several(_) => None,
            Choice::One(descriptor) => Some(descriptor.digest.clone()),
        })
    }

    #[test]
    fn a_name_picks_the_image_that_has_it_and_no_name_the_only_one() {
        let one = index(&[entry("a", Some("1.0"))]);
        let two = index(&[entry("a", None), entry("b", Some("1")), entry("c", Some("1"))]);
        let marked = index(&[entry("a", None), entry("b", Some("1"))]);
        let digest = |content: &str| Some(Digest::sha256(content.as_bytes()));
        assert_eq!(chosen(&one, None), Ok(digest("a")));
        assert_eq!(chosen(&one, Some("1.0")), Ok(digest("a")));
        assert_eq!(chosen(&two, None), Ok(None));
        let failure = chosen(&two, Some("1")).unwrap_err();
        assert_eq!(failure.detail, "\"1\" is the name of 2 images in it");
        let (b, c) = (Digest::sha256(b"b"), Digest::sha256(b"c"));
        let next = format!("choose one behind the path: @{b}, @{c}");
        assert_eq!(failure.next, Some(next));
        assert_eq!(chosen(&two, Some("@2")), Ok(digest("c")));
        assert_eq!(chosen(&two, Some(&format!("@{c}"))), Ok(digest("c")));
        let failure = chosen(&two, Some(&format!("@{}", Digest::sha256(b"d")))).unwrap_err();
        let a = Digest::sha256(b"a");
        assert_eq!(failure.next, Some(format!("it lists: @{a}, @{b}, @{c}")));
        assert_eq!(chosen(&marked, None), Ok(digest("b")), "the named entry comes first");
        let failure = chosen(&two, Some("@3")).unwrap_err();
        assert_eq!(failure.next.as_deref(), Some("it holds 3, @0 to @2"));
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
