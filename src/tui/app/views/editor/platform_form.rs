//! The form of an entry's platform.

use super::{OpenForm, Purpose};
use crate::model::draft::{Edit, Entry, EntryId, Field, platforms};
use crate::oci::Platform;
use crate::tui::app::form;

/// The form with what the entry says now.
pub(super) fn open(entry: &Entry) -> OpenForm {
    let none = Platform::default();
    let platform = entry.platform().unwrap_or(&none);
    let fields = Field::ALL
        .into_iter()
        .map(|field| {
            let made = form::Field::new(field.as_str(), &field.value(platform));
            match field {
                Field::OsVersion => made.example("10.0.20348.2113 (Windows only)"),
                Field::OsFeatures => made.example("win32k (commas between several)"),
                _ => made,
            }
        })
        .collect();
    let number = entry.position.map_or_else(String::new, |at| format!(" of entry {}", at + 1));
    let mut made = OpenForm::new(
        form::Form::new(&format!("platform{number}"), fields),
        Purpose::Platform(entry.id),
    );
    complete(&mut made);
    made
}

/// Brings the choices up to date: which architectures there are depends on the system, and so on.
pub(super) fn complete(open: &mut OpenForm) {
    let [os, architecture] = [0, 1].map(|at| open.form.value(at).to_owned());
    let systems: Vec<&str> = platforms::PLATFORMS.iter().map(|(os, _)| *os).collect();
    let architectures = platforms::architectures(&os).unwrap_or_default();
    let variants = platforms::variants(&architecture);
    for (field, choices) in
        open.form.fields.iter_mut().zip([systems.as_slice(), architectures, variants])
    {
        field.choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
    }
}

/// The edit that the form comes to; `None` if nothing was changed.
pub(super) fn edit(open: &OpenForm, entry: EntryId) -> Option<Edit> {
    let edits: Vec<Edit> = open
        .changed()
        .filter_map(|(at, value)| {
            let field = Field::ALL.get(at).copied()?;
            Some(Edit::SetPlatform { entry, field, value: value.to_owned() })
        })
        .collect();
    (!edits.is_empty()).then_some(Edit::All(edits))
}
