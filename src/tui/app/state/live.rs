//! Looking again and again at what tags hold.

use crate::tui::app::cx::ToastKind;
use crate::tui::app::{Action, Query, RequestId, State};

impl State {
    /// Begins to ask again and again, or ends it.
    pub(super) fn toggle_live(&mut self) {
        let cx = &mut self.cx;
        let text = match cx.live.take() {
            Some(pause) => {
                cx.stop(cx.session, pause);
                "the registry is not asked by itself any more".to_owned()
            }
            None => {
                cx.pause();
                let (seconds, key) = (cx.interval.as_secs(), cx.key(Action::Live));
                format!("tags are asked again every {seconds} s; {key} ends it")
            }
        };
        cx.say(ToastKind::Done, &text);
    }

    /// The pause is over: the view on top asks, and the next pause begins.
    pub(super) fn paused(&mut self, request: RequestId) {
        if self.cx.live != Some(request) {
            return;
        }
        if let Some(screen) = self.screens.last_mut() {
            screen.view_mut().look_again(&mut self.cx);
        }
        self.cx.pause();
    }
}

impl crate::tui::app::cx::Cx {
    /// Begins the pause before the registry is asked again.
    fn pause(&mut self) {
        self.live = Some(self.ask(self.session, Query::Pause(self.interval)));
    }
}

#[cfg(test)]
mod tests {
    use crate::harness::{Player, World};
    use crate::oci::Digest;
    use crate::tui::app::{Query, Reply, RequestId, SessionId};

    const PLATFORMS: [&str; 2] = ["linux/amd64", "linux/arm64"];

    fn pauses(player: &Player) -> Vec<(SessionId, RequestId)> {
        let asked = player.asked();
        asked
            .filter(|(.., question)| matches!(question, Query::Pause(_)))
            .map(|(session, request, _)| (session, request))
            .collect()
    }

    fn heads(player: &Player) -> usize {
        player.count(|it| matches!(it, Query::Head { .. }))
    }

    fn roots(player: &Player) -> usize {
        player.count(|it| matches!(it, Query::Fetch(crate::model::tree::Need::Root)))
    }

    /// Lets the pause that was begun last go by.
    fn waits(player: &mut Player) {
        let pause = *pauses(player).last().unwrap();
        player.replies(pause, Ok(Reply::Paused));
        player.answer_all();
    }

    fn header(player: &Player) -> String {
        player.picture().lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_tag_is_asked_for_its_digest_alone_until_that_is_another() {
        let world = World::index(&PLATFORMS, false);
        let digest = world.root_digest();
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        player.heads.insert("1.0".to_owned(), digest);
        player.keys("alt-r");
        assert!(header(&player).ends_with("every 30 s"), "{}", header(&player));
        waits(&mut player);
        waits(&mut player);
        assert_eq!((heads(&player), roots(&player)), (2, 1));
        // It moves: one more platform.
        player.world = World::index(&["linux/amd64", "linux/arm64", "linux/s390x"], false);
        player.heads.insert("1.0".to_owned(), player.world.root_digest());
        waits(&mut player);
        assert_eq!((heads(&player), roots(&player)), (3, 2));
        let picture = player.picture();
        assert!(picture.contains("the tag has moved: "), "{picture}");
        let row = |platform: &str| picture.lines().find(|line| line.contains(platform)).unwrap();
        assert!(row("linux/s390x").contains('+'), "{picture}");
        assert!(!row("linux/amd64").contains('+'), "{picture}");
        let before = pauses(&player).len();
        player.keys("alt-r");
        assert!(!header(&player).contains("every"), "{}", header(&player));
        player.answer_all();
        assert_eq!(pauses(&player).len(), before);
    }

    #[test]
    fn tags_that_moved_came_or_went_are_marked() {
        let mut player = Player::opened(World::index(&PLATFORMS, false), "demo/app:1.0", 100, 30);
        let all = ["latest", "1.0", "0.9"];
        player.pages = vec![all.map(str::to_owned).to_vec()];
        let digest = |text: &str| Digest::sha256(text.as_bytes());
        player.heads.extend(all.map(|tag| (tag.to_owned(), digest(tag))));
        player.keys("t");
        player.answer_all();
        player.keys("alt-r");
        let before = heads(&player);
        waits(&mut player);
        let pages = |player: &Player| player.count(|it| matches!(it, Query::Tags { .. }));
        assert_eq!((heads(&player) - before, pages(&player)), (3, 2));
        assert!(!player.picture().contains("was "), "{}", player.picture());
        player.heads.insert("latest".to_owned(), digest("1.1"));
        player.heads.insert("1.1".to_owned(), digest("1.1"));
        player.heads.remove("0.9");
        player.pages = vec![["latest", "1.0", "1.1"].map(str::to_owned).to_vec()];
        waits(&mut player);
        let picture = player.picture();
        let row = |name: &str| {
            let found = picture.lines().find(|line| line.trim_start().starts_with(name));
            found.unwrap_or_else(|| panic!("{name}: {picture}")).to_owned()
        };
        assert!(row("latest").contains(&format!("was {}", digest("latest").short())), "{picture}");
        assert!(row("1.1").contains("new"), "{picture}");
        assert!(row("0.9").contains("not in the registry"), "{picture}");
        assert!(!row("1.0").contains("was") && !row("1.0").contains("new"), "{picture}");
    }

    #[test]
    fn what_does_not_move_is_not_asked_again() {
        let mut player = Player::opened(World::index(&PLATFORMS, false), "demo/app:1.0", 100, 30);
        player.keys("W alt-r");
        let said = player.state.cx.toast.clone().unwrap().text;
        assert_eq!(said, "only a tag that is open and a list of tags are asked again");
        assert!(pauses(&player).is_empty());
        // Another view on top of one that is asked again is left alone.
        player.keys("esc alt-r W");
        let before = heads(&player);
        waits(&mut player);
        assert_eq!(heads(&player), before);
    }
}
