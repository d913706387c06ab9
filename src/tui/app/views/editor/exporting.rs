//! How other tools make the list.
//!
//! ```text
//!   which tool makes demo/app:1.0 · ↵ copies its script
//!   script for regctl       exact bytes  (0.11.7)
//!   script for crane        adds: artifactType of entries 1, 2  (0.22.1)
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
        let items = exports.into_iter().map(item).collect();
        let title = format!("which tool makes {target}: its script is copied");
        let menu = Menu::copy(CopyMenu { title: target, items });
        cx.overlay = Some(Overlay::Menu(Box::new(Menu { title, ..menu })));
    }
}

/// A tool with what it keeps, and the version that this was tried with.
fn item(export: Export) -> CopyItem {
    let tone = match &export.verdict {
        Verdict::Exact => Tone::Good,
        Verdict::Same => Tone::Text,
        Verdict::Changes { .. } => Tone::Warning,
        Verdict::Cannot(_) => Tone::Muted,
    };
    let words = escape(&export.verdict.to_string()).into_owned();
    let version = format!("  ({})", export.tool.version());
    let text = match &export.verdict {
        Verdict::Cannot(_) => Err("this tool cannot make the list"),
        _ => Ok(export.script),
    };
    let note = Some(Line::of(tone, words).with(Tone::Muted, version));
    CopyItem { note, ..CopyItem::new(format!("script for {}", export.tool), text) }
}
