//! The findings as SARIF 2.1.0, each at the file and line that names the image.

use serde_json::{Value, json};

use super::report::{Cell, Fleet};
use crate::oci::Digest;
use crate::text::escape;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const RULES: [(&str, &str); 4] = [
    ("fleet-nothing", "A machine gets nothing of an image"),
    ("fleet-wrong", "A machine gets an image that is not for it"),
    ("fleet-unread", "An image could not be read"),
    ("fleet-unresolved", "A name does not name an image by itself"),
];

pub(super) fn document(fleet: &Fleet) -> Value {
    let rules: Vec<Value> = RULES
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
    for (file, line, text, reason) in fleet.unresolved() {
        results.push(result(
            "fleet-unresolved",
            "warning",
            &format!("{text}: {reason}"),
            file,
            line,
        ));
    }
    for image in &fleet.images {
        let name = image.reference.familiar();
        let mut told: Vec<(&str, &str, String)> = Vec::new();
        if let Some(Err(failure)) = &image.outcome {
            let text = format!("{name}: {}: {}", failure.class.title(), failure.detail);
            told.push(("fleet-unread", "error", text));
        }
        for (at, cell) in fleet.findings(image) {
            let Some(host) = fleet.hosts.get(at).map(crate::model::select::Host::platform) else {
                continue;
            };
            match cell {
                Cell::Nothing(why) => {
                    told.push(("fleet-nothing", "error", format!("{name} on {host}: {why}")));
                }
                Cell::Wrong { platform, why, .. } => {
                    let text = format!("{name} on {host}: {platform}: {why}");
                    told.push(("fleet-wrong", "error", text));
                }
                _ => {}
            }
        }
        for (file, mention) in fleet.places(image) {
            for (rule, level, text) in &told {
                results.push(result(rule, level, text, file, mention.line));
            }
        }
    }
    results
}

fn result(rule: &str, level: &str, text: &str, file: &str, line: usize) -> Value {
    let same = format!("{rule}\n{file}\n{text}");
    json!({
        "ruleId": rule,
        "ruleIndex": RULES.iter().position(|(id, _)| *id == rule),
        "level": level,
        "message": { "text": escape(text) },
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
