//! The comparison as text: what the screen shows.

use super::Question;
use super::table::table;
use crate::cli::output::columns;
use crate::compare::{Comparison, Head, lines, summary};
use crate::oci::Location;
use crate::text::{bytes, escape, wrap};

/// A line in a pipe.
const IN_A_PIPE: usize = 140;

pub(super) fn document(question: &Question, comparison: &Comparison) -> String {
    let [a, b] = &question.locations;
    let cells = columns(IN_A_PIPE);
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
fn side(name: &str, location: &Location, head: &Head) -> String {
    let mut parts = vec![name.to_owned(), escape(&location.to_string()).into_owned()];
    parts.push(match &head.platform {
        Some(platform) => format!("{} {}", head.kind.as_str(), escape(platform)),
        None => head.kind.as_str().to_owned(),
    });
    parts.extend(head.digest.as_ref().map(ToString::to_string));
    parts.extend(head.size.map(bytes));
    parts.join("  ")
}
