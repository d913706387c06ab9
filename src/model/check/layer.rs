//! What is known of one layer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::path;
use crate::model::files::program::Contents;
use crate::model::files::{Entry, Kind};
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerView {
    entries: HashMap<Box<str>, Found>,
    /// Bytes of all names and link targets.
    bytes: usize,
    #[serde(skip)]
    too_large: bool,
    /// Folders of which the layers below show nothing.
    opaque: HashSet<String>,
    #[serde(skip)]
    complete: bool,
    #[serde(skip)]
    diff_id: Option<Digest>,
}

/// An entry of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// A file.
    File {
        /// Whether its mode lets somebody run it.
        executable: bool,
        /// What it is, where its first bytes were read.
        contents: Option<Box<Contents>>,
    },
    /// A folder; one that is only named in the names of its entries is not `stated`.
    Folder {
        /// Whether the folder has an entry of its own.
        stated: bool,
    },
    /// A symbolic link.
    Symlink(Box<str>),
    /// Another name of a file of the layer.
    Hardlink(Box<str>),
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
            Kind::Symlink(target) => Self::Symlink(target.text().into()),
            Kind::HardLink(target) => Self::Hardlink(target.text().into()),
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
    /// The most names that are kept of one layer.
    pub const MOST_NAMES: usize = 400_000;
    /// The most bytes of all of them together, with the targets of links.
    const MOST_BYTES: usize = 32 << 20;

    /// Adds an entry of the archive. A later entry of the same name replaces an earlier one. Gives
    /// the name under which it was added; `None` where the layer has more names than are kept, so
    /// that nothing can be told of it.
    pub fn add(&mut self, entry: &Entry, windows: bool) -> Option<String> {
        let mut name = path::normal(&entry.path.text());
        if windows {
            name = name.to_lowercase();
        }
        let target = match &entry.kind {
            Kind::Symlink(target) => target.as_bytes().len(),
            Kind::HardLink(target) => target.as_bytes().len(),
            _ => 0,
        };
        self.bytes = self.bytes.saturating_add(name.len() + target);
        if self.entries.len() + self.opaque.len() >= Self::MOST_NAMES
            || self.bytes > Self::MOST_BYTES
        {
            self.too_large = true;
            return None;
        }
        for folder in path::above(&name) {
            if !self.entries.contains_key(folder) {
                self.bytes = self.bytes.saturating_add(folder.len());
                self.entries.insert(folder.into(), Found::Folder { stated: false });
            }
        }
        match Found::of(entry, windows) {
            Some(found) => {
                self.entries.insert(name.as_str().into(), found);
            }
            None if entry.kind == Kind::Opaque => {
                self.opaque.insert(name.clone());
            }
            // What a layer removes and has is what it has.
            None => {
                self.entries.entry(name.as_str().into()).or_insert(Found::Whiteout);
            }
        }
        Some(name)
    }

    /// Whether it had more names than are kept; then what was read of it tells nothing.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// Says what a file is that was added.
    pub fn tell(&mut self, name: &str, is: Contents) {
        if let Some(Found::File { contents, .. }) = self.entries.get_mut(name) {
            *contents = Some(Box::new(is));
        }
    }

    /// The same with what another view of the same layer knows of its files.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (name, found) in &other.entries {
            if let Found::File { contents: Some(contents), .. } = found {
                self.tell(name, Contents::clone(contents));
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
        self.entries.iter().map(|(name, found)| (&**name, found))
    }

    pub(super) fn is_opaque(&self, folder: &str) -> bool {
        self.opaque.contains(folder)
    }
}
