//! The tree as text: short digests and lines that fit on a terminal, whole ones in a pipe.

use std::io::IsTerminal as _;

use jiff::tz::TimeZone;

use super::is_shown;
use crate::cli::output::columns;
use crate::model::tree::{NodeId, RowText, Tree, Weight, What};
use crate::oci::{Location, PlatformPattern};
use crate::text::{cut, escape, width, wrap};

/// The least cells in which a fact is worth being cut to.
const LEAST: usize = 8;

/// The whole tree, a node a line.
pub(super) fn tree(tree: &Tree, location: &Location, only: Option<&PlatformPattern>) -> String {
    let whole = !std::io::stdout().is_terminal();
    let zone = TimeZone::system();
    let mut lines = Vec::new();
    walk(tree, tree.root(), only, &zone, "", "", &mut lines);
    let column = lines.iter().map(|line| width(&line.head)).max().unwrap_or(0) + 2;
    let mut out = format!("{}\n", escape(&location.to_string()));
    let cells = columns(usize::MAX);
    for line in lines {
        for words in line.words(column, whole, cells, tree) {
            out.push_str(words.trim_end());
            out.push('\n');
        }
    }
    out
}

struct Line {
    id: NodeId,
    head: String,
    /// What is before a line of text below it.
    trunk: String,
    row: RowText,
}

impl Line {
    /// The line, in at most so many cells: a fact that is too long is cut, what is wrong goes on below.
    fn words(&self, column: usize, whole: bool, cells: usize, tree: &Tree) -> Vec<String> {
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
        let is_fact = matches!(row.weight, Weight::Plain | Weight::Muted);
        let room = cells.saturating_sub(width(&text) + 2);
        if row.rest.is_empty() {
            return vec![text];
        }
        if width(&row.rest) <= room || (is_fact && room >= LEAST) {
            return vec![format!("{text}  {}", cut(&row.rest, room))];
        }
        if is_fact {
            return vec![text];
        }
        let below = wrap(&row.rest, cells.saturating_sub(width(&self.trunk)));
        let below = below.into_iter().map(|line| format!("{}{line}", self.trunk));
        std::iter::once(text).chain(below).collect()
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
    let below = if children.is_empty() { "   " } else { "│  " };
    let (head, trunk) = (format!("{first}{}", row.label), format!("{others}{below}"));
    lines.push(Line { id, head, trunk, row });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::Known;

    fn line(tree: &Tree, rest: &str, weight: Weight) -> Line {
        let row = RowText {
            size: "1.2 MB".to_owned(),
            rest: rest.to_owned(),
            weight,
            ..RowText::default()
        };
        let head = "├─ linux/amd64".to_owned();
        Line { id: tree.root(), head, trunk: "│  │  ".to_owned(), row }
    }

    #[test]
    fn a_fact_is_cut_and_what_is_wrong_goes_on_below() {
        let tree = Tree::new(Known::default());
        let words = |rest, weight, cells| line(&tree, rest, weight).words(16, false, cells, &tree);
        let fact = "COPY a long way from here";
        assert_eq!(
            words(fact, Weight::Plain, 80),
            ["├─ linux/amd64      1.2 MB  COPY a long way from here"]
        );
        assert_eq!(words(fact, Weight::Plain, 40), ["├─ linux/amd64      1.2 MB  COPY a long…"]);
        assert_eq!(words(fact, Weight::Plain, 32), ["├─ linux/amd64      1.2 MB"]);
        let wrong = "not found: the registry does not have it";
        assert_eq!(
            words(wrong, Weight::Failed, 40),
            [
                "├─ linux/amd64      1.2 MB",
                "│  │  not found: the registry does not",
                "│  │  have it"
            ]
        );
        assert_eq!(words(wrong, Weight::Failed, usize::MAX).len(), 1);
    }
}
