//! The findings as SARIF 2.1.0 (OASIS "Static Analysis Results Interchange Format").

use serde_json::{Value, json};

use super::report::Report;
use crate::model::diagnose::{Finding, RULES, Severity};
use crate::oci::Digest;
use crate::text::escape;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn document(reports: &[Report]) -> Value {
    let results: Vec<Value> = reports.iter().flat_map(results).collect();
    let trouble: Vec<Value> = reports.iter().flat_map(notifications).collect();
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| json!({ "id": rule.name, "shortDescription": { "text": rule.says } }))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "platy",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "invocations": [{
                "executionSuccessful": trouble.is_empty(),
                "toolExecutionNotifications": trouble,
            }],
            "results": results,
        }],
    })
}

fn results(report: &Report) -> Vec<Value> {
    let Ok(checked) = &report.outcome else { return Vec::new() };
    let reference = report.location.to_string();
    checked.findings.iter().map(|finding| result(finding, &reference)).collect()
}

fn result(finding: &Finding, reference: &str) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Good => "note",
    };
    let mut lines = vec![finding.title.clone()];
    lines.extend(finding.evidence.iter().cloned());
    lines.extend(finding.unknown.iter().cloned());
    lines.push(format!("Next: {}", finding.next_step));
    let lines: Vec<String> = lines.iter().map(|line| escape(line).into_owned()).collect();
    // The same finding of the same reference, also if its evidence changes.
    let same = format!("{reference}\n{}\n{}", finding.rule, finding.title);
    json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.name == finding.rule),
        "level": level,
        "message": { "text": lines.join("\n") },
        "locations": [location(reference)],
        "partialFingerprints": { "finding/v1": Digest::sha256(same.as_bytes()).hex() },
    })
}

/// An image has no file and no line; the reference stands for both.
fn location(reference: &str) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(reference) },
            "region": { "startLine": 1 },
        },
        "logicalLocations": [{ "fullyQualifiedName": reference, "kind": "resource" }],
    })
}

/// The reference as a relative URI: what may not be in one is written in percent signs.
pub(in crate::cli) fn uri(reference: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/@".contains(&byte);
    reference
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn notifications(report: &Report) -> Vec<Value> {
    let failures = match &report.outcome {
        Ok(checked) => checked.failures.iter().collect(),
        Err(failure) => vec![failure],
    };
    failures
        .into_iter()
        .map(|failure| {
            let text = format!("{}: {failure}", report.location);
            json!({ "level": "error", "message": { "text": escape(&text) } })
        })
        .collect()
}
