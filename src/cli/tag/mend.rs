//! What is to be done to the tags that stand for the digests of a list.

use std::sync::Arc;

use crate::model::evidence::Coverage;
use crate::model::push::TagPlan;
use crate::model::tree::{REFERRERS_UP_TO, Tree};
use crate::oci::{Document, Failure, Location, Reference};
use crate::source::{Registry, Sources};
use crate::work::digest_tags::{attestations, digest_tags};
use crate::work::load::{self, Wanted};
use crate::work::push::{find_listing, find_untag};

/// Looks which lists are missing, and which tags are to be deleted. Nothing is written.
///
/// # Errors
/// What keeps the list or its tags from being read.
pub(super) async fn find(
    sources: &Sources,
    registry: &Registry,
    reference: &Reference,
    permits: usize,
) -> Result<TagPlan, Failure> {
    let location = Location::Registry(reference.clone());
    let source = sources.open(&location)?;
    let wanted = Wanted { referrers_up_to: Some(REFERRERS_UP_TO), permits };
    let tree = Tree::default().concluding().from_place(&location);
    let tree = load::whole(&source, tree, wanted).await;
    if let Some(failure) = tree.node(tree.root()).and_then(|root| root.load.failure()) {
        return Err(failure.clone());
    }
    let coverage = Coverage::of(&tree);
    let (mut lists, mut deleting) = (Vec::new(), Vec::new());
    for tag in digest_tags(&source, &tree, &coverage, permits).await {
        let tagged = reference.repository.tagged(&tag.tag);
        let rows = coverage.rows.iter().filter(|row| row.digest == tag.of);
        let documents: Vec<Arc<Document>> = rows
            .flat_map(|row| attestations(&tree, row))
            .filter(|document| tag.unlisted.contains(&document.digest))
            .cloned()
            .collect();
        if !documents.is_empty() {
            lists.extend(find_listing(registry, &tagged, &tag.of, &documents).await?);
        } else if tag.is_stray {
            deleting.push(find_untag(registry, &tagged).await?);
        }
    }
    Ok(TagPlan { copying: None, lists, deleting })
}
