//! How other tools make the list.
//!
//! ```text
//!   which tool makes demo/app:1.0: its script is copied
//!   script for regctl       0.11.7  exact bytes
//!   script for crane        0.22.1  adds: artifactType of entries 1, 2
//! ```

use super::Editor;
use crate::model::draft::{Export, Verdict};
use crate::text::escape;
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::overlay::{Menu, Overlay};
use crate::tui::app::{CopyItem, CopyMenu};

impl Editor {
    /// Offers the scripts of other tools, if that was asked for and what they go by is known.
    pub(super) fn offer_exports(&self, cx: &mut Cx) {
        // A menu or a form that is open goes on.
        if cx.overlay.is_some() || self.form.is_some() {
            return;
        }
        let requests = &cx.requests;
        let Some(open) = cx.drafts.get_mut(&self.draft) else { return };
        let Some(exports) = open.take_exports(requests) else { return };
        let target = open.target.clone();
        let shared = lost_by_all(&exports);
        let items = exports.into_iter().map(|export| item(export, &shared)).collect();
        let title = format!("which tool makes {target}: its script is copied");
        let menu = Menu::copy(CopyMenu { title: target, items });
        cx.overlay = Some(Overlay::Menu(Box::new(Menu { title, ..menu })));
    }
}

/// What every tool loses that makes the list. It does not help to choose one.
fn lost_by_all(exports: &[Export]) -> Vec<String> {
    let makes = |it: &&Export| !matches!(it.verdict, Verdict::Cannot(_));
    let mut lost = exports.iter().filter(makes).map(|export| match &export.verdict {
        Verdict::Changes { loses, .. } => loses.as_slice(),
        _ => &[],
    });
    let mut shared = lost.next().map(<[String]>::to_vec).unwrap_or_default();
    let mut are_several = false;
    for other in lost {
        shared.retain(|it| other.contains(it));
        are_several = true;
    }
    if are_several { shared } else { Vec::new() }
}

/// A tool, in the version that this was tried with, and what it keeps.
fn item(export: Export, shared: &[String]) -> CopyItem {
    let tone = match &export.verdict {
        Verdict::Exact => Tone::Good,
        Verdict::Same => Tone::Text,
        Verdict::Changes { .. } => Tone::Warning,
        Verdict::Cannot(_) => Tone::Muted,
    };
    let words = words(&export.verdict, shared);
    let text = match &export.verdict {
        Verdict::Cannot(_) => Err("this tool cannot make the list"),
        _ => Ok(export.script),
    };
    // First: what is behind the screen's edge is not read.
    let version = format!("{:<8}", export.tool.version());
    let note = Some(Line::of(Tone::Muted, version).with(tone, escape(&words).into_owned()));
    CopyItem { note, ..CopyItem::new(format!("script for {}", export.tool), text) }
}

/// The verdict, with what tells the tools apart first: lines are cut at the screen's edge.
fn words(verdict: &Verdict, shared: &[String]) -> String {
    let Verdict::Changes { loses, adds } = verdict else { return verdict.to_string() };
    if shared.is_empty() {
        return verdict.to_string();
    }
    let own = loses.iter().filter(|it| !shared.contains(it)).cloned().collect();
    let own = Verdict::Changes { loses: own, adds: adds.clone() }.to_string();
    let shared = shared.join("; ");
    match own.is_empty() {
        true => format!("loses only what all lose: {shared}"),
        false => format!("{own}; and loses what all lose: {shared}"),
    }
}
