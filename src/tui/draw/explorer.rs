//! The tree pane.
//!
//! ```text
//! ▾ index              0a4eaa0eecf5   8 images · 8 attestations · 29 MB
//! ◆ ▸ linux/amd64      33735bd63cf8   3.5 MB   1 layer    2024-09-06
//!   ✗ linux/riscv64    80cde017a105   not in the registry (404)  r
//! ```

use std::collections::{HashMap, HashSet};

use ratatui::layout::Rect;

use super::chrome::throbber;
use super::{Meaning, Pen, detail};
use crate::model::diagnose::Severity;
use crate::model::tree::{NodeId, RowText, Sign, Tree, Weight};
use crate::text::{bar, cut, escape, width, wrap};
use crate::tui::app::{Action, Explorer, Mark, OpenedRef, Pane, Spot, State};

/// Cells from one depth to the next.
const INDENT: u16 = 2;
const DIGEST: usize = 12;
const SIZE: usize = 7;
const LAYERS: usize = 9;
/// Cells of the date of an image.
const DATE: usize = 10;
const GAP: u16 = 2;
/// Cells of the bar of a size.
const BAR: u16 = 6;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, explorer: &Explorer) {
    let areas = explorer.areas();
    if areas.main.height > 0
        && let Some(open) = state.cx.opened.get(explorer.id)
    {
        tree(pen, state, (explorer, open), areas.main);
    }
    if areas.pane_rule.width == 1 {
        pen.line(areas.pane_rule, "│", Meaning::Rule);
    } else if areas.pane_rule.height == 1 {
        let rule = areas.pane_rule;
        let rule = Rect { x: rule.x + 1, width: rule.width.saturating_sub(2), ..rule };
        pen.line(rule, "─", Meaning::Rule);
    }
    if areas.detail.height > 0 {
        detail::draw(pen, explorer);
    }
}

/// A row of the tree as it is drawn.
struct TreeRow {
    node: NodeId,
    depth: u16,
    words: RowText,
    mark: Option<Mark>,
    marked: bool,
    lint: Option<Severity>,
    /// The tag did not hold it before it moved.
    is_new: bool,
    is_root: bool,
}

impl TreeRow {
    /// The column of its sign.
    fn sign_at(&self, inner: Rect) -> u16 {
        inner.x + self.depth * INDENT
    }

    /// Whether a bar has room beside all that the row says.
    fn has_room(&self, columns: &TreeColumns) -> bool {
        let gap = usize::from(GAP);
        let behind = |cells: usize| if cells == 0 { 0 } else { gap + cells };
        // The date of an image comes with its config: the bar does not give way to it then.
        let (layers, least) = if self.words.layers.is_empty() { (0, 0) } else { (LAYERS, DATE) };
        let rest = width(&self.words.rest).max(least);
        let facts = DIGEST + gap + SIZE + behind(layers) + behind(rest);
        let room = columns.inner.right().saturating_sub(columns.digest_at);
        facts + gap + usize::from(BAR) <= usize::from(room)
    }
}

/// What all rows have in common.
struct TreeColumns {
    inner: Rect,
    digest_at: u16,
}

/// What is largest among the nodes below one, found once for a frame; `None` if they are too many,
/// or nothing is there to be compared.
type Largest = HashMap<NodeId, Option<u64>>;
/// How many nodes are compared for it: an image has at most 127 layers in an engine. All of a list
/// of thousands would have to be gone through for each key.
const COMPARED: usize = 128;

fn tree(pen: &mut Pen<'_>, state: &State, (explorer, open): (&Explorer, &OpenedRef), area: Rect) {
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let rows: Vec<TreeRow> = open
        .tree
        .rows()
        .iter()
        .skip(explorer.top)
        .take(usize::from(area.height))
        .map(|row| TreeRow {
            node: row.node,
            depth: row.depth,
            words: open.tree.words(row.node, &state.cx.zone),
            mark: open.picks().mark(row.node),
            marked: state.cx.marked.as_ref().is_some_and(|it| it.is(explorer.id, row.node)),
            lint: open.lints().mark(row.node),
            is_new: open.is_new(row.node),
            is_root: row.node == open.tree.root(),
        })
        .collect();
    let digest_at = label_column(&rows, inner);
    let columns = TreeColumns { digest_at, inner };
    let shares = shares(&open.tree, &rows, &columns);
    for (at, (row, share)) in rows.iter().zip(shares).enumerate() {
        let y = area.y + u16::try_from(at).unwrap_or(u16::MAX);
        let line = Rect { y, height: 1, ..area };
        pen.spot(line, Spot::Node(row.node));
        draw_mark(pen, inner, y, row.mark);
        if row.marked {
            pen.write(inner, inner.x + 1, y, "m", Meaning::Match);
        } else if row.is_new {
            pen.write(inner, inner.x + 1, y, "+", Meaning::Added);
        } else if let Some(severity) = row.lint {
            draw_lint(pen, inner, y, severity);
        }
        draw_row(pen, state, (&columns, share), y, row);
        let sign = Rect { x: row.sign_at(inner), y, width: INDENT, height: 1 };
        if matches!(row.words.sign, Sign::Open | Sign::Closed) {
            pen.spot(sign, Spot::Triangle(row.node));
        }
        if explorer.search.matches(row.node) && explorer.cursor != row.node {
            let cells = u16::try_from(width(&row.words.label)).unwrap_or(0);
            let label = Rect { x: sign.right(), width: cells, ..sign };
            pen.paint(label.intersection(inner), Meaning::Match);
        }
        if explorer.cursor == row.node {
            let focused = explorer.focus == Pane::Tree;
            let meaning = if focused { Meaning::Selection } else { Meaning::SelectionElsewhere };
            pen.paint(line, meaning);
        }
    }
    if explorer.areas().detail.height == 0 {
        draw_failure(pen, state, &open.tree, inner);
    }
}

/// What the bars show, for each row. A bar takes the place of no fact: where one row has no room for
/// it, none of the same list has one, since what is behind the bars stays in its columns then, and
/// bars are only of use beside each other. That holds for what is on the screen: all rows of a list
/// would have to be worded for each key.
fn shares(tree: &Tree, rows: &[TreeRow], columns: &TreeColumns) -> Vec<Option<(u64, u64)>> {
    let mut largest = Largest::new();
    let mut shares: Vec<_> = rows.iter().map(|row| share(tree, row.node, &mut largest)).collect();
    let parent = |row: &TreeRow| tree.node(row.node).and_then(|node| node.parent);
    let beside = rows.iter().zip(&shares).filter(|(_, share)| share.is_some());
    let full: HashSet<_> =
        beside.filter(|(row, _)| !row.has_room(columns)).map(|(row, _)| parent(row)).collect();
    for (row, share) in rows.iter().zip(&mut shares) {
        if full.contains(&parent(row)) {
            *share = None;
        }
    }
    shares
}

/// The size of an image or layer, and that of the largest beside it.
fn share(tree: &Tree, id: NodeId, largest: &mut Largest) -> Option<(u64, u64)> {
    let size = tree.size_of(id)?;
    let parent = tree.node(id)?.parent?;
    let beside = || {
        let is_short = tree.children(parent).nth(COMPARED).is_none();
        let sizes = || tree.children(parent).filter_map(|(id, _)| tree.size_of(id));
        // The bar of a lone one would always be full.
        (is_short && sizes().nth(1).is_some()).then(|| sizes().max()).flatten()
    };
    Some((size, (*largest.entry(parent).or_insert_with(beside))?))
}

/// Why nothing was found, whole and with the next step, if the tree is nothing else and the pane that
/// says it is not on the screen.
fn draw_failure(pen: &mut Pen<'_>, state: &State, tree: &Tree, inner: Rect) {
    let failure = tree.node(tree.root()).and_then(|root| root.load.failure());
    let Some(failure) = failure.filter(|_| tree.rows().len() == 1) else { return };
    let indent = INDENT.min(inner.width);
    let area = Rect { x: inner.x + indent, width: inner.width - indent, ..inner };
    let cells = usize::from(area.width);
    let part = |text: &str| wrap(&escape(text), cells);
    let mut lines: Vec<(String, Meaning)> = Vec::new();
    for (text, meaning) in [
        (Some(&failure.subject), Meaning::Muted),
        (Some(&failure.detail), Meaning::Text),
        (failure.next.as_ref().map(|next| state.with_keys(next)).as_ref(), Meaning::Accent),
    ] {
        let text = text.filter(|text| !text.is_empty());
        lines.extend(text.into_iter().flat_map(|text| part(text)).map(|line| (line, meaning)));
    }
    // A line is free under the row.
    for (line, y) in lines.iter().zip(area.y.saturating_add(2)..area.bottom()) {
        pen.write(area, area.x, y, &line.0, line.1);
    }
}

/// The longest label that is not a platform and may still push the digests aside.
const MAX_OTHER_LABEL: usize = 16;

/// Where the digests begin: behind the longest platform on the screen, so that all platforms are
/// whole; but never so far that a digest would be cut.
fn label_column(rows: &[TreeRow], inner: Rect) -> u16 {
    let longest = rows
        .iter()
        .filter(|row| !row.words.digest.is_empty())
        .map(|row| {
            let cells = width(&row.words.label);
            let platform = row.words.label.contains('/');
            let cells = if platform { cells } else { cells.min(MAX_OTHER_LABEL) };
            let label = u16::try_from(cells).unwrap_or(u16::MAX);
            (row.depth * INDENT).saturating_add(INDENT).saturating_add(label)
        })
        .max()
        .unwrap_or(0);
    let latest = inner.width.saturating_sub(DIGEST as u16 + GAP);
    inner.x + longest.saturating_add(GAP).clamp(18, latest.max(18))
}

/// What the chosen engine makes of the row, in the column that only the root's sign uses: the
/// root itself has no mark.
fn draw_mark(pen: &mut Pen<'_>, inner: Rect, y: u16, mark: Option<Mark>) {
    let sign = match mark {
        Some(Mark::Picked) => "◆",
        Some(Mark::Downloaded) => "◇",
        Some(Mark::Rejected) | None => return,
    };
    pen.write(inner, inner.x, y, sign, Meaning::Accent);
}

/// That something was found about the row, between the picked entry's sign and the row's own; the
/// summary says what.
fn draw_lint(pen: &mut Pen<'_>, inner: Rect, y: u16, severity: Severity) {
    let meaning = match severity {
        Severity::Error => Meaning::Danger,
        Severity::Warning => Meaning::Warning,
        Severity::Info | Severity::Good => Meaning::Muted,
    };
    pen.write(inner, inner.x + 1, y, severity.sign(), meaning);
}

fn draw_row(
    pen: &mut Pen<'_>,
    state: &State,
    (columns, share): (&TreeColumns, Option<(u64, u64)>),
    y: u16,
    tree_row: &TreeRow,
) {
    let TreeColumns { inner, digest_at } = *columns;
    let TreeRow { words: row, mark, is_root, .. } = tree_row;
    let sign_at = tree_row.sign_at(inner);
    let (sign, sign_meaning) = match row.sign {
        Sign::None => (" ", Meaning::Text),
        Sign::Open => ("▾", Meaning::Muted),
        Sign::Closed => ("▸", Meaning::Muted),
        Sign::Loading => (throbber(state.cx.ticks), Meaning::Accent),
        Sign::Waiting => ("·", Meaning::Muted),
        Sign::Failed => ("✗", Meaning::Danger),
    };
    pen.write(inner, sign_at, y, sign, sign_meaning);
    let label_at = sign_at + INDENT;
    let meaning = match mark {
        _ if *is_root => Meaning::Strong,
        Some(Mark::Rejected) => Meaning::Muted,
        _ => Meaning::Text,
    };
    if row.digest.is_empty() {
        let end = pen.write(inner, label_at, y, &row.label, meaning);
        let room = usize::from(inner.right().saturating_sub(end + GAP));
        let rest_at = if end + GAP <= digest_at { digest_at } else { end + GAP };
        let room = room.min(usize::from(inner.right().saturating_sub(rest_at)));
        let rest = cut_facts(&row.rest, room);
        pen.write(inner, rest_at, y, &rest, meaning_of(row.weight));
        return;
    }
    let digest_at =
        if *is_root { root_digest_at(row, (label_at, digest_at), inner) } else { digest_at };
    let room = usize::from(digest_at.saturating_sub(label_at + GAP));
    pen.write(inner, label_at, y, &cut(&row.label, room), meaning);
    let mut x = pen.write(inner, digest_at, y, &row.digest, Meaning::Muted) + GAP;
    let left = usize::from(inner.right().saturating_sub(x));
    if !row.size.is_empty() && left >= SIZE {
        x = pen.write(inner, x, y, &format!("{:>SIZE$}", row.size), Meaning::Text) + GAP;
        if let Some((part, whole)) = share {
            pen.write(inner, x, y, &bar(part, whole, usize::from(BAR)), Meaning::Muted);
            x += BAR + GAP;
        }
    }
    let left = usize::from(inner.right().saturating_sub(x));
    if !row.layers.is_empty() && left >= width(&row.layers) {
        x = pen.write(inner, x, y, &format!("{:<LAYERS$}", row.layers), Meaning::Muted) + GAP;
    }
    let left = usize::from(inner.right().saturating_sub(x));
    if row.weight == Weight::Failed && row.sign == Sign::Failed {
        let retry = state.cx.keymap.label(Action::Reload).unwrap_or_default();
        let room = left.saturating_sub(width(&retry) + 2);
        let end = pen.write(inner, x, y, &cut(&row.rest, room), Meaning::Danger);
        let end = pen.write(inner, end + GAP, y, &retry, Meaning::Key);
        const AGAIN: &str = " tries again";
        if usize::from(inner.right().saturating_sub(end)) >= AGAIN.len() {
            pen.write(inner, end, y, AGAIN, Meaning::Muted);
        }
        return;
    }
    let date = row.weight == Weight::Muted && row.rest.len() == 10;
    if left > 3 && !(date && left < 10) {
        let rest = cut_facts(&row.rest, left);
        pen.write(inner, x, y, &rest, meaning_of(row.weight));
    }
}

/// Where the digest of the root begins: in its column, or as much before that as its facts need, which
/// tell of all that is below. Its label stays whole.
fn root_digest_at(row: &RowText, (label_at, digest_at): (u16, u16), inner: Rect) -> u16 {
    let of = |text: &str| u16::try_from(width(text)).unwrap_or(u16::MAX);
    let facts = [row.size.as_str(), &row.layers].into_iter().all(str::is_empty);
    let needed = of(&row.digest).saturating_add(GAP).saturating_add(of(&row.rest));
    let latest = inner.right().saturating_sub(needed);
    let first = label_at.saturating_add(of(&row.label)).saturating_add(GAP);
    if facts && first <= digest_at { latest.clamp(first, digest_at) } else { digest_at }
}

/// Facts between dots, cut like any text, but never inside a number and its unit: what is left of
/// `89 kB` would read as another number.
fn cut_facts(facts: &str, cells: usize) -> String {
    const DOT: &str = " · ";
    let text = cut(facts, cells);
    let Some(shown) = text.strip_suffix('…').filter(|_| text != facts) else { return text };
    let Some(at) = shown.rfind(DOT) else { return text };
    let start = at + DOT.len();
    let last = shown.get(start..).unwrap_or_default();
    let whole = facts.get(start..).and_then(|rest| rest.split(DOT).next()).unwrap_or_default();
    let word = last.split_once(' ').map_or("", |(_, word)| word);
    if last == whole || !whole.starts_with(|c: char| c.is_ascii_digit()) || word.len() > 2 {
        return text;
    }
    format!("{}…", shown.get(..at).unwrap_or_default())
}

fn meaning_of(weight: Weight) -> Meaning {
    match weight {
        Weight::Plain => Meaning::Text,
        Weight::Muted => Meaning::Muted,
        Weight::Odd => Meaning::Warning,
        Weight::Failed => Meaning::Danger,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_cut() {
        let facts = "10 images · 89 kB · 10 attestations";
        for (cells, shown) in [
            (40, facts),
            (28, "10 images · 89 kB · 10 atte…"),
            (24, "10 images · 89 kB…"),
            (18, "10 images · 89 kB…"),
            (17, "10 images…"),
            (10, "10 images…"),
            (8, "10 imag…"),
        ] {
            assert_eq!(cut_facts(facts, cells), shown);
        }
        assert_eq!(cut_facts("sbom · provenance", 12), "sbom · prov…");
    }
}
