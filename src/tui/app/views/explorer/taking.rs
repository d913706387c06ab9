//! Taking the bytes under the cursor out: to a file, to a pager.

use bytes::Bytes;
use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::Explorer;
use crate::model::tree::What;
use crate::oci::{Digest, Failure, keys};
use crate::text::bytes as size;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::detail::Blob;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::view::Reason;
use crate::tui::app::{Action, Effect, Key, Query, Reply, RequestId};

/// Bytes that are being saved.
#[derive(Debug, Clone)]
pub struct SavingBytes {
    /// The path as typed.
    pub input: Input,
    bytes: Bytes,
    under_way: Option<RequestId>,
    /// A file of this name is there; the same again writes over it.
    exists: Option<String>,
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
        let input = Input::new(name);
        self.saving = Some(SavingBytes { input, bytes, under_way: None, exists: None });
    }

    /// A key of the line in which the path is typed.
    pub(super) fn saving_typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) {
        let Some(saving) = &mut self.saving else { return };
        match (key.code, request) {
            (KeyCode::Esc, _) => {
                if let Some(request) = self.saving.take().and_then(|saving| saving.under_way) {
                    cx.stop(self.session, request);
                }
            }
            _ if saving.under_way.is_some() => {}
            (KeyCode::Enter, _) if saving.input.value().trim().is_empty() => self.saving = None,
            (KeyCode::Enter, _) => {
                let to = saving.input.value().trim().to_owned();
                let overwrite = saving.exists.as_ref() == Some(&to);
                let question = Query::SaveBytes { bytes: saving.bytes.clone(), to, overwrite };
                saving.under_way = Some(cx.ask(self.session, question));
            }
            (_, Some(request)) => {
                saving.input.handle(request);
                saving.exists = None;
            }
            _ => {}
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
        let saving = self.saving.as_mut().filter(|it| it.under_way == Some(request));
        let Some(saving) = saving else { return };
        saving.under_way = None;
        match result {
            Ok(Reply::Saved(written)) => {
                self.saving = None;
                cx.say(ToastKind::Done, &format!("saved {} to {to}", size(written)));
            }
            Ok(_) => {
                saving.exists = Some(to.to_owned());
                let said = format!("{to} exists already; enter again writes over it");
                cx.say(ToastKind::Warning, &said);
            }
            // What was typed stays, to be put right.
            Err(failure) => cx.say(ToastKind::Error, &format!("not saved: {failure}")),
        }
    }

    /// Gives the text of the detail pane to the pager.
    pub(super) fn page(&self, cx: &mut Cx) {
        cx.effect(Effect::Page(Box::new(self.content.clone())));
    }
}

/// A name to save bytes under: the title that somebody gave them, without what a shell or a terminal
/// would stumble over, or their digest.
fn suggested(title: Option<&str>, bytes: &Bytes) -> String {
    let title = title.and_then(|title| title.rsplit('/').next()).unwrap_or_default();
    let title: String = title.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
    if !matches!(title.as_str(), "" | "." | "..") {
        return title;
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
