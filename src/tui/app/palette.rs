//! The palette: every action with its key and description, and whether it can be done now.

use super::detail::{Line, Tone};
use super::menu_item::MenuItem;
use super::overlay::{Choosing, Deed, Menu};
use super::{Action, State};
use crate::text::escape;

impl State {
    /// The menu of all actions: those that can be done now, those of this view that cannot, with
    /// the reason, and those of other views. It is filtered by typing.
    pub(super) fn palette(&self) -> Menu {
        let contexts = self.contexts();
        let mut rows: Vec<(Deed, MenuItem)> = Action::ALL
            .iter()
            .filter(|info| info.action != Action::Palette)
            .map(|info| {
                let (group, why_not) = if !contexts.contains(&info.context) {
                    (2, Some((Tone::Muted, format!("in {}", info.context.title()))))
                } else if let Some(reason) = self.why_not(info.action) {
                    (1, Some((Tone::Warning, reason.words(&self.cx))))
                } else {
                    (0, None)
                };
                // Why it cannot be done comes first: the line may be longer than the screen.
                let note = match why_not {
                    Some((tone, words)) => Line::of(tone, format!("– {words}"))
                        .with(Tone::Muted, format!(" · {}", info.description)),
                    None => Line::of(Tone::Text, info.description.to_owned()),
                };
                let key = self.cx.keymap.label(info.action).unwrap_or_default();
                let item = MenuItem::new(&format!("{key:<5}"));
                (Deed::Action(info.action), MenuItem { note, words: info.name, group, ..item })
            })
            .chain(self.own_rows())
            .collect();
        rows.sort_by_key(|(_, item)| item.group);
        let (actions, items) = rows.into_iter().unzip();
        let mut menu = Menu::new(Choosing::Action(actions), "what to do", items);
        menu.begin_filter();
        menu
    }

    /// The commands of the user's own.
    fn own_rows(&self) -> impl Iterator<Item = (Deed, MenuItem)> {
        self.cx.own.iter().enumerate().map(|(number, own)| {
            let name = escape(&own.name);
            let (group, note) = match self.own_line(number) {
                Some(Err(why)) => (1, Line::of(Tone::Warning, format!("– {why}"))),
                _ => (0, Line::default()),
            };
            let note = note.with(
                if group == 0 { Tone::Text } else { Tone::Muted },
                match group {
                    0 => name.into_owned(),
                    _ => format!(" · {name}"),
                },
            );
            let item = MenuItem::new(&format!("{:<5}", self.cx.keymap.shown(own.key)));
            (Deed::Own(number), MenuItem { note, group, ..item })
        })
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
        let items = &player.menu().items;
        items.iter().map(|item| format!("{}{}", item.label, item.note.text())).collect()
    }

    #[test]
    fn an_action_is_found_by_typing_and_done_by_enter() {
        let mut player = opened();
        player.keys(":");
        player.types("who gets what");
        assert!(shown(&player)[0].contains("show who gets what"), "{:?}", shown(&player));
        player.keys("enter");
        assert!(matches!(player.state.screen(), Screen::Matrix(_)));
    }

    #[test]
    fn an_action_is_found_by_its_name_and_before_what_cannot_be_done() {
        let mut player = opened();
        player.keys(":");
        player.types("evidence");
        assert!(shown(&player)[0].contains("show which signatures"), "{:?}", shown(&player));
        let mut player = opened();
        player.keys(":");
        player.types("copy");
        let groups: Vec<u8> = player.menu().items.iter().map(|item| item.group).collect();
        assert!(groups.is_sorted() && groups[0] == 0 && groups.contains(&2), "{groups:?}");
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
        assert!(player.menu().items[0].note.text().contains("– in Push"));
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
        assert_eq!(player.menu().items[0].label, "crane, by tag");
        player.keys("enter");
        let copied = player.copied().last().unwrap();
        assert!(copied.text.starts_with("crane pull --platform linux/amd64 "));
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
