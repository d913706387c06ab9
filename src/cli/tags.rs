//! `platy tags REPOSITORY`

use serde_json::json;

use super::args::{Args, TagsArgs};
use super::complain::{complain, complain_failure};
use super::output::{print, print_json};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::oci::{Failure, Repository};
use crate::source::Sources;
use crate::text::{escape, tag_order};

/// The most pages that are asked for.
const MAX_PAGES: usize = 1_000;

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
    names.dedup();
    if let (true, Some(failure)) = (names.is_empty(), &failure) {
        if tags.json {
            print_json(&json!({
                "repository": repository.to_string(),
                "tags": [],
                "complete": false,
                "error": { "class": failure.class.as_str(), "message": failure.to_string() },
            }));
        }
        complain_failure(failure);
        return TROUBLE;
    }
    if tags.json {
        print_json(&json!({
            "repository": repository.to_string(),
            "tags": names,
            "complete": failure.is_none(),
        }));
    } else {
        let lines: String = names.iter().map(|name| format!("{}\n", escape(name))).collect();
        print(lines.as_bytes());
    }
    match failure {
        Some(failure) => {
            complain_failure(&failure);
            PART
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
    for _ in 0..MAX_PAGES {
        match registry.tags(repository, next.as_deref()).await {
            Ok(page) => {
                names.extend(page.names);
                next = page.next;
            }
            Err(failure) => return (names, Some(failure)),
        }
        if next.is_none() {
            break;
        }
    }
    (names, None)
}
