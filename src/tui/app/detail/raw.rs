//! The exact bytes.

use super::json::JsonText;
use super::{Content, Line, Subject, Tone};
use crate::model::tree::What;
use crate::oci::Manifest;
use crate::text::wrap;

pub(super) fn content(subject: &Subject<'_>, as_is: bool) -> Content {
    let Some(node) = subject.tree.node(subject.node) else { return Content::default() };
    let (bytes, valid) = match &node.what {
        What::Manifest { document: Some(document), .. } => {
            (document.bytes.clone(), document.manifest != Manifest::Unknown)
        }
        What::Config { document: Some(document), .. } => (document.bytes.clone(), true),
        What::Odd { raw, .. } => (raw.clone().into(), true),
        What::Layer { .. } | What::Config { .. }
            if subject.tree.blob_of(subject.node).is_some() =>
        {
            return super::blob::raw(subject.blob, subject.width, as_is);
        }
        What::Layer { .. } => return say(subject, "a layer is an archive, not a text"),
        What::Referrers { .. } => return say(subject, "a list, with no bytes of its own"),
        What::Manifest { .. } | What::Config { .. } => {
            return match node.load.failure() {
                Some(failure) => say(subject, &format!("nothing to show: {}", failure.detail)),
                None => say(subject, "not loaded yet"),
            };
        }
    };
    Content::Json(if as_is {
        JsonText::plain(&bytes, subject.width)
    } else {
        JsonText::pretty(&bytes, subject.width, valid)
    })
}

fn say(subject: &Subject<'_>, text: &str) -> Content {
    let lines = wrap(&crate::text::escape(text), subject.width);
    Content::Lines(lines.into_iter().map(|line| Line::of(Tone::Muted, line)).collect())
}
