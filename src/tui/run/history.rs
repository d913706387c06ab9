//! The references last opened, kept between runs.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::source::regular;

/// The most bytes of a history.
const MOST: u64 = 1 << 20;

/// A file with a reference on each line, newest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    path: Option<PathBuf>,
}

impl History {
    /// The history in platy's state folder.
    #[must_use]
    pub fn open() -> Self {
        let dir = dirs::state_dir().or_else(dirs::data_local_dir);
        Self { path: dir.map(|dir| dir.join("platy").join("history")) }
    }

    /// A history that is not kept.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What is in it; nothing if it cannot be read.
    #[must_use]
    pub fn load(&self) -> Vec<String> {
        let text = self.path.as_ref().and_then(|path| regular::text(path, MOST).ok());
        text.unwrap_or_default()
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Keeps these, and what another platy added meanwhile. A failure costs the history only.
    pub(super) fn save(&self, references: Vec<String>) {
        let Some(path) = self.path.clone() else { return };
        let added = self.load().into_iter().filter(|line| !references.contains(line));
        let lines: Vec<String> = references.iter().cloned().chain(added).take(50).collect();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = write(&path, &lines) {
                tracing::warn!(%error, path = %path.display(), "the history was not kept");
            }
        });
    }
}

fn write(path: &Path, lines: &[String]) -> std::io::Result<()> {
    let dir = path.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(dir)?;
    regular::is_there(path)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.persist(path)?;
    Ok(())
}
