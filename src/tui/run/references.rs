//! References that are kept between runs, in files of platy's state folder.

use std::collections::VecDeque;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::source::in_the_way::{self, Access};
use crate::source::regular;
use crate::tui::app::Msg;

/// The most bytes of a file.
const MOST: u64 = 1 << 20;

/// What becomes of the references that a file holds.
type Change = Box<dyn FnOnce(Vec<String>) -> Vec<String> + Send>;

/// A file with a reference on each line, newest first. Clones are the same file.
#[derive(Clone, Default)]
pub(super) struct References {
    path: Option<PathBuf>,
    /// What is still to be done, the oldest first.
    changes: Arc<Mutex<VecDeque<Change>>>,
    writing: Arc<Mutex<()>>,
    /// Whom to tell what could not be written, and what is lost then.
    teller: Option<(mpsc::Sender<Msg>, &'static str)>,
}

impl fmt::Debug for References {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("References").field(&self.path).finish()
    }
}

impl References {
    /// The file of this name in platy's state folder.
    pub(super) fn open(name: &str) -> Self {
        let dir = dirs::state_dir().or_else(dirs::data_local_dir);
        Self { path: dir.map(|dir| dir.join("platy").join(name)), ..Self::default() }
    }

    #[cfg(test)]
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path: Some(path), ..Self::default() }
    }

    /// The same file, which says what could not be written: `lost`, and why.
    pub(super) fn telling(self, teller: mpsc::Sender<Msg>, lost: &'static str) -> Self {
        Self { teller: Some((teller, lost)), ..self }
    }

    /// Changes what the file then holds, since another platy may write it too. It is done beside
    /// the loop, in the order of the calls; a failure costs what was to be kept only.
    pub(super) fn change(&self, change: impl FnOnce(Vec<String>) -> Vec<String> + Send + 'static) {
        if self.path.is_some() {
            self.queue(change);
            let file = self.clone();
            tokio::task::spawn_blocking(move || file.carry_out());
        }
    }

    pub(super) fn queue(&self, change: impl FnOnce(Vec<String>) -> Vec<String> + Send + 'static) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.push_back(Box::new(change));
    }

    /// Does what is still to be done; until what is being done is over.
    pub(super) fn carry_out(&self) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = || self.changes.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(path) = &self.path else { return };
        while let Some(change) = next() {
            if let Err(error) = write(path, &change(self.load())) {
                tracing::warn!(%error, path = %path.display(), "references were not kept");
                if let Some((teller, lost)) = &self.teller {
                    let text = format!("{lost}: {}: {error}", path.display());
                    // With a full queue, or at the end, the log has it.
                    let _ = teller.try_send(Msg::Warning(text));
                }
            }
        }
    }

    /// What is in the file; nothing if it cannot be read.
    pub(super) fn load(&self) -> Vec<String> {
        let text = self.path.as_ref().and_then(|path| regular::text(path, MOST).ok());
        let lines = text.as_deref().unwrap_or_default().lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

fn write(path: &Path, lines: &[String]) -> std::io::Result<()> {
    let dir = path.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    in_the_way::make(dir, Access::Private)?;
    regular::is_there(path)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn what_no_thread_came_to_is_done_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = References::at(folder.path().join("bookmarks"));
        let runtime =
            tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        let (go_on, held) = channel::<()>();
        runtime.block_on(async {
            // The only thread there is has something else to do.
            tokio::task::spawn_blocking(move || held.recv());
            file.change(|_| vec!["a:1".to_owned()]);
        });
        assert!(file.load().is_empty());
        file.carry_out();
        assert_eq!(file.load(), ["a:1"]);
        runtime.shutdown_background();
        drop(go_on);
    }

    /// Opening a pipe waits for its other end.
    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_the_file_is_not_opened_and_stays() {
        use std::os::unix::fs::FileTypeExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bookmarks");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let (teller, mut told) = tokio::sync::mpsc::channel(4);
        let place = path.display();
        for (file, problem) in [
            (path.clone(), format!("{place}: it is not a regular file but a named pipe")),
            (
                path.join("bookmarks"),
                format!(
                    "{place}/bookmarks: {place} is a named pipe, and not a folder: move it away, or name \
                     another place"
                ),
            ),
        ] {
            let file = References::at(file).telling(teller.clone(), "not kept");
            assert!(file.load().is_empty());
            file.queue(|_| vec!["a:1".to_owned()]);
            file.carry_out();
            assert_eq!(told.try_recv(), Ok(Msg::Warning(format!("not kept: {problem}"))));
            assert!(std::fs::symlink_metadata(&path).unwrap().file_type().is_fifo());
        }
    }
}
