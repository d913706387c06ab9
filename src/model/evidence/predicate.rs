//! What is in an envelope or a statement and has no form that platy knows, laid out.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::decoded::decoded;
use super::open::{Body, Evidence};

/// The largest content that is laid out, in bytes (256 KiB).
const MOST: usize = 256 << 10;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Statement<'a> {
    #[serde(borrow)]
    predicate: Option<&'a RawValue>,
}

impl Evidence {
    /// The lines of what it holds: the predicate of a statement of an unknown type, or what is in an
    /// envelope. `None` if it is of a known form or stands alone; in the place of lines how many bytes
    /// it has, if those are too many.
    #[must_use]
    pub fn laid_out(&self) -> Option<Result<Vec<String>, usize>> {
        let text = decoded(&self.document).text;
        let text = std::str::from_utf8(&text).ok()?;
        let text = match &self.body {
            Body::Predicate => serde_json::from_str::<Statement<'_>>(text).ok()?.predicate?.get(),
            Body::Json | Body::Text { .. } if !self.envelopes.is_empty() => text,
            _ => return None,
        };
        if text.len() > MOST {
            return Some(Err(text.len()));
        }
        Some(Ok(lines(text)))
    }
}

fn lines(text: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return text.lines().map(str::to_owned).collect();
    };
    // cosign's `--type custom` keeps a file as text in a field (cosign 3.1.3, `pkg/cosign/attestation`).
    let inner = value.get("Data").unwrap_or(&value);
    if let Some(text) = inner.as_str() {
        return lines_of(&serde_json::from_str(text).unwrap_or_else(|_| inner.clone()));
    }
    lines_of(&value)
}

fn lines_of(value: &Value) -> Vec<String> {
    let text = match value.as_str() {
        Some(text) => text.to_owned(),
        None => serde_json::to_string_pretty(value).unwrap_or_default(),
    };
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use ::base64::Engine as _;
    use serde_json::json;

    use super::*;
    use crate::model::evidence::{Stated, open};

    fn envelope(content: &str) -> Evidence {
        let payload = ::base64::engine::general_purpose::STANDARD.encode(content);
        let envelope = json!({ "payloadType": "x", "payload": payload, "signatures": [] });
        open(&envelope.to_string().into(), &Stated::default()).unwrap()
    }

    #[test]
    fn what_is_in_an_envelope_is_laid_out() {
        let statement = |predicate: Value| {
            json!({
                "_type": "https://in-toto.io/Statement/v1",
                "predicateType": "https://acme.example/review/v2",
                "predicate": predicate,
            })
            .to_string()
        };
        let lines = |evidence: &Evidence| evidence.laid_out().unwrap().unwrap();
        let reviewed = ["{", "  \"z\": \"ok\",", "  \"a\": 1", "}"];
        let review = json!({ "z": "ok", "a": 1 });
        assert_eq!(lines(&envelope(&statement(review.clone()))), reviewed);
        let custom = json!({ "Data": review.to_string(), "Timestamp": "2026-11-01T00:00:00Z" });
        assert_eq!(lines(&envelope(&statement(custom))), reviewed);
        let custom = json!({ "Data": "one\ntwo", "Timestamp": "2026-11-01T00:00:00Z" });
        assert_eq!(lines(&envelope(&statement(custom))), ["one", "two"]);
        assert_eq!(lines(&envelope(&review.to_string())), reviewed);
        assert_eq!(lines(&envelope("only text")), ["only text"]);
        // A statement that is in no envelope, and what is known or alone.
        let bare = |text: String| open(&text.into(), &Stated::default()).unwrap();
        assert_eq!(lines(&bare(statement(review.clone()))), reviewed);
        assert_eq!(bare(review.to_string()).laid_out(), None);
        assert_eq!(envelope(r#"{"spdxVersion":"SPDX-2.3"}"#).laid_out(), None);
        let long = json!({ "a": "b".repeat(MOST) }).to_string();
        assert_eq!(envelope(&long).laid_out(), Some(Err(long.len())));
    }
}
