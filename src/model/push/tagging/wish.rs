//! What is asked for.

use crate::oci::Reference;

/// Tags to be deleted, copied or renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagWish {
    /// The tag or digest that is copied, the other tag, and whether that must be new.
    pub copy: Option<(Reference, Reference, bool)>,
    /// The tags that are deleted.
    pub delete: Vec<Reference>,
    /// What has tags that stand for its digests and are mended.
    pub mend: Option<Reference>,
}

impl TagWish {
    /// Deletes tags, each once.
    ///
    /// # Errors
    /// A sentence about what names no tag.
    pub fn delete<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let mut delete = Vec::new();
        for text in texts {
            let reference = tag(text)?;
            if !delete.contains(&reference) {
                delete.push(reference);
            }
        }
        Ok(Self { delete, ..Self::default() })
    }

    /// Gives another tag of the repository what a tag or digest holds.
    ///
    /// # Errors
    /// A sentence about what cannot be one.
    pub fn copy(from: &str, name: &str, if_absent: bool) -> Result<Self, String> {
        let from = parsed(from)?;
        let to = beside(&from, name)?;
        Ok(Self { copy: Some((from, to, if_absent)), ..Self::default() })
    }

    /// Mends the tags that stand for the digests of a list.
    ///
    /// # Errors
    /// A sentence about what is not a reference.
    pub fn mend(text: &str) -> Result<Self, String> {
        Ok(Self { mend: Some(parsed(text)?), ..Self::default() })
    }

    /// The same, and deletes the first tag.
    ///
    /// # Errors
    /// A sentence about what cannot be one.
    pub fn rename(from: &str, name: &str, if_absent: bool) -> Result<Self, String> {
        let from = tag(from)?;
        let to = beside(&from, name)?;
        // Nothing is deleted of what has that name already.
        let delete = if from == to { Vec::new() } else { vec![from.clone()] };
        Ok(Self { copy: Some((from, to, if_absent)), delete, mend: None })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Digest;

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
    fn a_tag_that_is_renamed_to_itself_is_not_deleted() {
        let of = |name| TagWish::rename("a:1", name, false).unwrap().delete.len();
        assert_eq!((of("1"), of("2")), (0, 1));
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
