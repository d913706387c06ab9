//! A page as text for a terminal.

use super::block::{Block, blocks, term};
use crate::text::{as_called, line_as_called, width, wrap};

/// Left of everything but headings.
const INDENT: usize = 2;
/// From the first column of a table to the second, when the table is too wide to be one.
const TERM: usize = 20;
/// Between two columns.
const GAP: usize = 2;
/// Lines longer than this are hard to read.
const WIDEST: usize = 100;

/// The page in lines of at most `columns` cells; code and names that cannot be split may be longer.
/// A heading is bold when `is_bold`.
pub(in crate::cli) fn text(markdown: &str, columns: usize, is_bold: bool) -> String {
    let cells = columns.clamp(40, WIDEST) - INDENT;
    let mut out = String::new();
    let mut last_was_point = false;
    for block in blocks(&as_called(markdown)) {
        let is_point = matches!(block, Block::Point(_));
        let goes_on = is_point && last_was_point;
        if !out.is_empty() && !goes_on {
            out.push('\n');
        }
        last_was_point = is_point;
        match block {
            Block::Heading(_, title) if is_bold => out += &format!("\u{1b}[1m{title}\u{1b}[0m\n"),
            Block::Heading(_, title) => out += &format!("{title}\n"),
            Block::Paragraph(text) => put(&mut out, INDENT, &wrap(&text, cells)),
            Block::Point(text) => hang(&mut out, INDENT, "-", 2, &text, cells),
            Block::Code(lines) => {
                let lines = lines.into_iter().map(|line| line_as_called(line).into_owned());
                put(&mut out, 2 * INDENT, &lines.collect::<Vec<_>>());
            }
            Block::Table(head, rows) => table(&mut out, &head, &rows, cells),
        }
    }
    out
}

fn put(out: &mut String, indent: usize, lines: &[String]) {
    for line in lines {
        let line = format!("{}{line}", " ".repeat(indent));
        *out += line.trim_end();
        out.push('\n');
    }
}

/// A term, and its text beside it from `column` on; below it, if the term is too long.
fn hang(out: &mut String, indent: usize, term: &str, column: usize, text: &str, cells: usize) {
    let mut lines = wrap(text, cells.saturating_sub(column));
    // At least one space is between them.
    let is_beside = width(term) < column;
    let first = if is_beside && !lines.is_empty() { lines.remove(0) } else { String::new() };
    if is_beside {
        let space = " ".repeat(column.saturating_sub(width(term)));
        put(out, indent, &[format!("{term}{space}{first}")]);
    } else {
        put(out, indent, &wrap(term, cells));
    }
    put(out, indent + column, &lines);
}

/// In columns, if they fit; else each row as its first cell and what belongs to it.
fn table(out: &mut String, head: &[String], rows: &[Vec<String>], cells: usize) {
    let widest = |column: usize| {
        let of = |row: &Vec<String>| row.get(column).map_or(0, |cell| width(cell));
        rows.iter().map(of).chain(head.get(column).map(|it| width(it))).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(widest).collect();
    let total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    if total <= cells {
        let line = |row: &Vec<String>| {
            let mut line = String::new();
            for (cell, wide) in row.iter().zip(&widths) {
                line += cell;
                line += &" ".repeat((wide + GAP).saturating_sub(width(cell)));
            }
            line
        };
        put(out, INDENT, &[line(&head.to_vec())]);
        put(out, INDENT, &rows.iter().map(line).collect::<Vec<_>>());
        return;
    }
    for (term, text) in rows.iter().filter_map(|row| term(head, row)) {
        if text.is_empty() {
            // A row that names those below it.
            if !out.ends_with("\n\n") {
                out.push('\n');
            }
            put(out, INDENT, &wrap(&term, cells));
        } else {
            hang(out, INDENT, &term, TERM, &text, cells);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::TOPICS;
    use super::*;

    #[test]
    fn tables_are_columns_or_terms() {
        let narrow = "| sign | meaning |\n|---|---|\n| `✗` | failed |\n| `◇` | not picked |\n";
        assert_eq!(
            text(narrow, 80, false),
            "  sign  meaning\n  `✗`   failed\n  `◇`   not picked\n"
        );
        let wide = "| option | meaning | of |\n|---|---|---|\n\
                    | `--plain-http HOST:PORT` | speak plain HTTP with this host | |\n\
                    | `-q` | say less than it says without this option | all |\n\
                    | **More** | | |\n";
        assert_eq!(
            text(wide, 50, false),
            "  `--plain-http HOST:PORT`\n\
             \u{20}                     speak plain HTTP with this\n\
             \u{20}                     host\n\
             \u{20} `-q`                say less than it says\n\
             \u{20}                     without this option; of: all\n\
             \n\
             \u{20} More\n"
        );
    }

    #[test]
    fn pages_keep_to_the_width() {
        for topic in TOPICS {
            let code: Vec<String> = blocks(topic.markdown)
                .into_iter()
                .filter_map(|block| if let Block::Code(lines) = block { Some(lines) } else { None })
                .flatten()
                .collect();
            for columns in [60, 80, 200] {
                for line in text(topic.markdown, columns, false).lines() {
                    let is_code = code.iter().any(|code| code.trim() == line.trim());
                    assert!(is_code || width(line) <= columns, "{}: {line}", topic.name);
                }
            }
        }
    }
}
