//! What is to be done to tags.

use futures_util::future::try_join_all;
use serde::de::IgnoredAny;

use super::args::TagAction;
use super::mend;
use crate::model::draft::Encoded;
use crate::oci::{Class, Digest, Failure, Reference};
use crate::source::{Registry, Sources};
use crate::work::push::{Listing, Untag, find_untag};

/// What was asked for.
#[derive(Default)]
pub(super) struct Wish {
    /// The tag or digest that is copied, the other tag, and whether that must be new.
    copy: Option<(Reference, Reference, bool)>,
    /// The tags that are deleted.
    delete: Vec<Reference>,
    /// What has tags that stand for its digests and are mended.
    mend: Option<Reference>,
}

/// A tag that is given what another one holds.
pub(super) struct Copying {
    pub(super) from: Reference,
    pub(super) to: Reference,
    pub(super) list: Encoded,
    /// What the other tag holds now.
    pub(super) now: Option<Digest>,
    /// Whether there must be no such tag.
    if_absent: bool,
}

/// What would be done.
pub(super) struct Plan {
    pub(super) copying: Option<Copying>,
    /// Lists that are written.
    pub(super) lists: Vec<Listing>,
    pub(super) deleting: Vec<Untag>,
}

impl Wish {
    /// What was typed.
    pub(super) fn of(action: &TagAction) -> Result<Self, String> {
        match action {
            TagAction::Rm(rm) => {
                let mut delete = Vec::new();
                for text in &rm.references {
                    let reference = tag(text)?;
                    if !delete.contains(&reference) {
                        delete.push(reference);
                    }
                }
                Ok(Self { delete, ..Self::default() })
            }
            TagAction::Cp(wish) => {
                let from: Reference = parsed(&wish.reference)?;
                let to = beside(&from, &wish.name)?;
                Ok(Self { copy: Some((from, to, wish.if_absent)), ..Self::default() })
            }
            TagAction::Mv(wish) => {
                let from = tag(&wish.reference)?;
                let to = beside(&from, &wish.name)?;
                if from == to {
                    return Err(format!("{} is already its name", to.familiar()));
                }
                let copy = Some((from.clone(), to, wish.if_absent));
                Ok(Self { copy, delete: vec![from], mend: None })
            }
            TagAction::Mend(wish) => {
                Ok(Self { mend: Some(parsed(&wish.reference)?), ..Self::default() })
            }
        }
    }
}

fn parsed(text: &str) -> Result<Reference, String> {
    text.parse::<Reference>().map_err(|error| error.to_string())
}

/// A reference whose tag was written out: what has none would be `latest`.
fn tag(text: &str) -> Result<Reference, String> {
    let reference = parsed(text)?;
    if reference.digest.is_some() {
        return Err(format!("{text} names a digest; write REPOSITORY:TAG"));
    }
    let tag = reference.tag.as_deref().unwrap_or_default();
    match text.ends_with(&format!(":{tag}")) {
        true => Ok(reference),
        false => Err(format!("{text} names no tag; write {text}:TAG")),
    }
}

/// The tag that is named beside another one of the same repository.
fn beside(from: &Reference, name: &str) -> Result<Reference, String> {
    let repository = &from.repository;
    if !name.contains(['/', ':', '@']) {
        let whole = format!("{repository}:{name}");
        return whole.parse().map_err(|_| {
            format!("{name} is not a tag: letters, digits, `_`, `.` and `-`, at most 128")
        });
    }
    let to = tag(name)?;
    if to.repository == *repository {
        return Ok(to);
    }
    Err(format!(
        "{name} is in another repository than {}; `platy copy` copies there",
        from.familiar()
    ))
}

/// Looks what would be done. Nothing is written.
pub(super) async fn find(
    sources: &Sources,
    registry: &Registry,
    wish: &Wish,
    permits: usize,
) -> Result<Plan, Failure> {
    if let Some(reference) = &wish.mend {
        let (lists, deleting) = mend::find(sources, registry, reference, permits).await?;
        return Ok(Plan { copying: None, lists, deleting });
    }
    let copying = match &wish.copy {
        None => None,
        Some((from, to, if_absent)) => Some(copying(registry, from, to, *if_absent).await?),
    };
    let deleting = wish.delete.iter().map(|reference| find_untag(registry, reference));
    Ok(Plan { copying, lists: Vec::new(), deleting: try_join_all(deleting).await? })
}

async fn copying(
    registry: &Registry,
    from: &Reference,
    to: &Reference,
    if_absent: bool,
) -> Result<Copying, Failure> {
    let held = registry.held(from).await?;
    let Some(held) = held else {
        let repository = from.repository.familiar();
        let failure =
            Failure::new(Class::NotFound, from.to_string(), "there is nothing of that name");
        return Err(failure.with_next(format!("`platy tags {repository}` lists the tags")));
    };
    let Some(bytes) = held.bytes else {
        let detail = "its manifest is larger than platy reads";
        return Err(Failure::new(Class::TooLarge, from.to_string(), detail));
    };
    // Every manifest is an object of JSON, whatever its type.
    let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
    if !is_object || serde_json::from_slice::<IgnoredAny>(&bytes).is_err() {
        let host = &from.repository.host;
        let detail = format!("{host} answered with something that is not a manifest");
        return Err(Failure::new(Class::Malformed, from.to_string(), detail)
            .with_next("check that this is the name of the registry, not of its web site"));
    }
    let list = Encoded { media_type: held.media_type, digest: held.digest, bytes };
    let now = registry.head_to_push(to).await?.map(|head| head.digest);
    Ok(Copying { from: from.clone(), to: to.clone(), list, now, if_absent })
}

impl Plan {
    /// Why it is not done.
    pub(super) fn refused(&self) -> Option<String> {
        let copying = self.copying.as_ref()?;
        let now = copying.now.as_ref().filter(|_| copying.if_absent)?;
        Some(format!("the tag exists (--if-absent): it points at {now}"))
    }

    /// Whether everything is as it is to be.
    pub(super) fn is_nothing(&self) -> bool {
        let written = |it: &Copying| it.now.as_ref() == Some(&it.list.digest);
        self.deleting.is_empty()
            && self.lists.is_empty()
            && self.copying.as_ref().is_none_or(written)
    }

    /// What is asked before.
    pub(super) fn question(&self) -> &'static str {
        match (&self.copying, self.deleting.len()) {
            _ if !self.lists.is_empty() => "Mend these tags?",
            (Some(_), 0) => "Write the tag?",
            (Some(_), _) => "Rename the tag?",
            (None, 1) => "Delete the tag?",
            (None, _) => "Delete these tags?",
        }
    }
}

/// How many other tags name what a tag holds, in words.
pub(super) fn others(wanted: &Untag) -> String {
    match &wanted.others {
        None => "the repository has many tags; which others name it was not looked at".to_owned(),
        Some(names) if names.is_empty() => "no other tag names it".to_owned(),
        Some(names) => {
            format!("other tags of it stay: {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_written_out() {
        for (text, expected) in [
            ("a:1", Ok("docker.io/library/a:1")),
            ("localhost:5000/a:1", Ok("localhost:5000/a:1")),
            ("localhost:5000/a", Err("names no tag")),
            ("a", Err("names no tag")),
            ("latest", Err("names no tag")),
            ("a:latest", Ok("docker.io/library/a:latest")),
        ] {
            match (tag(text), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.to_string(), expected),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
                (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
            }
        }
        let digest = Digest::sha256(b"x");
        assert!(tag(&format!("a@{digest}")).is_err());
    }

    #[test]
    fn the_other_tag_is_in_the_same_repository() {
        let from: Reference = "localhost:5000/a:1".parse().unwrap();
        for (name, expected) in [
            ("2", Some("localhost:5000/a:2")),
            ("localhost:5000/a:2", Some("localhost:5000/a:2")),
            ("localhost:5000/b:2", None),
            ("a:2", None),
            (".x", None),
            ("", None),
            ("a b", None),
        ] {
            let found = beside(&from, name).ok().map(|it| it.to_string());
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }
}
