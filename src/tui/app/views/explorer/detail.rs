//! Keeping the detail pane's content true with as little work as possible.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Explorer;
use crate::model::evidence::PublicKey;
use crate::model::tree::{Load, NodeId, Totals};
use crate::tui::app::detail::{self, Content, PackageOrder, Subject};
use crate::tui::app::opened::{Moment, OpenedRef};
use crate::tui::app::{Areas, Keymap, Tab};

/// What the content on the screen was made from; it is made anew when this changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    node: NodeId,
    tab: Tab,
    as_is: bool,
    package_order: PackageOrder,
    width: u16,
    load: Option<Load>,
    config: Option<Load>,
    parent_config: Option<Load>,
    children: usize,
    totals: Option<Totals>,
    minute: i64,
    truths: u64,
    lints: u64,
    evidenced: u64,
    blob: bool,
    on_machine: u64,
    whole: Option<Whole>,
}

/// What is put together from all of the tree: evidence, and the layers of a list's images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Whole {
    moment: Moment,
    /// The tick in which it was.
    tick: u64,
}

impl Shown {
    /// Whether the same is read as before.
    fn is_of_the_same(&self, other: &Self) -> bool {
        let what = |it: &Self| (it.node, it.tab, it.as_is, it.package_order);
        what(self) == what(other)
    }
}

impl Explorer {
    /// After each message: rows laid out, cursor in view, detail true.
    pub(super) fn settle(
        &mut self,
        open: &mut OpenedRef,
        areas: Areas,
        (now, tick): (Timestamp, u64),
        (zone, keymap, known_keys): (&TimeZone, &Keymap, &[PublicKey]),
    ) {
        self.areas = areas;
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
                package_order: self.package_order,
                known_keys,
                keymap,
                now,
                zone,
            };
            let content = if self.areas.detail.height == 0 {
                Content::default()
            } else {
                detail::build(&subject, self.tab, self.as_is)
            };
            // What is read stays where it is, however wide it is and whatever is new in it.
            match &self.shown {
                Some(before) if before.is_of_the_same(&shown) => {
                    self.sheet.put_anew(Vec::new(), content);
                }
                _ => self.sheet.put(Vec::new(), content),
            }
            self.shown = Some(shown);
        }
        self.sheet.settle(self.detail_rows());
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
            package_order: self.package_order,
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
            evidenced: if self.tab == Tab::Evidence { open.evidenced().revision() } else { 0 },
            blob: open.tree.blob_of(self.cursor).is_some_and(|it| self.blob(it).is_some()),
            on_machine: if self.tab == Tab::Layers { self.on_machine.revision() } else { 0 },
            truths: if self.tab == Tab::Truth { open.truths().revision() } else { 0 },
            whole: self.whole(open, tick),
        }
    }

    /// Of which state of the tree that is shown which is put together from all of it; `None` if
    /// nothing such is. While answers stream in that is done once for a tick, not for each.
    fn whole(&self, open: &OpenedRef, tick: u64) -> Option<Whole> {
        let is_whole = match self.tab {
            Tab::Evidence => true,
            Tab::Layers => open.tree.image_at(self.cursor).is_none(),
            Tab::Summary | Tab::Raw | Tab::Truth => false,
        };
        if !is_whole {
            return None;
        }
        let now = Whole { moment: open.moment(), tick };
        let before = self.shown.as_ref().and_then(|shown| shown.whole).filter(|before| {
            before.moment == now.moment || (before.tick == tick && !open.is_at_rest())
        });
        before.or(Some(now))
    }
}
