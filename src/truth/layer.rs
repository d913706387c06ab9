//! What is known of one layer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::path;
use crate::content::program::Contents;
use crate::content::{Entry, Kind};
use crate::oci::Digest;

/// How far a layer was read.
#[derive(Debug, Clone, Default)]
pub enum LayerState {
    /// Nobody read it.
    #[default]
    Unread,
    /// It was read, perhaps not to its end.
    Read(Arc<LayerView>),
    /// It cannot be read; the reason.
    Unreadable(String),
}

/// The entries of a layer that were read, by their names without a leading slash.
#[derive(Debug, Clone, Default)]
pub struct LayerView {
    entries: HashMap<String, Found>,
    /// Folders of which the layers below show nothing.
    opaque: HashSet<String>,
    complete: bool,
    diff_id: Option<Digest>,
}

/// An entry of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File {
        /// Whether its mode lets somebody run it.
        executable: bool,
        /// What it is, where its first bytes were read.
        contents: Option<Contents>,
    },
    /// A folder; one that is only named in the names of its entries is not `stated`.
    Folder {
        /// Whether the folder has an entry of its own.
        stated: bool,
    },
    /// A symbolic link.
    Symlink(String),
    /// Another name of a file of the layer.
    Hardlink(String),
    /// Removes what the layers below have under this name.
    Whiteout,
    /// A device, a pipe, a socket.
    Other,
}

impl Found {
    /// What an entry is, without what is in it. `None` for the marks that remove something.
    fn of(entry: &Entry, windows: bool) -> Option<Self> {
        Some(match &entry.kind {
            Kind::File => Self::File { executable: runs(entry, windows), contents: None },
            Kind::Folder => Self::Folder { stated: true },
            Kind::Symlink(target) => Self::Symlink(target.text()),
            Kind::HardLink(target) => Self::Hardlink(target.text()),
            Kind::CharacterDevice(..) | Kind::BlockDevice(..) | Kind::Fifo => Self::Other,
            Kind::Whiteout | Kind::Opaque => return None,
        })
    }
}

/// Whether a file can be run: by its mode, on Windows by its name.
fn runs(entry: &Entry, windows: bool) -> bool {
    let name = entry.path.name().unwrap_or_default();
    if windows { name.to_ascii_lowercase().ends_with(b".exe") } else { entry.is_executable() }
}

impl LayerView {
    /// Adds an entry of the archive. A later entry of the same name replaces an earlier one. Gives
    /// the name under which it was added.
    pub fn add(&mut self, entry: &Entry, windows: bool) -> String {
        let mut name = path::normal(&entry.path.text());
        if windows {
            name = name.to_lowercase();
        }
        for folder in path::above(&name) {
            if !self.entries.contains_key(folder) {
                self.entries.insert(folder.to_owned(), Found::Folder { stated: false });
            }
        }
        match Found::of(entry, windows) {
            Some(found) => {
                self.entries.insert(name.clone(), found);
            }
            None if entry.kind == Kind::Opaque => {
                self.opaque.insert(name.clone());
            }
            // What a layer removes and has is what it has.
            None => {
                self.entries.entry(name.clone()).or_insert(Found::Whiteout);
            }
        }
        name
    }

    /// Says what a file is that was added.
    pub fn tell(&mut self, name: &str, is: Contents) {
        if let Some(Found::File { contents, .. }) = self.entries.get_mut(name) {
            *contents = Some(is);
        }
    }

    /// The same with what another view of the same layer knows of its files.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (name, found) in &other.entries {
            if let Found::File { contents: Some(contents), .. } = found {
                self.tell(name, contents.clone());
            }
        }
        self
    }

    /// Says that there are no further entries, and what the decompressed layer hashes to where
    /// all of it was read.
    pub fn complete(&mut self, diff_id: Option<Digest>) {
        self.complete = true;
        self.diff_id = diff_id;
    }

    /// The digest of the decompressed layer, where all of it was read.
    #[must_use]
    pub fn diff_id(&self) -> Option<&Digest> {
        self.diff_id.as_ref()
    }

    /// Whether all of the layer was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The entry of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Found> {
        self.entries.get(name)
    }

    /// All entries with their names.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Found)> {
        self.entries.iter().map(|(name, found)| (name.as_str(), found))
    }

    pub(super) fn is_opaque(&self, folder: &str) -> bool {
        self.opaque.contains(folder)
    }
}
