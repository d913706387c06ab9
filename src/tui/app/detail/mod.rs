//! What the detail pane says about a node, as lines of toned text: built once for a node, tab and
//! width, then only looked at.

mod blob;
mod block;
mod content;
mod evidence;
mod fields;
mod hex;
mod layers;
mod line;
mod long_text;
mod on_machine;
mod package_order;
mod raw;
mod shared;
mod summary;
mod truth;

pub use blob::{Blob, READ_AT_ONCE};
pub use content::{Content, Searched, Sought};
pub use hex::Hex;
pub use line::{Line, Span, Tone};
pub use long_text::LongText;
pub use on_machine::OnMachine;
pub use package_order::PackageOrder;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use block::{Block, Layout, Resume};

use super::{Evidenced, Keymap, Lints, Tab, Truths};
use crate::model::evidence::PublicKey;
use crate::model::tree::{NodeId, Tree};
use crate::oci::{ConfigDocument, Location};

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
    /// What is known of the stores of this machine.
    pub on_machine: &'a OnMachine,
    /// What is known of the programs of images.
    pub truths: &'a Truths,
    /// What is known of the evidence.
    pub evidenced: &'a Evidenced,
    /// What was found about entries.
    pub lints: &'a Lints,
    /// The blob under the cursor, as far as it is read.
    pub blob: Option<&'a Blob>,
    /// By what the packages of an SBOM are sorted.
    pub package_order: PackageOrder,
    /// The public keys that the user named.
    pub known_keys: &'a [PublicKey],
    /// The keys, for sentences that name one.
    pub keymap: &'a Keymap,
    /// The present moment, for ages.
    pub now: Timestamp,
    /// The time zone, for moments.
    pub zone: &'a TimeZone,
}

/// The present moment, and the zone in which moments are told.
#[derive(Debug, Clone, Copy)]
pub struct When<'a> {
    /// The present moment, for ages.
    pub now: Timestamp,
    /// The time zone, for moments.
    pub zone: &'a TimeZone,
}

impl<'a> Subject<'a> {
    fn when(&self) -> When<'a> {
        When { now: self.now, zone: self.zone }
    }
}

/// What the summary says of an image config, in lines of at most `width` cells.
#[must_use]
pub fn config(document: &ConfigDocument, when: When<'_>, width: usize) -> Vec<Line> {
    let mut fields = fields::Fields::new(width);
    summary::image_config(when, &mut fields, document);
    fields.into_lines()
}

/// The JSON of a list, laid out and coloured.
#[must_use]
pub(super) fn json(bytes: &Bytes, width: usize) -> Content {
    raw::document(bytes, width, true)
}

/// The JSON of a list laid out as plain text, harmless for a terminal; every token as it is.
#[must_use]
pub(super) fn laid_out(bytes: &[u8]) -> String {
    let is_json = std::str::from_utf8(bytes).is_ok();
    let layout = Layout { width: usize::MAX, is_json, file_lines: None };
    // In one piece: with lines of any length, each piece would begin with all of the one before.
    let (block, _) = Block::lay_out(bytes, &Resume::default(), layout, usize::MAX);
    block.text().to_owned()
}

/// Builds the content of a tab. `as_is` shows raw bytes without layout.
#[must_use]
pub fn build(subject: &Subject<'_>, tab: Tab, as_is: bool) -> Content {
    match tab {
        Tab::Summary => Content::Lines(summary::lines(subject)),
        Tab::Raw => raw::content(subject, as_is),
        Tab::Layers => Content::Lines(layers::lines(subject)),
        Tab::Truth => Content::Lines(truth::lines(subject)),
        Tab::Evidence => Content::Lines(evidence::lines(subject)),
    }
}
