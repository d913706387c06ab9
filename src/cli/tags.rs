//! `platy tags REPOSITORY`

use std::collections::HashSet;

use serde_json::json;

use super::args::{Args, TagsArgs};
use super::complain::{complain, complain_failure};
use super::output::{print, print_json};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::oci::{Failure, NextPage, Repository};
use crate::source::Sources;
use crate::text::{escape, tag_order};

pub(super) async fn run(args: &Args, tags: &TagsArgs) -> u8 {
    let text = tags.repository.trim_end_matches('/');
    let repository = match Repository::parse(text) {
        Ok(repository) => repository,
        Err(error) => {
            complain(&error.to_string());
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let (mut names, failure) = waiting.during(all(&sources, &repository)).await;
    names.sort_by(|a, b| tag_order(a, b));
    if let (true, Some(failure), false) = (names.is_empty(), &failure, tags.json) {
        complain_failure(failure);
        return TROUBLE;
    }
    if tags.json {
        print_json(&json!({
            "repository": repository.to_string(),
            "tags": names,
            "complete": failure.is_none(),
            "error": failure.as_ref().map(|failure| {
                json!({ "class": failure.class.as_str(), "message": failure.to_string() })
            }),
        }));
    } else {
        let lines: String = names.iter().map(|name| format!("{}\n", escape(name))).collect();
        print(lines.as_bytes());
    }
    match failure {
        Some(failure) => {
            complain_failure(&failure);
            if names.is_empty() { TROUBLE } else { PART }
        }
        None => DONE,
    }
}

/// All tags, or those up to the page that failed.
async fn all(sources: &Sources, repository: &Repository) -> (Vec<String>, Option<Failure>) {
    let mut names = Vec::new();
    let registry = match sources.registry() {
        Ok(registry) => registry,
        Err(failure) => return (names, Some(failure)),
    };
    let mut next = None;
    let mut known = HashSet::new();
    loop {
        let page = match registry.tags(repository, next.as_ref()).await {
            Ok(page) => page,
            Err(failure) => return (names, Some(failure)),
        };
        let before = names.len();
        names.extend(page.names.into_iter().filter(|name| known.insert(name.clone())));
        let asked_by_name = next.as_ref().is_some_and(|next: &NextPage| !next.named);
        next = page.next;
        // A registry that ignores `last` gives the same names again, in whatever order.
        let nothing_new = asked_by_name && names.len() == before;
        if next.is_none() || nothing_new {
            return (names, None);
        }
    }
}
