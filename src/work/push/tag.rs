//! A tag written behind its guard.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;

use crate::model::draft::{Conflict, Encoded, Guard};
use crate::model::push::Held;
use crate::oci::{Class, Digest, Failure, Reference, Repository};
use crate::source::{Placed, Registry, refuses_addresses};

use super::dropped::{Loss, keep_dropped};
use super::journal::{Journal, NewEntry};
use super::mend::{Copies, mend};
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
    /// Why the journal does not have all of it.
    pub(super) unkept: Option<Failure>,
    /// What the tag held, if the registry deleted it when the tag moved.
    pub(super) dropped: Option<Digest>,
}

/// Who is told what is known of a tag while it is written: whoever waits no longer knows that much.
pub(super) type Tell<'a> = &'a (dyn Fn(&str, &Tagged) + Sync);

/// Why a tag was not written.
#[derive(Debug)]
pub(super) enum Refused {
    Conflict(Conflict),
    Failure(Failure),
}

/// A tag that is about to be written: it was looked at, and what it held is in the journal.
struct Begun<'a> {
    tagged: Reference,
    journal: Option<&'a Journal>,
    /// The entry in the journal.
    id: Option<String>,
    /// Whether the new list lacks manifests of the old one.
    loses: bool,
    written: Written,
}

/// Writes a list under a tag: looks what the tag holds, keeps that, and puts the list if the guard
/// allows it. What it names and the registry lacks is read again from `copies`. After a lost
/// connection it looks what came of it, and tries again only if the tag
/// is as it was.
pub(super) async fn write(
    registry: &Registry,
    tagged: &Reference,
    list: &Encoded,
    guard: &Guard,
    (journal, undoes): (Option<&Journal>, Option<&str>),
    copies: Option<Copies<'_>>,
    tell: Tell<'_>,
) -> Written {
    match begin(registry, tagged, list, guard, (journal, undoes), tell).await {
        Ok(mut begun) => {
            put(registry, tagged, list, copies, &mut begun.written, tell).await;
            begun.end(registry).await
        }
        Err(written) => *written,
    }
}

/// Writes a list under several tags that nothing guards, with one request if the registry can
/// (`OCI-Tag`, distribution-spec main 967efdc; olareg and zot), else one by one.
pub(super) async fn write_all(
    registry: &Registry,
    repository: &Repository,
    tags: &[&str],
    list: &Encoded,
    journal: Option<&Journal>,
    tell: Tell<'_>,
) -> Vec<Written> {
    let begun = join_all(tags.iter().map(async |tag| {
        let to = repository.tagged(tag);
        begin(registry, &to, list, &Guard::Nothing, (journal, None), tell).await
    }));
    let begun = begun.await;
    let names: Vec<&str> =
        begun.iter().filter_map(|it| it.as_ref().ok()?.tagged.tag.as_deref()).collect();
    let at = repository.at(list.digest.clone());
    // Whatever goes wrong here, each tag is written by itself then.
    let done = match names.len() {
        0 | 1 => HashSet::new(),
        _ => {
            names.iter().for_each(|name| tell(name, &Tagged::Unknown));
            registry.put_tags(&at, &list.media_type, &list.bytes, &names).await.unwrap_or_default()
        }
    };
    done.iter().for_each(|name| tell(name, &Tagged::New));
    join_all(begun.into_iter().map(async |begun| match begun {
        Ok(mut begun) => {
            if begun.tagged.tag.as_ref().is_some_and(|tag| done.contains(tag)) {
                begun.written.put = true;
                begun.written.tagged = Tagged::New;
            } else {
                let to = begun.tagged.clone();
                put(registry, &to, list, None, &mut begun.written, tell).await;
            }
            begun.end(registry).await
        }
        Err(written) => *written,
    }))
    .await
}

/// Looks at a tag and keeps what it holds; what it came to, if nothing is to be written.
async fn begin<'a>(
    registry: &Registry,
    tagged: &Reference,
    list: &Encoded,
    guard: &Guard,
    (journal, undoes): (Option<&'a Journal>, Option<&str>),
    tell: Tell<'_>,
) -> Result<Begun<'a>, Box<Written>> {
    let mut written = Written {
        tagged: Tagged::Untouched,
        before: None,
        put: false,
        stopped: None,
        unkept: None,
        dropped: None,
    };
    let held = match registry.held(tagged).await {
        Ok(held) => held,
        Err(failure) => {
            written.stopped = Some(Refused::Failure(failure));
            return Err(Box::new(written));
        }
    };
    written.before = held.as_ref().map(|held| held.digest.clone());
    written.tagged = Tagged::Old(written.before.clone());
    tell(name(tagged), &written.tagged);
    if !guard.allows(written.before.as_ref(), &list.digest) {
        written.stopped = Some(Refused::Conflict(Conflict {
            tag: tagged.tag.clone().unwrap_or_default(),
            guard: guard.clone(),
            found: written.before.clone(),
        }));
        return Err(Box::new(written));
    }
    if held.as_ref().is_some_and(|held| is(held, list)) {
        written.tagged = Tagged::New;
        return Err(Box::new(written));
    }
    let mut loss = Loss::default();
    if let (Some(journal), Some(held), None) = (journal, &held, undoes) {
        loss = keep_dropped(registry, journal, tagged, held, Some(list)).await;
        written.unkept = loss.failure(tagged);
    }
    match keep(journal, tagged, held.as_ref(), list, undoes).await {
        Ok(id) => Ok(Begun { tagged: tagged.clone(), journal, id, loses: loss.any, written }),
        // What may be lost has to be kept before.
        Err(failure) => {
            written.stopped = Some(Refused::Failure(failure));
            Err(Box::new(written))
        }
    }
}

impl Begun<'_> {
    /// Notes in the journal what became of it.
    async fn end(mut self, registry: &Registry) -> Written {
        if let (Some(journal), Some(id)) = (self.journal, &self.id) {
            // Until the tag was seen, the journal does not say what became of it.
            let noted = match &self.written.tagged {
                Tagged::Old(_) => journal.void(id).await,
                Tagged::New => journal.seen(id).await,
                _ => Ok(()),
            };
            self.written.unkept = noted.err().or(self.written.unkept);
        }
        if let (true, Tagged::New, Some(before)) =
            (self.loses, &self.written.tagged, &self.written.before)
        {
            let at = self.tagged.repository.at(before.clone());
            let there = registry.has_manifest(&at).await;
            self.written.dropped = (there == Ok(false)).then(|| before.clone());
        }
        self.written
    }
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
    let after = Some(Kept { digest: list.digest.clone(), media_type: list.media_type.clone() });
    let undoes = undoes.map(str::to_owned);
    journal.add(NewEntry { reference: tagged.clone(), before, after, undoes }).await.map(Some)
}

/// The name of a tag that is written.
fn name(tagged: &Reference) -> &str {
    tagged.tag.as_deref().unwrap_or_default()
}

async fn put(
    registry: &Registry,
    tagged: &Reference,
    list: &Encoded,
    copies: Option<Copies<'_>>,
    written: &mut Written,
    tell: Tell<'_>,
) {
    let options = registry.options();
    let mut wait = options.backoff;
    let mut mended = false;
    let mut repeats = 0;
    while repeats <= options.retries {
        tell(name(tagged), &Tagged::Unknown);
        let failure = match registry.put_manifest(tagged, &list.media_type, &list.bytes).await {
            Ok(placed) => {
                written.put = true;
                written.tagged = Tagged::New;
                tell(name(tagged), &written.tagged);
                written.stopped = refer(registry, tagged, list, placed).await;
                return;
            }
            Err(failure) => failure,
        };
        let failure = match mend(registry, &tagged.repository, list, failure, copies).await {
            Ok(()) if !std::mem::replace(&mut mended, true) => continue,
            Ok(()) => return,
            Err(failure) => failure,
        };
        // Whatever the answer was, the list may have been stored: the tag is looked at.
        let lied = failure.class == Class::DigestMismatch;
        let said_no = matches!(failure.status, Some(400..=499));
        let said_no = said_no || refuses_addresses(&failure);
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
        tell(name(tagged), &written.tagged);
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

/// Notes what the list refers to, if it does.
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
