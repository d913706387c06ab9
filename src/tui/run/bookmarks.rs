//! Bookmarks, kept between runs.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::source::regular;

/// The most bytes of the file.
const MOST: u64 = 1 << 20;

/// A file with a reference on each line, newest first.
#[derive(Debug, Clone, Default)]
pub struct Bookmarks {
    path: Option<PathBuf>,
}

impl Bookmarks {
    /// The bookmarks in platy's state folder.
    #[must_use]
    pub fn open() -> Self {
        let dir = dirs::state_dir().or_else(dirs::data_local_dir);
        Self { path: dir.map(|dir| dir.join("platy").join("bookmarks")) }
    }

    /// Bookmarks that are not kept.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What is in the file; nothing if it cannot be read.
    #[must_use]
    pub fn load(&self) -> Vec<String> {
        let text = self.path.as_ref().and_then(|path| regular::text(path, MOST).ok());
        let lines = text.as_deref().unwrap_or_default().lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// Puts one at the head of what is in the file now, or takes it out: another platy may have
    /// changed others meanwhile. A failure costs the bookmark only.
    pub(super) fn set(&self, reference: &str, keep: bool) {
        let Some(path) = &self.path else { return };
        let others = self.load().into_iter().filter(|line| line != reference);
        let first = keep.then(|| reference.to_owned());
        let lines: Vec<String> = first.into_iter().chain(others).collect();
        if let Err(error) = write(path, &lines) {
            tracing::warn!(%error, path = %path.display(), "the bookmark was not kept");
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_keeps_what_others_wrote_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Bookmarks { path: Some(folder.path().join("platy/bookmarks")) };
        let other = kept.clone();
        kept.set("a:1", true);
        other.set("b:1", true);
        assert_eq!(kept.load(), ["b:1", "a:1"]);
        kept.set("a:1", true);
        assert_eq!(kept.load(), ["a:1", "b:1"]);
        other.set("a:1", false);
        assert_eq!(kept.load(), ["b:1"]);
        kept.set("c:1", false);
        assert_eq!(other.load(), ["b:1"]);
        assert!(Bookmarks::none().load().is_empty());
    }
}
