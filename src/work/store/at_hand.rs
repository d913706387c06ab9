//! Whether what files are made of can be read where it is, which is known before anything is written.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::has_blob;
use crate::model::draft::{Files, Haul};
use crate::oci::Failure;
use crate::source::Sources;

/// Asks the sources for the blobs that are not in these files yet.
///
/// # Errors
/// What the first source that cannot give one says.
pub async fn at_hand(
    files: &Files,
    haul: &Haul,
    sources: &Sources,
    permits: usize,
) -> Result<(), Failure> {
    let moved = haul.blobs.iter().filter(|(blob, _)| !has_blob(files, blob));
    let asked = moved.map(|(blob, from)| async move {
        let source = sources.open(from)?;
        source.at_hand(blob).await
    });
    stream::iter(asked).buffered(permits.max(1)).try_collect().await
}
