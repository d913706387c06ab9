//! Where a draft is pushed to.

use std::fmt;

use crate::oci::{Reference, Repository};

/// A repository and the tags that the list gets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The repository.
    pub repository: Repository,
    /// The tags. The first one is guarded and written first; without any, the list is pushed by
    /// its digest only.
    pub tags: Vec<String>,
}

impl Target {
    /// The target that a reference names.
    ///
    /// # Errors
    /// A sentence if it names a digest: what is pushed is named by its own.
    pub fn of(reference: &Reference) -> Result<Self, String> {
        if reference.digest.is_some() {
            return Err(format!(
                "{} cannot be pushed to: a digest names what is there already; write a tag",
                reference.familiar()
            ));
        }
        Ok(Self {
            repository: reference.repository.clone(),
            tags: reference.tag.clone().into_iter().collect(),
        })
    }

    /// The tag that is guarded.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tags.first().map(String::as_str)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repository.familiar())?;
        match self.tag() {
            Some(tag) => write!(f, ":{tag}"),
            None => Ok(()),
        }
    }
}
