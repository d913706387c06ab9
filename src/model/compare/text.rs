//! A whole comparison as text, for `platy diff` and for the clipboard.

use super::table::table;
use super::{Comparison, Head, lines, summary};
use crate::text::{bytes, escape, wrap};

/// What is compared, the lines in columns that fit into `cells`, and what it comes to. `names` are
/// what the sides are called. Harmless for a terminal.
#[must_use]
pub fn text(comparison: &Comparison, names: [&str; 2], cells: usize) -> String {
    let [a, b] = names;
    let mut out = vec![side("A", a, &comparison.a), side("B", b, &comparison.b)];
    out.push(String::new());
    let body = table(&lines(comparison), cells);
    if !body.is_empty() {
        out.extend(body);
        out.push(String::new());
    }
    for sentence in summary(comparison) {
        out.extend(wrap(&sentence, cells));
    }
    out.join("\n") + "\n"
}

/// `A  demo/app:1.0  index  sha256:…  734 B`
fn side(letter: &str, name: &str, head: &Head) -> String {
    let mut parts = vec![letter.to_owned(), escape(name).into_owned(), head.words()];
    parts.extend(head.digest.as_ref().map(ToString::to_string));
    parts.extend(head.size.map(bytes));
    parts.join("  ")
}
