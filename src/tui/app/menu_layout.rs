//! Where the parts of a menu are.

use ratatui::layout::Rect;

use super::menu_item::MenuItem;
use crate::text::{cut, escape, width, wrap};

/// The title, and the free line at the end.
const AROUND: usize = 2;
/// The most lines below the others, for what is cut of one.
const BELOW: usize = 3;
/// Of the lines that are free beside the facts, one in so many is kept for what is cut.
const ONE_IN: usize = 3;
/// The cells at both sides of a menu that stay free.
const MARGINS: u16 = 6;

/// What a menu consists of.
#[derive(Debug, Clone, Copy)]
pub(super) struct MenuParts<'a> {
    /// What is to be known before one chooses; not escaped.
    pub facts: &'a [String],
    /// All lines, whatever narrows them.
    pub all: &'a [MenuItem],
    /// How many of them are shown.
    pub shown: usize,
    /// The cells of labels; `None`: as many as the longest takes.
    pub labels: Option<usize>,
}

/// The parts of a menu, which is at the foot of the body. Places are kept for all lines of the menu,
/// so that nothing moves with the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MenuLayout {
    /// What is to be known before one chooses: each as many lines as it takes while lines are free,
    /// else cut to one; harmless for a terminal.
    pub facts: Vec<String>,
    /// The cells of the column of labels; the same while the lines are narrowed.
    pub labels: usize,
    /// How many lines are kept below the others for what is cut of the one under the cursor.
    pub below: usize,
    /// How many lines of the menu there is room for.
    pub page: usize,
    /// The lines of all of it.
    pub height: u16,
    /// Whether a rule is over it; under the header there is one already.
    pub has_rule: bool,
    /// The cells of a line.
    room: usize,
}

impl MenuLayout {
    /// The cells between a label and what is said of it.
    pub const GAP: usize = 2;
    /// In front of a line that is marked.
    pub const MARKED: &'static str = "[×] ";
    /// The cells of the key in front of an answer.
    pub const KEY: usize = 3;

    pub(super) fn of(menu: &MenuParts<'_>, body: Rect) -> Self {
        let room = usize::from(body.width.saturating_sub(MARGINS));
        let lines = usize::from(body.height);
        let facts = facts(menu, room, lines);
        let mut layout = Self { labels: label_cells(menu, room), room, ..Self::default() };
        let free = lines.saturating_sub(facts.len() + AROUND);
        let longest = menu.all.iter().map(|item| layout.whole(item).len()).max().unwrap_or(0);
        layout.below = longest.min(BELOW).min(free / ONE_IN);
        let without_rule = facts.len() + menu.shown + layout.below + AROUND;
        layout.has_rule = without_rule < lines;
        let height = (without_rule + usize::from(layout.has_rule)).min(lines);
        layout.page = height.saturating_sub(facts.len() + layout.below + AROUND);
        layout.page = layout.page.saturating_sub(usize::from(layout.has_rule));
        layout.height = u16::try_from(height).unwrap_or(body.height);
        layout.facts = facts;
        layout
    }

    /// All of a line that is cut, wrapped; nothing if it is not cut. A label that is whole in the line
    /// is not said again.
    #[must_use]
    pub fn whole(&self, item: &MenuItem) -> Vec<String> {
        let (label, note) = (escape(&item.label), item.note.text());
        let mark = if item.mark.is_some() { width(Self::MARKED) } else { 0 };
        let key = if item.answer.is_some() { Self::KEY } else { 0 };
        let left = self.room.saturating_sub(mark + key);
        let said = if note.is_empty() { 0 } else { self.labels + Self::GAP + width(&note) };
        let cuts_label = width(&label) > self.labels.min(left);
        if !cuts_label && said <= left {
            return Vec::new();
        }
        let gap = if note.is_empty() { "" } else { "  " };
        wrap(&if cuts_label { format!("{label}{gap}{note}") } else { note }, self.room)
    }
}

fn facts(menu: &MenuParts<'_>, room: usize, lines: usize) -> Vec<String> {
    let whole = menu.facts.iter().flat_map(|fact| {
        let pieces = wrap(&escape(fact), room).into_iter().enumerate();
        pieces.map(|(at, piece)| match at {
            0 => piece,
            _ => format!("{:1$}{piece}", "", room.saturating_sub(width(&piece)).min(2)),
        })
    });
    let whole: Vec<String> = whole.collect();
    if whole.len() + menu.shown + AROUND <= lines {
        return whole;
    }
    menu.facts.iter().map(|fact| cut(&escape(fact), room)).collect()
}

fn label_cells(menu: &MenuParts<'_>, room: usize) -> usize {
    let longest = menu.all.iter().map(|item| width(&escape(&item.label))).max().unwrap_or(0);
    match menu.labels {
        Some(cells) => cells,
        None if menu.all.iter().all(|item| item.note.spans.is_empty()) => room,
        None => longest.min(room * 3 / 5),
    }
}
