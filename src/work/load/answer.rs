//! What the tree needs, asked of a source.

use std::sync::Arc;

use crate::model::tree::{Answer, Need};
use crate::oci::Failure;
use crate::source::Source;

/// Fetches what a tree needs.
///
/// # Errors
/// What the source answers with.
pub async fn answer(source: &dyn Source, need: &Need) -> Result<Answer, Failure> {
    match need {
        Need::Root => source.root().await.map(|it| Answer::Manifest(Arc::new(it))),
        Need::Manifest(descriptor) => {
            source.manifest(descriptor).await.map(|it| Answer::Manifest(Arc::new(it)))
        }
        Need::Config(descriptor) => {
            source.config(descriptor).await.map(|it| Answer::Config(Arc::new(it)))
        }
        Need::Referrers(digest) => source.referrers(digest).await.map(Answer::Referrers),
    }
}
