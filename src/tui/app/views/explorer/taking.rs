//! Taking the bytes under the cursor out: to a file, to a pager.

use bytes::Bytes;
use tui_input::InputRequest;

use super::Explorer;
use crate::model::session::Session;
use crate::model::tree::What;
use crate::oci::{Digest, Failure, Location, keys};
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::Blob;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::saving::{SaveLine, harmless_name};
use crate::tui::app::view::{Prompt, Reason};
use crate::tui::app::{Action, Effect, Key, Query, Reply, RequestId};

/// What is being saved.
#[derive(Debug, Clone)]
pub enum Saved {
    /// The exact bytes that were under the cursor.
    Bytes(Bytes),
    /// All that is loaded.
    Session,
}

impl Explorer {
    /// The exact bytes under the cursor.
    pub(super) fn bytes(&self, open: &OpenedRef) -> Result<Bytes, Reason> {
        let Some(node) = open.tree.node(self.cursor) else {
            return Err(Reason::new("there is nothing here"));
        };
        if let Some(descriptor) = open.tree.blob_of(self.cursor) {
            return match self.blob(descriptor) {
                Some(Blob::Ready { bytes, .. }) => Ok(bytes.clone()),
                Some(Blob::Failed(failure)) => Err(Reason::new(failure.detail.clone())),
                Some(Blob::Loading) => Err(Reason::new("it is being read")),
                None => Err(Reason::new("it is not read yet").at(Action::Raw)),
            };
        }
        match &node.what {
            What::Manifest { document: Some(document), .. } => Ok(document.bytes.clone()),
            What::Config { document: Some(document), .. } => Ok(document.bytes.clone()),
            What::Odd { raw, .. } => Ok(raw.clone().into()),
            What::Layer { .. } => Err(Reason::new("a layer is an archive; its files can be saved")
                .then(Action::Files, "shows them")),
            What::Referrers { .. } => Err(Reason::new("a list, with no bytes of its own")),
            What::Manifest { .. } | What::Config { .. } => Err(Reason::new("it is not loaded")),
        }
    }

    /// Asks where the bytes under the cursor are to be saved.
    pub(super) fn ask_where(&mut self, open: &OpenedRef) {
        let Ok(bytes) = self.bytes(open) else { return };
        let descriptor = open.tree.blob_of(self.cursor);
        let title = descriptor.and_then(|it| it.annotations.get(keys::TITLE));
        let name = suggested(title.map(String::as_str), &bytes);
        self.saving = Some(SaveLine::new(Saved::Bytes(bytes), name));
    }

    /// Asks where what is loaded is to be kept.
    pub(super) fn ask_where_to_keep(&mut self, cx: &Cx) {
        let Some(open) = cx.opened.get(self.id) else { return };
        self.saving = Some(SaveLine::new(Saved::Session, session_name(&open.location)));
    }

    pub(super) fn saving_prompt(&self) -> Option<Prompt<'_>> {
        let saving = self.saving.as_ref()?;
        Some(match saving.what() {
            Saved::Bytes(_) => saving.prompt("save to: ", "a path on this machine"),
            Saved::Session => saving.prompt("keep the session in: ", "no credentials are in it"),
        })
    }

    /// A key of the line in which the path is typed.
    pub(super) fn saving_typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) {
        let at = (self.session, &mut *cx);
        if let Some(to) = SaveLine::typed(&mut self.saving, (key, request), at) {
            self.save(to, false, cx);
        }
    }

    /// Asks to save to a path what is to be saved.
    pub(super) fn save(&mut self, to: String, overwrite: bool, cx: &mut Cx) {
        let Some(saving) = &mut self.saving else { return };
        let question = match saving.what() {
            Saved::Bytes(bytes) => Some(Query::SaveBytes { bytes: bytes.clone(), to, overwrite }),
            Saved::Session => cx.opened.get(self.id).and_then(|open| {
                let session = Box::new(Session::of(&open.tree, &open.location)?);
                Some(Query::SaveSession { session, to, overwrite })
            }),
        };
        if let Some(question) = question {
            saving.asked(cx.ask(self.session, question));
        }
    }

    /// Takes how the saving went, unless it was ended before.
    pub(super) fn saved(
        &mut self,
        request: RequestId,
        to: &str,
        result: Result<Reply, Failure>,
        cx: &mut Cx,
    ) {
        SaveLine::saved(&mut self.saving, request, (to, result), cx, |what| match what {
            Saved::Bytes(_) => String::new(),
            Saved::Session => ", which platy opens offline".to_owned(),
        });
    }

    /// Gives the text of the detail pane to the pager.
    pub(super) fn page(&self, cx: &mut Cx) {
        cx.effect(Effect::Page(Box::new(self.sheet.content().clone())));
    }
}

/// A name to save bytes under: the title that somebody gave them, without what a shell or a terminal
/// would stumble over, or their digest.
fn suggested(title: Option<&str>, bytes: &Bytes) -> String {
    let title = title.and_then(|title| title.rsplit('/').next()).unwrap_or_default();
    if let Some(name) = harmless_name(title) {
        return name;
    }
    let start = bytes.trim_ascii_start().first();
    let end = match start {
        Some(b'{' | b'[' | b'"') => "json",
        Some(b'<') => "xml",
        _ if std::str::from_utf8(bytes).is_ok() => "txt",
        _ => "bin",
    };
    format!("{}.{end}", Digest::sha256(bytes).short())
}

/// `./app-1.0.platy`
fn session_name(location: &Location) -> String {
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
    use super::*;
    use crate::harness::{Player, World};
    use crate::tui::app::SessionId;

    #[test]
    fn names_are_harmless() {
        let bytes = Bytes::from_static(b" {}");
        let short = Digest::sha256(&bytes).short().to_owned();
        for (title, name) in [
            (Some("sbom.json"), "sbom.json".to_owned()),
            (Some("../../etc/passwd"), "passwd".to_owned()),
            (Some("a\u{1b}b"), "a_b".to_owned()),
            (Some(".."), format!("{short}.json")),
            (Some("a/"), format!("{short}.json")),
            (None, format!("{short}.json")),
        ] {
            assert_eq!(suggested(title, &bytes), name, "{title:?}");
        }
        assert!(suggested(None, &Bytes::from_static(b"<bom/>")).ends_with(".xml"));
        assert!(suggested(None, &Bytes::from_static(b"text")).ends_with(".txt"));
        assert!(suggested(None, &Bytes::from_static(b"\xff")).ends_with(".bin"));
    }

    fn last(player: &Player) -> ((SessionId, RequestId), Query) {
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
        // A file that is there is written over only if that is chosen.
        player.replies(last(&player).0, Ok(Reply::Exists));
        assert_eq!(player.menu().facts, ["./app-1.0.platy exists already"]);
        player.keys("down enter");
        let Query::SaveSession { overwrite, .. } = last(&player).1 else { panic!() };
        assert!(overwrite);
        player.replies(last(&player).0, Ok(Reply::Saved(20_480)));
        let said = player.state.cx.toast.clone().unwrap().text;
        assert_eq!(said, "saved 20 kB to ./app-1.0.platy, which platy opens offline");
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
