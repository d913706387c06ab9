//! The findings as workflow commands of GitHub Actions, which shows them beside the run.

use super::report::Report;
use crate::model::diagnose::{Finding, Severity};
use crate::text::escape;

pub(super) fn document(reports: &[Report]) -> String {
    reports.iter().flat_map(lines).collect()
}

fn lines(report: &Report) -> Vec<String> {
    let reference = report.location.to_string();
    match &report.outcome {
        Ok(checked) => {
            let findings = checked.findings.iter().map(|it| finding(&reference, it));
            let failures = checked.failures.iter();
            findings
                .chain(failures.map(|it| line("error", "platy", &format!("{reference}: {it}"))))
                .collect()
        }
        Err(failure) => vec![line("error", "platy", &format!("{reference}: {failure}"))],
    }
}

fn finding(reference: &str, finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Good => "notice",
    };
    let mut text = vec![format!("{reference}: {}", finding.title)];
    text.extend(finding.evidence.iter().cloned());
    text.push(format!("Next: {}", finding.next_step));
    let text: Vec<String> = text.iter().map(|line| escape(line).into_owned()).collect();
    line(command, finding.rule, &text.join("\n"))
}

/// One command; what may not be in it is written in percent signs ("Workflow commands for GitHub
/// Actions", and `toolkit`'s `core/src/command.ts`).
fn line(command: &str, title: &str, text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    format!("::{command} title={title}::{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_command() {
        assert_eq!(line("error", "x", "50%\nb"), "::error title=x::50%25%0Ab\n");
    }
}
