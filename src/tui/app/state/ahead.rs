//! Back to screens that were left, and the list of all that are open.

use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::going::Left;
use crate::tui::app::overlay::{Choosing, Menu, MenuItem, Overlay};
use crate::tui::app::view::Reason;
use crate::tui::app::views::Screen;
use crate::tui::app::{Action, State};

/// The most screens that can be come back to; the one left first goes first.
const MAX_AHEAD: usize = 16;
/// How much of what a screen shows is read for its line, in cells.
const SHOWN: usize = 200;

impl State {
    /// Takes the view on top off.
    pub(super) fn pop(&mut self) {
        if let Some(screen) = self.screens.pop() {
            if let Some(opening) = screen.view().opening(&self.cx) {
                let (name, title) = self.words_of(&screen);
                self.ahead.push(Left { name, title, opening });
                let over = self.ahead.len().saturating_sub(MAX_AHEAD);
                self.ahead.drain(..over);
            }
            self.left(&screen);
            self.waiting = None;
        }
        self.sweep();
    }

    /// What kind of screen it is, and what it shows.
    fn words_of(&self, screen: &Screen) -> (&'static str, String) {
        let kind = screen.view().contexts().first().map_or("", |context| context.title());
        let kind = kind.split_once(':').map_or(kind, |(name, _)| name);
        let title = screen.view().title(&self.cx, SHOWN);
        (kind, if title.title.is_empty() { title.name.to_owned() } else { title.title })
    }

    /// Why the screen before, or the one that was left, cannot be gone to.
    pub(super) fn no_way(&self, action: Action) -> Option<Reason> {
        match action {
            Action::Earlier if self.screens.len() <= 1 => {
                Some(Reason::new("this is the first screen").then(Action::Quit, "quits"))
            }
            Action::Later if self.ahead.is_empty() => {
                Some(Reason::new("no reference and no list was left since"))
            }
            _ => None,
        }
    }

    /// To the screen that was left last.
    pub(super) fn later(&mut self) {
        if let Some(Left { opening, .. }) = self.ahead.pop() {
            let others = std::mem::take(&mut self.ahead);
            self.push(&opening);
            self.ahead = others;
        }
    }

    /// Opens the menu of all views that are open or can be come back to, and of the bookmarks.
    pub(super) fn list_open(&mut self) {
        let open = self.screens.iter().map(|screen| self.words_of(screen));
        let left = self.ahead.iter().rev().map(|left| (left.name, left.title.clone()));
        let kept = self.cx.bookmarks.iter().map(|reference| ("bookmark", reference.clone()));
        let items = open.chain(left).chain(kept).map(|(name, title)| MenuItem {
            note: Line::of(Tone::Muted, name.to_owned()),
            ..MenuItem::new(&title)
        });
        let items = items.collect();
        let top = self.screens.len().saturating_sub(1);
        let menu = Menu::new(Choosing::Open, "which screen", items).at(top);
        self.cx.overlay = Some(Overlay::Menu(Box::new(menu)));
    }

    /// To a screen of the menu: down to one that is open, on to one that was left, or to what a
    /// bookmark leads to.
    pub(super) fn chosen_open(&mut self, line: usize) {
        let screens = self.screens.len() + self.ahead.len();
        if let Some(at) = line.checked_sub(screens) {
            return self.open_bookmark(at);
        }
        let above = self.screens.len().saturating_sub(line + 1);
        for _ in 0..above {
            self.pop();
        }
        let on = (line + 1).saturating_sub(self.screens.len());
        for _ in 0..on {
            self.later();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::harness::{Player, World};

    fn titles(player: &Player) -> Vec<String> {
        let title = |it: &crate::tui::app::Screen| it.view().title(&player.state.cx, 100).title;
        player.state.screens().iter().map(title).collect()
    }

    fn with_two() -> Player {
        let world = World::index(&["linux/amd64", "linux/arm64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        player.keys("o");
        player.types("demo/app:1.0@");
        player.keys("esc t");
        player.answer_all();
        player
    }

    #[test]
    fn what_was_left_is_there_again_until_another_way_is_taken() {
        let mut player = with_two();
        let deep = titles(&player);
        assert_eq!(deep.len(), 2, "{deep:?}");
        player.keys("alt-left");
        assert_eq!(titles(&player), deep[..1]);
        player.keys("alt-left");
        let said = player.state.cx.toast.clone().unwrap().text;
        assert_eq!(said, "this is the first screen; q quits");
        player.keys("alt-right");
        player.answer_all();
        assert_eq!(titles(&player), deep);
        player.keys("esc alt-right");
        assert_eq!(titles(&player), deep);
        // Another way: what was left is left.
        player.keys("alt-left W alt-right");
        let said = player.state.cx.toast.clone().unwrap().text;
        assert!(said.starts_with("no reference and no list was left"), "{said}");
    }

    #[test]
    fn the_list_of_open_screens_leads_to_each() {
        let mut player = with_two();
        let deep = titles(&player);
        player.keys("T");
        let lines: Vec<_> = player.menu().items.iter().map(|it| it.label.clone()).collect();
        assert_eq!((lines, player.menu().cursor), (deep.clone(), 1));
        let kinds: Vec<_> = player.menu().items.iter().map(|it| it.note.text()).collect();
        assert_eq!(kinds, ["Explorer", "Tags and repositories"]);
        player.keys("g enter");
        assert_eq!(titles(&player), deep[..1]);
        // What was left stays in the list, behind what is open.
        player.keys("T");
        assert_eq!((player.menu().items.len(), player.menu().cursor), (2, 0));
        player.keys("G enter");
        assert_eq!(titles(&player), deep);
        player.keys("T g esc");
        assert_eq!(titles(&player), deep);
    }
}
