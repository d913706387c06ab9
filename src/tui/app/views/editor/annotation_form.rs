//! The forms of annotations: of an entry, and of the list with its other fields.

use super::{OpenForm, Purpose};
use crate::model::draft::{Draft, Edit, Entry, Format, Place};
use crate::oci::Annotations;
use crate::tui::app::form::{Field, Form};

/// Keys of the OCI image specification (`annotations.md`) that people set on lists and entries.
const KEYS: [&str; 13] = [
    "org.opencontainers.image.created",
    "org.opencontainers.image.authors",
    "org.opencontainers.image.url",
    "org.opencontainers.image.documentation",
    "org.opencontainers.image.source",
    "org.opencontainers.image.version",
    "org.opencontainers.image.revision",
    "org.opencontainers.image.vendor",
    "org.opencontainers.image.licenses",
    "org.opencontainers.image.ref.name",
    "org.opencontainers.image.title",
    "org.opencontainers.image.description",
    "org.opencontainers.image.base.name",
];

/// The form of an entry's annotations.
pub(super) fn of_entry(entry: &Entry) -> OpenForm {
    let none = Annotations::new();
    let annotations = entry.descriptor.as_ref().map_or(&none, |it| &it.annotations);
    let number = entry.position.map_or_else(String::new, |at| format!(" of entry {}", at + 1));
    let title = format!("annotations{number}; an emptied one is dropped");
    OpenForm::new(Form::new(&title, fields(annotations)), Purpose::Annotations(entry.id))
}

/// The form of the list's own fields.
pub(super) fn of_list(draft: &Draft) -> OpenForm {
    let artifact_type = draft.artifact_type().unwrap_or_default();
    let subject = draft.subject().and_then(digest_of).unwrap_or_default();
    let mut all = vec![
        Field::new("artifactType", &artifact_type).example("application/vnd.example+type"),
        Field::new("subject", &subject)
            .example("sha256:…, :tag or a reference of the same repository")
            .reference(),
    ];
    all.extend(fields(&draft.annotations()));
    let title = match draft.format() {
        Format::Oci => "fields of the list; an emptied one is dropped",
        Format::Docker => "fields of the list (a Docker manifest list has none of these)",
    };
    OpenForm::new(Form::new(title, all), Purpose::List)
}

/// How many fields of the list are before its annotations.
pub(super) const LIST_FIELDS: usize = 2;

fn fields(annotations: &Annotations) -> Vec<Field> {
    let mut fields: Vec<Field> =
        annotations.iter().map(|(key, value)| Field::new(key, value)).collect();
    let mut add = Field::new("add", "").example("key=value");
    add.choices = KEYS
        .iter()
        .filter(|key| !annotations.contains_key(**key))
        .map(|key| format!("{key}="))
        .collect();
    fields.push(add);
    fields
}

fn digest_of(subject: &str) -> Option<String> {
    let subject: serde_json::Value = serde_json::from_str(subject).ok()?;
    subject.get("digest")?.as_str().map(str::to_owned)
}

/// The edits to the annotations of a place. `first` is the field of the first one.
///
/// # Errors
/// The number of the field that is wrong, and why.
pub(super) fn edits(
    open: &OpenForm,
    on: Place,
    first: usize,
) -> Result<Vec<Edit>, (usize, String)> {
    let last = open.form.fields.len().saturating_sub(1);
    let mut edits = Vec::new();
    for (at, value) in open.changed().filter(|(at, _)| *at >= first) {
        if at == last {
            let (key, value) =
                value.split_once('=').ok_or_else(|| (at, "write key=value".to_owned()))?;
            let key = key.trim();
            if key.is_empty() {
                return Err((at, "the key is missing: write key=value".to_owned()));
            }
            let value = Some(value.trim().to_owned());
            edits.push(Edit::Annotate { on, key: key.to_owned(), value });
        } else if let Some(field) = open.form.fields.get(at) {
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            edits.push(Edit::Annotate { on, key: field.label.clone(), value });
        }
    }
    Ok(edits)
}
