//! Other tags of the repository: `latest` and the nearest names.

use std::cmp::Reverse;
use std::collections::HashSet;

use futures_util::future::join_all;

use super::accepts::answered;
use crate::model::diagnose::{Fact, Sibling, names_platform};
use crate::oci::{Failure, Manifest, NextPage, Repository, digest_tag};
use crate::source::Registry;
use crate::text::natural;

/// The most pages of tags that are read: 5,000 names, in the order of the registry.
const PAGES: usize = 5;
/// The most tags that are asked about.
const MOST: usize = 6;

/// Asks for one page of tags, a HEAD for each of a few, and the entries of those that are lists
/// if they are wanted.
pub(super) async fn siblings(
    registry: &Registry,
    repository: &Repository,
    tag: Option<&str>,
    entries: bool,
) -> Result<Vec<Sibling>, Failure> {
    let chosen = nearest(names(registry, repository).await?, tag.unwrap_or_default());
    let asked = join_all(chosen.into_iter().map(async |tag| {
        let reference = repository.tagged(&tag);
        let answer = registry.head(&reference).await.map(answered).ok()?;
        let entries = if entries && answer.media_type.is_index() {
            let at = repository.at(answer.digest.clone());
            registry.document(&at, None).await.map(|list| listed(&list.manifest)).into()
        } else {
            Fact::default()
        };
        Some(Sibling { tag, answer, entries })
    }));
    Ok(asked.await.into_iter().flatten().collect())
}

/// The tags of the first pages. Where a registry sends no `Link`, or ignores what it is asked,
/// pages that bring nothing new are the end.
async fn names(registry: &Registry, repository: &Repository) -> Result<Vec<String>, Failure> {
    let (mut names, mut known) = (Vec::new(), HashSet::new());
    let mut next: Option<NextPage> = None;
    for read in 0..PAGES {
        let page = match registry.tags(repository, next.as_ref()).await {
            Ok(page) => page,
            // What came before is enough to look at.
            Err(_) if read > 0 => break,
            Err(failure) => return Err(failure),
        };
        let before = names.len();
        names.extend(page.names.into_iter().filter(|name| known.insert(name.clone())));
        next = page.next;
        if next.is_none() || names.len() == before {
            break;
        }
    }
    Ok(names)
}

fn listed(manifest: &Manifest) -> Vec<(crate::oci::Digest, Option<crate::oci::Platform>)> {
    let Manifest::Index(index) = manifest else { return Vec::new() };
    let entries = index.entries.iter().filter_map(|entry| entry.descriptor());
    entries.map(|entry| (entry.digest.clone(), entry.platform.clone())).collect()
}

/// `latest`, then the tags that begin most like this one; among equals the newest names.
fn nearest(mut tags: Vec<String>, own: &str) -> Vec<String> {
    tags.retain(|tag| {
        tag != own && !is_attached(tag) && (names_platform(own) || !names_platform(tag))
    });
    tags.sort_by(|one, other| natural(other, one));
    tags.sort_by_key(|tag| (tag != "latest", Reverse(shared(tag, own))));
    tags.truncate(MOST);
    tags
}

/// Referrers and signatures.
fn is_attached(tag: &str) -> bool {
    digest_tag(tag).is_some()
}

fn shared(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_come_first() {
        let tags =
            ["1.0", "1.1", "1.2", "1.2-alpine", "1.2-arm64", "2.0", "edge", "latest", "nightly"];
        let tags: Vec<String> = tags.map(str::to_owned).into();
        assert_eq!(
            nearest(tags.clone(), "1.2"),
            ["latest", "1.2-alpine", "1.1", "1.0", "nightly", "edge"]
        );
        assert!(nearest(tags.clone(), "1.2-amd64").contains(&"1.2-arm64".to_owned()));
        assert_eq!(nearest(tags, "latest").len(), MOST);
    }
}
