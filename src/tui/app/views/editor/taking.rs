//! What is typed in the editor's forms.

use super::{Editor, EditorTab, OpenForm, Purpose};
use crate::model::draft::{Edit, Field, Place};
use crate::oci::{Digest, Location};
use crate::tui::app::Action;
use crate::tui::app::cx::Cx;
use crate::tui::app::drafts::{GatherFor, OpenDraft};
use crate::tui::app::paste::understand;
use crate::tui::app::target::parse as parse_target;
use crate::tui::app::typed_reference::understood;

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
        let Some(open) = cx.drafts.get_mut(&self.draft) else { return };
        let refused: Option<(usize, String)> = match form.purpose {
            Purpose::Platform(entry) => match form.platform_edit(entry) {
                None => return,
                Some(edit) => match open.apply(edit, now) {
                    Ok(()) => return,
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
                        Some(Ok(location)) => return self.gather(location, GatherFor::Subject, cx),
                        Some(Err(problem)) => Some((1, problem)),
                    },
                },
            },
            Purpose::Add | Purpose::Replace(_) => match understood(form.form.value(0), cx) {
                Ok(location) => {
                    let purpose = match form.purpose {
                        Purpose::Replace(entry) => GatherFor::Replace(entry),
                        _ => GatherFor::Add,
                    };
                    return self.gather(location, purpose, cx);
                }
                Err(problem) => Some((0, problem)),
            },
            Purpose::Compare => match understood(form.form.value(0), cx) {
                Ok(location) => return self.compare_with(location, cx),
                Err(problem) => Some((0, problem)),
            },
            Purpose::Target | Purpose::TargetThenPush => {
                let typed = form.form.value(0);
                // A tag alone is one of the repository that the draft is about.
                let text = match (typed.strip_prefix(':'), &cx.here) {
                    (Some(tags), Some(here)) => format!("{}:{tags}", here.familiar()),
                    _ => cx.aliases.expand(typed).into_owned(),
                };
                match parse_target(&text) {
                    Ok(target) => {
                        let then_push = form.purpose == Purpose::TargetThenPush;
                        open.target = text;
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
        .ok_or("say first where to push: a digest alone names no repository")?;
    Ok(Location::Registry(repository.at(digest)))
}
