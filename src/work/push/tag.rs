//! A tag written behind its guard.

use std::time::Duration;

use crate::model::draft::{Conflict, Encoded, Guard};
use crate::oci::{Class, Digest, Failure, Reference};
use crate::source::{Held, Placed, Registry};

use super::dropped::keep_dropped;
use super::journal::{Journal, NewEntry};
use super::mend::mend;
use super::referring::note;
use super::verify::is;
use super::{Kept, Tagged};

/// What writing a tag came to.
#[derive(Debug)]
pub(super) struct Written {
    /// What the tag holds now.
    pub(super) tagged: Tagged,
    /// What it held before.
    pub(super) before: Option<Digest>,
    /// Whether a request wrote it.
    pub(super) put: bool,
    pub(super) stopped: Option<Refused>,
    /// Why the journal does not have it.
    pub(super) unkept: Option<Failure>,
}

/// Why a tag was not written.
#[derive(Debug)]
pub(super) enum Refused {
    Conflict(Conflict),
    Failure(Failure),
}

/// Writes a list under a tag: looks what the tag holds, keeps that, and puts the list if the guard
/// allows it. After a lost connection it looks what came of it, and tries again only where the tag
/// is as it was.
pub(super) async fn write(
    registry: &Registry,
    tagged: &Reference,
    list: &Encoded,
    guard: &Guard,
    journal: Option<&Journal>,
    undoes: Option<&str>,
) -> Written {
    let held = match registry.held(tagged).await {
        Ok(held) => held,
        Err(failure) => {
            return Written {
                tagged: Tagged::Untouched,
                before: None,
                put: false,
                stopped: Some(Refused::Failure(failure)),
                unkept: None,
            };
        }
    };
    let before = held.as_ref().map(|held| held.digest.clone());
    let mut written = Written {
        tagged: Tagged::Old(before.clone()),
        before,
        put: false,
        stopped: None,
        unkept: None,
    };
    if !guard.allows(written.before.as_ref(), &list.digest) {
        written.stopped = Some(Refused::Conflict(Conflict {
            tag: tagged.tag.clone().unwrap_or_default(),
            guard: guard.clone(),
            found: written.before.clone(),
        }));
        return written;
    }
    if held.as_ref().is_some_and(|held| is(held, list)) {
        written.tagged = Tagged::New;
        return written;
    }
    if let (Some(journal), Some(held), None) = (journal, &held, undoes) {
        keep_dropped(registry, journal, tagged, held, list).await;
    }
    let kept = keep(journal, tagged, held.as_ref(), list, undoes).await;
    let id = kept.map_err(|failure| written.unkept = Some(failure)).ok().flatten();
    put(registry, tagged, list, &mut written).await;
    if let (Some(journal), Some(id)) = (journal, id) {
        // Until the tag was seen, the journal does not say what became of it.
        let noted = match &written.tagged {
            Tagged::Old(_) => journal.void(&id).await,
            Tagged::New => journal.seen(&id).await,
            _ => Ok(()),
        };
        written.unkept = noted.err();
    }
    written
}

/// Notes in the journal what is about to be replaced, before it is.
async fn keep(
    journal: Option<&Journal>,
    tagged: &Reference,
    held: Option<&Held>,
    list: &Encoded,
    undoes: Option<&str>,
) -> Result<Option<String>, Failure> {
    let Some(journal) = journal else { return Ok(None) };
    let before = held.map(|held| {
        let kept = Kept { digest: held.digest.clone(), media_type: held.media_type.clone() };
        (kept, held.bytes.clone())
    });
    let after = Kept { digest: list.digest.clone(), media_type: list.media_type.clone() };
    let undoes = undoes.map(str::to_owned);
    journal.add(NewEntry { reference: tagged.clone(), before, after, undoes }).await.map(Some)
}

async fn put(registry: &Registry, tagged: &Reference, list: &Encoded, written: &mut Written) {
    let options = registry.options();
    let mut wait = options.backoff;
    let mut mended = false;
    let mut repeats = 0;
    while repeats <= options.retries {
        let failure = match registry.put_manifest(tagged, &list.media_type, &list.bytes).await {
            Ok(placed) => {
                written.put = true;
                written.tagged = Tagged::New;
                written.stopped = refer(registry, tagged, list, placed).await;
                return;
            }
            Err(failure) => failure,
        };
        let failure = match mend(registry, &tagged.repository, list, failure, None).await {
            Ok(()) if !std::mem::replace(&mut mended, true) => continue,
            Ok(()) => return,
            Err(failure) => failure,
        };
        // Whatever the answer was, the list may have been stored: the tag is looked at.
        let lied = failure.class == Class::DigestMismatch;
        let said_no = matches!(failure.status, Some(400..=499));
        let passing = failure.is_passing() && failure.class != Class::TimedOut && !said_no;
        written.stopped = Some(Refused::Failure(failure));
        written.tagged = match registry.held(tagged).await {
            Ok(Some(held)) if is(&held, list) => Tagged::New,
            Ok(held) => {
                let found = held.map(|held| held.digest);
                if found == written.before { Tagged::Old(found) } else { Tagged::Other(found) }
            }
            Err(_) => Tagged::Unknown,
        };
        match &written.tagged {
            Tagged::New if lied => {
                written.put = true;
                return;
            }
            Tagged::New => {
                written.put = true;
                // Its answer was lost, and with it whether the registry noted the subject. To note
                // it twice does no harm.
                let placed = Placed { noted_subject: false };
                written.stopped = refer(registry, tagged, list, placed).await;
                return;
            }
            Tagged::Old(_) if passing => pause(&mut wait).await,
            _ => return,
        }
        repeats += 1;
    }
}

/// Notes what the list refers to, where it does.
async fn refer(
    registry: &Registry,
    tagged: &Reference,
    list: &Encoded,
    placed: Placed,
) -> Option<Refused> {
    let document = list.parse().ok()?;
    let turn = tokio::sync::Mutex::default();
    let noted = note(registry, &tagged.repository, &document, placed, &turn).await;
    noted.err().map(Refused::Failure)
}

async fn pause(wait: &mut Duration) {
    tokio::time::sleep(*wait).await;
    *wait = wait.saturating_mul(2);
}
