//! The report as a page: for each reference its findings, and the truth table.

use super::report::{Checked, Report};
use super::words;
use crate::cli::html::{Cell, Page, Row, Table, Weight};
use crate::model::check::Verdict;
use crate::model::diagnose::{Finding, Severity};
use crate::oci::Failure;
use crate::text::plural;
use crate::work::prove::Told;

pub(super) fn page(reports: &[Report]) -> Page {
    let names: Vec<String> = reports.iter().map(|it| it.location.to_string()).collect();
    let checked = || reports.iter().filter_map(|it| it.outcome.as_ref().ok());
    let errors: usize = checked()
        .map(|it| it.findings.iter().filter(|it| it.severity == Severity::Error).count())
        .sum();
    let unread =
        reports.iter().filter(|it| it.outcome.as_ref().map_or(true, |it| !it.failures.is_empty()));
    let unread = unread.count();
    let mut lead = plural(errors, "error");
    if unread > 0 {
        lead.push_str(&format!(" · {} not read whole", plural(unread, "reference")));
    }
    Page {
        title: format!("Labels of {}", names.join(", ")),
        lead: vec![lead],
        tables: {
            let (findings, truths): (Vec<Table>, Vec<Table>) = reports.iter().map(tables).unzip();
            findings.into_iter().chain(truths).collect()
        },
    }
}

/// The findings of a reference, and what is true of it.
fn tables(report: &Report) -> (Table, Table) {
    let name = report.location.to_string();
    let (findings, rows) = match &report.outcome {
        Err(failure) => (vec![unread(failure)], Vec::new()),
        Ok(Checked { findings, failures, table, .. }) => {
            let findings = findings.iter().map(finding).chain(failures.iter().map(unread));
            (findings.collect(), table.rows.iter().map(row).collect())
        }
    };
    let heads = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    let findings = Table {
        title: format!("Findings of {name}"),
        heads: heads(&["finding", "what", "next"]),
        rows: findings,
        in_order: false,
    };
    let truth = Table {
        title: format!("What is true of {name}"),
        heads: heads(&["the list says", "the config says", "the program is", "verdict"]),
        rows,
        in_order: false,
    };
    (findings, truth)
}

fn finding(finding: &Finding) -> Row {
    let weight = match finding.severity {
        Severity::Error => Weight::Bad,
        Severity::Warning => Weight::Doubt,
        Severity::Info => Weight::Plain,
        Severity::Good => Weight::Good,
    };
    let evidence = finding.evidence.iter().chain(&finding.unknown).cloned();
    Row(vec![
        Cell::new(weight, finding.rule),
        Cell::plain(&finding.title).with(evidence),
        Cell::plain(&finding.next_step),
    ])
}

fn unread(failure: &Failure) -> Row {
    Row(vec![
        Cell::new(Weight::Doubt, failure.class.title()),
        Cell::plain(&failure.detail).with([failure.subject.clone()]),
        Cell::plain(failure.next.clone().unwrap_or_default()),
    ])
}

fn row(told: &Told) -> Row {
    let row = &told.proven.row;
    let weight = match row.verdict {
        Verdict::Disagree if words::is_grave(row) => Weight::Bad,
        Verdict::Disagree | Verdict::CannotTell => Weight::Doubt,
        Verdict::Agree => Weight::Good,
    };
    Row(vec![
        Cell::plain(words::claimed(&row.claim.list)).with([told.digest.short().to_owned()]),
        Cell::plain(words::claimed(&row.claim.config)),
        Cell::plain(words::program(row)),
        Cell::new(weight, row.verdict.to_string()).with([row.reason.clone()]),
    ])
}
