//! What is typed in the editor's forms.

use super::{Editor, EditorTab, OpenForm, Purpose};
use crate::model::draft::{self, Edit, Place};
use crate::tui::app::cx::Cx;
use crate::tui::app::drafts::{GatherFor, OpenDraft};
use crate::tui::app::target::parse as parse_target;
use crate::tui::app::{Action, Field};

impl Editor {
    pub(super) fn open_form(&mut self, action: Action, cx: &Cx) {
        let Some(open) = cx.drafts.get(&self.draft) else { return };
        let form = match (action, self.entry()) {
            (Action::EditEntry, Some(entry)) => OpenForm::platform(entry),
            (Action::Annotate, Some(entry)) => OpenForm::annotations(entry),
            (Action::EditFields, _) => OpenForm::list(&open.draft),
            (Action::ReplaceEntry, Some(entry)) => OpenForm::replace(entry, &cx.history),
            (Action::AddImage, _) => OpenForm::add(&cx.history),
            (Action::SetTarget, _) => OpenForm::target(open, Purpose::Target),
            (Action::CompareDraft, _) => OpenForm::compare(open, &cx.history),
            _ => return,
        };
        if !matches!(form.purpose, Purpose::Target | Purpose::Compare) {
            self.show(EditorTab::Entries);
        }
        self.form = Some(form);
    }

    /// Takes what was typed in a form. What is wrong is said beside its field.
    pub(super) fn take_form(&mut self, cx: &mut Cx) {
        let (now, last) = (cx.now, cx.requests.last());
        let Some(mut form) = self.form.take() else { return };
        let typed = form.form.fields.iter().find(|field| field.is_reference).map(Field::value);
        let typed = form.purpose.reference(typed.unwrap_or_default(), &self.draft, cx);
        let (image, whole) = (typed.image(), typed.whole());
        let Some(open) = cx.drafts.get_mut(&self.draft) else { return };
        let refused: Option<(usize, String)> = match form.purpose {
            Purpose::Platform(entry) => match form.platform_edit(entry) {
                None => return,
                Some(edit) => match open.apply(edit, now) {
                    Ok(()) => return,
                    Err(refused) => {
                        // The field whose edit alone is refused too.
                        let wrong = form.changed().find(|(at, value)| {
                            let field =
                                draft::Field::ALL.get(*at).copied().unwrap_or(draft::Field::Os);
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
                Ok((edits, has_subject)) => match apply_all(open, edits, now) {
                    Err(refused) => Some(refused),
                    Ok(()) => match has_subject.then_some(image) {
                        None => None,
                        Some(Ok(location)) => return self.gather(location, GatherFor::Subject, cx),
                        Some(Err(problem)) => Some((1, problem)),
                    },
                },
            },
            Purpose::Add | Purpose::Replace(_) => match image {
                Ok(location) => {
                    let purpose = match form.purpose {
                        Purpose::Replace(entry) => GatherFor::Replace(entry),
                        _ => GatherFor::Add,
                    };
                    return self.gather(location, purpose, cx);
                }
                Err(problem) => Some((0, problem)),
            },
            Purpose::Compare => match image {
                Ok(location) => return self.compare_with(location, cx),
                Err(problem) => Some((0, problem)),
            },
            Purpose::Target | Purpose::TargetThenPush => {
                match whole.and_then(|whole| Ok((parse_target(&whole)?, whole))) {
                    Ok((target, whole)) => {
                        let then_push = form.purpose == Purpose::TargetThenPush;
                        open.target = whole;
                        open.touch(now);
                        open.look_at(target, false, last);
                        if then_push {
                            return self.open_push(cx);
                        }
                        None
                    }
                    Err(problem) => Some((0, problem)),
                }
            }
        };
        if let Some((at, problem)) = refused {
            form.form.refuse(at, &problem);
            self.form = Some(form);
        }
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
