//! The exact bytes.

use bytes::Bytes;

use super::{Content, Line, LongText, Subject, Tone};
use crate::model::evidence::is_json;
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
        What::Layer { .. } => {
            let noun = subject.tree.noun(subject.node);
            return say(subject, &format!("a {noun} of this type is an archive, not a text"));
        }
        What::Referrers { .. } => return say(subject, "a list, with no bytes of its own"),
        What::Manifest { .. } | What::Config { .. } => {
            return match node.load.failure() {
                Some(failure) => say(subject, &format!("nothing to show: {}", failure.detail)),
                None => say(subject, "not loaded yet"),
            };
        }
    };
    if as_is {
        return Content::Text(Box::new(LongText::plain(bytes, subject.width)));
    }
    document(&bytes, subject.width, valid)
}

/// What is shown of a document; `valid` says that it was parsed before.
pub(super) fn document(bytes: &Bytes, width: usize, valid: bool) -> Content {
    Content::of_bytes(bytes.clone(), valid || is_json(bytes), width)
}

fn say(subject: &Subject<'_>, text: &str) -> Content {
    let lines = wrap(&crate::text::escape(text), subject.width);
    Content::Lines(lines.into_iter().map(|line| Line::of(Tone::Muted, line)).collect())
}
