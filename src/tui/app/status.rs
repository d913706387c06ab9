//! The bottom two lines: what is going on, and which keys do what.

use super::{Action, Context, LayerLoad, Overlay, Screen, State, ToastKind, ViewerState};
use crate::model::select::Engine;
use crate::text::{bytes, count, escape, plural, width};

/// What the status line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The sentence.
    pub text: String,
    /// How it is meant; `None` for the plain course of things.
    pub kind: Option<ToastKind>,
    /// Whether something is on its way (a throbber stands before the sentence).
    pub busy: bool,
}

/// A key in the bottom line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it does.
    pub action: Action,
    /// The key as shown.
    pub key: String,
    /// The word beside it.
    pub word: &'static str,
    /// How long it stays when room gets scarce.
    pub weight: u8,
}

impl State {
    /// What the status line says now.
    #[must_use]
    pub fn status(&self) -> Status {
        let busy = self.is_busy();
        if let Some(toast) = &self.toast {
            return Status { text: toast.text.clone(), kind: Some(toast.kind), busy };
        }
        if let Some(wait) = &self.waiting {
            return Status { text: wait.clone(), kind: Some(ToastKind::Warning), busy: true };
        }
        let text = match self.screen() {
            Screen::Start(start) => self.start_status(start),
            Screen::Explorer(explorer) => return self.explorer_status(explorer, busy),
            Screen::Why(_) => about(self.choice.engine()),
            Screen::Matrix(view) => view.engine().map_or_else(String::new, about),
            Screen::Files(view) => files_words(view, &self.requests()),
            Screen::Compare(view) => self.compare_status(view),
            Screen::Editor(editor) => self.editor_status(editor),
            Screen::Push(page) => self.push_status(page),
            Screen::Drafts(_) => "open drafts, those left unsaved, and the last pushes".to_owned(),
            Screen::List(list) => {
                if let Some(failure) = &list.failure {
                    let text = escape(&failure.to_string()).into_owned();
                    return Status { text, kind: Some(ToastKind::Error), busy };
                }
                let (all, shown) = list.counts();
                let filtered = if all == shown {
                    String::new()
                } else {
                    format!("{} of ", count(shown as u64))
                };
                let more = if list.has_more() { " so far" } else { "" };
                format!("{filtered}{}{more} · {}", plural(all, "name"), self.requests())
            }
        };
        Status { text, kind: None, busy }
    }

    fn compare_status(&self, view: &super::CompareView) -> String {
        if view.found().is_none() {
            return format!("nothing compared yet · {}", self.requests());
        }
        let differ =
            |row: &&super::CompareRow| row.is_head && row.sign != crate::model::compare::Sign::Same;
        let differ = view.rows().iter().filter(differ).count();
        let all = view.rows().iter().filter(|row| row.is_head).count();
        format!("{differ} of {} differ", plural(all, "line"))
    }

    fn editor_status(&self, editor: &super::Editor) -> String {
        let Some(open) = self.drafts.get(&editor.draft) else { return String::new() };
        if let Some((_, name)) = open.gathering.values().next() {
            return escape(&format!("asking for {name}")).into_owned();
        }
        if let Some(problem) = &open.not_kept {
            return escape(&format!("this draft is not kept: {problem}")).into_owned();
        }
        match editor.tab {
            super::EditorTab::Preview => editor.against.words().to_owned(),
            super::EditorTab::Plan => "what a push would do; nothing is written".to_owned(),
            super::EditorTab::Effects => {
                "who gets something else than what the tag gives now".to_owned()
            }
            super::EditorTab::Entries => match editor.entry() {
                Some(entry) => entry.descriptor.as_ref().map_or_else(String::new, |it| {
                    let size = crate::text::bytes(it.size);
                    escape(&format!("{} · {size} · {}", it.digest, it.media_type.title()))
                        .into_owned()
                }),
                None => "an empty list; a adds an image by reference".to_owned(),
            },
        }
    }

    fn push_status(&self, page: &super::PushPage) -> String {
        match &page.stage {
            super::Stage::Asking => "nothing is written before you choose Push".to_owned(),
            super::Stage::Running { stopping: false, .. } => "pushing; esc stops it".to_owned(),
            super::Stage::Running { .. } => {
                "stopping: a tag that is being written is brought to its end".to_owned()
            }
            super::Stage::Over { outcome, .. } if outcome.is_done() => {
                "done; D lists it, and u there takes it back".to_owned()
            }
            super::Stage::Over { .. } => "↵ looks again and asks again".to_owned(),
        }
    }

    /// What a key does here; on the page of programs it reads them.
    fn word_of(&self, info: &super::action::Info) -> &'static str {
        match self.screen() {
            Screen::Explorer(explorer)
                if info.action == Action::Toggle
                    && explorer.focus == super::Pane::Detail
                    && explorer.tab == super::Tab::Truth =>
            {
                if explorer.unproven().is_some_and(|asked| asked.all) { "read all" } else { "read" }
            }
            _ => info.hint,
        }
    }

    /// Whether there is a draft to go on with; its key is worth showing then.
    fn has_drafts(&self) -> bool {
        self.overlay.is_none()
            && !matches!(self.screen(), Screen::Editor(_) | Screen::Push(_) | Screen::Drafts(_))
            && !(self.drafts.open.is_empty() && self.drafts.left.is_empty())
    }

    fn requests(&self) -> String {
        plural(self.activity.0, "request")
    }

    fn start_status(&self, start: &super::Start) -> String {
        let suggestions = start.suggestions(&self.samples, &self.history);
        let chosen = start.chosen.and_then(|at| suggestions.get(at));
        if let Some(chosen) = chosen.filter(|chosen| !chosen.note.is_empty()) {
            return escape(&chosen.note).into_owned();
        }
        match self.samples.len() {
            0 => "type or paste a reference, a pull command or a registry's web address".to_owned(),
            _ => "sample images on a registry inside platy; ↓ chooses one".to_owned(),
        }
    }

    fn explorer_status(&self, explorer: &super::Explorer, busy: bool) -> Status {
        let node = explorer.tree.node(explorer.cursor);
        if explorer.search.input.is_none() && !explorer.search.needle.is_empty() {
            let text = search_words(explorer);
            return Status { text, kind: None, busy };
        }
        if let Some(failure) = node.and_then(|node| node.load.failure()) {
            // The row says what it happened to, and the summary says everything.
            let detail = escape(&failure.detail).into_owned();
            let whole = failure.next.as_ref().map(|next| format!("{detail}; {}", escape(next)));
            let room = usize::from(self.size.0.saturating_sub(2));
            let text = whole.filter(|whole| width(whole) <= room).unwrap_or(detail);
            return Status { text, kind: Some(ToastKind::Error), busy };
        }
        let root_is_there =
            explorer.tree.node(explorer.tree.root()).is_some_and(|root| root.document().is_some());
        if busy && !root_is_there {
            let asked = match explorer.location.reference() {
                Some(reference) => reference.repository.host.to_string(),
                None => explorer.location.to_string(),
            };
            let text = format!("asking {} · {}", escape(&asked), self.requests());
            return Status { text, kind: None, busy };
        }
        let progress = explorer.tree.progress();
        let mut parts = vec![format!(
            "{} of {} loaded",
            count(progress.ready as u64),
            count(progress.total() as u64)
        )];
        if progress.failed > 0 {
            parts.push(format!("{} failed", progress.failed));
        }
        parts.push(self.requests());
        let end = explorer.finished.unwrap_or(self.now);
        let tenths = end.duration_since(explorer.opened).as_millis().max(0) / 100;
        parts.push(format!("{}.{} s", tenths / 10, tenths % 10));
        Status { text: parts.join(" · "), kind: None, busy }
    }

    /// The keys worth showing on this screen, most important first.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        let contexts = self.contexts();
        let idle_here = |action| match &self.overlay {
            None => false,
            // Nothing is chosen in the page of keys.
            Some(Overlay::Help(_)) => {
                matches!(action, Action::Help | Action::MenuChoose | Action::MenuToggle)
            }
            Some(Overlay::Picking(picking)) => {
                action == Action::Help
                    || (action == Action::MenuToggle && picking.replaces.is_some())
            }
            Some(_) => matches!(action, Action::Help | Action::MenuToggle),
        };
        let mut hints: Vec<Hint> = Action::ALL
            .iter()
            .filter(|info| info.weight > 0 && contexts.contains(&info.context))
            .filter(|info| info.action != Action::Drafts || self.has_drafts())
            .filter(|info| !idle_here(info.action) && self.why_not(info.action).is_none())
            .filter_map(|info| {
                Some(Hint {
                    action: info.action,
                    key: self.keymap.label(info.action)?,
                    word: self.word_of(info),
                    weight: info.weight,
                })
            })
            .collect();
        hints.sort_by_key(|hint| std::cmp::Reverse(hint.weight));
        hints
    }

    /// The contexts that the screen on top listens to.
    #[must_use]
    pub fn contexts(&self) -> &'static [Context] {
        if self.overlay.is_some() {
            return &[Context::Menu, Context::Move, Context::Everywhere];
        }
        match self.screen() {
            Screen::Start(_) => &[Context::Everywhere],
            Screen::Explorer(_) => &[Context::Explorer, Context::Move, Context::Everywhere],
            Screen::List(_) => &[Context::List, Context::Move, Context::Everywhere],
            Screen::Why(_) => &[Context::Why, Context::Move, Context::Everywhere],
            Screen::Matrix(_) => &[Context::Matrix, Context::Move, Context::Everywhere],
            Screen::Files(_) => &[Context::Files, Context::Move, Context::Everywhere],
            Screen::Compare(_) => &[Context::Compare, Context::Move, Context::Everywhere],
            Screen::Editor(_) => &[Context::Draft, Context::Move, Context::Everywhere],
            Screen::Push(_) => &[Context::Push, Context::Move, Context::Everywhere],
            Screen::Drafts(_) => &[Context::Drafts, Context::Move, Context::Everywhere],
        }
    }
}

/// How far the layers are read.
fn files_words(view: &super::FilesView, requests: &str) -> String {
    if let Some(viewer) = &view.viewer {
        return match &viewer.state {
            ViewerState::Loading => format!("reading {}", viewer.path),
            ViewerState::Failed(failure) => escape(&failure.to_string()).into_owned(),
            ViewerState::Ready(page) => page.words.clone(),
        };
    }
    let found = &view.search.found;
    if !view.search.needle.is_empty() && view.search.input.is_none() {
        let needle = escape(&view.search.needle);
        let at = view.at_cursor().and_then(|here| found.iter().position(|file| *file == here));
        return match at {
            Some(at) => format!("“{needle}”  match {} of {}", at + 1, found.len()),
            None => format!("“{needle}”  {} found", count(found.len() as u64)),
        };
    }
    let (mut ready, mut received) = (0, 0);
    for layer in &view.layers {
        match &layer.load {
            LayerLoad::Ready(_) => ready += 1,
            LayerLoad::Reading(bytes) => received += bytes,
            _ => {}
        }
    }
    let mut text = format!("{ready} of {} read", plural(view.layers.len(), "layer"));
    if received > 0 {
        text += &format!(" · {} of the others so far", bytes(received));
    }
    format!("{text} · {requests}")
}

/// Which versions an engine stands for.
fn about(engine: &Engine) -> String {
    format!("{}: {}", engine.id, engine.versions)
}

/// What a finished search came to.
pub(super) fn search_words(explorer: &super::Explorer) -> String {
    let found = &explorer.search.found;
    let needle = escape(&explorer.search.needle);
    let at = found.number(explorer.cursor);
    let mut text = match (found.nodes.len(), at) {
        (0, _) => format!("“{needle}” is nowhere in what is loaded"),
        (all, Some(at)) => format!("“{needle}”  match {at} of {all}"),
        (all, None) => format!("“{needle}”  {}", plural(all, "match").replace("matchs", "matches")),
    };
    if found.unloaded > 0 {
        text.push_str(&format!(" · {} not loaded and not searched", found.unloaded));
    }
    text
}
