//! The tree as text: short digests on a terminal, whole ones in a pipe.

use std::io::IsTerminal as _;

use jiff::tz::TimeZone;

use super::is_shown;
use crate::model::tree::{NodeId, RowText, Tree, What};
use crate::oci::{Location, PlatformPattern};
use crate::text::{escape, width};

/// The whole tree, a node a line.
pub(super) fn tree(tree: &Tree, location: &Location, only: Option<&PlatformPattern>) -> String {
    let whole = !std::io::stdout().is_terminal();
    let zone = TimeZone::system();
    let mut lines = Vec::new();
    walk(tree, tree.root(), only, &zone, "", "", &mut lines);
    let column = lines.iter().map(|line| width(&line.head)).max().unwrap_or(0) + 2;
    let mut out = format!("{}\n", escape(&location.to_string()));
    for line in lines {
        out.push_str(line.words(column, whole, tree).trim_end());
        out.push('\n');
    }
    out
}

struct Line {
    id: NodeId,
    head: String,
    row: RowText,
}

impl Line {
    fn words(&self, column: usize, whole: bool, tree: &Tree) -> String {
        let digest = match tree.node(self.id).and_then(|node| node.digest()) {
            Some(digest) if whole => digest.as_str(),
            Some(digest) => digest.short(),
            None => "",
        };
        let fill = " ".repeat(column.saturating_sub(width(&self.head)));
        let row = &self.row;
        let mut text = format!("{}{fill}{digest}", self.head);
        for (part, cells) in [(&row.size, 8), (&row.layers, 9)] {
            if !part.is_empty() {
                text.push_str(&format!("  {part:>cells$}"));
            }
        }
        if !row.rest.is_empty() {
            text.push_str("  ");
            text.push_str(&row.rest);
        }
        text
    }
}

fn walk(
    tree: &Tree,
    id: NodeId,
    only: Option<&PlatformPattern>,
    zone: &TimeZone,
    first: &str,
    others: &str,
    lines: &mut Vec<Line>,
) {
    let row = tree.words(id, zone);
    lines.push(Line { id, head: format!("{first}{}", row.label), row });
    let children: Vec<NodeId> = tree
        .children(id)
        .filter(|(child, node)| {
            let empty_group = matches!(node.what, What::Referrers { .. })
                && node.children.is_empty()
                && node.load.failure().is_none();
            !empty_group && is_shown(tree, *child, only)
        })
        .map(|(child, _)| child)
        .collect();
    for (at, child) in children.iter().enumerate() {
        let (branch, trunk) =
            if at + 1 == children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        walk(
            tree,
            *child,
            only,
            zone,
            &format!("{others}{branch}"),
            &format!("{others}{trunk}"),
            lines,
        );
    }
}
