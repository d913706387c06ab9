//! Answers whose status says no.

use std::time::SystemTime;

use oci_distribution::errors::{OciError, OciErrorCode};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use super::origin::bare;
use super::retry::retry_after;
use super::{Again, Answer, Setback};
use crate::oci::{Class, Code, Failure};
use crate::source::error_code::kind;

/// How much of an error's body is read.
const MAX_ERROR_BODY: usize = 64 << 10;
/// How much of an unknown error's text is shown.
const MAX_EXCERPT: usize = 200;
const MAX_CODES: usize = 8;

/// A status that says no, with what its body says.
pub(in crate::source) struct Refusal {
    pub(in crate::source) status: StatusCode,
    /// The registry's own error codes.
    pub(in crate::source) codes: Vec<Code>,
    /// What a body without codes says, in short.
    pub(in crate::source) words: Option<String>,
    /// Where it came from, without the query.
    pub(in crate::source) url: String,
    /// What the user asked for.
    pub(in crate::source) subject: String,
    /// The host of a redirect's target, if it is not the registry that answered.
    elsewhere: Option<String>,
    again: Again,
}

impl Refusal {
    /// Reads what the answer says, in little memory.
    pub(in crate::source) async fn read(answer: Answer) -> Self {
        let status = answer.status;
        let again = match status.as_u16() {
            429 | 503 => {
                retry_after(&answer.headers, SystemTime::now()).map_or(Again::Backoff, Again::After)
            }
            500 | 502 | 504 => Again::Backoff,
            _ => Again::No,
        };
        let is_html = answer
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/html"));
        let (url, subject) = (bare(&answer.url), answer.subject.clone());
        let elsewhere = answer.url.host_str().filter(|_| answer.strayed).map(str::to_owned);
        let body = answer.beginning(MAX_ERROR_BODY).await;
        let codes = codes_of(&body);
        let words = if codes.is_empty() { summary(&body, is_html) } else { None };
        // A registry that says what is wrong with the request has not failed in passing, whatever
        // its status (distribution 3.1.2 answers some refusals of manifests with 500).
        let again = if codes.iter().any(is_final) { Again::No } else { again };
        Self { status, codes, words, url, subject, elsewhere, again }
    }

    /// Whether the body says that this port wants TLS. Go's servers and nginx answer plain HTTP
    /// so, with status 400.
    pub(in crate::source) fn wants_tls(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST
            && self.url.starts_with("http:")
            && self.words.as_deref().is_some_and(|words| {
                words.contains("HTTP request to an HTTPS server")
                    || words.contains("plain HTTP request was sent to HTTPS port")
            })
    }

    /// The failure, in the words of its status.
    pub(in crate::source) fn into_setback(self) -> Setback {
        let class = class_of(self.status);
        let who = match &self.elsewhere {
            Some(host) => format!("{host}, where the registry redirects to,"),
            None => "the registry".to_owned(),
        };
        let mut detail = match class {
            Class::NotFound => format!("{who} does not have it"),
            Class::Unauthorised => format!("{who} wants a login"),
            Class::Forbidden => format!("{who} does not allow it"),
            Class::RateLimited => format!("{who} asks to slow down"),
            Class::Server => format!("{who} failed"),
            _ => format!("{} answered with status {}", self.url, self.status),
        };
        if let Some(words) = self.words {
            detail.push_str(": ");
            detail.push_str(&words);
        }
        let mut failure = Failure::new(class, self.subject, detail)
            .with_status(self.status.as_u16())
            .with_codes(self.codes);
        failure.next = match class {
            Class::RateLimited => {
                Some("try again later; registries allow more after a login".to_owned())
            }
            Class::Server if self.again != Again::No => Some("try again later".to_owned()),
            _ => None,
        };
        Setback { failure: Box::new(failure), again: self.again }
    }
}

fn class_of(status: StatusCode) -> Class {
    match status.as_u16() {
        401 | 407 => Class::Unauthorised,
        403 | 451 => Class::Forbidden,
        404 | 410 => Class::NotFound,
        408 => Class::TimedOut,
        413 => Class::TooLarge,
        405 | 406 | 415 | 501 => Class::Unsupported,
        429 => Class::RateLimited,
        500..=599 => Class::Server,
        _ => Class::Malformed,
    }
}

/// Whether an error is about what was asked, and stays however often it is asked.
fn is_final(code: &Code) -> bool {
    let words = [Some(code.message.as_str()), code.detail.as_deref()];
    matches!(
        kind(&code.code),
        OciErrorCode::ManifestBlobUnknown
            | OciErrorCode::ManifestInvalid
            | OciErrorCode::ManifestUnverified
            | OciErrorCode::BlobUnknown
            | OciErrorCode::DigestInvalid
            | OciErrorCode::NameInvalid
            | OciErrorCode::TagInvalid
            | OciErrorCode::SizeInvalid
    ) || words.into_iter().flatten().any(|words| words.contains("invalid URL on layer"))
}

/// The error codes of a registry's or token service's answer. Odd elements are read as far as
/// they go; a `details` (Docker Hub's token service) or OAuth2 `error` counts as one code.
fn codes_of(body: &[u8]) -> Vec<Code> {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
        return Vec::new();
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(errors) = object.get("errors").and_then(Value::as_array) {
        return errors.iter().take(MAX_CODES).filter_map(code_of).collect();
    }
    let message = text("error_description")
        .or_else(|| text("details"))
        .or_else(|| text("message"))
        .unwrap_or_default();
    match text("error").or_else(|| text("code")) {
        None if message.is_empty() => Vec::new(),
        None => vec![Code { code: "ERROR".to_owned(), message, detail: None }],
        Some(code) => vec![Code { code, message, detail: None }],
    }
}

fn code_of(value: &Value) -> Option<Code> {
    let detail = value.get("detail").and_then(detail_of);
    if let Ok(error) = serde_json::from_value::<OciError>(value.clone()) {
        let code = serde_json::to_value(&error.code).ok()?;
        return Some(Code { code: code.as_str()?.to_owned(), message: error.message, detail });
    }
    // JFrog and others write a number, or leave the code out.
    let text = |key: &str| match value.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let message = text("message").unwrap_or_default();
    let code = text("code").or_else(|| text("status"));
    (code.is_some() || !message.is_empty()).then(|| Code {
        code: code.unwrap_or_else(|| "ERROR".to_owned()),
        message,
        detail,
    })
}

/// What `detail` says, in short: its text, or that of its fields. Registries write a digest, an
/// object with a digest, or the error below.
fn detail_of(value: &Value) -> Option<String> {
    fn texts(value: &Value, depth: usize, all: &mut Vec<String>) {
        match value {
            Value::String(text) if !text.trim().is_empty() => all.push(text.trim().to_owned()),
            Value::Array(values) if depth > 0 => {
                values.iter().for_each(|value| texts(value, depth - 1, all));
            }
            Value::Object(fields) if depth > 0 => {
                fields.values().for_each(|value| texts(value, depth - 1, all));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    texts(value, 4, &mut all);
    all.dedup();
    let text: String = all.join(", ").chars().take(MAX_EXCERPT).collect();
    (!text.is_empty()).then_some(text)
}

/// A few words of a body that is not a registry's.
fn summary(body: &[u8], is_html: bool) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if is_html || text.starts_with('<') {
        return Some(match title(text) {
            Some(title) => format!("a web page, titled {title:?}"),
            None => "a web page".to_owned(),
        });
    }
    if text.starts_with(['{', '[']) || text.contains('\0') {
        return None;
    }
    let line = text.lines().next()?.trim();
    let short: String = line.chars().take(MAX_EXCERPT).collect();
    (!short.is_empty()).then_some(short)
}

fn title(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<title>")?;
    let (title, _) = rest.split_once("</title>")?;
    let words: Vec<&str> = title.split_whitespace().collect();
    Some(words.join(" ").chars().take(MAX_EXCERPT).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(body: &str) -> Vec<(String, String)> {
        codes_of(body.as_bytes()).into_iter().map(|c| (c.code, c.message)).collect()
    }

    fn pair(code: &str, message: &str) -> Vec<(String, String)> {
        vec![(code.to_owned(), message.to_owned())]
    }

    #[test]
    fn codes_are_read_in_every_shape_that_is_out_there() {
        for (body, expected) in [
            (
                r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"x"}}]}"#,
                pair("MANIFEST_UNKNOWN", "manifest unknown"),
            ),
            (r#"{"errors":[{"code":"OWN_CODE","message":"m"}]}"#, pair("OWN_CODE", "m")),
            (r#"{"errors":[{"code":"DENIED","message":null}]}"#, pair("DENIED", "")),
            (r#"{"errors":[{"status":404,"message":"gone"}]}"#, pair("404", "gone")),
            (r#"{"errors":[{"message":"only words"},7]}"#, pair("ERROR", "only words")),
            (
                r#"{"details":"incorrect username or password"}"#,
                pair("ERROR", "incorrect username or password"),
            ),
            (
                r#"{"error":"invalid_grant","error_description":"expired"}"#,
                pair("invalid_grant", "expired"),
            ),
            (r#"{"errors":null}"#, vec![]),
            ("<html>", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(codes(body), expected, "{body}");
        }
    }

    #[test]
    fn details_are_read_in_short() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (detail, expected) in [
            (format!("\"{digest}\""), Some(digest.clone())),
            (format!("{{\"digest\":\"{digest}\"}}"), Some(digest.clone())),
            ("\"invalid URL on layer\"".to_owned(), Some("invalid URL on layer".to_owned())),
            ("{}".to_owned(), None),
            ("null".to_owned(), None),
            ("[[\"a\"],{\"b\":\"c\"}]".to_owned(), Some("a, c".to_owned())),
        ] {
            let body =
                format!(r#"{{"errors":[{{"code":"UNKNOWN","message":"m","detail":{detail}}}]}}"#);
            assert_eq!(codes_of(body.as_bytes())[0].detail, expected, "{detail}");
        }
    }

    #[test]
    fn what_is_said_of_the_request_stays() {
        let code = |code: &str, detail: Option<&str>| Code {
            code: code.to_owned(),
            message: String::new(),
            detail: detail.map(str::to_owned),
        };
        assert!(is_final(&code("MANIFEST_BLOB_UNKNOWN", None)));
        // distribution 3.1.2: status 500, code UNKNOWN, the cause in the detail only.
        assert!(is_final(&code("UNKNOWN", Some("invalid URL on layer"))));
        assert!(!is_final(&code("UNKNOWN", None)));
        assert!(!is_final(&code("TOOMANYREQUESTS", None)));
    }

    #[test]
    fn a_body_that_is_no_error_list_is_summarised() {
        let page = "<!DOCTYPE html><html><head><title>502\n Bad  Gateway</title></head>";
        assert_eq!(
            summary(page.as_bytes(), true).as_deref(),
            Some("a web page, titled \"502 Bad Gateway\"")
        );
        assert_eq!(summary(b"<h1>no</h1>", false).as_deref(), Some("a web page"));
        assert_eq!(summary(b"one\ntwo", false).as_deref(), Some("one"));
        assert_eq!(summary("x".repeat(5000).as_bytes(), false).unwrap().len(), MAX_EXCERPT);
        assert_eq!(summary(b"  ", false), None);
        assert_eq!(summary(b"{\"a\":1}", false), None);
    }
}
