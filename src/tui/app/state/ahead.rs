//! Back to screens that were left, and the list of all that are open.

use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::menu_item::MenuItem;
use crate::tui::app::overlay::{Choosing, Menu, Overlay};
use crate::tui::app::view::Reason;
use crate::tui::app::views::Screen;
use crate::tui::app::{Action, Context, State};

/// The most screens that can be come back to; the one left first goes first.
const MAX_AHEAD: usize = 16;
/// How much of what a screen shows is read for its line, in cells.
const SHOWN: usize = 200;

impl State {
    /// Takes the view on top off. It is kept as it is, to be come back to; what it waits for rests.
    pub(super) fn pop(&mut self) {
        if let Some(mut screen) = self.screens.pop() {
            self.waiting = None;
            if screen.view().can_return() {
                screen.view_mut().refresh(false, &mut self.cx);
                self.ahead.push(screen);
                if self.ahead.len() > MAX_AHEAD {
                    let oldest = self.ahead.remove(0);
                    self.left(&oldest);
                }
            } else {
                self.left(&screen);
            }
        }
        self.sweep();
    }

    /// What kind of screen it is, and what it shows.
    fn words_of(&self, screen: &Screen) -> (&'static str, String) {
        let kind = screen.view().contexts().first().map_or("", |context| match context {
            // It has no keys of its own.
            Context::Everywhere => "Start page",
            context => context.title(),
        });
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
            Action::Later if self.ahead.is_empty() => Some(Reason::new("no screen was left since")),
            _ => None,
        }
    }

    /// To the screen that was left last.
    pub(super) fn later(&mut self) {
        if let Some(screen) = self.ahead.pop() {
            self.put(screen);
        }
    }

    /// The screens of the menu: those that are open, and then those that were left.
    fn screens_of_menu(&self) -> Vec<(&'static str, String)> {
        let all = self.screens.iter().chain(self.ahead.iter().rev());
        all.map(|screen| self.words_of(screen)).collect()
    }

    /// The bookmarks that no screen of the menu shows.
    fn bookmarks_beside(&self) -> Vec<String> {
        let listed = self.screens_of_menu();
        let is_beside = |it: &&String| listed.iter().all(|(_, title)| title != *it);
        self.cx.bookmarks.iter().filter(is_beside).cloned().collect()
    }

    /// Opens the menu of all views that are open or can be come back to, and of the bookmarks.
    pub(super) fn list_open(&mut self) {
        let kept = self.bookmarks_beside();
        let kept = kept.iter().map(|reference| ("bookmark".to_owned(), reference.clone()));
        let screens = self.screens_of_menu().into_iter().map(|(name, title)| {
            let is_kept = self.cx.bookmarks.contains(&title);
            (format!("{name}{}", if is_kept { " · bookmark" } else { "" }), title)
        });
        let items = screens.chain(kept).map(|(note, title)| MenuItem {
            note: Line::of(Tone::Muted, note),
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
            let kept = self.bookmarks_beside();
            return kept.get(at).into_iter().for_each(|it| self.open_bookmark(it));
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
    use crate::tui::app::{Effect, Query};

    fn titles(player: &Player) -> Vec<String> {
        let title = |it: &crate::tui::app::Screen| it.view().title(&player.state.cx, 100).title;
        player.state.screens().iter().map(title).collect()
    }

    fn has_question(player: &Player, at: usize) -> bool {
        let is = |it: &Effect| matches!(it, Effect::Ask { question: Query::Layer { .. }, .. });
        player.log[at..].iter().any(is)
    }

    /// Every kind of screen that shows something, as it was left: with what was open in it.
    #[test]
    fn every_screen_is_there_again_as_it_was() {
        let world = World::index(&["linux/amd64", "linux/arm64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        for keys in ["w", "W", "t", "D", "e", "g j f", "g j m j ="] {
            let before = player.state.depth();
            player.keys(keys);
            player.answer_all();
            assert_eq!(player.state.depth(), before + 1, "{keys}: {}", player.screen());
            player.keys("j");
            player.answer_all();
            player.state.cx.toast = None;
            let seen = player.screen();
            player.keys("alt-left");
            assert_eq!(player.state.depth(), before, "{keys}");
            let asked = player.log.len();
            player.keys("alt-right");
            player.answer_all();
            assert_eq!(player.screen(), seen, "{keys}");
            let is_ask = |it: &&Effect| matches!(it, Effect::Ask { .. });
            assert_eq!(player.log[asked..].iter().find(is_ask), None, "{keys}");
            player.keys("esc");
        }
    }

    #[test]
    fn what_a_screen_waits_for_is_stopped_when_it_is_left_and_asked_again_on_the_way_back() {
        let world = World::index(&["linux/amd64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        player.keys("j f");
        assert!(has_question(&player, 0), "{:?}", player.log);
        let left = player.log.len();
        player.keys("alt-left");
        let stopped = player.log[left..].iter().filter(|it| matches!(it, Effect::Stop { .. }));
        assert!(stopped.count() > 0);
        assert!(!player.log[left..].iter().any(|it| matches!(it, Effect::Ask { .. })));
        // What comes after all is dropped.
        let screen = player.screen();
        player.answer_all();
        assert_eq!(player.screen(), screen);
        let back = player.log.len();
        player.keys("alt-right");
        assert!(has_question(&player, back));
        player.answer_all();
        assert!(!player.state.is_busy(), "{}", player.screen());
        // Another way: nothing is kept of it.
        player.keys("alt-left w");
        let closes = |it: &&Effect| matches!(it, Effect::Close(_));
        assert_eq!(player.log.iter().filter(closes).count(), 1);
    }

    #[test]
    fn a_node_that_is_gone_to_leaves_the_way_back_to_where_it_was_named() {
        let world = World::index(&["linux/amd64", "linux/arm64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        player.keys("w");
        player.answer_all();
        let named = player.screen();
        player.keys("enter");
        assert_eq!(player.state.depth(), 1, "{}", player.screen());
        player.keys("alt-right");
        player.answer_all();
        assert_eq!((player.state.depth(), player.screen()), (2, named));
    }

    #[test]
    fn the_start_page_leads_on_to_what_was_left() {
        let mut player = Player::new(World::index(&["linux/amd64"], false), 100, 30);
        player.types("demo/app:1.0");
        player.keys("enter");
        player.answer_all();
        player.keys("alt-left");
        assert_eq!(player.state.depth(), 1);
        player.keys("alt-right");
        assert_eq!(player.shown().location.familiar(), "demo/app:1.0");
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
        assert!(said.starts_with("no screen was left"), "{said}");
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
