//! The nearest tag of a repository that every machine gets an image of.

use std::collections::HashSet;

use super::Asker;
use crate::model::fleet::{Cell, Nearest, Question, nearest};
use crate::oci::{Failure, Repository};

/// The most tags that are looked at for one image.
const MOST: usize = 12;
/// The most pages of tags that are read.
const MAX_PAGES: usize = 20;

impl Asker {
    /// Looks for it among the tags nearest to the one that was asked about; nothing for an image
    /// that is named by its digest.
    pub(super) async fn nearest_of(&self, question: &Question) -> Option<Nearest> {
        let reference = &question.reference;
        let tag = reference.tag.clone().filter(|_| reference.digest.is_none())?;
        let tags = match self.tags(&reference.repository).await {
            Ok(tags) => tags,
            Err(failure) => return Some(Nearest::Unknown(failure.brief())),
        };
        let candidates: Vec<&str> = nearest(&tag, &tags).into_iter().take(MOST).collect();
        for candidate in &candidates {
            let reference = reference.repository.tagged(candidate);
            let question = Question { reference, ..question.clone() };
            match self.ask(&question).await {
                Ok(behind) => {
                    let gets = |cell: &Cell| matches!(cell, Cell::Gets { .. } | Cell::NotAsked);
                    if behind.missing.is_empty() && behind.cells.iter().all(gets) {
                        return Some(Nearest::Tag((*candidate).to_owned()));
                    }
                }
                Err(failure) if failure.is_passing() => {
                    return Some(Nearest::Unknown(failure.brief()));
                }
                // A tag that cannot be read would not do.
                Err(_) => {}
            }
        }
        Some(Nearest::NoneOf(candidates.len()))
    }

    async fn tags(&self, repository: &Repository) -> Result<Vec<String>, Failure> {
        let registry = self.sources.registry()?;
        let mut names = Vec::new();
        let mut known = HashSet::new();
        let mut next = None;
        for _ in 0..MAX_PAGES {
            let page = registry.tags(repository, next.as_ref()).await?;
            let before = names.len();
            names.extend(page.names.into_iter().filter(|name| known.insert(name.clone())));
            next = page.next;
            if next.is_none() || names.len() == before {
                break;
            }
        }
        Ok(names)
    }
}
