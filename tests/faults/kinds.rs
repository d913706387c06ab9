//! The faults of the table.

use std::time::Duration;

use platy::oci::Digest;
use platy::sandbox::{Fault, Rule};
use reqwest::Method;

use super::Writes;

/// A fault with its name.
pub struct Kind {
    pub name: &'static str,
    pub rules: Box<dyn Fn() -> Vec<Rule> + Send + Sync>,
    /// Which requests it meets.
    pub meets: Meets,
    /// Whether all answers come, only late.
    pub moves: bool,
    /// Whether it asks every time to come back later.
    pub asks_to_wait: bool,
    /// Whether the registry wants tokens.
    pub tokens: bool,
    /// The class of the error that a command must end with that can do nothing else.
    pub class: Option<&'static str>,
}

/// Which requests a fault meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meets {
    All,
    /// Those that write, of any command that does.
    Writes,
    /// Those that write the tag `latest`.
    Tag,
    /// Those that delete a tag.
    Deletes,
}

impl Kind {
    /// Whether a command that writes this can meet it.
    pub fn fits(&self, writes: Writes) -> bool {
        match self.meets {
            Meets::All => true,
            Meets::Writes => writes.is_here() && writes != Writes::Gone,
            Meets::Tag => writes == Writes::Here,
            Meets::Deletes => writes.deletes(),
        }
    }
}

fn rules(name: &'static str, rules: impl Fn() -> Vec<Rule> + Send + Sync + 'static) -> Kind {
    let meets = Meets::All;
    let (moves, asks_to_wait, tokens) = (false, false, false);
    Kind { name, rules: Box::new(rules), meets, moves, asks_to_wait, tokens, class: None }
}

/// The fault, which asks every time to come back later.
fn waits(kind: Kind) -> Kind {
    Kind { asks_to_wait: true, ..kind }
}

/// The fault on every answer to GET and HEAD.
fn always(name: &'static str, class: &'static str, fault: Fault) -> Kind {
    Kind { class: Some(class), ..any(name, fault) }
}

fn any(name: &'static str, fault: Fault) -> Kind {
    rules(name, move || {
        [Method::GET, Method::HEAD].map(|it| Rule::new(fault.clone()).method(it)).into()
    })
}

/// The fault on the first answer.
fn once(name: &'static str, fault: Fault) -> Kind {
    rules(name, move || vec![Rule::new(fault.clone()).once()])
}

/// The fault on every request of this method whose path has this in it.
fn on(name: &'static str, method: Method, part: &'static str, fault: Fault) -> Kind {
    let wanted = method.clone();
    let rules =
        rules(name, move || vec![Rule::new(fault.clone()).method(wanted.clone()).contains(part)]);
    let meets = match (&method, part) {
        (_, "/manifests/latest") => Meets::Tag,
        (&Method::DELETE, _) => Meets::Deletes,
        _ => Meets::Writes,
    };
    Kind { meets, ..rules }
}

fn bare(status: u16) -> Fault {
    Fault::Answer { status, headers: Vec::new(), body: Vec::new() }
}

/// The fault on every answer of the token service.
fn token(name: &'static str, class: Option<&'static str>, fault: Fault) -> Kind {
    let rules = rules(name, move || vec![Rule::new(fault.clone()).prefix("/token")]);
    Kind { tokens: true, class, ..rules }
}

/// An answer of the token service that is JSON, or should be.
fn says(body: &str) -> Fault {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Fault::Answer { status: 200, headers, body: body.as_bytes().to_vec() }
}

/// A registry that sends everyone to this token service.
fn realm(name: &'static str, url: &str) -> Kind {
    let challenge = format!("Bearer realm=\"{url}\",service=\"gone\"");
    let headers = vec![("WWW-Authenticate".to_owned(), challenge)];
    always(name, "unreachable", Fault::Answer { status: 401, headers, body: Vec::new() })
}

/// An upload that is said to be at another address.
fn moved(to: &str) -> Fault {
    let headers = vec![("Location".to_owned(), to.to_owned())];
    Fault::Answer { status: 202, headers, body: Vec::new() }
}

/// Bytes that the registry says it has, and has not.
fn false_range() -> Fault {
    let headers = vec![("Range".to_owned(), "0-999999".to_owned())];
    Fault::Answer { status: 202, headers, body: Vec::new() }
}

pub fn all() -> Vec<Kind> {
    let second = Duration::from_secs(1);
    let wrong = Digest::sha256(b"another").to_string();
    let tag = "/manifests/latest";
    let mut all = vec![
        always("500", "server_error", Fault::status(500)),
        always("503", "server_error", Fault::status(503)),
        waits(always("429, wait 2 s", "rate_limited", Fault::retry_after(429, 2))),
        waits(always("429, wait 60 s", "rate_limited", Fault::retry_after(429, 60))),
        always("401", "unauthorised", Fault::status(401)),
        always("403", "forbidden", Fault::status(403)),
        always("404", "not_found", Fault::status(404)),
        any("418", Fault::status(418)),
        any("302 to nowhere", bare(302)),
        any("a web page", Fault::html(200, "<html>welcome</html>")),
        any("cut body", Fault::Truncate(10)),
        any("empty body", Fault::Truncate(0)),
        always("dropped", "unreachable", Fault::DropConnection),
        any("changed byte", Fault::Corrupt(10)),
        any("another digest", Fault::DigestHeader(Some(wrong))),
        any("no digest", Fault::DigestHeader(None)),
        any("one byte a second", Fault::Drip(second)),
        any("one byte in 29 s", Fault::Drip(second * 29)),
        any("stalled body", Fault::Stall(5)),
        any("reset in the body", Fault::Reset(10)),
        any("reset before the body", Fault::Reset(0)),
        Kind { moves: true, ..any("103 before it", Fault::Early(1)) },
        Kind { moves: true, ..any("103, 20 times", Fault::Early(20)) },
        any("endless body", Fault::EndlessBody),
        always("no answer", "timed_out", Fault::Hang),
        Kind { moves: true, ..any("3 s late", Fault::Delay(second * 3)) },
        once("500 once", Fault::status(500)),
        once("dropped once", Fault::DropConnection),
        once("cut once", Fault::Truncate(10)),
        once("changed once", Fault::Corrupt(10)),
        once("reset once", Fault::Reset(10)),
        once("no answer once", Fault::Hang),
        token("token: 500", Some("server_error"), Fault::status(500)),
        token("token: 401", Some("unauthorised"), Fault::status(401)),
        waits(token("token: 429, wait 60 s", Some("rate_limited"), Fault::retry_after(429, 60))),
        token("token: no answer", Some("timed_out"), Fault::Hang),
        token("token: cut JSON", None, says("{\"token\": \"abc")),
        token("token: another document", None, says("{}")),
        token("token: a list", None, says("[1]")),
        token("token: a web page", None, Fault::html(200, "<html>log in</html>")),
        token("token: wrong for all", Some("unauthorised"), says("{\"token\": \"wrong\"}")),
        token("token: dropped", Some("unreachable"), Fault::DropConnection),
        token("token: one byte a second", None, Fault::Drip(second)),
        token("token: endless body", None, Fault::EndlessBody),
        Kind { moves: true, ..token("token: 3 s late", None, Fault::Delay(second * 3)) },
        realm("realm: nobody listens", "http://127.0.0.1:1/token"),
        realm("realm: an unknown name", "https://token.invalid/token"),
        on("tag: 201, not stored", Method::PUT, tag, bare(201)),
        on("tag: 500", Method::PUT, tag, Fault::status(500)),
        on("tag: no answer", Method::PUT, tag, Fault::Hang),
        on("tag: stored, lost", Method::PUT, tag, Fault::LoseAnswer),
        on("tag: stored, reset", Method::PUT, tag, Fault::Reset(0)),
        on("manifests: dropped", Method::PUT, "/manifests/", Fault::DropConnection),
        on("manifests: 429", Method::PUT, "/manifests/", Fault::retry_after(429, 2)),
        on("upload begun: 500", Method::POST, "/uploads/", Fault::status(500)),
        on("upload begun: hangs", Method::POST, "/uploads/", Fault::Hang),
        on("upload stalls", Method::PATCH, "/uploads/", Fault::Hang),
        on("upload put: hangs", Method::PUT, "/uploads/", Fault::Hang),
        Kind {
            meets: Meets::Writes,
            ..rules("upload put and parts: hang", || {
                let hang = |method| Rule::new(Fault::Hang).method(method).contains("/uploads/");
                vec![hang(Method::PUT), hang(Method::PATCH)]
            })
        },
        on("upload put: 201, lost", Method::PUT, "/uploads/", bare(201)),
        on("mount that lies", Method::POST, "mount=", bare(201)),
        on("upload nowhere", Method::POST, "/uploads/", bare(202)),
        on("upload on another host", Method::POST, "/uploads/", moved("http://127.0.0.1:1/upload")),
        on("upload on a name", Method::POST, "/uploads/", moved("http://upload.invalid/upload")),
        on("upload: false range", Method::PATCH, "/uploads/", false_range()),
        on("upload cut", Method::PATCH, "/uploads/", Fault::CutRequest(10)),
        on("upload too large", Method::PATCH, "/uploads/", Fault::SizeLimit(10)),
        on("manifests: 201, not stored", Method::PUT, "/manifests/sha256:", bare(201)),
        on("manifests: stored, 400", Method::PUT, "/manifests/sha256:", Fault::Belie(400)),
        on("manifests: no answer", Method::PUT, "/manifests/", Fault::Hang),
        on("new tag: 201, not stored", Method::PUT, "/manifests/new", bare(201)),
        on("new tag: stored, lost", Method::PUT, "/manifests/new", Fault::LoseAnswer),
        on("new tag: stored, 400", Method::PUT, "/manifests/new", Fault::Belie(400)),
        on("new tag: 500", Method::PUT, "/manifests/new", Fault::status(500)),
        on("delete: 202, not done", Method::DELETE, "/manifests/", bare(202)),
        on("delete: 405", Method::DELETE, "/manifests/", Fault::status(405)),
        on("delete: 429, wait 60 s", Method::DELETE, "/manifests/", Fault::retry_after(429, 60)),
        on("delete: 500", Method::DELETE, "/manifests/", Fault::status(500)),
        on("delete: no answer", Method::DELETE, "/manifests/", Fault::Hang),
        on("delete: dropped", Method::DELETE, "/manifests/", Fault::DropConnection),
        on("delete: done, lost", Method::DELETE, "/manifests/", Fault::LoseAnswer),
        on("delete: done, reset", Method::DELETE, "/manifests/", Fault::Reset(0)),
        on("delete: done, 400", Method::DELETE, "/manifests/", Fault::Belie(400)),
        on("delete: done, 404", Method::DELETE, "/manifests/", Fault::Belie(404)),
        on("delete: done, 500", Method::DELETE, "/manifests/", Fault::Belie(500)),
        rules("one in five is 500", || {
            (0..40).map(|at| Rule::new(Fault::status(500)).skip(at * 5 + 3).times(1)).collect()
        }),
        rules("every second one is dropped", || {
            (0..40).map(|at| Rule::new(Fault::DropConnection).skip(at * 2).times(1)).collect()
        }),
    ];
    for (name, status) in [
        ("tag: stored, 400", 400),
        ("tag: stored, 401", 401),
        ("tag: stored, 403", 403),
        ("tag: stored, 404", 404),
        ("tag: stored, 408", 408),
        ("tag: stored, 409", 409),
        ("tag: stored, 413", 413),
        ("tag: stored, 499", 499),
    ] {
        all.push(on(name, Method::PUT, tag, Fault::Belie(status)));
    }
    all
}
