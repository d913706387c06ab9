//! Nodes as sides of a comparison, and the view while it is on top.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::super::opening::close;
use super::super::{Screen, State, ToastKind};
use crate::oci::{Digest, Location, Repository, Target};
use crate::tui::app::compare::{CompareView, Point};
use crate::tui::app::explorer::{Explorer, Pane};
use crate::tui::app::list::Listed;
use crate::tui::app::start::in_demo;
use crate::tui::app::{Action, Effect, Key, Overlay, SessionId, understand};

impl State {
    /// An explorer by its session, shown or kept.
    #[must_use]
    pub fn explorer_with(&self, session: SessionId) -> Option<&Explorer> {
        let shown = self.screens.iter().filter_map(|screen| match screen {
            Screen::Explorer(explorer) => Some(explorer),
            _ => None,
        });
        shown.map(AsRef::as_ref).chain(&self.kept).find(|it| it.session == session)
    }

    /// Marks the node under the cursor, or takes the mark away from it.
    pub(in crate::tui::app::state) fn mark(&mut self) -> Vec<Effect> {
        let Some(explorer) = self.top_explorer() else { return Vec::new() };
        let point = Point::of(explorer, explorer.cursor);
        if self.is_marked(&point) {
            self.marked = None;
            self.say(ToastKind::Done, "the mark is taken away");
        } else {
            self.marked = Some(point);
            let key = self.keymap.label(Action::Compare).unwrap_or_default();
            self.say(ToastKind::Done, &format!("marked; {key} on another node compares both"));
        }
        self.sweep()
    }

    fn is_marked(&self, point: &Point) -> bool {
        let marked = self.marked.as_ref();
        marked.is_some_and(|it| (it.session, it.node) == (point.session, point.node))
    }

    /// Compares the marked node with the one under the cursor; without a mark elsewhere, asks for
    /// a reference.
    pub(in crate::tui::app::state) fn compare(&mut self) -> Vec<Effect> {
        let Some(explorer) = self.top_explorer() else { return Vec::new() };
        let point = Point::of(explorer, explorer.cursor);
        match self.marked.clone() {
            Some(marked) if !self.is_marked(&point) => self.open_compare(marked, point),
            _ => {
                if let Some(explorer) = self.top_explorer() {
                    explorer.comparing = Some(Input::default());
                }
                Vec::new()
            }
        }
    }

    pub(in crate::tui::app::state) fn open_compare(&mut self, a: Point, b: Point) -> Vec<Effect> {
        let mut effects = self.push(Screen::Compare(Box::new(CompareView::new(a, b))));
        effects.extend(self.sweep());
        effects
    }

    /// A key of the line in which the other reference is typed.
    pub(in crate::tui::app::state) fn comparing_typed(
        &mut self,
        key: Key,
        request: Option<InputRequest>,
    ) -> Vec<Effect> {
        let Some(explorer) = self.top_explorer() else { return Vec::new() };
        let Some(input) = &mut explorer.comparing else { return Vec::new() };
        match (key.code, request) {
            (KeyCode::Esc, _) => explorer.comparing = None,
            (KeyCode::Enter, _) if input.value().trim().is_empty() => explorer.comparing = None,
            (KeyCode::Enter, _) => {
                let typed = input.value().to_owned();
                match self.other(&typed) {
                    Ok(location) => return self.compare_with(location),
                    Err(problem) => self.say(ToastKind::Error, &problem),
                }
            }
            (_, Some(request)) => {
                input.handle(request);
            }
            _ => {}
        }
        Vec::new()
    }

    /// What a typed reference means here: one of the demo's, `:tag` of the same repository, a
    /// digest in it, or any reference.
    pub(in crate::tui::app::state) fn other(&self, typed: &str) -> Result<Location, String> {
        let typed = typed.trim();
        if let Some(reference) = in_demo(&self.samples, typed) {
            return reference.parse().map_err(|error| format!("{error}"));
        }
        let here = self.repository_here();
        if let (Some(tag), Some(here)) = (typed.strip_prefix(':'), &here) {
            return here.tagged(tag).to_string().parse().map_err(|e| format!("{e}"));
        }
        if let Ok(digest) = typed.trim_start_matches('@').parse::<Digest>() {
            let here = here.ok_or("a digest alone says no repository; write REPOSITORY@DIGEST")?;
            return Ok(Location::Registry(here.at(digest)));
        }
        match Target::parse(&understand(typed)) {
            Ok(Target::Image(location)) => Ok(location),
            Ok(Target::Repositories { .. }) => {
                Err(format!("{typed} names repositories; write which image"))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn compare_with(&mut self, location: Location) -> Vec<Effect> {
        let Some(explorer) = self.top_explorer() else { return Vec::new() };
        explorer.comparing = None;
        let a = Point::of(explorer, explorer.cursor);
        let (b, mut effects) = self.keep(location);
        effects.extend(self.open_compare(a, b));
        effects
    }

    /// The repository that what is typed lies in, where it names none itself.
    fn repository_here(&self) -> Option<Repository> {
        match self.screen() {
            Screen::Editor(editor) => self.drafts.get(&editor.draft)?.repository(),
            _ => Some(self.explorer_beneath()?.location.reference()?.repository.clone()),
        }
    }

    /// Opens a reference without a screen; a draft that is open here as it is now.
    pub(in crate::tui::app::state) fn keep(&mut self, location: Location) -> (Point, Vec<Effect>) {
        let session = self.new_session();
        let explorer = Explorer::new(session, location.clone(), self.now);
        let point = Point { session, node: explorer.tree.root(), digest: None };
        self.kept.push(explorer);
        let list = match &location {
            Location::Draft(name) => self.drafts.list(name),
            _ => None,
        };
        let effect = match list {
            Some(list) => Effect::OpenList { session, location, list },
            None => Effect::Open { session, location },
        };
        (point, vec![effect])
    }

    /// Marks the tag under the cursor, or compares it with the marked one.
    pub(in crate::tui::app::state) fn compare_tags(&mut self) -> Vec<Effect> {
        let Some(list) = self.top_list() else { return Vec::new() };
        let Listed::Tags(repository) = list.listed.clone() else { return Vec::new() };
        let Some(tag) = list.name_at_cursor().map(str::to_owned) else { return Vec::new() };
        match list.marked.take() {
            Some(marked) if marked != tag => {
                let at = |tag: &str| Location::Registry(repository.tagged(tag));
                let (a, mut effects) = self.keep(at(&marked));
                let (b, more) = self.keep(at(&tag));
                effects.extend(more);
                effects.extend(self.open_compare(a, b));
                effects
            }
            Some(_) => {
                self.say(ToastKind::Done, "the mark is taken away");
                Vec::new()
            }
            None => {
                list.marked = Some(tag.clone());
                let key = self.keymap.label(Action::CompareTags).unwrap_or_default();
                let text = format!("{tag} is marked; {key} on another tag compares both");
                self.say(ToastKind::Done, &text);
                Vec::new()
            }
        }
    }

    /// Brings a compare view on top up to date.
    pub(in crate::tui::app::state) fn settle_compare(&mut self) {
        let Some(mut view) = self.take_view() else { return };
        view.settle(self.sides(&view), self.size, self.ticks);
        self.put_view(view);
    }

    /// The compare view on top, out of the stack for the moment, so that its sides can be looked
    /// at while it changes.
    fn take_view(&mut self) -> Option<Box<CompareView>> {
        let Some(Screen::Compare(view)) = self.screens.last_mut() else { return None };
        let empty = CompareView::new(view.a.clone(), view.b.clone());
        Some(std::mem::replace(view, Box::new(empty)))
    }

    fn put_view(&mut self, view: Box<CompareView>) {
        if let Some(Screen::Compare(place)) = self.screens.last_mut() {
            *place = view;
        }
    }

    fn compare_files(&mut self) -> Vec<Effect> {
        let session = self.new_session();
        let Some(mut view) = self.take_view() else { return Vec::new() };
        let asked = view.compare_files(self.sides(&view), session);
        self.put_view(view);
        asked.unwrap_or_else(|why| {
            self.say(ToastKind::Warning, why);
            Vec::new()
        })
    }

    /// The compare view that asked for files in this session.
    pub(in crate::tui::app::state) fn compare_of(
        &mut self,
        session: SessionId,
    ) -> Option<&mut CompareView> {
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Compare(view)
                if view.files_session().is_some_and(|(asked, _)| asked == session) =>
            {
                Some(view.as_mut())
            }
            _ => None,
        })
    }

    fn sides(&self, view: &CompareView) -> [Option<&Explorer>; 2] {
        [self.explorer_with(view.a.session), self.explorer_with(view.b.session)]
    }

    pub(in crate::tui::app::state) fn act_on_compare(&mut self, action: Action) -> Vec<Effect> {
        let Some(Screen::Compare(view)) = self.screens.last_mut() else { return Vec::new() };
        if view.scroll_file(action) {
            return Vec::new();
        }
        match action {
            Action::CompareGo => return self.go_from_compare(),
            Action::CompareToggle => view.fold(None),
            Action::CompareIn => view.fold(Some(true)),
            Action::CompareOut => view.fold(Some(false)),
            Action::NextDifference | Action::PreviousDifference => {
                let forward = action == Action::NextDifference;
                if !view.next_difference(forward) {
                    let there = if forward { "below" } else { "above" };
                    self.say(ToastKind::Warning, &format!("nothing more differs {there}"));
                }
            }
            Action::CompareSwap => view.swap(),
            Action::CompareFiles => return self.compare_files(),
            Action::CompareCopy | Action::CompareCopyMenu => return self.copy_compared(action),
            movement => view.go(movement),
        }
        Vec::new()
    }

    fn copy_compared(&mut self, action: Action) -> Vec<Effect> {
        let Screen::Compare(view) = self.screen() else { return Vec::new() };
        let menu = view.copies(self.sides(view));
        if action == Action::CompareCopyMenu {
            self.overlay = Some(Overlay::Copy(menu));
            return Vec::new();
        }
        match menu.items.first().map(|item| item.effect(&menu.title)) {
            Some(Ok(effect)) => return vec![effect],
            Some(Err(why)) => self.say(ToastKind::Warning, &format!("not copied: {why}")),
            None => {}
        }
        Vec::new()
    }

    /// Shows what differs in the file under the cursor, else goes to the node of the row.
    fn go_from_compare(&mut self) -> Vec<Effect> {
        let request = self.new_request();
        let opened = match self.screens.last_mut() {
            Some(Screen::Compare(view)) => view.open_file(request),
            _ => None,
        };
        match opened {
            Some(effects) => effects,
            None => self.go_to_compared(),
        }
    }

    /// Goes to the node of the row under the cursor: down to the screen that shows its reference,
    /// or to a new one over the comparison.
    fn go_to_compared(&mut self) -> Vec<Effect> {
        let target = match self.screen() {
            Screen::Compare(view) => view.target(),
            _ => None,
        };
        let Some((session, node)) = target else {
            self.say(ToastKind::Warning, "this has no row in the tree");
            return Vec::new();
        };
        let shown = self.screens.iter().rposition(
            |screen| matches!(screen, Screen::Explorer(explorer) if explorer.session == session),
        );
        let mut effects = Vec::new();
        if let Some(at) = shown {
            for screen in self.screens.split_off(at + 1) {
                effects.extend(self.leave(screen));
            }
        } else if let Some(at) = self.kept.iter().position(|it| it.session == session) {
            let explorer = self.kept.remove(at);
            effects.extend(self.push(Screen::Explorer(Box::new(explorer))));
        }
        if let Some(explorer) = self.top_explorer() {
            explorer.tree.reveal(node);
            explorer.tree.settle();
            explorer.put_cursor(node);
            explorer.focus = Pane::Tree;
        }
        effects.extend(self.sweep());
        effects
    }

    /// Takes leave of a screen. An explorer that a mark or a comparison needs is kept.
    pub(in crate::tui::app::state) fn leave(&mut self, screen: Screen) -> Vec<Effect> {
        match screen {
            Screen::Explorer(explorer) if self.is_needed(explorer.session) => {
                self.kept.push(*explorer);
                Vec::new()
            }
            Screen::Compare(view) => {
                let files = view.files_session().map(|(session, _)| Effect::Close(session));
                files.into_iter().chain(self.sweep()).collect()
            }
            other => close(&other),
        }
    }

    /// Closes what was kept and is needed no more.
    pub(in crate::tui::app::state) fn sweep(&mut self) -> Vec<Effect> {
        let kept = std::mem::take(&mut self.kept);
        let (needed, done): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|explorer| self.is_needed(explorer.session));
        self.kept = needed;
        done.into_iter().map(|explorer| Effect::Close(explorer.session)).collect()
    }

    fn is_needed(&self, session: SessionId) -> bool {
        let compared = self
            .screens
            .iter()
            .any(|screen| matches!(screen, Screen::Compare(view) if view.needs(session)));
        compared || self.marked.as_ref().is_some_and(|marked| marked.session == session)
    }
}
