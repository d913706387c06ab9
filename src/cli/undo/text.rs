//! What an undo says.

use crate::model::draft::Conflict;
use crate::oci::{Digest, Reference};
use crate::text::{age, escape, plural};
use crate::work::push::{NoUndo, Stopped, Tagged, Undo};

/// What would be done.
pub(super) fn plan(found: &Undo) -> String {
    let entry = &found.entry;
    let when = age(&entry.time.to_string(), jiff::Timestamp::now()).unwrap_or_default();
    let put_back = match found.put_back.len() {
        0 => String::new(),
        count => format!(
            "  {} of it {} gone from the registry and put back first, from the journal\n",
            plural(count, "part"),
            if count == 1 { "is" } else { "are" },
        ),
    };
    format!(
        "{}\n  now     {}\n  back to {}\n{put_back}  the push to take back was {when}: {} → {}\n",
        escape(&entry.reference.familiar()),
        points(found.now.as_ref()),
        found.list.digest,
        points(entry.before.as_ref().map(|kept| &kept.digest)),
        points(entry.given()),
    )
}

/// What was done.
pub(super) fn done(found: &Undo) -> String {
    let name = found.entry.reference.familiar();
    format!("{} points at {} again\n", escape(&name), found.list.digest)
}

/// Why nothing is put back, and what can be done.
pub(super) fn nothing(reference: &Reference, nothing: &NoUndo) -> Vec<String> {
    let name = reference.familiar();
    match nothing {
        NoUndo::Unknown => vec![
            format!("the journal has no push of {name} to take back"),
            "it holds what this user pushed from this machine; `platy undo --list` shows it"
                .to_owned(),
        ],
        NoUndo::WasAbsent(entry) => vec![
            format!("{name} did not exist before it was pushed"),
            format!(
                "`platy tag rm {name}` deletes it; the list stays as {}@{}",
                entry.reference.repository.familiar(),
                points(entry.given())
            ),
        ],
        NoUndo::Already(entry) => {
            let before = entry.before.as_ref().map(|kept| &kept.digest);
            vec![format!("{name} is as it was before the push: it points at {}", points(before))]
        }
        NoUndo::Failed(failure) => vec![failure.to_string()],
    }
}

/// Why it is put back by force only.
pub(super) fn conflict(conflict: &Conflict) -> String {
    format!(
        "{conflict}; somebody else has written it since: put it back with --force if that is right"
    )
}

/// What went wrong, and what the tag holds.
pub(super) fn stopped(found: &Undo, tagged: &Tagged, stopped: &Stopped) -> Vec<String> {
    let name = found.entry.reference.familiar();
    let state = match tagged {
        Tagged::New => format!("{name} points at {} again", found.list.digest),
        Tagged::Old(digest) => {
            format!("{name} is as it was: it points at {}", points(digest.as_ref()))
        }
        Tagged::Untouched => format!("{name} was not written"),
        Tagged::Other(digest) => format!("{name} points at {}", points(digest.as_ref())),
        Tagged::Unknown => {
            format!(
                "the registry could not be asked what {name} points at; look with `platy digest {name}`"
            )
        }
    };
    vec![stopped.to_string(), state]
}

fn points(digest: Option<&Digest>) -> &str {
    digest.map_or("nothing", Digest::as_str)
}
