//! Failures below HTTP: names, connections, TLS, silence.

use std::io;
use std::time::Duration;

use url::Url;

use super::origin::bare;
use super::sent_on::LeadsInward;
use super::{Setback, host_of};
use crate::oci::{Class, Failure, Host};
use crate::source::causes::{causes as chain, tls_error};
use crate::source::{Options, tls};

/// Why a request got no answer.
pub(super) fn send_trouble(
    error: &reqwest::Error,
    url: &Url,
    subject: &str,
    options: &Options,
) -> Setback {
    let mut setback = classify(error, url, subject, options);
    let through_proxy =
        options.environment.proxy && host_of(url).is_some_and(|host| !host.is_loopback());
    if through_proxy && error.is_connect() {
        let failure = &mut setback.failure;
        let own = failure.next.take().map_or_else(String::new, |next| format!("{next}, and "));
        failure.next = Some(format!("{own}look at the proxy that HTTPS_PROXY or HTTP_PROXY names"));
    }
    setback
}

fn classify(error: &reqwest::Error, url: &Url, subject: &str, options: &Options) -> Setback {
    let host = host_of(url).map_or_else(|| bare(url), |host| host.to_string());
    let fail = |class, detail: String| Failure::new(class, subject, detail);
    let causes = Causes::of(error);

    if let Some(LeadsInward(address)) = chain(error).find_map(|it| it.downcast_ref()) {
        let detail =
            format!("{host} leads to {address}, which is near this machine and not the registry's");
        return fail(Class::Forbidden, detail)
            .with_next("ask who runs the registry; platy does not go there")
            .into();
    }
    if error.is_dns() {
        return unknown_host(&fail, &host, &causes).into();
    }
    if let Some(error) = causes.tls {
        return tls::failure(subject, &host, error).into();
    }
    if error.is_timeout() {
        // The clients limit connecting only; all else is limited if it is waited for.
        let limit = options.limits.connect;
        return timed_out(format!("no connection to {host} within {limit:?}"), subject);
    }
    if causes.not_http && !causes.too_large && url.scheme() == "http" {
        return tls::not_plain(subject, &host, options).into();
    }
    if causes.too_large {
        let detail = format!("the head of the answer of {host} is larger than platy reads");
        return fail(Class::Malformed, detail).into();
    }
    if causes.not_http {
        return fail(Class::Malformed, format!("the answer of {host} is not HTTP")).into();
    }
    match causes.io {
        Some(io::ErrorKind::ConnectionRefused) => {
            fail(Class::Unreachable, format!("connection refused by {host}"))
                .with_next("check that the registry is running and that the port is right")
                .into()
        }
        Some(io::ErrorKind::UnexpectedEof) if error.is_connect() && url.scheme() == "https" => {
            tls::broken_off(subject, &host).into()
        }
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            fail(Class::Unreachable, format!("there is no route to {host}"))
                .with_next("check that this machine is on the network")
                .into()
        }
        _ => {
            let detail = format!("the connection to {host} broke off: {}", causes.last);
            Setback::passing(fail(Class::Unreachable, detail))
        }
    }
}

/// The head of an answer did not come in time.
pub(in crate::source) fn no_answer(host: &Host, limit: Duration, subject: &str) -> Setback {
    timed_out(format!("no answer from {host} within {limit:?}"), subject)
}

/// A request's body did not move.
pub(super) fn not_taken(host: &Host, limit: Duration, subject: &str) -> Setback {
    timed_out(format!("{host} took less than 1 kB/s for {limit:?} of what was sent"), subject)
}

/// The body of an answer came too slowly.
pub(super) fn too_slow(url: &Url, limit: Duration, subject: &str) -> Setback {
    timed_out(
        format!("less than 1 kB/s came for {limit:?} of the answer of {}", bare(url)),
        subject,
    )
}

/// A document was not whole in time.
pub(super) fn not_whole(url: &Url, limit: Duration, subject: &str) -> Setback {
    timed_out(format!("the answer of {} was not whole within {limit:?}", bare(url)), subject)
}

/// The command has used its time.
pub(super) fn time_is_up(limit: Duration, subject: &str) -> Setback {
    timed_out(format!("the command has used its {limit:?}"), subject)
}

/// What took too long is not asked again: that took long too.
fn timed_out(detail: String, subject: &str) -> Setback {
    Failure::new(Class::TimedOut, subject, detail)
        .with_next("try again later, or give a slow registry more time with `--timeout SECONDS`")
        .into()
}

/// Why a body ended before its end.
pub(super) fn body_trouble(error: &reqwest::Error, url: &Url, subject: &str) -> Setback {
    let url = bare(url);
    let detail = format!("the answer of {url} broke off: {}", Causes::of(error).last);
    Setback::passing(Failure::new(Class::Unreachable, subject, detail))
}

fn unknown_host(
    fail: &impl Fn(Class, String) -> Failure,
    host: &str,
    causes: &Causes<'_>,
) -> Failure {
    // The only sign that the resolver gives of its own trouble (EAI_AGAIN).
    if causes.last.contains("Temporary failure") {
        fail(Class::Unreachable, format!("no such host as far as this machine can tell: {host}"))
            .with_next("look at the name, and whether this machine can resolve names at all")
    } else {
        fail(Class::Unreachable, format!("no such host: {host}"))
            .with_next("look at the registry's name")
    }
}

/// What the chain of causes says.
struct Causes<'a> {
    tls: Option<&'a rustls::Error>,
    io: Option<io::ErrorKind>,
    not_http: bool,
    /// The answer's head has too many headers, or too long ones.
    too_large: bool,
    /// The innermost cause, which never holds the URL.
    last: String,
}

impl<'a> Causes<'a> {
    fn of(error: &'a reqwest::Error) -> Self {
        let mut causes = Self {
            tls: tls_error(error),
            io: None,
            not_http: false,
            too_large: false,
            last: "unknown".to_owned(),
        };
        for error in chain(error).skip(1) {
            causes.last = error.to_string();
            if let Some(error) = error.downcast_ref::<hyper::Error>() {
                causes.not_http |= error.is_parse();
                causes.too_large |= error.is_parse_too_large();
            }
            if let Some(error) = error.downcast_ref::<io::Error>() {
                causes.io = Some(error.kind());
            }
        }
        causes
    }
}
