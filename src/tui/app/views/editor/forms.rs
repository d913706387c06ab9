//! The forms of the editor: what is in them at first, what could, and what they come to.

use super::layer::{OpenForm, Purpose};
use super::{annotation_form, platform_form};
use crate::model::draft::{Draft, Edit, Entry, EntryId, Place};
use crate::text::escape;
use crate::tui::app::drafts::OpenDraft;
use crate::tui::app::form::{Field, Form};
use crate::tui::app::target::parse as parse_target;

/// What a field comes to that is wrong: its number, and why.
type Wrong = (usize, String);

impl OpenForm {
    /// The platform of an entry.
    pub(super) fn platform(entry: &Entry) -> Self {
        platform_form::open(entry)
    }

    /// The annotations of an entry.
    pub(super) fn annotations(entry: &Entry) -> Self {
        annotation_form::of_entry(entry)
    }

    /// The list's own fields.
    pub(super) fn list(draft: &Draft) -> Self {
        annotation_form::of_list(draft)
    }

    /// An image to add.
    pub(super) fn add(history: &[String]) -> Self {
        let field = Field::new("image", "").example("registry/name:tag, name@sha256:…, oci:FOLDER");
        Self::reference("add an image or the images of a list", field, history, Purpose::Add)
    }

    /// An image to put in an entry's place.
    pub(super) fn replace(entry: &Entry, history: &[String]) -> Self {
        let platform =
            entry.platform().map_or_else(|| "this entry".to_owned(), ToString::to_string);
        let title = format!("put another image in the place of {}", escape(&platform));
        let field = Field::new("image", "").example("registry/name:tag, name@sha256:…, oci:FOLDER");
        Self::reference(&title, field, history, Purpose::Replace(entry.id))
    }

    fn reference(title: &str, mut field: Field, history: &[String], purpose: Purpose) -> Self {
        field.choices = history.to_vec();
        Self::new(Form::new(title, vec![field.reference()]), purpose)
    }

    /// Where to push.
    pub(super) fn target(open: &OpenDraft, purpose: Purpose) -> Self {
        let mut field = Field::new("push to", &open.target)
            .example("registry/name:tag, further tags behind commas")
            .reference();
        let base = open.draft.base().and_then(|base| base.location.reference());
        field.choices = base
            .filter(|reference| reference.digest.is_none())
            .map(|reference| reference.familiar())
            .into_iter()
            .collect();
        Self::new(Form::new("where to push", vec![field]), purpose)
    }

    /// What to compare with: at first what the draft began with, else what its tag holds.
    pub(super) fn compare(open: &OpenDraft, history: &[String]) -> Self {
        let base = open.draft.base().map(|base| base.location.familiar());
        let tag = parse_target(&open.target).ok().map(|target| target.to_string());
        let mut choices: Vec<String> = Vec::new();
        for choice in base.into_iter().chain(tag).chain(history.iter().cloned()) {
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        let first = choices.first().cloned().unwrap_or_default();
        let mut field =
            Field::new("with", &first).example(":tag, sha256:…, registry/name:tag").reference();
        field.choices = choices;
        Self::new(Form::new("compare the draft", vec![field]), Purpose::Compare)
    }

    /// Brings the choices up to date with what is typed.
    pub(super) fn complete(&mut self) {
        if matches!(self.purpose, Purpose::Platform(_)) {
            platform_form::complete(self);
        }
    }

    /// The edit of a platform; `None` if nothing was changed.
    pub(super) fn platform_edit(&self, entry: EntryId) -> Option<Edit> {
        platform_form::edit(self, entry)
    }

    /// The edits of an entry's annotations.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub(super) fn annotation_edits(&self, on: Place) -> Result<Vec<Edit>, Wrong> {
        annotation_form::edits(self, on, 0)
    }

    /// The edits of the list's fields, and whether a new subject was typed.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub(super) fn list_edits(&self) -> Result<(Vec<Edit>, bool), Wrong> {
        let mut edits = Vec::new();
        let mut has_subject = false;
        for (at, value) in self.changed().filter(|(at, _)| *at < annotation_form::LIST_FIELDS) {
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            match (at, value) {
                (0, value) => edits.push(Edit::SetArtifactType(value)),
                (_, None) => edits.push(Edit::SetSubject(None)),
                (_, Some(_)) => has_subject = true,
            }
        }
        edits.extend(annotation_form::edits(self, Place::List, annotation_form::LIST_FIELDS)?);
        Ok((edits, has_subject))
    }
}
