//! What the status line says.

use super::{Explorer, Search};
use crate::model::tree::NodeId;
use crate::text::{count, cut, escape, plural, width};
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::view::{View as _, Words};
use crate::tui::app::{Action, Pane, Tab};

impl Explorer {
    /// Whether something is looked for in the detail, and keys go there.
    pub(super) fn searches_detail(&self) -> bool {
        self.focus == Pane::Detail && !self.sheet.within.needle.is_empty()
    }

    /// Whether a pane says in full why what is under the cursor could not be had.
    fn tells_failure(&self, open: &OpenedRef) -> bool {
        match self.areas().detail.height {
            0 => self.cursor == open.tree.root() && open.tree.rows().len() == 1,
            _ => matches!(self.tab, Tab::Summary | Tab::Raw),
        }
    }

    /// What is being done, what came of the search, or how far loading is.
    pub(super) fn words(&self, open: &OpenedRef, cx: &Cx) -> Words {
        let tree = &open.tree;
        if self.searches_detail() {
            return self.sheet.words_of_search(&cx.key(Action::NextMatch)).into();
        }
        if self.search.input.is_none() && !self.search.needle.is_empty() {
            return self.search.words(self.cursor).into();
        }
        let failure = tree.node(self.cursor).and_then(|node| node.load.failure());
        if let Some(failure) = failure.filter(|_| !self.tells_failure(open)) {
            // The row says what it happened to, and the summary says everything.
            let detail = escape(&failure.detail).into_owned();
            let whole = failure.next.as_ref().map(|next| format!("{detail}; {}", escape(next)));
            let room = usize::from(cx.size.0.saturating_sub(2));
            let more = format!("  {} shows all", cx.key(Action::Pane));
            let left = room.saturating_sub(width(&more));
            let brief = || match width(&detail) <= room {
                true => detail.clone(),
                false => format!("{}{more}", cut(&detail, left)),
            };
            let text = whole.filter(|whole| width(whole) <= room).unwrap_or_else(brief);
            return Words { text, kind: Some(ToastKind::Error) };
        }
        let root_is_there = tree.node(tree.root()).is_some_and(|root| root.document().is_some());
        if self.is_busy(cx) && !root_is_there {
            let asked = match open.location.reference() {
                Some(reference) => reference.repository.host.to_string(),
                None => open.location.to_string(),
            };
            return format!("asking {} · {}", escape(&asked), cx.requests_sent()).into();
        }
        let progress = tree.progress();
        let mut parts = vec![format!(
            "{} of {} loaded",
            count(progress.ready as u64),
            count(progress.total() as u64)
        )];
        if progress.failed > 0 {
            parts.push(format!("{} failed", progress.failed));
        }
        parts.push(cx.requests_sent());
        let tenths = open.work(cx.now).as_millis().max(0) / 100;
        parts.push(format!("{}.{} s", tenths / 10, tenths % 10));
        parts.join(" · ").into()
    }
}

impl Search {
    /// What a finished search came to.
    fn words(&self, cursor: NodeId) -> String {
        let needle = escape(&self.needle);
        let mut text = match (self.found.nodes.len(), self.found.number(cursor)) {
            (0, _) => format!("“{needle}” is nowhere in what is loaded"),
            (all, Some(at)) => format!("“{needle}”  match {at} of {all}"),
            (all, None) => {
                format!("“{needle}”  {}", plural(all, "match").replace("matchs", "matches"))
            }
        };
        if self.found.unloaded > 0 {
            text.push_str(&format!(" · {} not loaded and not searched", self.found.unloaded));
        }
        text
    }
}
