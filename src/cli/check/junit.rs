//! The report as JUnit XML, in the form that CI systems read: a suite for each reference, a case
//! for each platform, and one for each finding.

use super::report::{Checked, Report};
use super::words;
use super::xml::Element;
use crate::model::check::Verdict;
use crate::model::diagnose::{Finding, Severity};
use crate::oci::Failure;
use crate::work::prove::Told;

pub(super) fn document(reports: &[Report]) -> String {
    let suites: Vec<Suite> = reports.iter().map(suite).collect();
    let sum = |of: fn(&Suite) -> usize| suites.iter().map(of).sum::<usize>();
    Element::new("testsuites")
        .with("name", "platy check")
        .with("tests", sum(|suite| suite.cases.len()))
        .with("failures", sum(|suite| suite.failures))
        .with("errors", sum(|suite| suite.errors))
        .with("skipped", sum(|suite| suite.skipped))
        .children(suites.into_iter().map(Suite::element))
        .document()
}

struct Suite {
    name: String,
    cases: Vec<Element>,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Suite {
    fn element(self) -> Element {
        Element::new("testsuite")
            .with("name", self.name)
            .with("tests", self.cases.len())
            .with("failures", self.failures)
            .with("errors", self.errors)
            .with("skipped", self.skipped)
            .children(self.cases)
    }

    fn case(&self, name: &str) -> Element {
        Element::new("testcase").with("classname", &self.name).with("name", name)
    }

    fn platform(&mut self, told: &Told) {
        let row = &told.proven.row;
        let case = self.case(&format!("{} {}", words::platform(row), told.digest));
        let reason = |name| Element::new(name).with("message", &row.reason);
        let case = match row.verdict {
            Verdict::Disagree if words::is_grave(row) => {
                self.failures += 1;
                case.child(reason("failure").with("type", "disagree").text(words::program(row)))
            }
            Verdict::CannotTell => {
                self.skipped += 1;
                case.child(reason("skipped"))
            }
            Verdict::Agree | Verdict::Disagree => {
                case.child(Element::new("system-out").text(&row.reason))
            }
        };
        self.cases.push(case);
    }

    fn finding(&mut self, finding: &Finding) {
        let case = self.case(&format!("{}: {}", finding.rule, finding.title));
        let mut lines = finding.evidence.clone();
        lines.extend(finding.unknown.iter().cloned());
        lines.push(format!("Next: {}", finding.next_step));
        let case = if finding.severity == Severity::Error {
            self.failures += 1;
            let failure = Element::new("failure").with("message", &finding.title);
            case.child(failure.with("type", finding.rule).text(lines.join("\n")))
        } else {
            let text = format!("{}: {}", finding.severity.as_str(), lines.join("\n"));
            case.child(Element::new("system-out").text(text))
        };
        self.cases.push(case);
    }

    fn trouble(&mut self, failure: &Failure) {
        self.errors += 1;
        let error = Element::new("error")
            .with("message", failure.to_string())
            .with("type", failure.class.as_str());
        self.cases.push(self.case("reading").child(error));
    }
}

fn suite(report: &Report) -> Suite {
    let name = report.location.to_string();
    let mut suite = Suite { name, cases: Vec::new(), failures: 0, errors: 0, skipped: 0 };
    match &report.outcome {
        Ok(Checked { table, findings, failures, .. }) => {
            table.rows.iter().for_each(|told| suite.platform(told));
            findings.iter().for_each(|finding| suite.finding(finding));
            failures.iter().for_each(|failure| suite.trouble(failure));
        }
        Err(failure) => suite.trouble(failure),
    }
    suite
}
