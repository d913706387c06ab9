//! One entry inside a draft.

use std::sync::Arc;

use crate::oci::{self, Location, Platform};

use super::raw::Object;
use super::{EntryId, Material, Refused};

/// One entry: its text, the parsed view of it, and where its content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: EntryId,
    pub(super) raw: Arc<str>,
    pub(super) entry: oci::Entry,
    pub(super) from: Arc<Location>,
    /// The platform in the config, as far as the one who added the entry knew it.
    pub(super) config: Option<Platform>,
    /// Whether the platform was filled from the config when the entry was added.
    pub(super) filled: bool,
}

impl Item {
    pub(super) fn of_base(id: EntryId, raw: Arc<str>, from: Arc<Location>) -> Self {
        Self { id, entry: read(&raw), raw, from, config: None, filled: false }
    }

    pub(super) fn of_material(id: EntryId, material: &Material) -> Result<Self, Refused> {
        let raw: Arc<str> = material.descriptor.as_str().into();
        let entry = read(&raw);
        if let oci::Entry::Odd { problem, .. } = entry {
            return Err(Refused::Descriptor(problem));
        }
        Ok(Self {
            id,
            entry,
            raw,
            from: Arc::new(material.from.clone()),
            config: material.config.clone(),
            filled: material.filled,
        })
    }

    /// The same entry with its descriptor changed; `None` if it is not an object.
    pub(super) fn changed(&self, change: impl FnOnce(&mut Object)) -> Option<Self> {
        let mut object = Object::parse(&self.raw)?;
        change(&mut object);
        let raw: Arc<str> = object.text().into();
        Some(Self { entry: read(&raw), raw, ..self.clone() })
    }

    pub(super) fn descriptor(&self) -> Option<&Arc<oci::Descriptor>> {
        self.entry.descriptor()
    }
}

fn read(raw: &str) -> oci::Entry {
    match serde_json::from_str(raw) {
        Ok(value) => oci::Entry::from_value(&value),
        Err(error) => oci::Entry::Odd { problem: error.to_string(), raw: raw.to_owned() },
    }
}
