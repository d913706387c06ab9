//! Keeping the detail pane's content true with as little work as possible.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Explorer;
use crate::model::tree::{Load, NodeId, Totals};
use crate::tui::app::detail::{self, Content, Subject};
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::{Areas, Keymap, Tab};

/// What the content on the screen was made from; it is made anew when this changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    node: NodeId,
    tab: Tab,
    as_is: bool,
    width: u16,
    load: Option<Load>,
    config: Option<Load>,
    parent_config: Option<Load>,
    children: usize,
    totals: Option<Totals>,
    minute: i64,
    truths: u64,
    lints: u64,
    evidence: usize,
    evidenced: u64,
    blob: bool,
    on_machine: u64,
    strips: Option<Strips>,
}

/// What the layers of a list's images are shown from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Strips {
    /// The tree's revision.
    revision: usize,
    /// The tick in which they were looked at.
    tick: u64,
}

impl Explorer {
    /// After each message: rows laid out, cursor in view, detail true.
    pub(super) fn settle(
        &mut self,
        open: &mut OpenedRef,
        size: (u16, u16),
        (now, tick): (Timestamp, u64),
        (zone, keymap): (&TimeZone, &Keymap),
    ) {
        self.areas = Areas::of(size.0, size.1, self.focus);
        // While the row of the cursor moves (something above it grew), the screen moves with it.
        let before = open.tree.row_of(self.cursor);
        open.tree.settle();
        if let (Some(before), Some(after)) = (before, open.tree.row_of(self.cursor)) {
            let first = self.top.saturating_add(after);
            self.top = first.saturating_sub(before);
        }
        self.keep_in_view(open);
        let shown = self.what_is_shown(open, now, tick);
        if self.shown.as_ref() != Some(&shown) {
            let subject = Subject {
                tree: &open.tree,
                location: &open.location,
                node: self.cursor,
                on_machine: &self.on_machine,
                truths: open.truths(),
                evidenced: open.evidenced(),
                lints: open.lints(),
                width: usize::from(self.areas.detail.width),
                blob: open.tree.blob_of(self.cursor).and_then(|it| self.blob(it)),
                keymap,
                now,
                zone,
            };
            let content = if self.areas.detail.height == 0 {
                Content::default()
            } else {
                detail::build(&subject, self.tab, self.as_is)
            };
            self.put_content(content);
            self.shown = Some(shown);
        }
        let page = usize::from(self.areas.detail.height);
        self.scroll = self.scroll.min(self.content.len().saturating_sub(page));
        self.content.show(self.scroll, page);
    }

    fn what_is_shown(&self, open: &OpenedRef, now: Timestamp, tick: u64) -> Shown {
        let node = open.tree.node(self.cursor);
        let load_of =
            |id: Option<NodeId>| id.and_then(|id| open.tree.node(id)).map(|node| node.load.clone());
        let is_index = node.is_some_and(|node| node.kind() == crate::oci::Kind::Index);
        Shown {
            node: self.cursor,
            tab: self.tab,
            as_is: self.as_is,
            // A width of nothing is a pane that is not shown.
            width: if self.areas.detail.height == 0 { 0 } else { self.areas.detail.width },
            load: node.map(|node| node.load.clone()),
            config: load_of(open.tree.config_of(self.cursor)),
            parent_config: load_of(
                node.and_then(|node| node.parent).and_then(|id| open.tree.config_of(id)),
            ),
            children: node.map_or(0, |node| node.children.len()),
            totals: (is_index && self.tab == Tab::Summary && self.areas.detail.height > 0)
                .then(|| open.tree.totals(self.cursor)),
            minute: if self.tab == Tab::Summary { now.as_second() / 60 } else { 0 },
            lints: if self.tab == Tab::Summary { open.lints().generation() } else { 0 },
            evidence: if self.tab == Tab::Evidence {
                open.tree.revision() + open.tree.progress().total()
            } else {
                0
            },
            evidenced: if self.tab == Tab::Evidence { open.evidenced().revision() } else { 0 },
            blob: open.tree.blob_of(self.cursor).is_some_and(|it| self.blob(it).is_some()),
            on_machine: if self.tab == Tab::Layers { self.on_machine.revision() } else { 0 },
            truths: if self.tab == Tab::Truth { open.truths().revision() } else { 0 },
            strips: self.strips(open, tick),
        }
    }

    /// Of which revision of the tree the layers of a list's images are shown; `None` if they are
    /// not. While answers stream in they are looked at once for a tick, not for each: that goes
    /// through all layers of all images.
    fn strips(&self, open: &OpenedRef, tick: u64) -> Option<Strips> {
        if self.tab != Tab::Layers || open.tree.image_at(self.cursor).is_some() {
            return None;
        }
        let now = Strips { revision: open.tree.revision(), tick };
        let before = self.shown.as_ref().and_then(|shown| shown.strips).filter(|before| {
            before.revision == now.revision || (before.tick == tick && !open.is_at_rest())
        });
        before.or(Some(now))
    }
}
