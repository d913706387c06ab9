//! The files of unsaved drafts; blocking.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::source::in_the_way::{self, Access};
use crate::source::regular;
use crate::tui::app::KeptDraft;

/// More than this is not a draft of platy's: it is left alone.
const MAX_TEXT: u64 = 64 << 20;
/// How many unsaved drafts are offered, the newest ones.
const MAX_OFFERED: usize = 100;

/// The folder of unsaved drafts, and the locks of those that this process has open.
#[derive(Debug, Default)]
pub struct Folder {
    path: Option<PathBuf>,
    held: HashMap<String, File>,
}

impl Folder {
    /// The folder in platy's state folder.
    #[must_use]
    pub fn open() -> Self {
        let dir = dirs::state_dir().or_else(dirs::data_local_dir);
        dir.map_or_else(Self::none, |dir| Self::at(dir.join("platy").join("drafts")))
    }

    /// A folder at this path.
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path: Some(path), held: HashMap::new() }
    }

    /// A folder that keeps nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The drafts that no process has open, newest first.
    pub(super) fn list(&self) -> Vec<KeptDraft> {
        let Some(dir) = &self.path else { return Vec::new() };
        let free = self.names().into_iter().filter(|(name, _)| !self.held.contains_key(name));
        free.filter_map(|(name, at)| {
            // Held only while it is read.
            let _lock = lock(dir, &name).ok()?;
            read(dir, name, at)
        })
        .take(MAX_OFFERED)
        .collect()
    }

    /// All drafts, newest first, those that a process has open too: to look at, not to write to.
    /// The text of each is whole, since it is replaced by renaming.
    pub(super) fn look(&self) -> impl Iterator<Item = KeptDraft> {
        let dir = self.path.as_deref().unwrap_or(Path::new(""));
        self.names().into_iter().filter_map(|(name, at)| read(dir, name, at))
    }

    /// The names of all drafts and when each was kept last, newest first.
    fn names(&self) -> Vec<(String, Timestamp)> {
        let entries = self.path.as_ref().and_then(|dir| std::fs::read_dir(dir).ok());
        let mut names: Vec<(String, Timestamp)> = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().to_str()?.strip_suffix(".json")?.to_owned();
                let meta = entry.metadata().ok()?;
                if !meta.is_file() || meta.len() > MAX_TEXT {
                    return None;
                }
                let at = Timestamp::try_from(meta.modified().ok()?).ok()?;
                Some((name, at))
            })
            .collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names
    }

    /// Takes a draft, so that no other process can.
    ///
    /// # Errors
    /// In words: another process has it, or it is there no longer.
    pub(super) fn take(&mut self, name: &str) -> Result<String, String> {
        let Some(dir) = self.path.clone() else {
            return Err("no folder keeps drafts".to_owned());
        };
        let lock = match self.held.remove(name) {
            Some(lock) => lock,
            None => lock(&dir, name)?,
        };
        match regular::text(&file(&dir, name), MAX_TEXT) {
            Ok(text) => {
                self.held.insert(name.to_owned(), lock);
                Ok(text)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let _ = std::fs::remove_file(lock_file(&dir, name));
                Err("it was pushed or discarded meanwhile".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Keeps a draft's text in place of what was kept before.
    ///
    /// # Errors
    /// In words: another process has it, or the folder cannot be written to.
    pub(super) fn save(&mut self, name: &str, text: &str) -> Result<(), String> {
        let Some(dir) = self.path.clone() else { return Ok(()) };
        // Drafts may name private places.
        in_the_way::make(&dir, Access::Private)
            .map_err(|error| format!("{}: {error}", dir.display()))?;
        if !self.held.contains_key(name) {
            self.held.insert(name.to_owned(), lock(&dir, name)?);
        }
        write(&dir, name, text).map_err(|error| format!("{}: {error}", dir.display()))
    }

    /// Gives a draft back, so that others can take it.
    pub(super) fn release(&mut self, name: &str) {
        self.held.remove(name);
    }

    /// Removes a draft that was pushed or discarded. One that another process has stays.
    pub(super) fn remove(&mut self, name: &str) {
        let Some(dir) = &self.path else { return };
        let lock = match self.held.remove(name) {
            Some(lock) => Ok(lock),
            None => lock(dir, name),
        };
        if lock.is_ok() {
            let _ = std::fs::remove_file(file(dir, name));
            // While the lock is held: nobody can have taken the draft in between.
            let _ = std::fs::remove_file(lock_file(dir, name));
        }
    }
}

fn read(dir: &Path, name: String, at: Timestamp) -> Option<KeptDraft> {
    let text = regular::text(&file(dir, &name), MAX_TEXT).ok()?;
    Some(KeptDraft { name, text, at })
}

fn file(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.json"))
}

fn lock_file(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.lock"))
}

fn lock(dir: &Path, name: &str) -> Result<File, String> {
    let path = lock_file(dir, name);
    regular::is_there(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err("another platy has it open".to_owned()),
        Err(TryLockError::Error(error)) => Err(format!("{}: {error}", path.display())),
    }
}

fn write(dir: &Path, name: &str, text: &str) -> io::Result<()> {
    regular::is_there(&file(dir, name))?;
    let mut new = tempfile::NamedTempFile::new_in(dir)?;
    new.write_all(text.as_bytes())?;
    new.persist(file(dir, name))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(dir: &tempfile::TempDir) -> Folder {
        Folder::at(dir.path().join("platy").join("drafts"))
    }

    #[test]
    fn a_draft_belongs_to_one_process_until_that_ends() {
        let dir = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (folder(&dir), folder(&dir));
        one.save("a", "first").unwrap();
        one.save("a", "second").unwrap();
        assert!(two.list().is_empty(), "open elsewhere");
        assert_eq!(two.take("a"), Err("another platy has it open".to_owned()));
        assert_eq!(two.save("a", "other"), Err("another platy has it open".to_owned()));
        two.remove("a");
        drop(one);
        let kept = two.list();
        assert_eq!((kept[0].name.as_str(), kept[0].text.as_str()), ("a", "second"));
        assert_eq!(two.take("a").unwrap(), "second");
        assert!(folder(&dir).list().is_empty());
        two.remove("a");
        let left = std::fs::read_dir(dir.path().join("platy/drafts")).unwrap().count();
        assert_eq!(left, 0, "neither text nor lock is left behind");
        let gone = folder(&dir).take("a").unwrap_err();
        assert_eq!(gone, "it was pushed or discarded meanwhile");
    }

    #[test]
    fn what_is_given_back_can_be_taken_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (folder(&dir), folder(&dir));
        one.save("a", "text").unwrap();
        one.release("a");
        assert_eq!(two.take("a").unwrap(), "text");
        assert_eq!(one.take("a"), Err("another platy has it open".to_owned()));
    }

    #[test]
    fn drafts_are_kept_side_by_side() {
        let dir = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (folder(&dir), folder(&dir));
        one.save("a", "of one").unwrap();
        two.save("b", "of two").unwrap();
        drop((one, two));
        let mut texts: Vec<String> =
            folder(&dir).list().into_iter().map(|kept| kept.text).collect();
        texts.sort();
        assert_eq!(texts, ["of one", "of two"]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_says_so() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("platy"), "a file in the way").unwrap();
        assert!(folder(&dir).save("a", "text").unwrap_err().contains("drafts"));
        assert!(folder(&dir).list().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_the_user_s_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        folder(&dir).save("a", "text").unwrap();
        let meta = std::fs::metadata(dir.path().join("platy/drafts")).unwrap();
        assert_eq!(meta.permissions().mode() & 0o077, 0);
    }
}
