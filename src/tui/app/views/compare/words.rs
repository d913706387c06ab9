//! What is over and under the rows.

use super::{CompareRow, CompareView, Sides};
use crate::model::compare::{Comparison, Head, Part, Sign, summary};
use crate::model::tree::{NodeId, What};
use crate::oci::Failure;
use crate::text::{cut_middle, escape, width, wrap};
use crate::tui::app::Stack;
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::point::Point;

/// The most lines of what a comparison comes to.
const MAX_SUMMARY: usize = 3;

/// What tells a draft that was marked from the one that it is now.
const AS_MARKED: &str = "as marked";

/// What a side is called: the reference, and the node within if it is not the whole. A draft
/// that was marked is told from the one that it is now.
pub(super) fn name(open: &OpenedRef, point: &Point) -> String {
    let mut whole = open.location.familiar();
    if open.as_marked {
        whole = format!("{whole} {AS_MARKED}");
    }
    if point.node == open.tree.root() {
        return whole;
    }
    match node_name(open, point.node) {
        Some(name) => format!("{whole} {name}"),
        None => whole,
    }
}

/// What the second side is called behind the first one: without what both have in common.
pub(super) fn short_name(a: &OpenedRef, b: &OpenedRef, point: &Point) -> String {
    let whole = name(b, point);
    if a.id == b.id {
        return match node_name(b, point.node) {
            Some(node) if point.node != b.tree.root() => node,
            _ => "the whole".to_owned(),
        };
    }
    if a.location == b.location && a.as_marked != b.as_marked {
        return if b.as_marked { AS_MARKED } else { "now" }.to_owned();
    }
    match (a.location.reference(), b.location.reference()) {
        (Some(x), Some(y)) if x.repository == y.repository => {
            let rest = whole.strip_prefix(&y.repository.familiar());
            rest.filter(|rest| !rest.is_empty()).map_or(whole.clone(), str::to_owned)
        }
        _ => whole,
    }
}

/// A node in words: its platform, `config of linux/arm64`, `layer 2`.
pub(super) fn node_name(open: &OpenedRef, id: NodeId) -> Option<String> {
    let tree = &open.tree;
    let node = tree.node(id)?;
    let of = |name: &str| match node.parent.and_then(|it| Part::of_tree(tree, it)) {
        Some(image) => format!("{name} of {}", image.name()),
        None => name.to_owned(),
    };
    Some(match &node.what {
        What::Config { .. } => of("config"),
        What::Layer { number, .. } => of(&format!("{} {number}", tree.noun(id))),
        _ => Part::of_tree(tree, id)?.name(),
    })
}

/// Both sides, and what the comparison comes to, or what it waits for.
pub(super) fn head(view: &CompareView, sides: Sides<'_>, cells: usize) -> Vec<Line> {
    let found = view.found();
    let [name_a, name_b] = view.names();
    let whole = |point: &Point, side: Option<&OpenedRef>| {
        side.is_none_or(|side| side.tree.root() == point.node)
    };
    let (whole_a, whole_b) = (whole(&view.a, sides[0]), whole(&view.b, sides[1]));
    let mut out = vec![
        side("A", name_a, whole_a, found.map(|it| &it.a), cells),
        side("B", name_b, whole_b, found.map(|it| &it.b), cells),
    ];
    match found {
        Some(found) => out.extend(result(found, cells)),
        None => {
            for (letter, point, open) in [("A", &view.a, sides[0]), ("B", &view.b, sides[1])] {
                out.extend(waiting(letter, point, open, cells));
            }
        }
    }
    out
}

/// `A  demo/app:1.0  index  98d8886e0341`
fn side(letter: &str, name: &str, whole: bool, head: Option<&Head>, cells: usize) -> Line {
    let mut rest = String::new();
    if let Some(head) = head {
        let digest = head.digest.as_ref().map_or("", |it| it.short());
        // A node within is called by its platform already.
        let words = if whole { head.words() } else { head.kind.as_str().to_owned() };
        rest = format!("   {words}   {digest}");
    }
    let room = cells.saturating_sub(3 + width(&rest));
    Line::of(Tone::Muted, format!("{letter}  "))
        .with(Tone::Strong, cut_middle(&escape(name), room))
        .with(Tone::Muted, rest)
}

fn result(found: &Comparison, cells: usize) -> Vec<Line> {
    let text = summary(found).join(" ");
    let tone = if found.missing.is_empty() { Tone::Text } else { Tone::Warning };
    let lines = wrap(&text, cells).into_iter().take(MAX_SUMMARY);
    lines.map(|line| Line::of(tone, line)).collect()
}

/// Why there is no comparison yet.
fn waiting(letter: &str, point: &Point, open: Option<&OpenedRef>, cells: usize) -> Vec<Line> {
    let Some(open) = open else {
        return vec![Line::of(Tone::Warning, format!("{letter} is no longer open"))];
    };
    if point.find(&open.tree).is_none() {
        let text = format!("{letter} is no longer there: the tag has moved");
        return vec![Line::of(Tone::Warning, text)];
    }
    let node = open.tree.node(point.node);
    match node.map(|node| &node.load) {
        Some(crate::model::tree::Load::Ready) => Vec::new(),
        Some(crate::model::tree::Load::Failed(failure)) => failed(letter, failure, cells),
        _ => vec![Line::of(Tone::Muted, format!("{letter} is being loaded …"))],
    }
}

fn failed(letter: &str, failure: &Failure, cells: usize) -> Vec<Line> {
    let text = format!("{letter} could not be loaded: {}", escape(&failure.to_string()));
    wrap(&text, cells)
        .into_iter()
        .take(MAX_SUMMARY)
        .map(|line| Line::of(Tone::Danger, line))
        .collect()
}

/// The row under the cursor in full: what each side has, and what differs.
/// Its place comes first: what it is under may be far above the screen.
pub(super) fn sentence(rows: &[CompareRow], at: usize, cells: usize) -> Vec<Line> {
    let Some(row) = rows.get(at) else { return Vec::new() };
    let place = place(rows, at);
    if !row.is_head {
        let side = if row.sign == Sign::Removed { "A  " } else { "B  " };
        let mut out: Vec<Line> = with("", &place, cells).into_iter().take(1).collect();
        out.extend(with(side, &row.label, cells));
        return out;
    }
    let mut sides = Vec::new();
    if row.a == row.b {
        sides.extend(with("both  ", &row.a, cells));
    } else {
        for (letter, text) in [("A  ", &row.a), ("B  ", &row.b)] {
            if !text.is_empty() {
                sides.extend(with(letter, text, cells).into_iter().take(1));
            }
        }
    }
    let mut out = Vec::new();
    if !row.note.is_empty() {
        let label = if place.is_empty() { String::new() } else { format!("{place}: ") };
        // It takes what the sides leave.
        let room = Stack::LINES.saturating_sub(sides.len()).max(1);
        out.extend(with(&label, &row.note, cells).into_iter().take(room));
    } else if row.depth > 0 {
        out.extend(with("", &place, cells).into_iter().take(1));
    }
    out.extend(sides);
    out
}

/// `linux/arm64 › layer 2`: a row's name behind the names of those that it is under.
fn place(rows: &[CompareRow], at: usize) -> String {
    let mut names = Vec::new();
    let mut depth = u16::MAX;
    for row in rows.get(..=at).unwrap_or_default().iter().rev() {
        if row.is_head && row.depth < depth {
            depth = row.depth;
            names.push(row.label.as_str());
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names.reverse();
    names.join(" › ")
}

fn with(label: &str, text: &str, cells: usize) -> Vec<Line> {
    if text.is_empty() {
        return Vec::new();
    }
    let room = cells.saturating_sub(width(label));
    let indent = " ".repeat(width(label));
    wrap(text, room)
        .into_iter()
        .enumerate()
        .map(|(at, piece)| {
            let before = if at == 0 { label.to_owned() } else { indent.clone() };
            Line::of(Tone::Muted, before).with(Tone::Text, piece)
        })
        .collect()
}
