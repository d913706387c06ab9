//! A blob that is not a layer: a statement, a signature, an SBOM, a file.

use std::sync::Arc;

use bytes::Bytes;

use super::fields::Fields;
use super::{Content, Line, LongText, Subject, Tone};
use crate::model::evidence::{Body, Evidence, Sbom, summary};
use crate::oci::{Descriptor, Failure};
use crate::text::{bytes, escape, pad, wrap};
use crate::tui::app::Action;

/// A blob under the cursor, as far as it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Blob {
    /// It is on its way.
    Loading,
    /// It is there.
    Ready {
        /// Its bytes.
        bytes: Bytes,
        /// Whether they are JSON.
        is_json: bool,
        /// What it holds; or why it cannot be opened.
        evidence: Result<Arc<Evidence>, String>,
    },
    /// It could not be had.
    Failed(Failure),
}

impl Blob {
    /// Whether it lists packages.
    #[must_use]
    pub fn has_packages(&self) -> bool {
        match self {
            Self::Ready { evidence: Ok(evidence), .. } => {
                matches!(&evidence.body, Body::Sbom(sbom) if !sbom.packages.is_empty())
            }
            _ => false,
        }
    }
}

/// Blobs of at most this many bytes are read as soon as the cursor is on them (1 MiB); larger ones
/// in Raw.
pub const READ_AT_ONCE: u64 = 1 << 20;

/// What it holds, in words.
pub(super) fn fields(subject: &Subject<'_>, fields: &mut Fields, descriptor: &Descriptor) {
    fields.gap();
    match subject.blob {
        None if descriptor.size > READ_AT_ONCE => {
            let key = subject.keymap.label(Action::Raw).unwrap_or_else(|| "Raw".to_owned());
            fields.toned("content", &format!("not read yet; {key} reads it"), Tone::Muted);
        }
        None | Some(Blob::Loading) => fields.toned("content", "being read", Tone::Muted),
        Some(Blob::Failed(failure)) => fields.toned("content", &failure.detail, Tone::Danger),
        Some(Blob::Ready { evidence: Err(problem), .. }) => {
            fields.toned("problem", problem, Tone::Danger);
        }
        Some(Blob::Ready { evidence: Ok(evidence), .. }) => {
            fields.title(Tone::Strong, &evidence.title());
            fields.gap();
            for fact in summary(evidence, subject.known_keys) {
                fields.list(fact.name, &fact.values);
            }
            if let Body::Sbom(sbom) = &evidence.body {
                packages(subject, fields, sbom);
            }
            inside(subject, fields, evidence);
        }
    }
}

/// What is in the envelope and has no summary; Raw shows the envelope.
fn inside(subject: &Subject<'_>, fields: &mut Fields, evidence: &Evidence) {
    let Some(found) = evidence.laid_out() else { return };
    fields.gap();
    let what = if evidence.predicate_type.is_some() { "predicate" } else { "content" };
    let lines = match found {
        Ok(lines) => lines,
        Err(size) => {
            let text =
                format!("{}; `platy evidence REF --print other` prints it", bytes(size as u64));
            fields.toned(what, &text, Tone::Muted);
            return;
        }
    };
    fields.title(Tone::Muted, what);
    for line in lines {
        for piece in wrap(&escape(&line), subject.width) {
            fields.push(Line::of(Tone::Text, piece));
        }
    }
}

fn packages(subject: &Subject<'_>, fields: &mut Fields, sbom: &Sbom) {
    if sbom.packages.is_empty() {
        return;
    }
    fields.gap();
    let order = subject.package_order;
    let mut title = format!("by {}", order.word());
    if let Some(key) = subject.keymap.label(Action::SortPackages) {
        title.push_str(&format!("; {key} sorts by {}", order.next().word()));
    }
    fields.title(Tone::Muted, &title);
    for package in order.sorted(&sbom.packages) {
        let rest = [package.architecture.as_deref(), package.licence.as_deref()];
        let rest: Vec<&str> = rest.into_iter().flatten().collect();
        let name = format!("{} {}", package.name, package.version);
        fields.push(
            Line::of(Tone::Muted, pad(&escape(&package.kind), 8))
                .with(Tone::Text, escape(name.trim()).into_owned())
                .with(Tone::Muted, format!("  {}", escape(&rest.join(" ")))),
        );
    }
}

/// Its bytes: JSON laid out, text as it is, anything else as hex.
pub(super) fn raw(blob: Option<&Blob>, width: usize, as_is: bool) -> Content {
    let say = |tone: Tone, text: &str| Content::Lines(vec![Line::of(tone, escape(text))]);
    let (bytes, is_json) = match blob {
        None | Some(Blob::Loading) => return say(Tone::Muted, "being read"),
        Some(Blob::Failed(failure)) => {
            return say(Tone::Danger, &format!("nothing to show: {}", failure.detail));
        }
        Some(Blob::Ready { bytes, is_json, .. }) => (bytes.clone(), *is_json),
    };
    match as_is {
        true => Content::Text(Box::new(LongText::plain(bytes, width))),
        false => Content::of_bytes(bytes, is_json, width),
    }
}
