//! The report as JUnit XML, in the form that CI systems read: a suite for each reference, a case
//! for each platform, and one for each finding.

use quick_junit::{TestCase, TestSuite};

use super::report::{Checked, Report};
use super::words;
use crate::cli::junit;
use crate::model::check::Verdict;
use crate::model::diagnose::{Finding, Severity};
use crate::oci::Failure;
use crate::work::prove::Told;

pub(super) fn document(reports: &[Report]) -> String {
    junit::document("platy check", reports.iter().map(suite))
}

fn suite(report: &Report) -> TestSuite {
    let cases: Vec<TestCase> = match &report.outcome {
        Ok(Checked { table, findings, failures, .. }) => {
            let rows = table.rows.iter().map(platform);
            rows.chain(findings.iter().map(finding)).chain(failures.iter().map(trouble)).collect()
        }
        Err(failure) => vec![trouble(failure)],
    };
    junit::suite(&report.location.to_string(), cases)
}

fn platform(told: &Told) -> TestCase {
    let row = &told.proven.row;
    let name = format!("{} {}", words::platform(row), told.digest);
    match row.verdict {
        Verdict::Disagree if words::is_grave(row) => {
            junit::failed(&name, "disagree", &row.reason, &words::program(row))
        }
        Verdict::CannotTell => junit::skipped(&name, &row.reason),
        Verdict::Agree | Verdict::Disagree => junit::remarked(&name, &row.reason),
    }
}

fn finding(finding: &Finding) -> TestCase {
    let name = format!("{}: {}", finding.rule, finding.title);
    let mut lines = finding.evidence.clone();
    lines.extend(finding.unknown.iter().cloned());
    lines.push(format!("Next: {}", finding.next_step));
    let text = lines.join("\n");
    if finding.severity == Severity::Error {
        junit::failed(&name, finding.rule, &finding.title, &text)
    } else {
        junit::remarked(&name, &format!("{}: {text}", finding.severity.as_str()))
    }
}

fn trouble(failure: &Failure) -> TestCase {
    junit::broken("reading", failure.class.as_str(), &failure.to_string())
}
