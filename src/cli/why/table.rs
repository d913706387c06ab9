//! The evidence: every entry in the order in which the engine looked.

use crate::model::select::{Selection, Step};
use crate::oci::Platform;
use crate::text::{escape, pad, width, wrap};

/// Fewer cells are not worth a column of their own.
const LEAST: usize = 24;

/// Writes a line for each entry; neighbours of which the same is true share one. The last column
/// wraps.
pub(super) fn write(selection: &Selection, cells: usize, out: &mut String) {
    let rows = rows(selection);
    if rows.is_empty() {
        return;
    }
    let head = ["#", "entry", "verdict", "because"].map(str::to_owned);
    let widest = |column: fn(&[String; 4]) -> &String| {
        rows.iter().chain([&head]).map(|row| width(column(row))).max().unwrap_or(0) + 3
    };
    let columns = [widest(|[it, ..]| it), widest(|[_, it, ..]| it), widest(|[_, _, it, _]| it)];
    let before: usize = columns.iter().sum();
    let last = cells.saturating_sub(before).max(LEAST);
    for [number, entry, verdict, because] in [&head].into_iter().chain(&rows) {
        let mut line = String::new();
        for (text, cells) in [number, entry, verdict].into_iter().zip(columns) {
            line.push_str(&pad(text, cells));
        }
        for part in wrap(because, last) {
            out.push_str(&format!("{line}{part}\n"));
            line = " ".repeat(before);
        }
    }
}

fn rows(selection: &Selection) -> Vec<[String; 4]> {
    // What was looked for is above the table.
    let wanted = format!(", looking for {}", selection.wanted.join(", "));
    let alike = |a: &Step, b: &Step| {
        a.platform == b.platform && a.verdict == b.verdict && a.rule == b.rule && follows(a, b)
    };
    selection
        .trace
        .chunk_by(alike)
        .filter_map(|steps| {
            let (first, last) = (steps.first()?, steps.last()?);
            let mut number = position(&first.path);
            if let (Some(end), true) = (last.path.last(), steps.len() > 1) {
                number.push_str(&format!("–{}", end + 1));
            }
            let entry = first.platform.as_ref().map(Platform::to_string);
            let rule = first.rule.strip_suffix(wanted.as_str()).unwrap_or(&first.rule);
            Some([
                number,
                escape(entry.as_deref().unwrap_or("(no platform)")).into_owned(),
                first.verdict.as_str().to_owned(),
                escape(rule).into_owned(),
            ])
        })
        .collect()
}

/// Whether the second one comes right after the first one in the same index.
fn follows(a: &Step, b: &Step) -> bool {
    match (a.path.split_last(), b.path.split_last()) {
        (Some((a, above_a)), Some((b, above_b))) => above_a == above_b && a + 1 == *b,
        _ => false,
    }
}

/// The position of an entry as people count: `2`, in a nested index `2.1`.
pub(super) fn position(path: &[usize]) -> String {
    let parts: Vec<String> = path.iter().map(|at| (at + 1).to_string()).collect();
    parts.join(".")
}
