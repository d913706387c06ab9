//! The manifests of what is copied, read where they are.

use futures_util::stream::{self, StreamExt as _};

use crate::model::draft::{Haul, Shipped, haul};
use crate::oci::{Class, Failure, MAX_INDEX_DEPTH};
use crate::source::Sources;
use crate::work::load;

/// Reads all manifests of a shipment, and says what it consists of.
///
/// # Errors
/// What a source comes up with.
pub async fn gather(
    shipped: &mut (dyn Shipped + Send + Sync),
    sources: &Sources,
    permits: usize,
) -> Result<Haul, Failure> {
    // Each round knows one level of manifests more.
    for _ in 0..MAX_INDEX_DEPTH + 2 {
        let missing = match haul(&*shipped) {
            Ok(haul) => return Ok(haul),
            Err(missing) => missing,
        };
        if let (true, Some((_, failure))) = (missing.wants.is_empty(), missing.failures.first()) {
            return Err(failure.as_ref().clone());
        }
        let read = missing.wants.iter().map(|want| async move {
            let source = sources.open(&want.from)?;
            load::answer(source.as_ref(), &want.need).await
        });
        let read: Vec<_> = stream::iter(read).buffered(permits.max(1)).collect().await;
        for (want, result) in missing.wants.iter().zip(read) {
            shipped.learn(want, result);
        }
    }
    let detail = "what it refers to is nested too deeply to be copied";
    Err(Failure::new(Class::Unsupported, shipped.root().digest.to_string(), detail))
}
