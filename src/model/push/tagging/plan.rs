//! What would be done.

use super::super::Held;
use crate::model::draft::Encoded;
use crate::oci::{Digest, Reference};
use crate::text::plural;

/// A tag that is given what another one holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copying {
    /// The tag or digest that is copied.
    pub from: Reference,
    /// The tag that is written.
    pub to: Reference,
    /// What it gets.
    pub list: Encoded,
    /// What it holds now.
    pub now: Option<Digest>,
    /// Whether there must be no such tag.
    pub if_absent: bool,
}

impl Copying {
    /// Whether the tag holds it already.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.now.as_ref() == Some(&self.list.digest)
    }
}

/// What deleting a tag would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untag {
    /// The tag.
    pub reference: Reference,
    /// What it holds, which stays in the repository by its digest.
    pub held: Held,
    /// The other tags of that digest; `None` if the repository has more tags than were looked at.
    pub others: Option<Vec<String>>,
}

/// A list of what refers to a manifest, to be written under the tag that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The tag.
    pub reference: Reference,
    /// What it holds now.
    pub now: Option<Digest>,
    /// The list.
    pub list: Encoded,
    /// How many were added.
    pub added: usize,
}

/// What would be done to tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagPlan {
    /// The tag that is written before.
    pub copying: Option<Copying>,
    /// Lists that are written.
    pub lists: Vec<Listing>,
    /// The tags that are deleted.
    pub deleting: Vec<Untag>,
}

impl TagPlan {
    /// Why it is not done.
    #[must_use]
    pub fn refused(&self) -> Option<String> {
        let copying = self.copying.as_ref()?;
        let now = copying.now.as_ref().filter(|_| copying.if_absent)?;
        Some(format!("the tag exists (--if-absent): it points at {now}"))
    }

    /// Whether everything is as it is to be.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.deleting.is_empty()
            && self.lists.is_empty()
            && self.copying.as_ref().is_none_or(Copying::is_done)
    }

    /// What is asked before.
    #[must_use]
    pub fn question(&self) -> &'static str {
        match (&self.copying, self.deleting.len()) {
            _ if !self.lists.is_empty() => "Mend these tags?",
            (Some(_), 0) => "Write the tag?",
            (Some(_), _) => "Rename the tag?",
            (None, 1) => "Delete the tag?",
            (None, _) => "Delete these tags?",
        }
    }

    /// What would be done, in lines; not escaped.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.copying.is_none() && self.lists.is_empty() && self.deleting.is_empty() {
            lines.push("no tag that stands for a digest has to be mended".to_owned());
        }
        if let Some(Copying { to, list, .. }) = self.copying.as_ref().filter(|it| it.is_done()) {
            let nothing = if self.is_nothing() { "nothing to do: " } else { "" };
            lines.push(format!("{nothing}{} points at {} already", to.familiar(), list.digest));
        } else if let Some(copying) = &self.copying {
            lines.push(format!("write {}", copying.to.familiar()));
            lines.push(format!("  now    {}", points(copying.now.as_ref())));
            let digest = &copying.list.digest;
            lines.push(format!("  after  {digest}, as {}", copying.from.familiar()));
        }
        for listing in &self.lists {
            let (digest, added) = (&listing.list.digest, plural(listing.added, "attestation"));
            lines.push(format!("write {}", listing.reference.familiar()));
            lines.push(format!("  now    {}", points(listing.now.as_ref())));
            lines.push(format!("  after  {digest}, a list with {added} more"));
        }
        for wanted in &self.deleting {
            let (digest, repository) =
                (&wanted.held.digest, wanted.reference.repository.familiar());
            lines.push(format!("delete {}", wanted.reference.familiar()));
            lines.push(format!("  now    {digest}"));
            lines.push(format!("  after  nothing; {repository}@{digest} stays"));
            lines.push(format!("  {}", wanted.others_words()));
        }
        lines
    }
}

impl TagPlan {
    /// The same with a line for each tag.
    #[must_use]
    pub fn brief(&self) -> Vec<String> {
        let short = |digest: Option<&Digest>| digest.map_or("nothing", Digest::short).to_owned();
        let name = |reference: &Reference| reference.tag.clone().unwrap_or_default();
        let copying = self.copying.iter().map(|it| {
            let (now, after) = (short(it.now.as_ref()), it.list.digest.short());
            format!("write {}  {now} → {after}, as {}", name(&it.to), name(&it.from))
        });
        let deleting = self.deleting.iter().map(|it| {
            format!(
                "delete {}  {} · {}",
                name(&it.reference),
                it.held.digest.short(),
                it.others_words()
            )
        });
        copying.chain(deleting).collect()
    }
}

impl Untag {
    /// How many other tags name what the tag holds, in words.
    fn others_words(&self) -> String {
        match &self.others {
            None => {
                "the repository has many tags; which others name it was not looked at".to_owned()
            }
            Some(names) if names.is_empty() => "no other tag names it".to_owned(),
            Some(names) => format!("other tags of it stay: {}", names.join(", ")),
        }
    }
}

fn points(digest: Option<&Digest>) -> &str {
    digest.map_or("nothing", Digest::as_str)
}
