//! Failures of authentication: which files were looked at, which entry was used, what to run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;

use super::Aim;
use super::credential::Secret;
use super::keychain::Found;
use super::pass::Pass;
use crate::oci::{Class, Failure, Host};
use crate::source::http::{Refusal, Setback};

/// `Basic` with name and password, hidden from Debug; `None` if they make no header.
pub(super) fn basic(username: &str, password: &Secret) -> Option<HeaderValue> {
    header("Basic", &BASE64.encode(format!("{username}:{}", password.expose())))
}

/// `Bearer` with a token, hidden from Debug; `None` if it makes no header.
pub(super) fn bearer(token: &Secret) -> Option<HeaderValue> {
    header("Bearer", token.expose())
}

fn header(scheme: &str, value: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("{scheme} {value}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The failure of a request that was turned away although all that is known was tried.
pub(in crate::source) fn unauthorised(
    refusal: Refusal,
    host: &Host,
    aim: Aim,
    pass: &Pass,
) -> Failure {
    let failure = *refusal.into_setback().failure;
    worded(failure, &host.to_string(), host, aim, &pass.found)
}

/// The failure of a request to a token service.
pub(super) fn refused_by_service(
    refusal: Refusal,
    host: &Host,
    aim: Aim,
    found: &Found,
) -> Setback {
    let status = refusal.status;
    let who = format!("the token service of {host}");
    // OAuth2 services answer 400 to a refresh token that they do not know (RFC 6749, 5.2).
    let login = status == StatusCode::UNAUTHORIZED
        || (status == StatusCode::BAD_REQUEST && found.credential.is_some());
    let mut setback = refusal.into_setback();
    if login {
        setback.failure.class = Class::Unauthorised;
        *setback.failure = worded(*setback.failure, &who, host, aim, found);
    } else {
        let said = match setback.failure.class {
            Class::Forbidden => "does not allow it",
            Class::RateLimited => "asks to slow down",
            Class::Server => "failed",
            _ => "did not answer as a token service does",
        };
        setback.failure.detail = format!("{who} {said}");
        if setback.failure.class == Class::Forbidden {
            setback.failure.next = Some(next(host, aim, found));
        }
    }
    setback
}

/// The failure if a registry asks in a way that platy does not speak, or not at all.
pub(super) fn not_spoken(subject: &str, host: &Host, scheme: &str) -> Failure {
    Failure::new(
        Class::Unauthorised,
        subject,
        format!("{host} wants a login by {scheme}; platy speaks Bearer and Basic"),
    )
    .with_status(401)
}

/// The next step of a request that was not allowed.
pub(in crate::source) fn login(host: &Host, aim: Aim, pass: Option<&Pass>) -> String {
    match pass {
        Some(pass) => next(host, aim, &pass.found),
        None => next(host, aim, &Found::default()),
    }
}

fn worded(mut failure: Failure, who: &str, host: &Host, aim: Aim, found: &Found) -> Failure {
    failure.detail = match &found.origin {
        Some(origin) => format!("{who} did not accept the credentials from {origin}"),
        None => format!("{who} wants a login, and {}", nothing_found(host, found)),
    };
    for part in found.disagreement.iter().filter(|_| found.origin.is_some()).chain(&found.problems)
    {
        failure.detail.push_str("; ");
        failure.detail.push_str(part);
    }
    let next = next(host, aim, found);
    failure.with_next(next)
}

fn nothing_found(host: &Host, found: &Found) -> String {
    if !found.looked_at.is_empty() {
        return format!("there are no credentials for {host} in {}", found.looked_at.join(", "));
    }
    if found.missing.is_empty() {
        return "there is no file of credentials to look at".to_owned();
    }
    format!("there is no file of credentials (looked for {})", found.missing.join(", "))
}

fn next(host: &Host, aim: Aim, found: &Found) -> String {
    let command = if host.is_docker_hub() {
        "platy login docker.io".to_owned()
    } else {
        format!("platy login {host}")
    };
    match found.credential {
        Some(_) => {
            let may = aim.verb();
            format!("log in anew with `{command}`, or check that this user may {may}")
        }
        None => format!("log in with `{command}`, and check that the name is right"),
    }
}
