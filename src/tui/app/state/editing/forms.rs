//! What is typed in the editor's forms.

use tui_input::InputRequest;

use super::super::State;
use crate::model::draft::{Edit, Field, Place};
use crate::oci::{Digest, Location};
use crate::tui::app::drafts::{GatherFor, OpenDraft};
use crate::tui::app::editor::{EditorTab, OpenForm, Purpose, parse_target};
use crate::tui::app::form::FormEvent;
use crate::tui::app::paste::understand;
use crate::tui::app::{Action, Effect, Key};

impl State {
    pub(in crate::tui::app::state) fn open_form(&mut self, action: Action) {
        let history = self.history.clone();
        let Some((editor, open)) = self.editing() else { return };
        let form = match (action, editor.entry()) {
            (Action::EditEntry, Some(entry)) => OpenForm::platform(entry),
            (Action::Annotate, Some(entry)) => OpenForm::annotations(entry),
            (Action::EditFields, _) => OpenForm::list(&open.draft),
            (Action::ReplaceEntry, Some(entry)) => OpenForm::replace(entry, &history),
            (Action::AddImage, _) => OpenForm::add(&history),
            (Action::SetTarget, _) => OpenForm::target(open, Purpose::Target),
            (Action::CompareDraft, _) => OpenForm::compare(open, &history),
            _ => return,
        };
        if !matches!(form.purpose, Purpose::Target | Purpose::Compare) {
            editor.show(EditorTab::Entries);
        }
        editor.form = Some(form);
    }

    /// A key of the form that is open; `None` where there is none.
    pub(in crate::tui::app::state) fn form_typed(
        &mut self,
        key: Key,
        request: Option<InputRequest>,
    ) -> Option<Vec<Effect>> {
        let (editor, _) = self.editing()?;
        let form = editor.form.as_mut()?;
        match form.form.key(key, request) {
            FormEvent::Stay => {}
            FormEvent::Changed => form.complete(),
            FormEvent::Leave => editor.form = None,
            FormEvent::Take => return Some(self.take_form()),
        }
        Some(Vec::new())
    }

    /// Takes what was typed in a form. What is wrong is said beside its field.
    fn take_form(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Some((editor, open)) = self.editing() else { return Vec::new() };
        let Some(mut form) = editor.form.take() else { return Vec::new() };
        let refused: Option<(usize, String)> = match form.purpose {
            Purpose::Platform(entry) => match form.platform_edit(entry) {
                None => return Vec::new(),
                Some(edit) => match open.apply(edit, now) {
                    Ok(()) => return Vec::new(),
                    Err(refused) => {
                        // The field whose edit alone is refused too.
                        let wrong = form.changed().find(|(at, value)| {
                            let field = Field::ALL.get(*at).copied().unwrap_or(Field::Os);
                            let value = (*value).to_owned();
                            let edit = Edit::SetPlatform { entry, field, value };
                            open.draft.clone().apply(edit).is_err()
                        });
                        Some((wrong.map_or(0, |(at, _)| at), refused.to_string()))
                    }
                },
            },
            Purpose::Annotations(entry) => {
                let edits = form.annotation_edits(Place::Entry(entry));
                edits.and_then(|edits| apply_all(open, edits, now)).err()
            }
            Purpose::List => match form.list_edits() {
                Err(refused) => Some(refused),
                Ok((edits, subject)) => match apply_all(open, edits, now) {
                    Err(refused) => Some(refused),
                    Ok(()) => match subject.map(|text| subject_location(open, &text)) {
                        None => None,
                        Some(Ok(location)) => return self.gather(location, GatherFor::Subject),
                        Some(Err(problem)) => Some((1, problem)),
                    },
                },
            },
            Purpose::Add | Purpose::Replace(_) => {
                let text = understand(form.form.value(0)).into_owned();
                match text.parse::<Location>() {
                    Ok(location) => {
                        let purpose = match form.purpose {
                            Purpose::Replace(entry) => GatherFor::Replace(entry),
                            _ => GatherFor::Add,
                        };
                        return self.gather(location, purpose);
                    }
                    Err(error) => Some((0, error.to_string())),
                }
            }
            Purpose::Compare => match self.other(form.form.value(0)) {
                Ok(location) => return self.compare_draft_with(location),
                Err(problem) => Some((0, problem)),
            },
            Purpose::Target | Purpose::TargetThenPush => match parse_target(form.form.value(0)) {
                Ok(target) => {
                    let then_push = form.purpose == Purpose::TargetThenPush;
                    form.form.value(0).clone_into(&mut open.target);
                    open.touch(now);
                    open.look_at(target, false);
                    if then_push {
                        return self.open_push();
                    }
                    None
                }
                Err(problem) => Some((0, problem)),
            },
        };
        if let Some((at, problem)) = refused
            && let Some((editor, _)) = self.editing()
        {
            form.form.refuse(at, &problem);
            editor.form = Some(form);
        }
        Vec::new()
    }
}

/// Does edits as one; an error is said beside the first field.
fn apply_all(
    open: &mut OpenDraft,
    edits: Vec<Edit>,
    now: jiff::Timestamp,
) -> Result<(), (usize, String)> {
    if edits.is_empty() {
        return Ok(());
    }
    open.apply(Edit::All(edits), now).map_err(|refused| (0, refused.to_string()))
}

/// Where the list's subject is: a digest alone is in the repository of the target or the base.
fn subject_location(open: &OpenDraft, text: &str) -> Result<Location, String> {
    let Ok(digest) = text.parse::<Digest>() else {
        return understand(text)
            .parse()
            .map_err(|error: crate::oci::LocationError| error.to_string());
    };
    let target = open.survey.as_ref().map(|it| it.target.repository.clone());
    let base = || Some(open.draft.base()?.location.reference()?.repository.clone());
    let repository = target
        .or_else(base)
        .ok_or("say first where to push (t): a digest alone names no repository")?;
    Ok(Location::Registry(repository.at(digest)))
}
