//! The truth table and the findings as text.

use super::report::{Checked, Report};
use super::words;
use crate::cli::finding;
use crate::cli::output::columns;
use crate::model::check::{Row, Verdict, amount};
use crate::text::{cut, escape, pad, plural, width, wrap};
use crate::work::prove::Told;

/// The cells in a line where the output goes into a pipe.
const IN_A_PIPE: usize = 120;
/// The widest that a platform is shown.
const PLATFORM: usize = 34;
const HEAD: [&str; 3] = ["the list says", "the config says", "the program is"];

pub(super) fn document(reports: &[Report]) -> String {
    let cells = columns(IN_A_PIPE);
    let texts: Vec<String> = reports
        .iter()
        .filter_map(|report| {
            let checked = report.outcome.as_ref().ok()?;
            let heading = format!("{}   {}\n", report.location, checked.digest);
            Some(escape(heading.trim_end()).into_owned() + "\n" + &one(checked, cells))
        })
        .collect();
    texts.join("\n")
}

fn one(checked: &Checked, cells: usize) -> String {
    let mut out = String::new();
    let rows = &checked.table.rows;
    table(rows, cells, &mut out);
    if !checked.findings.is_empty() {
        out.push('\n');
    }
    for found in &checked.findings {
        finding::write(found, cells, &mut out);
    }
    out.push('\n');
    for line in wrap(&summary(checked), cells) {
        out.push_str(&format!("{line}\n"));
    }
    out
}

fn table(rows: &[Told], cells: usize, out: &mut String) {
    let texts: Vec<[String; 3]> = rows
        .iter()
        .map(|told| {
            let row = &told.proven.row;
            [
                words::claimed(&row.claim.list),
                words::claimed(&row.claim.config),
                words::program(row),
            ]
            .map(|text| escape(&text).into_owned())
        })
        .collect();
    let widest = |at: usize| {
        let texts = texts.iter().filter_map(|row| row.get(at)).map(|text| width(text));
        texts.chain(HEAD.get(at).map(|text| width(text))).max().unwrap_or_default()
    };
    let [list, config] = [widest(0), widest(1)].map(|cells| cells.min(PLATFORM));
    // A sign before, the verdict behind, two blanks between.
    let verdict = "cannot tell".len();
    let program = cells.saturating_sub(list + config + verdict + 8).min(widest(2)).max(12);
    let mut line = |sign: &str, cells: [&str; 3], verdict: &str| {
        let [a, b, c] = cells;
        let text = format!(
            "{sign} {}  {}  {}  {verdict}",
            pad(&cut(a, list), list),
            pad(&cut(b, config), config),
            pad(&cut(c, program), program)
        );
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(" ", HEAD, "verdict");
    for (told, [list, config, program]) in rows.iter().zip(&texts) {
        let row = &told.proven.row;
        line(sign(row), [list, config, program], &row.verdict.to_string());
    }
    let reasons: Vec<&Row> = rows
        .iter()
        .map(|told| told.proven.row.as_ref())
        // Why claims disagree is in a finding.
        .filter(|row| row.verdict != Verdict::Disagree)
        .filter(|row| row.remark().is_some())
        .collect();
    if !reasons.is_empty() {
        out.push('\n');
    }
    for row in reasons {
        let text = format!("{}: {}", words::platform(row), row.reason);
        for (at, piece) in wrap(&escape(&text), cells.saturating_sub(2)).iter().enumerate() {
            out.push_str(&format!("{} {piece}\n", if at == 0 { sign(row) } else { " " }));
        }
    }
    counts(rows, cells, out);
}

/// All programs by their platforms, if they were asked for.
fn counts(rows: &[Told], cells: usize, out: &mut String) {
    let mut first = true;
    for told in rows {
        let row = &told.proven.row;
        let Some(others) = row.proof.as_ref().ok().and_then(|proof| proof.others.as_ref()) else {
            continue;
        };
        if std::mem::take(&mut first) {
            out.push_str("\nall programs\n");
        }
        let counts: Vec<String> =
            others.counts.iter().map(|(name, count)| format!("{count} × {name}")).collect();
        let counts = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
        let text = format!("{}: {counts}", words::platform(row));
        for (at, piece) in wrap(&escape(&text), cells.saturating_sub(2)).iter().enumerate() {
            out.push_str(&format!("{}{piece}\n", if at == 0 { "  " } else { "    " }));
        }
    }
}

fn sign(row: &Row) -> &'static str {
    match row.verdict {
        Verdict::Agree => "✓",
        Verdict::Disagree if words::is_grave(row) => "✗",
        Verdict::Disagree => "!",
        Verdict::CannotTell => "?",
    }
}

fn summary(checked: &Checked) -> String {
    let table = &checked.table;
    let count =
        |verdict| table.rows.iter().filter(|told| told.proven.row.verdict == verdict).count();
    let mut text = plural(table.rows.len(), "image");
    let (agree, disagree, unknown) =
        (count(Verdict::Agree), count(Verdict::Disagree), count(Verdict::CannotTell));
    let parts: Vec<String> = [
        (agree, if agree == 1 { "agrees" } else { "agree" }),
        (disagree, if disagree == 1 { "disagrees" } else { "disagree" }),
        (unknown, "unknown"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if !parts.is_empty() {
        text.push_str(&format!(": {}", parts.join(", ")));
    }
    if table.rows.iter().any(|told| told.proven.row.proof.is_ok()) {
        text.push_str(" · ");
        text.push_str(&amount(table.bytes_read, table.bytes_known, table.bytes));
    }
    if !table.rows.is_empty() && table.rows.iter().all(|told| told.proven.row.only_labels) {
        text.push_str(" · programs were not looked at");
    }
    let partly = table.rows.iter().filter_map(|told| told.proven.row.proof.as_ref().ok());
    if partly.clone().any(|proof| !proof.unverified.is_empty()) {
        text.push_str("; layers that were not read to their ends were not checked by digest");
    }
    text
}
