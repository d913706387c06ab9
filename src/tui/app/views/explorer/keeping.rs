//! Keeping what is loaded in a file.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::Explorer;
use crate::model::session::Session;
use crate::oci::{Failure, Location};
use crate::text::bytes;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::view::Prompt;
use crate::tui::app::{Key, Query, Reply, RequestId};

/// Where it is to be kept, while that is typed and until it is there.
#[derive(Debug, Clone)]
pub(super) struct Keeping {
    pub(super) input: Input,
    under_way: Option<RequestId>,
    /// There is a file of this name already; the next Enter on the same name writes over it.
    exists: Option<String>,
}

impl Explorer {
    /// Asks where what is loaded is to be kept.
    pub(super) fn ask_where_to_keep(&mut self, cx: &Cx) {
        let Some(open) = cx.opened.get(self.id) else { return };
        let input = Input::new(suggested(&open.location));
        self.keeping = Some(Keeping { input, under_way: None, exists: None });
    }

    pub(super) fn keeping_prompt(&self) -> Option<Prompt<'_>> {
        let keeping = self.keeping.as_ref()?;
        let words = "all that is loaded, and no credentials; `platy FILE` opens it offline";
        let label = "keep the session in: ";
        Some(Prompt { label, input: &keeping.input, words: words.into(), tells_problems: true })
    }

    /// A key of that line; `false` if there is none.
    pub(super) fn keeping_typed(
        &mut self,
        key: Key,
        request: Option<InputRequest>,
        cx: &mut Cx,
    ) -> bool {
        let Some(keeping) = &mut self.keeping else { return false };
        match (key.code, request) {
            (KeyCode::Esc, _) => {
                if let Some(request) = self.keeping.take().and_then(|keeping| keeping.under_way) {
                    cx.stop(self.session, request);
                }
            }
            // Its name is given already.
            _ if keeping.under_way.is_some() => {}
            (KeyCode::Enter, _) if keeping.input.value().trim().is_empty() => self.keeping = None,
            (KeyCode::Enter, _) => {
                let to = keeping.input.value().trim().to_owned();
                let overwrite = keeping.exists.as_ref() == Some(&to);
                let open = cx.opened.get(self.id);
                let Some(session) = open.and_then(|it| Session::of(&it.tree, &it.location)) else {
                    return true;
                };
                let question = Query::SaveSession { session: Box::new(session), to, overwrite };
                keeping.under_way = Some(cx.ask(self.session, question));
            }
            (_, Some(request)) => {
                keeping.input.handle(request);
                keeping.exists = None;
            }
            _ => {}
        }
        true
    }

    /// Takes how it went, unless it was ended before.
    pub(super) fn kept(
        &mut self,
        request: RequestId,
        to: &str,
        result: Result<Reply, Failure>,
        cx: &mut Cx,
    ) {
        let keeping = self.keeping.as_mut().filter(|it| it.under_way == Some(request));
        let Some(keeping) = keeping else { return };
        keeping.under_way = None;
        match result {
            Ok(Reply::Saved(size)) => {
                self.keeping = None;
                let text = format!("kept {} in {to}; `platy {to}` opens it offline", bytes(size));
                cx.say(ToastKind::Done, &text);
            }
            Ok(_) => {
                keeping.exists = Some(to.to_owned());
                let said = format!("{to} exists already; enter again writes over it");
                cx.say(ToastKind::Warning, &said);
            }
            // What was typed stays, to be put right.
            Err(failure) => cx.say(ToastKind::Error, &format!("not kept: {failure}")),
        }
    }
}

/// `./app-1.0.platy`
fn suggested(location: &Location) -> String {
    let reference = location.reference();
    let name = match reference {
        Some(reference) => {
            let path = &reference.repository.path;
            let last = path.rsplit('/').next().unwrap_or(path);
            let tag = reference.tag.as_deref().unwrap_or("session");
            format!("{last}-{tag}")
        }
        None => "session".to_owned(),
    };
    format!("./{name}.platy")
}

#[cfg(test)]
mod tests {
    use crate::harness::{Player, World};
    use crate::oci::Digest;
    use crate::tui::app::{Query, Reply};

    fn last(player: &Player) -> ((crate::tui::app::SessionId, crate::tui::app::RequestId), Query) {
        let wanted = |it: &Query| matches!(it, Query::SaveSession { .. });
        let (session, request, question) = player.asked().rfind(|it| wanted(it.2)).unwrap();
        ((session, request), question.clone())
    }

    #[test]
    fn every_document_that_was_loaded_is_kept_once() {
        let mut world = World::index(&["linux/amd64", "linux/arm64"], true);
        let root = world.root_digest();
        world.sign(&root);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 24);
        player.keys("alt-s");
        assert!(player.picture().contains("keep the session in: ./app-1.0.platy"));
        player.keys("enter");
        let Query::SaveSession { session, to, overwrite } = last(&player).1 else { panic!() };
        assert_eq!(
            (to.as_str(), overwrite, session.name.as_str()),
            ("./app-1.0.platy", false, "demo/app:1.0")
        );
        assert_eq!(session.root.digest, root);
        let mut digests: Vec<&Digest> = session.manifests.iter().map(|it| &it.digest).collect();
        digests.extend(session.configs.iter().map(|it| &it.digest));
        let all = digests.len();
        digests.sort_by_key(|it| it.as_str().to_owned());
        digests.dedup();
        assert_eq!(digests.len(), all);
        // The list, two images with a config each, an attestation for each.
        assert!(session.manifests.len() >= 5 && session.configs.len() >= 2, "{session:?}");
        // A file that is there is written over only by a second enter.
        player.replies(last(&player).0, Ok(Reply::Exists));
        assert!(player.state.cx.toast.clone().unwrap().text.contains("enter again writes over it"));
        player.keys("enter");
        let Query::SaveSession { overwrite, .. } = last(&player).1 else { panic!() };
        assert!(overwrite);
        player.replies(last(&player).0, Ok(Reply::Saved(20_480)));
        let said = player.state.cx.toast.clone().unwrap().text;
        assert_eq!(said, "kept 20 kB in ./app-1.0.platy; `platy ./app-1.0.platy` opens it offline");
    }

    #[test]
    fn nothing_that_was_loaded_cannot_be_kept() {
        let mut player = Player::new(World::index(&["linux/amd64"], false), 100, 24);
        player.open("demo/app:1.0");
        player.keys("alt-s");
        let said = player.state.cx.toast.clone().unwrap().text;
        assert_eq!(said, "nothing is loaded yet");
    }
}
