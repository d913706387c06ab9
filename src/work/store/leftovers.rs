//! What a copy that was killed left behind: files under the names that they have while they are
//! written. Whoever writes one holds its lock, and no lock outlives its program.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use crate::source::UNFINISHED;
use crate::text::bytes;

/// How many letters and digits follow in the names of unfinished files (tempfile 3).
const RANDOM: usize = 6;
/// Between its making and its locking a file belongs to a living program, too; and so does one of
/// a platy that took no locks, as long as it writes.
const LEAST_AGE: Duration = Duration::from_secs(60);

/// Removes them from a folder; what was removed, in a sentence. What cannot be removed, or is held
/// or young, is left alone.
pub(super) fn remove(folder: &Path) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let named = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_unfinished));
    let sizes: Vec<u64> = named.filter_map(|entry| remove_one(&entry.path())).collect();
    let files = match sizes.len() {
        0 => return None,
        1 => "a file".to_owned(),
        count => format!("{count} files"),
    };
    let size = bytes(sizes.into_iter().fold(0, u64::saturating_add));
    Some(format!("removed {files} ({size}) that an earlier copy had left unfinished"))
}

fn is_unfinished(name: &str) -> bool {
    name.strip_prefix(UNFINISHED).is_some_and(|rest| {
        rest.len() == RANDOM && rest.bytes().all(|it| it.is_ascii_alphanumeric())
    })
}

/// The size of a file that was removed.
fn remove_one(path: &Path) -> Option<u64> {
    // A link, a folder or a pipe is nothing that a copy leaves; opening a pipe would wait.
    let facts = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let age = facts.modified().ok()?.elapsed().ok()?;
    if age < LEAST_AGE {
        return None;
    }
    let file = File::open(path).ok()?;
    file.try_lock().ok()?;
    fs::remove_file(path).ok()?;
    Some(facts.len())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn only_what_nobody_writes_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - 2 * LEAST_AGE;
        let make = |name: &str, age| {
            let file = File::create(dir.path().join(name)).unwrap();
            file.set_len(5).unwrap();
            file.set_modified(age).unwrap();
            file
        };
        for name in [".platy-abcDE1", ".platy-notes.txt", ".platy-", "platy-abcDE1"] {
            make(name, old);
        }
        make(".platy-young1", SystemTime::now());
        let held = make(".platy-held01", old);
        held.lock().unwrap();
        fs::create_dir(dir.path().join(".platy-folder")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("platy-abcDE1", dir.path().join(".platy-link01")).unwrap();
        let said = remove(dir.path());
        assert_eq!(
            said.as_deref(),
            Some("removed a file (5 B) that an earlier copy had left unfinished")
        );
        let there = |name: &str| dir.path().join(name).symlink_metadata().is_ok();
        assert!(!there(".platy-abcDE1"));
        for name in [
            ".platy-notes.txt",
            ".platy-",
            "platy-abcDE1",
            ".platy-young1",
            ".platy-held01",
            ".platy-folder",
        ] {
            assert!(there(name), "{name}");
        }
        assert_eq!(cfg!(unix), there(".platy-link01"));
        drop(held);
        assert!(remove(dir.path()).is_some());
        assert!(!there(".platy-held01"));
        assert_eq!(remove(dir.path()), None);
    }
}
