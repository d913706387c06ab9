//! What a draft is after some of its edits.

use std::sync::{Arc, OnceLock};

use crate::oci::MediaType;
use crate::text::JsonStyle;

use super::item::Item;
use super::raw::{Object, elements, quote};
use super::{Base, Companion, Encoded, EntryId, Format, Refused};

/// The state after some edits. Cloning it copies pointers: every state of the history is kept.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) format: Format,
    /// The fields of the list; `manifests` only holds its place.
    pub(super) fields: Arc<Object>,
    pub(super) items: Vec<Arc<Item>>,
    pub(super) companions: Vec<Arc<Companion>>,
    pub(super) next: u64,
    pub(super) style: Arc<JsonStyle>,
    pub(super) encoded: OnceLock<Encoded>,
}

impl Work {
    /// An empty list.
    pub(super) fn empty(format: Format) -> Self {
        let mut fields = Object::default();
        fields.set("schemaVersion", "2");
        fields.set("mediaType", &quote(format.media_type().as_str()));
        fields.set("manifests", "[]");
        Self {
            format,
            fields: Arc::new(fields),
            items: Vec::new(),
            companions: Vec::new(),
            next: 0,
            style: Arc::default(),
            encoded: OnceLock::new(),
        }
    }

    /// The list as it was read.
    pub(super) fn of_base(base: &Base) -> Result<Self, Refused> {
        let document = &base.document;
        let not = |why: &str| Refused::NoList(why.to_owned());
        let format = Format::of(&document.media_type).ok_or_else(|| not("it is not a list"))?;
        let text = std::str::from_utf8(&document.bytes).map_err(|_| not("it is not UTF-8"))?;
        let fields = Object::parse(text).ok_or_else(|| not("it is not a JSON object"))?;
        let from = Arc::new(base.location.clone());
        let items: Vec<Arc<Item>> = elements(fields.get("manifests").unwrap_or("[]"))
            .into_iter()
            .zip(0..)
            .map(|(raw, id)| Arc::new(Item::of_base(EntryId(id), raw, Arc::clone(&from))))
            .collect();
        let encoded = Encoded {
            media_type: document.media_type.clone(),
            bytes: document.bytes.clone(),
            digest: document.digest.clone(),
        };
        Ok(Self {
            format,
            fields: Arc::new(fields),
            next: items.len() as u64,
            items,
            companions: Vec::new(),
            style: Arc::new(JsonStyle::of(text)),
            encoded: OnceLock::from(encoded),
        })
    }

    /// Whether the list has the same fields and entries, letter by letter.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        self.format == other.format
            && self.items.len() == other.items.len()
            && (Arc::ptr_eq(&self.fields, &other.fields) || self.fields == other.fields)
            && self
                .items
                .iter()
                .zip(&other.items)
                .all(|(one, other)| Arc::ptr_eq(one, other) || one.raw == other.raw)
    }

    pub(super) fn media_type(&self) -> MediaType {
        self.format.media_type()
    }

    pub(super) fn position(&self, id: EntryId) -> Result<usize, Refused> {
        self.items.iter().position(|item| item.id == id).ok_or(Refused::NoEntry)
    }
}
