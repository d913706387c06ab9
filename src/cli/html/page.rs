//! The page.

use std::fmt::Write as _;

use crate::text::escape;

const STYLE: &str = include_str!("../../../assets/report/report.css");
const SCRIPT: &str = include_str!("../../../assets/report/report.js");

/// How much a cell or a row matters; the order is that of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum Weight {
    /// Something is wrong.
    Bad,
    /// Something is not known, or may be wrong.
    Doubt,
    /// Nothing is said about it.
    Plain,
    /// It is in order.
    Good,
}

/// A report.
#[derive(Debug, Default)]
pub(in crate::cli) struct Page {
    pub(in crate::cli) title: String,
    /// Sentences under the title; the first one is what it comes to.
    pub(in crate::cli) lead: Vec<String>,
    pub(in crate::cli) tables: Vec<Table>,
}

/// A table with a heading over it.
#[derive(Debug, Default)]
pub(in crate::cli) struct Table {
    pub(in crate::cli) title: String,
    pub(in crate::cli) heads: Vec<String>,
    pub(in crate::cli) rows: Vec<Row>,
    /// Whether the rows keep their order; else those that matter most come first.
    pub(in crate::cli) in_order: bool,
}

/// A row; it matters as much as its gravest cell.
#[derive(Debug)]
pub(in crate::cli) struct Row(pub(in crate::cli) Vec<Cell>);

/// A cell, and lines of small print in it.
#[derive(Debug)]
pub(in crate::cli) struct Cell {
    text: String,
    more: Vec<String>,
    weight: Weight,
}

impl Cell {
    pub(in crate::cli) fn new(weight: Weight, text: impl Into<String>) -> Self {
        Self { text: text.into(), more: Vec::new(), weight }
    }

    pub(in crate::cli) fn plain(text: impl Into<String>) -> Self {
        Self::new(Weight::Plain, text)
    }

    pub(in crate::cli) fn with(mut self, more: impl IntoIterator<Item = String>) -> Self {
        self.more.extend(more.into_iter().filter(|line| !line.is_empty()));
        self
    }
}

impl Row {
    fn weight(&self) -> Weight {
        self.0.iter().map(|cell| cell.weight).min().unwrap_or(Weight::Plain)
    }
}

impl Page {
    /// The page as text.
    pub(super) fn text(mut self) -> String {
        let title = html(&self.title);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        );
        for (at, line) in self.lead.iter().enumerate() {
            let class = if at == 0 { "lead" } else { "soft" };
            let _ = writeln!(out, "<p class=\"{class}\">{}</p>", html(line));
        }
        for table in self.tables.iter_mut().filter(|table| !table.rows.is_empty()) {
            table.write(&mut out);
        }
        let _ = write!(
            out,
            "<p class=\"soft\">platy {}</p>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION")
        );
        out
    }
}

impl Table {
    fn write(&mut self, out: &mut String) {
        if !self.in_order {
            self.rows.sort_by_key(Row::weight);
        }
        if !self.title.is_empty() {
            let _ = writeln!(out, "<h2>{}</h2>", html(&self.title));
        }
        out.push_str("<div class=\"table\"><table>\n<thead><tr>");
        for head in &self.heads {
            let _ = write!(out, "<th scope=\"col\"><button>{}</button></th>", html(head));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            for (at, cell) in row.0.iter().enumerate() {
                cell.write(self.heads.get(at).filter(|_| at > 0), out);
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table></div>\n");
    }
}

impl Cell {
    fn write(&self, head: Option<&String>, out: &mut String) {
        let class = match self.weight {
            Weight::Bad => " class=\"bad\"",
            Weight::Doubt => " class=\"doubt\"",
            Weight::Plain => "",
            Weight::Good => " class=\"good\"",
        };
        let _ = write!(out, "<td{class} data-sort=\"{}\"", html(&self.text));
        if let Some(head) = head {
            let _ = write!(out, " data-head=\"{}\"", html(head));
        }
        let _ = write!(out, ">{}", html(&self.text));
        for line in &self.more {
            let _ = write!(out, "<span class=\"more\">{}</span>", html(line));
        }
        out.push_str("</td>");
    }
}

/// Text from outside, as it may be in HTML and in its attributes; what a terminal would take for
/// more than text is written out as on a terminal.
fn html(text: &str) -> String {
    escape(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_come_first_and_text_stays_text() {
        let row = |weight, text: &str| {
            let hostile = format!("{text}</td><script>alert('x')</script>\u{202e}");
            Row(vec![Cell::plain(text), Cell::new(weight, hostile).with(["\"more\"".to_owned()])])
        };
        let rows =
            vec![row(Weight::Good, "one"), row(Weight::Plain, "two"), row(Weight::Bad, "three")];
        let heads = vec!["a".to_owned(), "b & c".to_owned()];
        let table = Table { title: "t".to_owned(), heads, rows, in_order: false };
        let page =
            Page { title: "<x>".to_owned(), lead: vec!["1".to_owned()], tables: vec![table] };
        let text = page.text();
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
        assert!(at(">three<") < at(">one<"), "{text}");
        assert_eq!(text.matches("<script>").count(), 1, "{text}");
        assert!(
            text.contains("data-head=\"b &amp; c\"") && text.contains("<title>&lt;x&gt;</title>")
        );
        assert!(
            !text.contains('\u{202e}') && text.contains("<span class=\"more\">&quot;more&quot;")
        );
        assert!(!text.contains("http://") && !text.contains("https://"), "nothing from elsewhere");
    }
}
