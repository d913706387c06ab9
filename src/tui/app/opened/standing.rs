//! How what is shown of a tag compares with what the tag holds now.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::OpenedRef;
use crate::model::tree::{Answer, Load, Need};
use crate::oci::{Digest, Document};
use crate::text::moment;
use crate::tui::app::RequestId;

/// Where what is shown comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// From the registry, since this was opened.
    #[default]
    Confirmed,
    /// From the cache: what the tag held at this time.
    AsOf(Timestamp),
    /// From the registry; the tag held something else before, as of a time if that was the cache's.
    Moved(Digest, Option<Timestamp>),
}

impl OpenedRef {
    /// Shows what the tag held when it was last seen, as long as the registry has not answered:
    /// the answer to this request about the tag confirms it, or takes its place.
    pub(super) fn recalled(
        &mut self,
        request: RequestId,
        document: Arc<Document>,
        seen: Timestamp,
    ) {
        let waits = self.tree.node(self.tree.root()).is_some_and(|it| it.load == Load::Loading);
        if waits && self.reloading.is_none() {
            self.tree.attach(&Need::Root, Ok(Answer::Manifest(document)));
            self.reloading = Some(request);
            self.standing = Standing::AsOf(seen);
        }
    }

    /// Whether what is shown comes from the cache, and the registry has not confirmed it.
    #[must_use]
    pub fn is_recalled(&self) -> bool {
        matches!(self.standing, Standing::AsOf(_))
    }

    /// What is to be said of it in the header, if anything is.
    pub(in crate::tui::app) fn standing_words(&self, zone: &TimeZone) -> Option<String> {
        let at =
            |seen: &Timestamp| moment(&seen.to_string(), zone).unwrap_or_else(|| seen.to_string());
        match (&self.standing, self.is_reloading()) {
            (Standing::AsOf(seen), true) => Some(format!("as of {}, checking", at(seen))),
            (Standing::AsOf(seen), false) => Some(format!("as of {}, not confirmed", at(seen))),
            (_, true) => Some("asking the tag again".to_owned()),
            (Standing::Moved(digest, Some(seen)), _) => {
                Some(format!("was {}, as of {}", digest.short(), at(seen)))
            }
            (Standing::Moved(digest, None), _) => Some(format!("was {}", digest.short())),
            (Standing::Confirmed, false) => None,
        }
    }
}
