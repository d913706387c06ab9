//! Logging in to a registry that refused.

use std::time::Duration;

use super::Explorer;
use crate::oci::{Class, Host};
use crate::text::quote;
use crate::tui::app::cx::Cx;
use crate::tui::app::{Effect, Query, ShellLine};

impl Explorer {
    /// The registry that wants to know who asks, if that is why nothing was found.
    pub(super) fn refused_by(&self, cx: &Cx) -> Option<Host> {
        let open = cx.opened.get(self.id)?;
        let failure = open.tree.node(open.tree.root())?.load.failure()?;
        let refused = matches!(failure.class, Class::Unauthorised | Class::Forbidden);
        Some(open.location.reference().filter(|_| refused)?.repository.host.clone())
    }

    /// Has the terminal ask for a name and a password; then the tag is asked again.
    pub(super) fn log_in(&self, cx: &mut Cx) {
        let Some(host) = self.refused_by(cx) else { return };
        let line = format!("{} {}", cx.login, quote(host.as_str()));
        cx.effect(Effect::Run(ShellLine::plain(line)));
        // Answered once the terminal is platy's again.
        cx.ask(self.session, Query::Pause(Duration::ZERO));
    }
}

#[cfg(test)]
mod tests {
    use crate::harness::{Player, World};
    use crate::model::tree::Need;
    use crate::oci::{Class, Failure};
    use crate::tui::app::{Effect, Query, Reply};

    #[test]
    fn who_is_refused_may_log_in_and_is_asked_anew_afterwards() {
        let mut player = Player::new(World::index(&["linux/amd64"], false), 100, 24);
        player.open("localhost:5000/demo/app:1.0");
        let asked = player.asked().next().map(|(session, request, _)| (session, request));
        let failure = Failure::new(Class::Unauthorised, "demo/app:1.0", "it is for its owner");
        player.replies(asked.unwrap(), Err(failure));
        let picture = player.picture();
        assert!(picture.contains("I log in"), "{picture}");
        player.keys("I");
        let runs = player.log.iter().filter_map(|effect| match effect {
            Effect::Run(line) => Some(line.text.as_str()),
            _ => None,
        });
        assert_eq!(runs.collect::<Vec<_>>(), ["platy login localhost:5000"]);
        let paused = player.asked().find(|(.., it)| matches!(it, Query::Pause(_)));
        let at = paused.map(|(session, request, _)| (session, request)).unwrap();
        let roots = |player: &Player| player.count(|it| *it == Query::Fetch(Need::Root));
        let before = roots(&player);
        player.replies(at, Ok(Reply::Paused));
        player.answer_all();
        assert_eq!(roots(&player), before + 1);
        assert!(player.picture().contains("linux/amd64"), "{}", player.picture());
        // Who is let in has nothing to log in for.
        player.keys("I");
        let said = player.state.cx.toast.clone().unwrap().text;
        assert_eq!(said, "no registry refused this for want of a login");
    }
}
