//! What is known of one layer.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Access;
use crate::model::files::program::Contents;
use crate::model::files::{Entry, Kind, Path, Problem, Target};
use crate::oci::Digest;

/// The entries of a layer that were read, by their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerView {
    #[serde(with = "pairs")]
    entries: HashMap<Path, Held>,
    /// What the layers below have here goes away.
    whiteouts: HashSet<Path>,
    /// Folders of which the layers below show nothing.
    opaque: HashSet<Path>,
    /// Bytes of all names and link targets.
    bytes: usize,
    /// What keeps engines from unpacking the layer; at most [`LayerView::MOST_PROBLEMS`].
    problems: Vec<Problem>,
    #[serde(skip)]
    too_large: bool,
    #[serde(skip)]
    complete: bool,
    #[serde(skip)]
    diff_id: Option<Digest>,
}

/// What a layer holds under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Held {
    /// A file.
    File {
        /// Who may run it.
        access: Access,
        /// What it is, if its first bytes were read.
        contents: Option<Box<Contents>>,
    },
    /// A folder, and who may enter it; `None` of one that is only named in the names of its entries.
    Folder(Option<Access>),
    /// A symbolic link.
    Symlink(Target),
    /// Another name of a file.
    HardLink(Path),
    /// A device, a pipe, a socket.
    Other,
}

impl LayerView {
    /// The most names that are kept of one layer.
    pub const MOST_NAMES: usize = 400_000;
    /// The most problems that are kept.
    const MOST_PROBLEMS: usize = 20;
    /// The most bytes of all of them together, with the targets of links.
    const MOST_BYTES: usize = 32 << 20;

    /// Adds an entry of the archive. A later entry of the same name replaces an earlier one. Gives
    /// the name under which it was added, on Windows in small letters; `None` if the layer has more
    /// names than are kept, so that nothing can be told of it.
    pub fn add(&mut self, entry: &Entry, windows: bool) -> Option<Path> {
        let name = if windows { entry.path.lowercase() } else { entry.path.clone() };
        let target = match &entry.kind {
            Kind::Symlink(target) => target.as_bytes().len(),
            Kind::HardLink(target) => target.as_bytes().len(),
            _ => 0,
        };
        self.bytes = self.bytes.saturating_add(name.as_bytes().len() + target);
        if self.names() >= Self::MOST_NAMES || self.bytes > Self::MOST_BYTES {
            self.too_large = true;
            return None;
        }
        // A mark makes no folder; it names what is below.
        if !entry.kind.removes() {
            self.add_folders(&name);
        }
        match Held::of(entry, windows) {
            Some(held) => {
                self.entries.insert(name.clone(), held);
            }
            None if entry.kind == Kind::Opaque => {
                self.opaque.insert(name.clone());
            }
            None => {
                self.whiteouts.insert(name.clone());
            }
        }
        Some(name)
    }

    /// Adds the folders above a name that were not named yet.
    fn add_folders(&mut self, name: &Path) {
        for folder in name.above().rev() {
            if self.entries.contains_key(folder) {
                break;
            }
            self.bytes = self.bytes.saturating_add(folder.len());
            self.entries.insert(Path::regular(folder), Held::Folder(None));
        }
    }

    fn names(&self) -> usize {
        self.entries.len() + self.whiteouts.len() + self.opaque.len()
    }

    /// Whether it had more names than are kept; then what was read of it tells nothing.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// Says what a file is that was added.
    pub fn tell(&mut self, name: &Path, is: Contents) {
        if let Some(Held::File { contents, .. }) = self.entries.get_mut(name) {
            *contents = Some(Box::new(is));
        }
    }

    /// The same with what another view of the same layer knows of its files.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (name, held) in &other.entries {
            if let Held::File { contents: Some(contents), .. } = held {
                self.tell(name, Contents::clone(contents));
            }
        }
        self
    }

    /// Says that there are no further entries, and what the decompressed layer hashes to if all of
    /// it was read.
    pub fn complete(&mut self, diff_id: Option<Digest>) {
        self.complete = true;
        self.diff_id = diff_id;
    }

    /// Says what the layer hashes to although it was not read to its end: it is not compressed, so
    /// that its own digest tells.
    pub fn is_plain(&mut self, digest: &Digest) {
        self.diff_id = Some(digest.clone());
    }

    /// Keeps what of this keeps engines from unpacking the layer.
    pub fn report(&mut self, problems: &[Problem]) {
        let refused = problems.iter().filter(|problem| problem.refusal().is_some());
        self.problems = refused.take(Self::MOST_PROBLEMS).cloned().collect();
    }

    /// What keeps engines from unpacking the layer, as far as it was read.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The digest of the decompressed layer, if it is known.
    #[must_use]
    pub fn diff_id(&self) -> Option<&Digest> {
        self.diff_id.as_ref()
    }

    /// Whether all of the layer was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What has this name.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&Held> {
        self.entries.get(name)
    }

    /// All names with what has them.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Path, &Held)> {
        self.entries.iter()
    }

    pub(super) fn whiteouts(&self) -> &HashSet<Path> {
        &self.whiteouts
    }

    pub(super) fn opaque(&self) -> &HashSet<Path> {
        &self.opaque
    }
}

impl Held {
    /// What an entry is, without what is in it. `None` for the marks that remove something.
    fn of(entry: &Entry, windows: bool) -> Option<Self> {
        Some(match &entry.kind {
            Kind::File => Self::File { access: Access::of(entry, windows), contents: None },
            Kind::Folder => Self::Folder((!windows).then(|| Access::of(entry, false))),
            Kind::Symlink(target) if windows => {
                Self::Symlink(Target::new(target.text().to_lowercase().into_bytes()))
            }
            Kind::Symlink(target) => Self::Symlink(target.clone()),
            Kind::HardLink(target) if windows => Self::HardLink(target.lowercase()),
            Kind::HardLink(target) => Self::HardLink(target.clone()),
            Kind::CharacterDevice(..) | Kind::BlockDevice(..) | Kind::Fifo => Self::Other,
            Kind::Whiteout | Kind::Opaque => return None,
        })
    }

    /// The kind of the entry that a layer has for it.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::File { .. } => Kind::File,
            Self::Folder(_) => Kind::Folder,
            Self::Symlink(target) => Kind::Symlink(target.clone()),
            Self::HardLink(target) => Kind::HardLink(target.clone()),
            Self::Other => Kind::Fifo,
        }
    }
}

/// Names may be any bytes, which no key of a JSON object can be.
mod pairs {
    use std::collections::HashMap;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Held, Path};

    pub(super) fn serialize<S: Serializer>(
        entries: &HashMap<Path, Held>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(entries)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<HashMap<Path, Held>, D::Error> {
        Ok(Vec::<(Path, Held)>::deserialize(from)?.into_iter().collect())
    }
}
