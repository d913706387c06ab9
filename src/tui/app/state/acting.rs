//! What an action does, and why it cannot be done now.

use crate::tui::app::cx::ToastKind;
use crate::tui::app::going::Opening;
use crate::tui::app::overlay::{Choosing, Deed, Menu, Overlay};
use crate::tui::app::view::Reason;
use crate::tui::app::views::{Screen, taken_back};
use crate::tui::app::{Action, Context, Effect, ShellLine, State, help, list};

impl State {
    /// Why an action cannot be done now; `None` if it can.
    #[must_use]
    pub fn why_not(&self, action: Action) -> Option<Reason> {
        let view = self.screen().view();
        if let Some(reason) = view.blocked(action, &self.cx) {
            return Some(reason);
        }
        if let Some(blocked) = Screen::shown_by(action, view.points_at(), &self.cx) {
            return blocked;
        }
        if let Some(reason) = self.no_way(action).or_else(|| self.no_reference(action)) {
            return Some(reason);
        }
        let is_first = self.screens.len() == 1 && self.cx.overlay.is_none();
        if action == Action::Back && is_first { view.first_view(&self.cx) } else { None }
    }

    pub(in crate::tui::app) fn act(&mut self, action: Action) {
        match action {
            Action::Quit => return self.quit(),
            Action::Suspend => return self.cx.effect(Effect::Suspend),
            Action::Redraw => return self.cx.effect(Effect::Redraw),
            Action::Mouse => return self.toggle_mouse(),
            _ => {}
        }
        if self.cx.overlay.is_some() {
            return self.act_on_overlay(action);
        }
        if let Some(reason) = self.why_not(action) {
            let words = reason.words(&self.cx);
            return self.cx.say(ToastKind::Warning, &words);
        }
        let at = self.screen().view().points_at();
        match action {
            Action::Help => {
                let context = self.contexts().first().copied().unwrap_or(Context::Everywhere);
                let at = help::first_scroll(&self.cx.keymap, &self.cx.own, self.cx.size, context);
                self.cx.overlay = Some(Overlay::Help(at));
            }
            Action::Look => self.choose_look(),
            Action::Palette => self.cx.overlay = Some(Overlay::Menu(Box::new(self.palette()))),
            Action::Messages => {
                self.cx.overlay = Some(Overlay::Messages(usize::MAX));
            }
            Action::Requests => {
                self.cx.effect(Effect::TellRequests);
                self.cx.overlay = Some(Overlay::Requests(usize::MAX));
            }
            Action::Back => self.back(),
            Action::Earlier => self.pop(),
            Action::Later => self.later(),
            Action::Open => self.list_open(),
            Action::Bookmark => self.bookmark(),
            Action::Live => self.toggle_live(),
            _ if Screen::shown_by(action, at, &self.cx).is_some() => {
                self.push(&Opening::By(action, at));
            }
            _ => {
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().act(action, &mut self.cx);
                }
            }
        }
    }

    pub(super) fn act_on_overlay(&mut self, action: Action) {
        let before = self.look_before();
        self.act_on_top(action);
        if before.is_some() && action != Action::MenuChoose {
            self.preview_look(before);
        }
    }

    fn act_on_top(&mut self, action: Action) {
        if let (Some(Overlay::Help(_)), Action::MenuFilter | Action::Palette) =
            (&self.cx.overlay, action)
        {
            // Every action of the page can be found, and done.
            self.cx.overlay = None;
            return self.act(Action::Palette);
        }
        let lines = match self.cx.overlay {
            Some(Overlay::Messages(_)) => {
                self.message_lines(usize::from(self.cx.size.0.saturating_sub(6))).len()
            }
            Some(Overlay::Requests(_)) => {
                // Beside the head over them.
                1 + self.request_lines(usize::from(self.areas().body.width.saturating_sub(2))).len()
            }
            _ => 0,
        };
        let height = usize::from(self.areas().body.height);
        let cx = &mut self.cx;
        let page = usize::from(cx.size.1.saturating_sub(6).max(1));
        match (&mut cx.overlay, action) {
            (_, Action::Back)
            | (Some(Overlay::Help(_)), Action::Help)
            | (Some(Overlay::Messages(_)), Action::Messages)
            | (Some(Overlay::Requests(_)), Action::Requests) => cx.overlay = None,
            (Some(Overlay::Messages(scroll) | Overlay::Requests(scroll)), movement) => {
                let last = lines.saturating_sub(height);
                *scroll = list::target(movement, (*scroll).min(last), last + 1, page);
            }
            (Some(Overlay::Help(scroll)), movement) => {
                let last = help::last_scroll(&cx.keymap, &cx.own, cx.size);
                *scroll = list::target(movement, *scroll, last + 1, page);
            }
            // Nothing is taken of a menu in which nothing was found.
            (Some(Overlay::Menu(menu)), Action::MenuChoose) if menu.items.is_empty() => {}
            (Some(Overlay::Menu(_)), Action::MenuChoose) => self.choose(),
            (Some(Overlay::Menu(menu)), Action::MenuYes | Action::MenuNo) => {
                if menu.answer(action == Action::MenuYes) {
                    self.choose();
                } else {
                    let text = "this is not answered by yes or no";
                    cx.say(ToastKind::Warning, text);
                }
            }
            (Some(Overlay::Menu(menu)), Action::MenuFilter) => menu.begin_filter(),
            (Some(Overlay::Menu(menu)), Action::MenuToggle) => {
                if !menu.toggle() {
                    let text = "lines are marked if several can be taken";
                    cx.say(ToastKind::Warning, text);
                }
            }
            (Some(Overlay::Menu(menu)), Action::MenuNext) => menu.turn(true),
            (Some(Overlay::Menu(menu)), Action::MenuPrevious) => menu.turn(false),
            (Some(Overlay::Menu(menu)), movement) => menu.go(movement),
            (None, _) => {}
        }
    }

    /// Takes the line of the menu that the cursor is on.
    fn choose(&mut self) {
        if let Some(Overlay::Menu(menu)) = self.cx.overlay.take() {
            self.chosen(menu.whole());
        }
    }

    /// A line of a menu was taken.
    fn chosen(&mut self, menu: Menu) {
        if let Choosing::Action(actions) = &menu.what {
            if let Some(action) = actions.get(menu.cursor) {
                match *action {
                    Deed::Action(action) => self.chosen_action(action),
                    Deed::Own(number) => self.run_own(number),
                }
            }
            return;
        }
        let cx = &mut self.cx;
        if let Some(copied) = menu.copied() {
            return cx.copy(copied);
        }
        match menu.what {
            Choosing::Look(_) => return self.chosen_look(menu.cursor),
            Choosing::Open => return self.chosen_open(menu.cursor),
            _ => {}
        }
        let cx = &mut self.cx;
        match (menu.what, menu.cursor) {
            (Choosing::Undo(undo), 1) => taken_back(undo, cx),
            (Choosing::Discard(draft), 1) => {
                cx.say(ToastKind::Done, "the draft is discarded");
                cx.discard(&draft);
            }
            (Choosing::Undo(_) | Choosing::Discard(_), _) => {}
            (what, _) => {
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().chosen(Menu { what, ..menu }, cx);
                }
            }
        }
    }

    /// What a command of the user's own comes to here; `None` if there is no such command.
    pub(in crate::tui::app) fn own_line(&self, number: usize) -> Option<Result<ShellLine, String>> {
        let view = self.screen().view();
        Some(self.cx.own.get(number)?.filled(|name| view.own_value(name, &self.cx)))
    }

    /// Runs a command of the user's own, or says why it cannot be run here.
    pub(super) fn run_own(&mut self, number: usize) {
        match self.own_line(number) {
            Some(Ok(line)) => self.cx.effect(Effect::Run(line)),
            Some(Err(why)) => {
                let name = self.cx.own.get(number).map_or("", |own| &own.name);
                let words = format!("{name}: {why}");
                self.cx.say(ToastKind::Warning, &words);
            }
            None => {}
        }
    }

    fn toggle_mouse(&mut self) {
        let cx = &mut self.cx;
        cx.mouse = !cx.mouse;
        let text = if cx.mouse {
            "the mouse is platy's again".to_owned()
        } else {
            let key = cx.key(Action::Mouse);
            format!("the mouse is the terminal's: select as you like; {key} takes it back")
        };
        cx.say(ToastKind::Done, &text);
        cx.effect(Effect::Mouse(cx.mouse));
    }
}
