//! What is known of one layer.

use std::collections::{HashMap, HashSet};

use super::path;
use crate::content::program::Contents;

/// How far a layer was read.
#[derive(Debug, Clone, Default)]
pub enum LayerState {
    /// Nobody read it.
    #[default]
    Unread,
    /// It was read, perhaps not to its end.
    Read(LayerView),
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

/// The name that makes a folder opaque, and what names of whiteouts begin with (OCI `layer.md`).
const OPAQUE: &str = ".wh..wh..opq";
const WHITEOUT: &str = ".wh.";

impl LayerView {
    /// Adds an entry, as it is named in the archive. A later entry of the same name replaces an
    /// earlier one. Gives the name under which it was added.
    pub fn add(&mut self, name: &str, found: Found, windows: bool) -> String {
        let mut name = path::normal(name);
        if windows {
            name = name.to_lowercase();
        }
        for folder in path::above(&name) {
            if !self.entries.contains_key(folder) {
                self.entries.insert(folder.to_owned(), Found::Folder { stated: false });
            }
        }
        let last = path::base(&name);
        if last == OPAQUE {
            self.opaque.insert(path::parent(&name).to_owned());
        } else if let Some(removed) = last.strip_prefix(WHITEOUT) {
            let removed = path::normal(&format!("{}/{removed}", path::parent(&name)));
            // What a layer removes and has is what it has.
            self.entries.entry(removed).or_insert(Found::Whiteout);
        } else {
            self.entries.insert(name.clone(), found);
        }
        name
    }

    /// Says that there are no further entries.
    pub fn complete(&mut self) {
        self.complete = true;
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
