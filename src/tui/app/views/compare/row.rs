//! The lines of a comparison as rows of the screen.

use std::collections::HashMap;

use crate::model::compare::{Line, Sign};
use crate::model::tree::NodeId;

/// A row of the compare view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareRow {
    /// Whether it differs.
    pub sign: Sign,
    /// How far it is indented.
    pub depth: u16,
    /// What it is about.
    pub label: String,
    /// What the first side has.
    pub a: String,
    /// What the second side has.
    pub b: String,
    /// What differs, in words.
    pub note: String,
    /// The nodes of both sides.
    pub nodes: (Option<NodeId>, Option<NodeId>),
    /// The file that it is about, by its number among those that differ.
    pub file: Option<usize>,
    /// Whether what is under it is shown; `None` if nothing does.
    pub open: Option<bool>,
    /// Whether it is a line of its own and not a side of the one above.
    pub is_head: bool,
    pub(super) key: String,
}

/// The rows that are not folded away. On a narrow screen sides that differ get rows of their own.
pub(super) fn flatten(
    lines: &[Line],
    folds: &HashMap<String, bool>,
    narrow: bool,
) -> Vec<CompareRow> {
    let mut rows = Vec::new();
    level(lines, "", 0, &Way { folds, narrow }, &mut rows);
    rows
}

struct Way<'a> {
    folds: &'a HashMap<String, bool>,
    narrow: bool,
}

fn level(lines: &[Line], above: &str, depth: u16, way: &Way<'_>, rows: &mut Vec<CompareRow>) {
    // Lines of one label (attestations, steps of a history) are told apart by their number.
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        let number = seen.entry(line.label.as_str()).or_default();
        *number += 1;
        let key = format!("{above}\n{} {number}", line.label);
        let open = way.folds.get(&key).copied().unwrap_or(line.open);
        let has_children = !line.children.is_empty();
        let row = CompareRow {
            sign: line.sign,
            depth,
            label: line.label.clone(),
            a: line.a.clone(),
            b: line.b.clone(),
            note: line.note.clone(),
            nodes: line.nodes,
            file: line.file,
            open: has_children.then_some(open),
            is_head: true,
            key: key.clone(),
        };
        push(row, way.narrow, rows);
        if has_children && open {
            level(&line.children, &key, depth + 1, way, rows);
        }
    }
}

fn push(row: CompareRow, narrow: bool, rows: &mut Vec<CompareRow>) {
    let differ = row.a != row.b && !row.a.is_empty() && !row.b.is_empty();
    if !narrow || !differ {
        rows.push(row);
        return;
    }
    let side = |sign: Sign, text: &str, nodes| CompareRow {
        sign,
        depth: row.depth + 1,
        label: text.to_owned(),
        a: String::new(),
        b: String::new(),
        note: String::new(),
        nodes,
        file: None,
        open: None,
        is_head: false,
        key: format!("{}\n\n{}", row.key, sign.as_str()),
    };
    let removed = side(Sign::Removed, &row.a, (row.nodes.0, None));
    let added = side(Sign::Added, &row.b, (None, row.nodes.1));
    rows.push(CompareRow { a: String::new(), b: String::new(), ..row });
    rows.extend([removed, added]);
}
