//! The tags of a repository that stand for digests, where something is wrong with them.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use crate::model::evidence::{Asked, Coverage, DigestTag, Place, Row};
use crate::model::tree::{Role, Tree, What};
use crate::oci::{Digest, Document};
use crate::source::Source;

/// Looks at the tags of the list and of its images. A tag that cannot be looked at is passed over.
pub async fn digest_tags(
    source: &Arc<dyn Source>,
    tree: &Tree,
    coverage: &Coverage,
    permits: usize,
) -> Vec<DigestTag> {
    let rows = coverage.rows.iter().filter(|row| row.asked == Asked::Yes);
    let work = rows.map(|row| async move {
        let found = source.digest_tag(&row.digest).await.ok()??;
        let is_stray = found.held.as_ref() == Some(&row.digest);
        let unlisted = if found.has_api { Vec::new() } else { unlisted(tree, row) };
        let of = row.digest.clone();
        let tag = DigestTag { of, tag: found.tag, is_stray, unlisted };
        (tag.is_stray || !tag.unlisted.is_empty()).then_some(tag)
    });
    let found: Vec<Option<DigestTag>> = stream::iter(work).buffered(permits.max(1)).collect().await;
    found.into_iter().flatten().collect()
}

/// The attestations that only the list of images names, though they name the image as their subject
/// (BuildKit does since 0.34).
fn unlisted(tree: &Tree, row: &Row) -> Vec<Digest> {
    let is_alone = |digest: &Digest| {
        let mut items = row.items.iter().filter(|item| item.manifest == *digest);
        items.all(|item| item.places == [Place::List])
    };
    let named = attestations(tree, row).filter(|document| {
        let subject = document.manifest.subject();
        subject.is_some_and(|subject| subject.digest == row.digest) && is_alone(&document.digest)
    });
    let mut found: Vec<Digest> = Vec::new();
    for document in named {
        if !found.contains(&document.digest) {
            found.push(document.digest.clone());
        }
    }
    found
}

/// The attestations of an image that are entries of its list, as far as they are read.
pub fn attestations<'a>(tree: &'a Tree, row: &Row) -> impl Iterator<Item = &'a Arc<Document>> {
    tree.children(row.node).filter_map(|(_, node)| match &node.what {
        What::Manifest { role: Role::Attestation { .. }, document, .. } => document.as_ref(),
        _ => None,
    })
}
