//! Whether what is to be moved can be read where it is, which is known before anything is written.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::model::draft::{Action, Plan};
use crate::oci::{Descriptor, Failure, Location};
use crate::source::Sources;

/// Asks the sources of these blobs for them. A store that has unpacked a layer cannot give the bytes
/// that its digest is of, and half a layout lacks some.
///
/// # Errors
/// What the first source that cannot give one says.
pub async fn at_hand(
    blobs: impl IntoIterator<Item = (&Descriptor, &Location)>,
    sources: &Sources,
    permits: usize,
) -> Result<(), Failure> {
    let asked = blobs.into_iter().map(|(blob, from)| async move {
        let source = sources.open(from)?;
        source.at_hand(blob).await
    });
    stream::iter(asked).buffered(permits.max(1)).try_collect().await
}

/// The blobs that a plan copies, and where their bytes are; none if it is not to be run.
pub fn copied(plan: &Plan) -> impl Iterator<Item = (&Descriptor, &Location)> {
    let steps = plan.steps.iter().filter(|_| plan.conflict.is_none());
    steps.filter_map(|step| match &step.action {
        Action::Copy { blob, source } => Some((blob.as_ref(), source)),
        _ => None,
    })
}
