//! Coverage as a table, and each piece of evidence on a line.

use super::checked::Checked;
use crate::model::evidence::{Asked, Coverage, Item, Table, gaps};
use crate::oci::Location;
use crate::text::{escape, pad, width};

/// The cells of a name.
const NAME: usize = 24;

/// The whole of it.
pub(super) fn document(
    location: &Location,
    coverage: &Coverage,
    checked: Option<&[Checked]>,
) -> String {
    let mut out = format!("{}\n\n", escape(&location.to_string()));
    table(coverage, &mut out);
    for row in coverage.rows.iter().filter(|row| !row.items.is_empty()) {
        out.push_str(&format!("\n{}  {}\n", escape(&row.name()), row.digest));
        for item in &row.items {
            line(item, &mut out);
        }
    }
    if let Some(checked) = checked {
        out.push_str(if checked.is_empty() { "\nno signature to check\n" } else { "\nchecked\n" });
        let names = checked.iter().map(|one| width(&escape(&one.name)));
        let widest = names.max().unwrap_or(0).max(NAME);
        for one in checked {
            for outcome in &one.outcomes {
                out.push_str(&format!(
                    "  {}  {}  {}  {}\n",
                    escape(&one.row.name()),
                    pad(&escape(&one.name), widest),
                    one.manifest,
                    escape(&outcome.words())
                ));
            }
        }
    }
    let gaps = gaps(coverage);
    if !gaps.is_empty() {
        out.push('\n');
    }
    for gap in gaps {
        out.push_str(&format!("{}\n", escape(&gap)));
    }
    out
}

fn table(coverage: &Coverage, out: &mut String) {
    let table = Table::of(coverage, usize::MAX);
    for at in 0..table.lines.len() {
        let (name, cells) = table.line(at, usize::MAX);
        out.push_str(format!("{name}{cells}").trim_end());
        out.push('\n');
    }
    if coverage.rows.iter().any(|row| row.asked == Asked::NotYet) {
        out.push_str("\nThe list is long: only the list itself was asked about, not each image.\n");
    }
}

fn line(item: &Item, out: &mut String) {
    let places: Vec<&str> = item.places.iter().map(|place| place.word()).collect();
    let mut text = format!(
        "  {:<10}  {}  {}  {}",
        item.kind.word(),
        pad(&escape(&item.name), NAME),
        item.manifest,
        places.join(" + ")
    );
    if let Some(state) = item.state() {
        text.push_str(&format!("  {}", escape(&state)));
    }
    out.push_str(text.trim_end());
    out.push('\n');
}
