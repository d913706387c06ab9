//! What each action does, and why it cannot be done now.

use super::filing::why_no_files;
use super::{Overlay, Screen, State, ToastKind};
use crate::model::select::ENGINES;
use crate::oci::{Location, Repository};
use crate::tui::app::explorer::{Pane, Tab};
use crate::tui::app::list::Listed;
use crate::tui::app::start::Start;
use crate::tui::app::{Action, Context, CopyMenu, Effect, Key, copy, help, list};

impl State {
    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        self.toast = None;
        if self.overlay.is_none()
            && let Some(effects) = self.typed(key)
        {
            return effects;
        }
        match self.keymap.action(key, self.contexts()) {
            Some(action) => self.act(action),
            None => Vec::new(),
        }
    }

    /// Why an action cannot be done now; `None` where it can.
    #[must_use]
    pub fn why_not(&self, action: Action) -> Option<&'static str> {
        match (self.screen(), action) {
            (Screen::Explorer(explorer), Action::Tags)
                if explorer.location.reference().is_none() =>
            {
                Some("only a registry has tags to list")
            }
            (Screen::Explorer(explorer), Action::AsIs) if explorer.tab != Tab::Raw => {
                Some("only in Raw (2)")
            }
            (Screen::Explorer(explorer), Action::Toggle)
                if explorer.focus == Pane::Detail && explorer.tab == Tab::Truth =>
            {
                if explorer.truths().reading().is_some() {
                    Some("the programs are being read")
                } else if explorer.unproven().is_none() {
                    Some("there is no program left to read here")
                } else {
                    None
                }
            }
            (Screen::Explorer(explorer), Action::Toggle) if explorer.focus == Pane::Detail => {
                Some("the keys are with the detail; tab goes to the tree")
            }
            (Screen::Explorer(explorer), Action::Toggle)
                if explorer.focus == Pane::Tree && !explorer.tree.can_open(explorer.cursor) =>
            {
                Some("there is nothing below this")
            }
            (Screen::Explorer(explorer), Action::NextMatch | Action::PreviousMatch)
                if explorer.search.needle.is_empty() =>
            {
                Some("nothing was searched for yet; / searches")
            }
            (Screen::Explorer(explorer), Action::Why | Action::Matrix)
                if explorer.picks().offer().is_none() =>
            {
                Some("nothing to choose from: the reference is not loaded")
            }
            (Screen::Why(why), Action::GoToEntry) if why.steps() > 0 && why.has_findings_keys() => {
                Some("the keys are with the findings; tab goes to the trace")
            }
            (Screen::Explorer(explorer), Action::EditList | Action::AddToDraft) => {
                Self::why_no_draft(explorer)
            }
            (Screen::Editor(editor), action) if crate::tui::app::Context::Draft.has(action) => {
                self.why_not_edit(editor, action)
            }
            (Screen::Push(page), action) if crate::tui::app::Context::Push.has(action) => {
                page.why_not(action)
            }
            (Screen::Drafts(page), action) if crate::tui::app::Context::Drafts.has(action) => {
                self.why_not_drafts(page, action)
            }
            (Screen::Why(why), Action::GoToEntry) if why.steps() == 0 => {
                Some("no entry was looked at")
            }
            (Screen::Explorer(explorer), Action::Mark | Action::Compare)
                if !explorer.can_compare() =>
            {
                Some("a group of referrers has no content of its own to compare")
            }
            (Screen::Explorer(explorer), Action::Files) => why_no_files(explorer),
            (
                Screen::Files(view),
                Action::FilesOpen
                | Action::FilesNextLayer
                | Action::FilesPreviousLayer
                | Action::FilesWasted
                | Action::FilesSearch
                | Action::FilesNextMatch
                | Action::FilesPreviousMatch,
            ) if view.viewer.is_some() => Some("a file is open; esc closes it"),
            (Screen::Files(view), Action::FilesSearch) if view.files().is_none() => {
                Some("no file is shown yet")
            }
            (Screen::Files(view), Action::FilesNextMatch | Action::FilesPreviousMatch)
                if view.search.found.is_empty() =>
            {
                Some("nothing was found yet; / searches")
            }
            (Screen::Files(view), Action::FilesRetry) if !view.any_failed() => {
                Some("nothing failed here")
            }
            (Screen::Files(view), Action::FilesNextLayer | Action::FilesPreviousLayer)
                if view.layers.len() < 2 && view.only.is_none() =>
            {
                Some("the image has no other layer; the only one is what is shown")
            }
            (Screen::Files(view), Action::FilesWasted)
                if view.only.is_some() || view.merged().is_none_or(|it| it.waste().is_empty()) =>
            {
                Some("nothing is wasted, as far as all layers are shown")
            }
            (
                Screen::Files(view),
                Action::FilesOpen | Action::FilesSave | Action::FilesCopy | Action::FilesCopyMenu,
            ) if view.at_cursor().is_none() => Some("no file is shown yet"),
            (
                Screen::Compare(view),
                Action::CompareGo
                | Action::NextDifference
                | Action::PreviousDifference
                | Action::CompareToggle
                | Action::CompareFiles
                | Action::CompareCopy,
            ) if view.found().is_none() => Some("nothing was compared yet"),
            (Screen::List(list), Action::CompareTags)
                if !matches!(list.listed, Listed::Tags(_)) =>
            {
                Some("only tags are compared here")
            }
            (Screen::List(list), Action::Choose | Action::CopyName | Action::CompareTags)
                if list.name_at_cursor().is_none() =>
            {
                Some("the list is empty")
            }
            (Screen::List(list), Action::ListReload) if list.loading => {
                Some("the list is being loaded")
            }
            _ if action == Action::Back && self.screens.len() == 1 && self.overlay.is_none() => {
                match self.screen() {
                    Screen::Explorer(explorer) if !explorer.search.needle.is_empty() => None,
                    Screen::Explorer(explorer) if explorer.truths().reading().is_some() => None,
                    Screen::Explorer(explorer) if explorer.focus == Pane::Detail => None,
                    Screen::Start(_) => Some("this is the first screen; ctrl-c quits"),
                    _ => Some("this is the first screen; q quits"),
                }
            }
            _ => None,
        }
    }

    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Quit => return self.quit(),
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return vec![Effect::Redraw],
            Action::Mouse => return self.toggle_mouse(),
            _ => {}
        }
        if self.overlay.is_some() {
            return self.act_on_overlay(action);
        }
        if let Some(why) = self.why_not(action) {
            self.say(ToastKind::Warning, why);
            return Vec::new();
        }
        match action {
            Action::Help => {
                let context = self.contexts().first().copied().unwrap_or(Context::Explorer);
                let at = help::first_scroll(&self.keymap, self.size, context);
                self.overlay = Some(Overlay::Help(at));
                Vec::new()
            }
            Action::Back => self.back(),
            Action::OpenReference | Action::ListOpenReference => {
                self.push(Screen::Start(Start::default()))
            }
            Action::Drafts => self.open_drafts(),
            Action::Why => self.open_why(),
            Action::Matrix | Action::WhyMatrix => self.open_matrix(),
            Action::Mark => self.mark(),
            Action::Files => self.open_files(),
            Action::Compare => self.compare(),
            Action::CompareTags => self.compare_tags(),
            Action::MarkDraft => self.mark_draft(),
            Action::CompareDraft => self.compare_draft(),
            _ => match self.screen() {
                Screen::Explorer(_) => self.act_on_explorer(action),
                Screen::Why(_) => self.act_on_why(action),
                Screen::Matrix(_) => self.act_on_matrix(action),
                Screen::Files(_) => self.act_on_files(action),
                Screen::Compare(_) => self.act_on_compare(action),
                Screen::Editor(_) => self.act_on_editor(action),
                Screen::Push(_) => self.act_on_push(action),
                Screen::Drafts(_) => self.act_on_drafts(action),
                Screen::List(_) | Screen::Start(_) => self.act_on_list(action),
            },
        }
    }

    pub(super) fn act_on_explorer(&mut self, action: Action) -> Vec<Effect> {
        let mut last_request = self.last_request;
        let Some(explorer) = self.top_explorer() else { return Vec::new() };
        let mut effects = Vec::new();
        match action {
            Action::Toggle if explorer.focus == Pane::Tree => explorer.toggle(),
            Action::Toggle => effects.extend(explorer.prove(&mut last_request)),
            Action::In if explorer.focus == Pane::Tree => explorer.go_in(),
            Action::Out if explorer.focus == Pane::Tree => explorer.go_out(),
            Action::Out => explorer.switch_pane(),
            Action::Pane => explorer.switch_pane(),
            Action::Summary => explorer.show(Tab::Summary),
            Action::Raw => explorer.show(Tab::Raw),
            Action::Layers => explorer.show(Tab::Layers),
            Action::Truth => {
                explorer.show(Tab::Truth);
                // It asks a question, and keys go to where it stands.
                explorer.focus = Pane::Detail;
            }
            Action::AsIs => {
                explorer.as_is = !explorer.as_is;
                explorer.scroll = 0;
            }
            Action::Search => explorer.start_search(),
            Action::NextMatch => explorer.next_match(true),
            Action::PreviousMatch => explorer.next_match(false),
            Action::EditList => return self.edit_list(),
            Action::AddToDraft => return self.add_to_draft(),
            Action::Reload => {
                let again = explorer.prove_again(&mut last_request);
                effects.extend(again.unwrap_or_else(|| explorer.reload(&mut last_request)));
            }
            Action::CopyDigest => match copy::digest(explorer) {
                Ok(effect) => effects.push(effect),
                Err(why) => self.say(ToastKind::Warning, &format!("not copied: {why}")),
            },
            Action::CopyMenu => self.overlay = Some(Overlay::Copy(CopyMenu::of(explorer))),
            Action::Tags => {
                if let Some(reference) = explorer.location.reference() {
                    let listed = Listed::Tags(reference.repository.clone());
                    effects.extend(self.open_list(listed));
                }
            }
            movement => explorer.go(movement),
        }
        self.last_request = self.last_request.max(last_request);
        effects
    }

    pub(super) fn act_on_list(&mut self, action: Action) -> Vec<Effect> {
        let Some(list) = self.top_list() else { return Vec::new() };
        let name = list.name_at_cursor().map(str::to_owned);
        let listed = list.listed.clone();
        match (action, name) {
            (Action::Choose, Some(name)) => match listed {
                Listed::Tags(repository) => {
                    self.open_image(Location::Registry(repository.tagged(&name)))
                }
                Listed::Repositories { host, .. } => {
                    let repository = Repository { host, path: name };
                    self.open_list(Listed::Tags(repository))
                }
            },
            (Action::CopyName, Some(name)) => match listed {
                Listed::Tags(repository) => vec![Effect::Copy {
                    what: "reference".to_owned(),
                    text: repository.tagged(&name).familiar(),
                }],
                Listed::Repositories { host, .. } => vec![Effect::Copy {
                    what: "repository".to_owned(),
                    text: Repository { host, path: name }.familiar(),
                }],
            },
            (Action::Filter, _) => {
                list.typing = true;
                Vec::new()
            }
            (Action::ListReload, _) => list.reload(),
            (movement, _) => {
                list.go(movement);
                Vec::new()
            }
        }
    }

    pub(super) fn act_on_overlay(&mut self, action: Action) -> Vec<Effect> {
        let page = usize::from(self.size.1.saturating_sub(6).max(1));
        match (&mut self.overlay, action) {
            (_, Action::Back) | (Some(Overlay::Help(_)), Action::Help) => self.overlay = None,
            (Some(Overlay::Help(scroll)), movement) => {
                let last = help::last_scroll(&self.keymap, self.size);
                *scroll = list::target(movement, *scroll, last + 1, page);
            }
            (Some(Overlay::Copy(menu)), Action::MenuChoose) => {
                let chosen = menu.items.get(menu.cursor).map(|item| item.effect(&menu.title));
                self.overlay = None;
                match chosen {
                    Some(Ok(effect)) => return vec![effect],
                    Some(Err(why)) => self.say(ToastKind::Warning, &format!("not copied: {why}")),
                    None => {}
                }
            }
            (Some(Overlay::Engines(_) | Overlay::Hosts(_)), Action::MenuChoose) => self.chosen(),
            (Some(Overlay::Picking(picking)), Action::MenuToggle) => picking.toggle(),
            (Some(_), Action::MenuToggle) => {
                self.say(ToastKind::Warning, "lines are marked where several can be taken");
            }
            (
                Some(
                    Overlay::Picking(_)
                    | Overlay::Leave { .. }
                    | Overlay::Discard { .. }
                    | Overlay::Undo(_),
                ),
                Action::MenuChoose,
            ) => return self.menu_chosen(),
            (Some(Overlay::Picking(picking)), movement) => {
                picking.cursor = list::target(movement, picking.cursor, picking.items.len(), page);
            }
            (Some(Overlay::Undo(asked)), movement) => {
                asked.at = list::target(movement, asked.at, super::leaving::UNDO.len(), page);
            }
            (Some(Overlay::Leave { at, .. }), movement) => {
                *at = list::target(movement, *at, super::leaving::LEAVE.len(), page);
            }
            (Some(Overlay::Discard { at, .. }), movement) => {
                *at = list::target(movement, *at, super::leaving::DISCARD.len(), page);
            }
            (Some(Overlay::Engines(at)), movement) => {
                *at = list::target(movement, *at, ENGINES.len(), page);
            }
            (Some(Overlay::Hosts(at)), movement) => {
                // The last line is for a machine that is not listed.
                *at = list::target(movement, *at, self.choice.hosts().len() + 1, page);
            }
            (Some(Overlay::Copy(menu)), movement) => {
                menu.cursor = list::target(movement, menu.cursor, menu.items.len(), page);
            }
            (None, _) => {}
        }
        Vec::new()
    }

    pub(super) fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = !self.mouse;
        self.say(
            ToastKind::Done,
            if self.mouse {
                "the mouse is platy's again"
            } else {
                "the mouse is the terminal's: select as you like; M takes it back"
            },
        );
        vec![Effect::Mouse(self.mouse)]
    }
}
