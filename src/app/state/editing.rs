//! The editor: what its keys do, what is typed in its forms, what comes from outside for it.

use tui_input::InputRequest;

use super::drafting::words;
use super::{Overlay, Screen, State, ToastKind};
use crate::app::drafts::{GatherFor, Offered, OpenDraft, of_list};
use crate::app::editor::{Editor, EditorTab, OpenForm, Picking, Purpose, add, parse_target};
use crate::app::form::FormEvent;
use crate::app::paste::understand;
use crate::app::{Action, Effect, Key, RequestId, SessionId};
use crate::draft::{
    Companion, Edit, Field, Format, Mark, Material, Place, Presence, Question, Refused, Target,
    losses,
};
use crate::load::Gathered;
use crate::oci::{Class, Descriptor, Digest, Failure, Location, Manifest, Referrer, Via};
use crate::text::plural;

impl State {
    /// The editor on top and its draft.
    pub(super) fn editing(&mut self) -> Option<(&mut Editor, &mut OpenDraft)> {
        match self.screens.last_mut() {
            Some(Screen::Editor(editor)) => {
                let open = self.drafts.get_mut(&editor.draft)?;
                Some((editor, open))
            }
            _ => None,
        }
    }

    /// Why an action of the editor cannot be done now.
    pub(super) fn why_not_edit(&self, editor: &Editor, action: Action) -> Option<&'static str> {
        let open = self.drafts.get(&editor.draft)?;
        let draft = &open.draft;
        let on_entries = || match editor.tab {
            EditorTab::Entries => None,
            _ => Some("only among the entries (1)"),
        };
        match action {
            Action::Undo if !draft.can_undo() => Some("there is nothing to undo"),
            Action::Redo if !draft.can_redo() => Some("nothing was undone"),
            Action::EditEntry
            | Action::RemoveEntry
            | Action::RemoveKeeping
            | Action::ReplaceEntry
            | Action::BringReferrers
            | Action::Annotate => on_entries().or_else(|| editor.present().err()),
            Action::MoveDown => on_entries().or_else(|| editor.moved(true).err()),
            Action::MoveUp => on_entries().or_else(|| editor.moved(false).err()),
            Action::Fold => on_entries().or_else(|| {
                let row = editor.rows().rows.get(editor.cursor);
                let folds = row.is_some_and(|row| row.open.is_some() || row.below);
                (!folds).then_some("it has no attestations")
            }),
            Action::Fix => match editor.shown_problem() {
                None => Some("no problem is shown"),
                Some(problem) if problem.fix.is_none() => Some("this problem has no clear fix"),
                Some(_) => None,
            },
            Action::NextProblem if editor.problems() == (0, 0) => Some("there are no problems"),
            Action::Against if editor.tab != EditorTab::Preview => Some("only in the preview (2)"),
            Action::Survey if !matches!(editor.tab, EditorTab::Plan | EditorTab::Effects) => {
                Some("only in the plan (3) and the effects (4)")
            }
            Action::Survey if open.survey.is_none() => Some("no target yet; t says where to push"),
            Action::CopyDraftDigest if editor.tab == EditorTab::Entries => editor
                .entry()
                .is_none_or(|entry| entry.descriptor.is_none())
                .then_some("there is no digest here"),
            _ => None,
        }
    }

    pub(super) fn act_on_editor(&mut self, action: Action) -> Vec<Effect> {
        let now = self.now;
        let Some((editor, open)) = self.editing() else { return Vec::new() };
        match action {
            Action::TabEntries => editor.show(EditorTab::Entries),
            Action::TabPreview => editor.show(EditorTab::Preview),
            Action::TabPlan => editor.show(EditorTab::Plan),
            Action::TabEffects => editor.show(EditorTab::Effects),
            Action::NextTab => editor.show(editor.tab.turned(true)),
            Action::PreviousTab => editor.show(editor.tab.turned(false)),
            Action::Against => {
                editor.against = editor.against.next();
                editor.scroll = 0;
            }
            Action::Undo | Action::Redo => {
                let done =
                    if action == Action::Undo { open.draft.undo() } else { open.draft.redo() };
                if done {
                    open.touch(now);
                }
            }
            Action::Fold => {
                editor.fold();
            }
            Action::NextProblem => editor.next_problem(),
            Action::EditEntry
            | Action::Annotate
            | Action::EditFields
            | Action::ReplaceEntry
            | Action::AddImage
            | Action::SetTarget => self.open_form(action),
            Action::RemoveEntry | Action::RemoveKeeping => {
                let keep_attestations = action == Action::RemoveKeeping;
                if let Some(entry) = editor.entry() {
                    let entries = vec![entry.id];
                    let name = entry
                        .platform()
                        .map_or_else(|| "the entry".to_owned(), ToString::to_string);
                    let before = open.draft.len();
                    let edit = Edit::Remove { entries, keep_attestations };
                    let result = open.apply(edit, now);
                    let along = before.saturating_sub(open.draft.len() + 1);
                    self.edited(result, || format!("removed {}", words(&name, along)));
                }
            }
            Action::MoveDown | Action::MoveUp => {
                if let Ok(edit) = editor.moved(action == Action::MoveDown) {
                    let result = open.apply(edit, now);
                    self.edited(result, String::new);
                }
            }
            Action::Fix => {
                if let Some(fix) = editor.shown_problem().and_then(|it| it.fix.clone()) {
                    let result = open.apply(fix.edit, now);
                    self.edited(result, || format!("done: {}", fix.label));
                }
            }
            Action::SwitchFormat => {
                let format = open.draft.format().other();
                let lost = losses(&open.draft, format);
                let result = open.apply(Edit::SetFormat(format), now);
                self.edited(result, || {
                    if lost.is_empty() {
                        format!("it is {} now; nothing is lost", an(format))
                    } else {
                        format!("it is {} now; lost: {}", an(format), lost.join(", "))
                    }
                });
            }
            Action::BringReferrers => {
                let entry = editor.entry();
                if let Some((entry, descriptor)) =
                    entry.and_then(|it| Some((it, it.descriptor.as_ref()?)))
                {
                    return vec![Effect::Referrers {
                        session: open.session,
                        from: entry.from.as_ref().clone(),
                        subject: descriptor.digest.clone(),
                    }];
                }
            }
            Action::Survey => {
                if let Some(target) = open.survey.as_ref().map(|it| it.target.clone()) {
                    open.look_at(target, true);
                }
            }
            Action::CopyDraftDigest => return self.copy_draft_digest(),
            Action::PushDraft => return self.open_push(),
            movement => editor.go(movement),
        }
        Vec::new()
    }

    fn copy_draft_digest(&mut self) -> Vec<Effect> {
        let Some((editor, open)) = self.editing() else { return Vec::new() };
        let (what, digest) = match (editor.tab, editor.entry()) {
            (EditorTab::Entries, Some(entry)) => {
                let Some(descriptor) = &entry.descriptor else { return Vec::new() };
                ("digest of the entry", &descriptor.digest)
            }
            _ => ("digest of the new list", &open.draft.document().digest),
        };
        vec![Effect::Copy { what: what.to_owned(), text: digest.to_string() }]
    }

    /// Says what an edit came to.
    fn edited(&mut self, result: Result<(), Refused>, said: impl FnOnce() -> String) {
        match result {
            Ok(()) => {
                let text = said();
                if !text.is_empty() {
                    let undo = self.keymap.label(Action::Undo).unwrap_or_default();
                    self.say(ToastKind::Done, &format!("{text} ({undo} undoes)"));
                }
            }
            Err(refused) => self.say(ToastKind::Error, &refused.to_string()),
        }
    }

    pub(super) fn open_form(&mut self, action: Action) {
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
    pub(super) fn form_typed(
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

    pub(super) fn new_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }

    fn gather(&mut self, location: Location, purpose: GatherFor) -> Vec<Effect> {
        let request = self.new_request();
        let Some((_, open)) = self.editing() else { return Vec::new() };
        open.gathering.insert(request, (purpose, location.familiar()));
        vec![Effect::Gather { session: open.session, request, location }]
    }

    /// Takes what a reference names.
    pub(super) fn gathered(
        &mut self,
        session: SessionId,
        request: RequestId,
        result: Result<Gathered, Failure>,
    ) -> Vec<Effect> {
        let now = self.now;
        let Some(open) = self.drafts.of_session(session) else { return Vec::new() };
        let Some((purpose, name)) = open.gathering.remove(&request) else { return Vec::new() };
        if let GatherFor::Held(target) = purpose {
            open.held(&target, result.map(|it| it.document));
            return Vec::new();
        }
        let gathered = match result {
            Ok(gathered) => gathered,
            Err(failure) => {
                self.say(ToastKind::Error, &failure.to_string());
                return Vec::new();
            }
        };
        let draft = open.name.clone();
        match (&gathered.document.manifest, &purpose) {
            (_, GatherFor::Subject) => {
                let document = &gathered.document;
                let subject = descriptor_json(&Descriptor::new(
                    document.media_type.clone(),
                    document.digest.clone(),
                    document.size(),
                ));
                let result = open.apply(Edit::SetSubject(Some(subject)), now);
                self.edited(result, || format!("the list refers to {name} now"));
            }
            (Manifest::Index(_), _) => {
                let offered = of_list(&gathered.location, &gathered.document);
                if offered.is_empty() {
                    self.say(ToastKind::Warning, &format!("{name} is a list without images"));
                    return Vec::new();
                }
                self.choose_of(&draft, &gathered.location, offered, &purpose);
            }
            (Manifest::Image(_) | Manifest::Artifact(_), _) => {
                let config = gathered.config.as_ref().map(|it| it.config.platform.clone());
                let filled = config.as_ref().map(ToString::to_string);
                let with = Material::bare(gathered.location.clone(), &gathered.document, config);
                let edit = match purpose {
                    GatherFor::Replace(entry) => {
                        Edit::Replace { entry, with, attestations: Vec::new() }
                    }
                    _ => Edit::Add { materials: vec![with], companions: Vec::new(), at: None },
                };
                let result = open.apply(edit, now);
                self.edited(result, || match filled {
                    Some(platform) => format!("added {name}; its config says {platform}"),
                    None => format!("added {name}; it has no config that names a platform"),
                });
                self.go_to_last(&draft);
            }
            (Manifest::Schema1(_) | Manifest::Unknown, _) => {
                let title = gathered.document.media_type.title();
                self.say(ToastKind::Error, &format!("not added: {name} is {title}"));
            }
        }
        Vec::new()
    }

    /// A list was read: with its editor on top there is a choice; else all of it is added.
    fn choose_of(
        &mut self,
        draft: &str,
        from: &Location,
        offered: Vec<Offered>,
        purpose: &GatherFor,
    ) {
        let on_top = match self.screen() {
            Screen::Editor(editor) => {
                editor.draft == draft && editor.form.is_none() && self.overlay.is_none()
            }
            _ => false,
        };
        let now = self.now;
        let Some(open) = self.drafts.get_mut(draft) else { return };
        let picking = match purpose {
            GatherFor::Replace(entry) => {
                let entries = open.draft.entries();
                let replaced = entries.iter().find(|it| it.id == *entry);
                let platform = replaced.and_then(|it| it.platform());
                Picking::to_replace(draft, from.clone(), offered, *entry, platform)
            }
            _ if !on_top || offered.len() == 1 => {
                let all: Vec<&Offered> = offered.iter().collect();
                if let Some((edit, images, along)) = add(&all) {
                    let result = open.apply(edit, now);
                    let images = plural(images, "image");
                    self.edited(result, || format!("added {}", words(&images, along)));
                    self.go_to_last(draft);
                }
                return;
            }
            _ => Picking::to_add(draft, from.clone(), offered),
        };
        if on_top {
            self.overlay = Some(Overlay::Picking(Box::new(picking)));
        } else {
            let text = "the image to put in its place was read; press R again to choose it";
            self.say(ToastKind::Warning, text);
        }
    }

    /// Takes the marked images of a list.
    pub(super) fn picked(&mut self, picking: &Picking) {
        let now = self.now;
        let Some(open) = self.drafts.get_mut(&picking.draft) else { return };
        let Some((edit, images, along)) = picking.edit() else {
            self.say(ToastKind::Warning, "nothing is marked; space marks");
            return;
        };
        let result = open.apply(edit, now);
        let replaced = picking.replaces.is_some();
        let what = words(&plural(images, "image"), along);
        self.edited(result, || {
            if replaced { format!("replaced by {what}") } else { format!("added {what}") }
        });
        if !replaced {
            self.go_to_last(&picking.draft);
        }
    }

    /// Puts the cursor of the draft's editor on the entry that was added last.
    fn go_to_last(&mut self, draft: &str) {
        let Some(open) = self.drafts.get(draft) else { return };
        let entries = open.draft.entries();
        let added = entries.iter().rfind(|it| it.mark == Mark::Added && !it.is_attestation());
        let Some(id) = added.map(|entry| entry.id) else { return };
        for screen in &mut self.screens {
            if let Screen::Editor(editor) = screen
                && editor.draft == draft
            {
                editor.go_to(id);
            }
        }
    }

    /// Takes what refers to an entry's image: it is pushed beside the list.
    pub(super) fn referrers_came(
        &mut self,
        session: SessionId,
        from: &Location,
        subject: &Digest,
        result: Result<Vec<Referrer>, Failure>,
    ) {
        let now = self.now;
        let Some(open) = self.drafts.of_session(session) else { return };
        let referrers = match result {
            Ok(referrers) => referrers,
            Err(failure) => return self.say(ToastKind::Error, &failure.to_string()),
        };
        if referrers.is_empty() {
            return self.say(ToastKind::Done, "nothing refers to this image");
        }
        // Cosign's tags refer by their names only, and an entry of the same list needs no copy.
        let companions: Vec<Companion> = referrers
            .iter()
            .filter(|referrer| matches!(referrer.via, Via::Api | Via::FallbackTag))
            .map(|referrer| Companion {
                subject: subject.clone(),
                material: Material::of(from.clone(), &referrer.descriptor),
            })
            .collect();
        if companions.is_empty() {
            let text =
                "left behind: what refers to this image does so by a tag's name only (cosign)";
            return self.say(ToastKind::Warning, text);
        }
        let count = companions.len();
        let edit = Edit::Add { materials: Vec::new(), companions, at: None };
        let result = open.apply(edit, now);
        self.edited(result, || {
            format!("{} will be pushed beside the list", plural(count, "referrer"))
        });
    }

    pub(super) fn answered(
        &mut self,
        session: SessionId,
        target: &Target,
        question: Question,
        result: Result<Presence, Failure>,
    ) {
        if let Some(open) = self.drafts.of_session(session) {
            open.answered(target, question, result);
        }
    }

    /// Asks for what the editor on top shows: facts about the entries, the plan, what the tag
    /// holds.
    pub(super) fn pump_drafts(&mut self) -> Vec<Effect> {
        let permits = self.permits;
        let (surveying, holding, weighing) = match self.screen() {
            Screen::Editor(editor) => (
                matches!(editor.tab, EditorTab::Plan | EditorTab::Effects)
                    || editor.against != crate::app::editor::Against::Nothing,
                editor.tab == EditorTab::Effects
                    || editor.against != crate::app::editor::Against::Nothing,
                editor.tab == EditorTab::Effects,
            ),
            Screen::Push(_) => (true, false, false),
            _ => return Vec::new(),
        };
        let request = RequestId(self.last_request + 1);
        let name = match self.screen() {
            Screen::Editor(editor) => editor.draft.clone(),
            Screen::Push(page) => page.draft.clone(),
            _ => return Vec::new(),
        };
        let Some(open) = self.drafts.get_mut(&name) else { return Vec::new() };
        let session = open.session;
        let mut effects: Vec<Effect> =
            open.pump(permits).into_iter().map(|want| Effect::Learn { session, want }).collect();
        if surveying {
            let asking = open.ask();
            let target = open.survey.as_ref().map(|it| it.target.clone());
            if let Some(target) = &target {
                effects.extend(asking.questions.into_iter().map(|question| Effect::Question {
                    session,
                    target: target.clone(),
                    question,
                }));
            }
            effects.extend(asking.wants.into_iter().map(|want| Effect::Learn { session, want }));
        }
        if holding
            && let Some(location) = open.wants_held()
            && let Some(target) = open.survey.as_ref().map(|it| it.target.clone())
        {
            open.gathering.insert(request, (GatherFor::Held(target), location.familiar()));
            effects.push(Effect::Gather { session, request, location });
            self.last_request += 1;
        } else if weighing && let Some(weighing) = open.weigh() {
            effects.push(Effect::Weigh { session, weighing });
        }
        effects
    }
}

fn an(format: Format) -> &'static str {
    match format {
        Format::Oci => "an OCI index",
        Format::Docker => "a Docker manifest list",
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

/// A descriptor as JSON.
fn descriptor_json(descriptor: &Descriptor) -> String {
    let mut object = serde_json::json!({
        "mediaType": descriptor.media_type.as_str(),
        "digest": descriptor.digest.as_str(),
        "size": descriptor.size,
    });
    if let (Some(artifact_type), Some(object)) = (&descriptor.artifact_type, object.as_object_mut())
    {
        object.insert("artifactType".to_owned(), artifact_type.as_str().into());
    }
    object.to_string()
}

impl OpenDraft {
    /// What the target's tag holds came.
    fn held(
        &mut self,
        target: &Target,
        result: Result<std::sync::Arc<crate::oci::Document>, Failure>,
    ) {
        let Some(survey) = self.survey.as_mut().filter(|it| it.target == *target) else { return };
        survey.held = Some(match result {
            Ok(document) => Ok(Some(document)),
            Err(failure) if failure.class == Class::NotFound => Ok(None),
            Err(failure) => Err(std::sync::Arc::new(failure)),
        });
        self.revision += 1;
    }
}
