//! What each edit does.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use crate::oci::{Descriptor, Digest, Platform};

use super::edit::{Edit, EntryId, Field, Place};
use super::item::Item;
use super::losses;
use super::material::{Companion, Material, platform_object};
use super::raw::{Object, quote, quote_all};
use super::work::Work;
use super::{Format, Refused};

impl Work {
    /// The state after an edit.
    pub(super) fn after(&self, edit: &Edit) -> Result<Self, Refused> {
        let mut work = self.clone();
        work.encoded = OnceLock::new();
        work.apply(edit)?;
        Ok(work)
    }

    fn apply(&mut self, edit: &Edit) -> Result<(), Refused> {
        match edit {
            Edit::Add { materials, companions, at } => self.add(materials, companions, *at),
            Edit::Remove { entries, keep_attestations } => self.remove(entries, *keep_attestations),
            Edit::Move { entry, to } => {
                let from = self.position(*entry)?;
                let item = self.items.remove(from);
                self.items.insert((*to).min(self.items.len()), item);
                Ok(())
            }
            Edit::Replace { entry, with, attestations } => self.replace(*entry, with, attestations),
            Edit::SetPlatform { entry, field, value } => self.set_platform(*entry, *field, value),
            Edit::FillFromConfig { entry, config } => {
                self.change(*entry, |object| fill(object, config))
            }
            Edit::Annotate { on, key, value } => self.annotate(*on, key, value.as_deref()),
            Edit::SetArtifactType(value) => {
                let value = value.as_deref().map(quote);
                self.set_field("artifactType", value.as_deref(), &["mediaType", "schemaVersion"])
            }
            Edit::SetSubject(value) => {
                if let Some(text) = value {
                    check_descriptor(text)?;
                }
                self.set_field("subject", value.as_deref(), &["manifests"])
            }
            Edit::SetFormat(format) => {
                self.set_format(*format);
                Ok(())
            }
            Edit::All(edits) => edits.iter().try_for_each(|edit| self.apply(edit)),
        }
    }

    fn new_item(&mut self, material: &Material) -> Result<Arc<Item>, Refused> {
        let item = Item::of_material(EntryId(self.next), material)?;
        self.next += 1;
        // What a Docker manifest list cannot hold is left behind, as when switching to it.
        let item = match self.format {
            Format::Docker => losses::without(&item),
            Format::Oci => item,
        };
        Ok(Arc::new(item))
    }

    fn add(
        &mut self,
        materials: &[Material],
        companions: &[Companion],
        at: Option<usize>,
    ) -> Result<(), Refused> {
        let at = at.unwrap_or(self.items.len()).min(self.items.len());
        let mut new = Vec::with_capacity(materials.len());
        for material in materials {
            let item = self.new_item(material)?;
            if self.format == Format::Docker
                && check_descriptor(&material.descriptor)?.is_attestation()
            {
                return Err(Refused::Docker("attestations"));
            }
            new.push(item);
        }
        self.items.splice(at..at, new);
        for companion in companions {
            check_descriptor(&companion.material.descriptor)?;
            if !self.companions.iter().any(|known| **known == *companion) {
                self.companions.push(Arc::new(companion.clone()));
            }
        }
        Ok(())
    }

    fn remove(&mut self, entries: &[EntryId], keep_attestations: bool) -> Result<(), Refused> {
        let named: HashSet<EntryId> = entries.iter().copied().collect();
        let (gone, kept): (Vec<Arc<Item>>, Vec<Arc<Item>>) =
            self.items.iter().cloned().partition(|item| named.contains(&item.id));
        if gone.len() != named.len() {
            return Err(Refused::NoEntry);
        }
        self.items = kept;
        self.left(&gone, keep_attestations);
        Ok(())
    }

    /// Takes away what belonged to entries that left: attestations and what was to be pushed
    /// beside the list. What another entry of the same digest still needs stays.
    fn left(&mut self, gone: &[Arc<Item>], keep_attestations: bool) {
        let digest = |item: &Arc<Item>| item.descriptor().map(|it| it.digest.clone());
        let still: HashSet<Digest> = self.items.iter().filter_map(digest).collect();
        let left: HashSet<Digest> =
            gone.iter().filter_map(digest).filter(|digest| !still.contains(digest)).collect();
        if !keep_attestations {
            self.items.retain(|item| {
                let attested = item.descriptor().and_then(|it| it.attests());
                attested.is_none_or(|digest| !left.contains(&digest))
            });
        }
        self.companions.retain(|companion| !left.contains(&companion.subject));
    }

    fn replace(
        &mut self,
        entry: EntryId,
        with: &Material,
        attestations: &[Material],
    ) -> Result<(), Refused> {
        let at = self.position(entry)?;
        let new = self.new_item(with)?;
        let Some(slot) = self.items.get_mut(at) else { return Err(Refused::NoEntry) };
        let same = slot.raw == new.raw;
        let gone = std::mem::replace(slot, new);
        if same {
            return Ok(());
        }
        self.left(&[gone], false);
        if self.format == Format::Docker {
            return Ok(());
        }
        for material in attestations {
            let item = self.new_item(material)?;
            self.items.push(item);
        }
        Ok(())
    }

    fn set_platform(&mut self, entry: EntryId, field: Field, value: &str) -> Result<(), Refused> {
        let value = value.trim();
        check_value(value)?;
        self.change(entry, |object| {
            let mut platform = object.object("platform");
            if value.is_empty() {
                platform.remove(field.as_str());
            } else if field == Field::OsFeatures {
                let names = feature_names(value);
                put(&mut platform, field, &quote_all(&names));
            } else if platform.string(field.as_str()).as_deref() != Some(value) {
                put(&mut platform, field, &quote(value));
            }
            if platform.is_empty() {
                object.remove("platform");
            } else {
                object.set_after("platform", &platform.text(), PLATFORM_AFTER);
            }
        })
    }

    fn annotate(&mut self, on: Place, key: &str, value: Option<&str>) -> Result<(), Refused> {
        if key.is_empty() {
            return Err(Refused::Value("an annotation needs a key".to_owned()));
        }
        match on {
            Place::List => {
                let mut annotations = self.fields.object("annotations");
                set_annotation(&mut annotations, key, value);
                let text = (!annotations.is_empty()).then(|| annotations.text());
                self.set_field("annotations", text.as_deref(), &["subject", "manifests"])
            }
            Place::Entry(_) if self.format == Format::Docker && value.is_some() => {
                Err(Refused::Docker("annotations"))
            }
            Place::Entry(entry) => self.change(entry, |object| {
                let mut annotations = object.object("annotations");
                set_annotation(&mut annotations, key, value);
                if annotations.is_empty() {
                    object.remove("annotations");
                } else {
                    object.set_after("annotations", &annotations.text(), ANNOTATIONS_AFTER);
                }
            }),
        }
    }

    /// Sets a field of the list, or drops it.
    fn set_field(&mut self, key: &str, value: Option<&str>, after: &[&str]) -> Result<(), Refused> {
        if self.format == Format::Docker && value.is_some() {
            return Err(Refused::Docker(match key {
                "annotations" => "annotations",
                "subject" => "subject",
                _ => "artifactType",
            }));
        }
        let fields = Arc::make_mut(&mut self.fields);
        match value {
            Some(value) => fields.set_after(key, value, after),
            None => {
                fields.remove(key);
            }
        }
        Ok(())
    }

    fn set_format(&mut self, format: Format) {
        if self.format == format {
            return;
        }
        self.format = format;
        let fields = Arc::make_mut(&mut self.fields);
        let media_type = quote(format.media_type().as_str());
        fields.set_after("mediaType", &media_type, &["schemaVersion"]);
        if format == Format::Docker {
            for key in losses::LIST_FIELDS {
                fields.remove(key);
            }
            self.items.retain(|item| !item.descriptor().is_some_and(|it| it.is_attestation()));
            for item in &mut self.items {
                if losses::loses(item) {
                    *item = Arc::new(losses::without(item));
                }
            }
        }
    }

    fn change(&mut self, entry: EntryId, change: impl FnOnce(&mut Object)) -> Result<(), Refused> {
        let at = self.position(entry)?;
        let Some(slot) = self.items.get_mut(at) else { return Err(Refused::NoEntry) };
        let changed = slot
            .changed(change)
            .ok_or_else(|| Refused::Descriptor("it is not an object".to_owned()))?;
        *slot = Arc::new(changed);
        Ok(())
    }
}

/// Makes the platform what the config says. What the config does not name stays, unless it
/// belonged to another machine.
fn fill(object: &mut Object, config: &Platform) {
    let mut platform = object.object("platform");
    let wanted = platform_object(config);
    let other = [Field::Os, Field::Architecture]
        .into_iter()
        .any(|field| differs(&platform, &wanted, field));
    for field in Field::ALL {
        match wanted.get(field.as_str()) {
            Some(value) if differs(&platform, &wanted, field) => put(&mut platform, field, value),
            None if other => {
                platform.remove(field.as_str());
            }
            _ => {}
        }
    }
    object.set_after("platform", &platform.text(), PLATFORM_AFTER);
}

/// Whether the wanted platform names the field with another value.
fn differs(platform: &Object, wanted: &Object, field: Field) -> bool {
    let value = |object: &Object| -> Option<serde_json::Value> {
        serde_json::from_str(object.get(field.as_str())?).ok()
    };
    value(wanted).is_some_and(|wanted| value(platform) != Some(wanted))
}

const PLATFORM_AFTER: &[&str] = &["size", "digest", "mediaType"];
const ANNOTATIONS_AFTER: &[&str] = &["platform", "size", "digest", "mediaType"];

/// Puts a field of a platform in the usual order.
fn put(platform: &mut Object, field: Field, value: &str) {
    let after: &[&str] = match field {
        Field::Architecture => &[],
        Field::Os => &["architecture"],
        Field::OsVersion => &["os", "architecture"],
        Field::OsFeatures => &["os.version", "os", "architecture"],
        Field::Variant => &["os.features", "os.version", "os", "architecture"],
    };
    platform.set_after(field.as_str(), value, after);
}

/// The names between commas; `\\,` is a comma in a name.
fn feature_names(value: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some(',')) => {
                rest.next();
                if let Some(name) = names.last_mut() {
                    name.push(',');
                }
            }
            (',', _) => names.push(String::new()),
            (c, _) => {
                if let Some(name) = names.last_mut() {
                    name.push(c);
                }
            }
        }
    }
    let names = names.into_iter().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

fn set_annotation(annotations: &mut Object, key: &str, value: Option<&str>) {
    match value {
        None => {
            annotations.remove(key);
        }
        Some(value) if annotations.string(key).as_deref() == Some(value) => {}
        Some(value) => annotations.set(key, &quote(value)),
    }
}

/// A platform field takes what is printable; a control character in it is a slip.
fn check_value(value: &str) -> Result<(), Refused> {
    if value.chars().any(char::is_control) {
        return Err(Refused::Value("a platform has no control characters".to_owned()));
    }
    Ok(())
}

fn check_descriptor(text: &str) -> Result<Descriptor, Refused> {
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(object)) => {
            Descriptor::from_object(&object).map_err(Refused::Descriptor)
        }
        Ok(_) => Err(Refused::Descriptor("it is not an object".to_owned())),
        Err(error) => Err(Refused::Descriptor(error.to_string())),
    }
}
