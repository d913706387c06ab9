//! The references last opened, kept between runs.

use super::references::References;

/// The most references that are kept.
const MOST: usize = 50;

/// A file with a reference on each line, newest first.
#[derive(Debug, Clone, Default)]
pub struct History(References);

impl History {
    /// The history in platy's state folder.
    #[must_use]
    pub fn open() -> Self {
        Self(References::open("history"))
    }

    /// A history that is not kept.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What is in it; nothing if it cannot be read.
    #[must_use]
    pub fn load(&self) -> Vec<String> {
        self.0.load()
    }

    /// Keeps these, and what another platy added meanwhile. A failure costs the history only.
    pub(super) fn save(&self, references: Vec<String>) {
        self.0.change(move |before| {
            let added = before.into_iter().filter(|line| !references.contains(line));
            references.iter().cloned().chain(added).take(MOST).collect()
        });
    }

    /// Writes what is not written yet.
    pub(super) fn finish(&self) {
        self.0.carry_out();
    }
}
