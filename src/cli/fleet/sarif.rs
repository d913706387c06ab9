//! The findings as SARIF 2.1.0, each at the file and line that names the image.

use serde_json::{Value, json};

use crate::model::fleet::{Fleet, Kind};
use crate::oci::Digest;
use crate::text::escape;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const UNRESOLVED: (&str, &str) = ("fleet-unresolved", "A name does not name an image by itself");

fn rules() -> Vec<(&'static str, &'static str)> {
    Kind::ALL.iter().map(|kind| (kind.rule(), kind.says())).chain([UNRESOLVED]).collect()
}

pub(super) fn document(fleet: &Fleet) -> Value {
    let rules: Vec<Value> = rules()
        .iter()
        .map(|(id, says)| json!({ "id": id, "shortDescription": { "text": says } }))
        .collect();
    let notifications: Vec<Value> = fleet
        .problems()
        .map(|(file, problem)| {
            json!({
                "level": "error",
                "message": { "text": escape(&problem.text) },
                "locations": [location(file, problem.line.unwrap_or(1))],
            })
        })
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
                "executionSuccessful": notifications.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results(fleet),
        }],
    })
}

fn results(fleet: &Fleet) -> Vec<Value> {
    let mut results = Vec::new();
    for (file, mention, text, reason) in fleet.unresolved() {
        let text = format!("{text}: {reason}");
        results.push(result(UNRESOLVED.0, "warning", &text, file, mention.line));
    }
    for image in &fleet.images {
        let name = image.reference.familiar();
        let counts = |kind: Kind| kind == Kind::Unread || image.allowed().is_none();
        for told in fleet.told(image).into_iter().filter(|told| counts(told.kind)) {
            let mut text = format!("{name}: {}", told.text);
            if let Some(nearest) = &image.nearest {
                text.push_str(&format!("\nNext: {}", nearest.words()));
            }
            for (file, mention) in fleet.pulled_at(image) {
                results.push(result(told.kind.rule(), "error", &text, file, mention.line));
            }
        }
    }
    results
}

fn result(rule: &str, level: &str, text: &str, file: &str, line: usize) -> Value {
    let same = format!("{rule}\n{file}\n{text}");
    let lines: Vec<String> = text.lines().map(|line| escape(line).into_owned()).collect();
    json!({
        "ruleId": rule,
        "ruleIndex": rules().iter().position(|(id, _)| *id == rule),
        "level": level,
        "message": { "text": lines.join("\n") },
        "locations": [location(file, line)],
        "partialFingerprints": { "finding/v1": Digest::sha256(same.as_bytes()).hex() },
    })
}

fn location(file: &str, line: usize) -> Value {
    let name = if file == "-" { "stdin" } else { file };
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": crate::cli::check::uri(name) },
            "region": { "startLine": line },
        },
    })
}
