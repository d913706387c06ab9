//! Lists of names that registries give page by page.

use std::collections::HashSet;

use crate::oci::{Failure, NextPage, Page};

/// What the pages held, in no order.
pub(super) struct Listed {
    pub(super) names: Vec<String>,
    /// Whether there are further pages, which were not asked for.
    pub(super) more: bool,
    /// Why the pages end before the list does.
    pub(super) failure: Option<Failure>,
}

/// Asks for pages until there are no more, one fails, or there are so many names.
pub(super) async fn collect(
    page: impl AsyncFn(Option<&NextPage>) -> Result<Page, Failure>,
    most: usize,
) -> Listed {
    let mut names = HashSet::new();
    let mut next: Option<NextPage> = None;
    let ended = loop {
        let page = match page(next.as_ref()).await {
            Ok(page) => page,
            Err(failure) => break (false, Some(failure)),
        };
        let before = names.len();
        names.extend(page.names);
        let asked_by_name = next.as_ref().is_some_and(|next| !next.named);
        next = page.next;
        // A registry that ignores `last` gives the same names again, in whatever order.
        let nothing_new = asked_by_name && names.len() == before;
        if next.is_none() || nothing_new {
            break (false, None);
        }
        if names.len() >= most {
            break (true, None);
        }
    };
    Listed { names: names.into_iter().collect(), more: ended.0, failure: ended.1 }
}
