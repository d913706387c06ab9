//! The menu of themes.

use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::menu_item::MenuItem;
use crate::tui::app::overlay::{Choosing, Menu, Overlay};
use crate::tui::app::{Look, State, ToastKind};

impl State {
    /// Opens the menu of themes.
    pub(super) fn choose_look(&mut self) {
        let items = Look::ALL.iter().map(|look| {
            let note = Line::of(Tone::Muted, look.title().to_owned());
            MenuItem { note, ..MenuItem::new(look.name()) }
        });
        let before = self.cx.look;
        let current = Look::ALL.iter().position(|look| *look == before).unwrap_or_default();
        let menu = Menu::new(Choosing::Look(before), "the theme", items.collect()).at(current);
        self.cx.overlay = Some(Overlay::Menu(Box::new(menu)));
    }

    /// The screen has the look of the line under the cursor while the menu is open, and the one
    /// that it had before once that was left.
    pub(super) fn preview_look(&mut self, before: Option<Look>) {
        match &self.cx.overlay {
            Some(Overlay::Menu(menu)) if matches!(menu.what, Choosing::Look(_)) => {
                let label = menu.items.get(menu.cursor).map(|item| item.label.as_str());
                let look = Look::ALL.into_iter().find(|look| Some(look.name()) == label);
                self.cx.look = look.unwrap_or(self.cx.look);
            }
            _ => self.cx.look = before.unwrap_or(self.cx.look),
        }
    }

    /// The look from before the menu of themes, if that is open.
    pub(super) fn look_before(&self) -> Option<Look> {
        match &self.cx.overlay {
            Some(Overlay::Menu(menu)) => match menu.what {
                Choosing::Look(before) => Some(before),
                _ => None,
            },
            _ => None,
        }
    }

    /// A theme was chosen.
    pub(super) fn chosen_look(&mut self, line: usize) {
        if let Some(look) = Look::ALL.get(line) {
            self.cx.look = *look;
            let name = look.name();
            self.cx.say(
                ToastKind::Done,
                &format!("the theme is {name}; theme = \"{name}\" in config.toml keeps it"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Player, World};

    #[test]
    fn a_theme_is_shown_before_it_is_chosen_and_leaving_the_menu_changes_nothing() {
        let world = World::index(&["linux/amd64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        player.keys("alt-t j");
        assert_eq!(player.state.cx.look, Look::Dark);
        player.keys("j");
        assert_eq!(player.state.cx.look, Look::Light);
        player.keys("esc");
        assert_eq!(player.state.cx.look, Look::Terminal);
        assert!(player.state.cx.overlay.is_none());
        player.keys("alt-t / c o n t");
        assert_eq!(player.state.cx.look, Look::Contrast);
        player.keys("enter");
        assert_eq!(player.state.cx.look, Look::Contrast);
        assert!(
            player
                .state
                .cx
                .toast
                .clone()
                .unwrap()
                .text
                .contains("theme = \"contrast\" in config.toml")
        );
        // It is found by its name in the palette too, with the cursor on what holds.
        player.keys(":");
        player.types("choose the theme");
        player.keys("enter");
        assert_eq!(player.menu().cursor, 3);
        player.keys("esc");
        assert_eq!(player.state.cx.look, Look::Contrast);
    }
}
