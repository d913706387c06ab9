//! The comparison as a page.

use super::Question;
use crate::cli::html::{Cell, Page, Row, Table, Weight};
use crate::model::compare::{Comparison, Head, Line, Sign, lines, summary};

/// Spaces before a label for each line that it is under.
const INDENT: usize = 2;

pub(super) fn page(
    question: &Question,
    comparison: &Comparison,
    files: Option<String>,
    packages: Option<String>,
) -> Page {
    let [a, b] = &question.locations;
    let mut rows = Vec::new();
    flatten(&lines(comparison), 0, &mut rows);
    let heads = ["what".to_owned(), a.to_string(), b.to_string(), "how".to_owned()].to_vec();
    let mut lead = summary(comparison);
    let side = |letter: &str, head: &Head| {
        let digest = head.digest.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{letter}  {}  {digest}", head.words())
    };
    lead.extend([side("A", &comparison.a), side("B", &comparison.b)]);
    let mut tables = vec![Table { heads, rows, in_order: true, ..Table::default() }];
    tables.extend(files.map(|text| listed("Files", "file", &text)));
    tables.extend(packages.map(|text| listed("Packages", "package", &text)));
    Page { title: format!("{a} and {b}"), lead, tables }
}

/// Lines as a table of one column.
pub(super) fn listed(title: &str, head: &str, text: &str) -> Table {
    let lines = text.lines().filter(|line| !line.is_empty());
    Table {
        title: title.to_owned(),
        heads: vec![head.to_owned()],
        rows: lines.map(|line| Row(vec![Cell::plain(line)])).collect(),
        in_order: true,
    }
}

/// What differs is shown with all that is under it, what is the same as one line.
fn flatten(lines: &[Line], depth: usize, rows: &mut Vec<Row>) {
    let mut lines: Vec<&Line> = lines.iter().collect();
    // Problems first; lines of one kind keep their order.
    lines.sort_by_key(|line| line.sign == Sign::Same);
    for line in lines {
        let (weight, how) = match line.sign {
            Sign::Same => (Weight::Plain, "same"),
            Sign::Changed => (Weight::Doubt, "changed"),
            Sign::Added => (Weight::Good, "added"),
            Sign::Removed => (Weight::Bad, "removed"),
        };
        let label = format!("{}{}", "\u{a0}".repeat(depth * INDENT), line.label);
        rows.push(Row(vec![
            Cell::plain(label),
            Cell::plain(&line.a),
            Cell::plain(&line.b),
            Cell::new(weight, how).with([line.note.clone()]),
        ]));
        if line.open {
            flatten(&line.children, depth + 1, rows);
        }
    }
}
