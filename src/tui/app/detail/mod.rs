//! What the detail pane says about a node, as lines of toned text: built once for a node, tab and
//! width, then only looked at.

mod content;
mod fields;
mod json;
mod layers;
mod raw;
mod summary;
mod truth;

pub use content::{Content, Line, Span, Tone};

use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Keymap, Lints, Tab, Truths};
use crate::model::tree::{NodeId, Tree};
use crate::oci::Location;

/// Everything that a detail is made from.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The tree.
    pub tree: &'a Tree,
    /// Where it came from.
    pub location: &'a Location,
    /// The node.
    pub node: NodeId,
    /// The width in cells.
    pub width: usize,
    /// What is known of the programs of images.
    pub truths: &'a Truths,
    /// What was found about entries.
    pub lints: &'a Lints,
    /// The keys, for sentences that name one.
    pub keymap: &'a Keymap,
    /// The present moment, for ages.
    pub now: Timestamp,
    /// The time zone, for moments.
    pub zone: &'a TimeZone,
}

/// JSON laid out and coloured.
#[must_use]
pub(super) fn json(bytes: &Bytes, width: usize) -> Content {
    Content::Json(json::JsonText::pretty(bytes, width, true))
}

/// JSON laid out as plain text, harmless for a terminal; every token as it is.
#[must_use]
pub(super) fn laid_out(bytes: &[u8]) -> String {
    json::JsonText::pretty(&Bytes::copy_from_slice(bytes), usize::MAX, true).into_text()
}

/// Builds the content of a tab. `as_is` shows raw bytes without layout.
#[must_use]
pub fn build(subject: &Subject<'_>, tab: Tab, as_is: bool) -> Content {
    match tab {
        Tab::Summary => Content::Lines(summary::lines(subject)),
        Tab::Raw => raw::content(subject, as_is),
        Tab::Layers => Content::Lines(layers::lines(subject)),
        Tab::Truth => Content::Lines(truth::lines(subject)),
    }
}
