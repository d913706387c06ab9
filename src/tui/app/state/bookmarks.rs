//! Bookmarks: references that the user wants to come back to.

use crate::oci::Target;
use crate::tui::app::cx::ToastKind;
use crate::tui::app::going::{Listed, Opening};
use crate::tui::app::view::Reason;
use crate::tui::app::{Action, Effect, State};

impl State {
    /// Why nothing of the view on top can be kept, or asked about again.
    pub(super) fn no_reference(&self, action: Action) -> Option<Reason> {
        let view = self.screen().view();
        match action {
            Action::Bookmark if view.reference(&self.cx).is_none() => {
                Some(Reason::new("no reference is shown that could be come back to"))
            }
            Action::Live if self.cx.live.is_none() && !view.can_look_again(&self.cx) => {
                Some(Reason::new("only a tag that is open and a list of tags are asked again"))
            }
            _ => None,
        }
    }

    /// Keeps the reference that the view on top is about, or takes its bookmark away.
    pub(super) fn bookmark(&mut self) {
        let Some(reference) = self.screen().view().reference(&self.cx) else { return };
        let cx = &mut self.cx;
        let known = cx.bookmarks.len();
        cx.bookmarks.retain(|kept| *kept != reference);
        let keep = cx.bookmarks.len() == known;
        let text = if keep {
            cx.bookmarks.insert(0, reference.clone());
            let key = cx.key(Action::Open);
            format!("this is a bookmark now; the start page and {key} list it")
        } else {
            "this is not a bookmark any more".to_owned()
        };
        cx.say(ToastKind::Done, &text);
        cx.effect(Effect::Bookmark { reference, keep });
    }

    /// To what a bookmark leads to.
    pub(super) fn open_bookmark(&mut self, kept: &str) {
        match Target::parse(kept) {
            Ok(Target::Image(location)) => self.push(&Opening::Image(location)),
            Ok(Target::Repositories { host, prefix }) => {
                self.push(&Opening::Names(Listed::Repositories { host, prefix }));
            }
            Err(error) => self.cx.say(ToastKind::Error, &format!("{kept}: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Player, World};

    fn opened() -> Player {
        let world = World::index(&["linux/amd64", "linux/arm64"], false);
        Player::opened(world, "demo/app:1.0", 100, 30)
    }

    fn said(player: &Player) -> String {
        player.state.cx.toast.clone().unwrap().text
    }

    #[test]
    fn a_bookmark_is_kept_once_and_taken_away_by_the_same_key() {
        let mut player = opened();
        let name = player.state.screen().view().reference(&player.state.cx).unwrap();
        player.keys("*");
        assert_eq!(player.state.cx.bookmarks, std::slice::from_ref(&name));
        assert!(said(&player).contains("this is a bookmark now; the start page and T list it"));
        // Another view of the same reference has the same bookmark.
        player.keys("W *");
        assert!(player.state.cx.bookmarks.is_empty());
        let orders: Vec<(String, bool)> = player
            .log
            .iter()
            .filter_map(|effect| match effect {
                Effect::Bookmark { reference, keep } => Some((reference.clone(), *keep)),
                _ => None,
            })
            .collect();
        assert_eq!(orders, [(name.clone(), true), (name, false)]);
    }

    #[test]
    fn the_list_of_screens_has_the_bookmarks_and_opens_them() {
        let mut player = opened();
        player.state.cx.bookmarks = vec!["demo/other:2".to_owned(), "demo/app:1.0".to_owned()];
        player.keys("T");
        let notes: Vec<_> = player.menu().items.iter().map(|it| it.note.text()).collect();
        // What is open is listed once.
        assert_eq!(notes, ["Explorer · bookmark", "bookmark"]);
        player.keys("j enter");
        let top = player.state.screen().view().reference(&player.state.cx);
        assert_eq!((player.state.depth(), top.as_deref()), (2, Some("demo/other:2")));
    }

    #[test]
    fn what_has_no_reference_says_so() {
        let mut player = opened();
        player.keys("D *");
        assert_eq!(said(&player), "no reference is shown that could be come back to");
        assert!(player.state.cx.bookmarks.is_empty());
    }
}
