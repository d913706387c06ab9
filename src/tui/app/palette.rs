//! The palette: every action by its description, with its key, and whether it can be done now.

use super::detail::{Line, Tone};
use super::overlay::{Choosing, Menu, MenuItem};
use super::{Action, State};

impl State {
    /// The menu of all actions: those that can be done now, those of this view that cannot, with
    /// the reason, and those of other views. It is filtered by typing.
    pub(super) fn palette(&self) -> Menu {
        let contexts = self.contexts();
        let mut rows: Vec<(u8, Action, MenuItem)> = Action::ALL
            .iter()
            .filter(|info| info.action != Action::Palette)
            .map(|info| {
                let key = self.cx.keymap.label(info.action).unwrap_or_default();
                let note = Line::of(Tone::Strong, format!("{key:<5}"));
                let (group, note) = if !contexts.contains(&info.context) {
                    (2, note.with(Tone::Muted, format!("– in: {}", info.context.title())))
                } else if let Some(reason) = self.why_not(info.action) {
                    (1, note.with(Tone::Warning, format!("– {}", reason.words(&self.cx))))
                } else {
                    (0, note)
                };
                (group, info.action, MenuItem { note, ..MenuItem::new(info.description) })
            })
            .collect();
        rows.sort_by_key(|(group, ..)| *group);
        let (actions, items) = rows.into_iter().map(|(_, action, item)| (action, item)).unzip();
        let mut menu = Menu::new(Choosing::Action(actions), "what to do", items);
        menu.begin_filter();
        menu
    }

    /// Does what was chosen in the palette, or says which view it belongs to.
    pub(super) fn chosen_action(&mut self, action: Action) {
        match action.info() {
            Some(info) if !self.contexts().contains(&info.context) => {
                let words = format!("this belongs to another view: {}", info.context.title());
                self.cx.say(super::ToastKind::Warning, &words);
            }
            _ => self.act(action),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::harness::{Player, World};
    use crate::tui::app::{Overlay, Screen};

    fn opened() -> Player {
        Player::opened(
            World::index(&["linux/amd64", "linux/arm64"], false),
            "demo/app:1.0",
            100,
            30,
        )
    }

    fn shown(player: &Player) -> Vec<String> {
        player.menu().items.iter().map(|item| item.label.clone()).collect()
    }

    #[test]
    fn an_action_is_found_by_typing_and_done_by_enter() {
        let mut player = opened();
        player.keys(":");
        player.types("who gets what");
        assert!(shown(&player)[0].starts_with("show who gets what"), "{:?}", shown(&player));
        player.keys("enter");
        assert!(matches!(player.state.screen(), Screen::Matrix(_)));
    }

    #[test]
    fn what_cannot_be_done_says_why_and_comes_after_what_can() {
        let mut player = opened();
        player.keys(":");
        let notes: Vec<String> = player.menu().items.iter().map(|it| it.note.text()).collect();
        let first_refused = notes.iter().position(|it| it.contains('–')).unwrap();
        assert!(first_refused > 10, "{notes:?}");
        assert!(notes[first_refused..].iter().all(|it| it.contains('–')), "{notes:?}");
        player.types("press the button");
        assert!(player.menu().items[0].note.text().contains("– in: Push"));
        player.keys("enter");
        let toast = player.state.cx.toast.clone().unwrap();
        assert_eq!(toast.text, "this belongs to another view: Push");
    }

    #[test]
    fn escape_and_nothing_found_leave_all_as_it_was() {
        let mut player = opened();
        player.keys(":");
        player.types("zzzz");
        assert!(shown(&player).is_empty());
        player.keys("enter");
        assert!(matches!(player.state.cx.overlay, Some(Overlay::Menu(_))));
        player.keys("esc");
        assert!(player.state.cx.overlay.is_none());
        assert!(matches!(player.state.screen(), Screen::Explorer(_)));
    }

    /// A menu that is narrowed takes the line that is shown, not the one of that number.
    #[test]
    fn a_menu_is_narrowed_by_typing() {
        let mut player = opened();
        player.keys("j Y /");
        player.types("crane, by tag");
        assert_eq!(shown(&player)[0], "crane, by tag");
        player.keys("enter");
        let copied = player.log.iter().rev().find_map(|effect| match effect {
            crate::tui::app::Effect::Copy { text, .. } => Some(text.clone()),
            _ => None,
        });
        assert!(copied.unwrap().starts_with("crane pull --platform linux/amd64 "));
        player.keys("w h /");
        player.types("windows");
        player.keys("esc");
        assert!(matches!(player.state.cx.overlay, Some(Overlay::Menu(_))), "the filter ends first");
    }

    #[test]
    fn the_page_of_keys_is_searched() {
        let mut player = opened();
        player.keys("? /");
        player.types("copy");
        assert!(shown(&player).iter().take(3).all(|it| it.contains("cop")), "{:?}", shown(&player));
    }
}
