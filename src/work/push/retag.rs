//! A tag that is given a list that the repository has.

use super::journal::Journal;
use super::tag::{self, Refused};
use super::verify::{Verdict, verify};
use crate::model::draft::{Encoded, Guard};
use crate::model::push::{Stopped, Tagged};
use crate::oci::Reference;
use crate::source::Registry;

/// Writes a list under a tag if the guard allows it, keeps in the journal what that held, and reads
/// it back. `undoes` is the push in the journal that is taken back. Returns what the tag holds then,
/// and why that is not what it was to hold.
pub(super) async fn retag(
    registry: &Registry,
    journal: Option<&Journal>,
    to: &Reference,
    list: &Encoded,
    guard: &Guard,
    undoes: Option<&str>,
) -> (Tagged, Result<(), Stopped>) {
    let written = tag::write(registry, to, list, guard, (journal, undoes), None, &|_, _| ()).await;
    let stopped = |failure| Stopped::Failed { step: 0, failure: Box::new(failure) };
    match written.stopped {
        Some(Refused::Conflict(conflict)) => {
            return (written.tagged, Err(Stopped::Conflict(conflict)));
        }
        Some(Refused::Failure(failure)) => return (written.tagged, Err(stopped(failure))),
        None => {}
    }
    match verify(registry, to, to.tag.as_slice(), list).await {
        Ok(Verdict::Right) => (Tagged::New, Ok(())),
        Ok(Verdict::Missing(digests)) => (Tagged::New, Err(Stopped::Missing(digests))),
        Ok(Verdict::Other(found)) => {
            let tag = to.tag.clone().unwrap_or_default();
            match found == written.before {
                true => (Tagged::Old(found), Err(Stopped::NotWritten { tag })),
                false => (Tagged::Other(found.clone()), Err(Stopped::Overwritten { tag, found })),
            }
        }
        Err(failure) => (Tagged::New, Err(stopped(failure))),
    }
}
