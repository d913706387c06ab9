//! The token service: one request, one token.
//!
//! Source: distribution `docs/content/spec/auth/token.md` (GET) and `oauth.md` (POST, for
//! identity tokens).

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded::Serializer;

use super::Aim;
use super::credential::{Credential, Secret};
use super::explain::{basic, refused_by_service};
use super::keychain::Found;
use crate::oci::{Class, Failure, Host};
use crate::source::http::{
    Payload, Refusal, Request, Setback, Way, Wire, host_of, retrying, same_site, without_user,
};

/// The largest answer that is read, in bytes (1 MiB).
const MAX_ANSWER: u64 = 1 << 20;
/// How long a token holds that does not say (token.md, `expires_in`).
const DEFAULT_LIFE: Duration = Duration::from_secs(60);
/// A token is replaced this long before its end, or a quarter of its life if that is shorter.
const MARGIN: Duration = Duration::from_secs(10);
const CLIENT_ID: &str = "platy";

/// A token and the moment from which it is not used any more.
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) expires: Instant,
}

/// Where a token is from and what it is for.
pub(super) struct Wanted<'a> {
    pub(super) host: &'a Host,
    pub(super) realm: &'a str,
    pub(super) service: Option<&'a str>,
    pub(super) scope: &'a str,
    pub(super) aim: Aim,
    pub(super) subject: &'a str,
}

/// Asks the token service, with the credential if there is one.
pub(super) async fn fetch(
    wire: &Wire,
    wanted: &Wanted<'_>,
    found: &Found,
) -> Result<Token, Failure> {
    let realm = check_realm(wire, wanted)?;
    let request = request(realm, wanted, found.credential.as_ref());
    let service = host_of(&request.url).unwrap_or_else(|| wanted.host.clone());
    retrying(wire, &service, async || {
        let answer = wire.send(&request).await?;
        if answer.status != StatusCode::OK {
            let refusal = Refusal::read(answer).await;
            return Err(refused_by_service(refusal, wanted.host, wanted.aim, found));
        }
        // No large one: more than the cap is none.
        let body = answer.whole(MAX_ANSWER, None).await?.map(|it| it.bytes).unwrap_or_default();
        read(&body, SystemTime::now(), Instant::now()).map_err(|problem| {
            let detail = format!("the token service {service} answered with {problem}");
            Setback::from(Failure::new(Class::Malformed, wanted.subject, detail))
        })
    })
    .await
}

/// The realm, if it may be asked: a secret goes to it, so it must be HTTPS, or plain HTTP that
/// the user allowed, or on this machine like the registry itself.
fn check_realm(wire: &Wire, wanted: &Wanted<'_>) -> Result<Url, Failure> {
    let fail = |class, detail: String| Failure::new(class, wanted.subject, detail);
    let url = Url::parse(wanted.realm).ok();
    let Some((url, host)) = url.and_then(|url| host_of(&url).map(|host| (url, host))) else {
        let detail = format!("{} names no usable token service", wanted.host);
        return Err(fail(Class::Malformed, detail));
    };
    match Way::of(&wire.options, wanted.host, &url) {
        Way::Open => {}
        Way::Inward => {
            let detail = format!(
                "{} names a token service that is near this machine and not the registry's: {host}",
                wanted.host
            );
            return Err(fail(Class::Forbidden, detail)
                .with_next("ask who runs the registry; platy does not go there"));
        }
        Way::Plain | Way::NoScheme => {
            let detail = format!("{} names a token service without TLS: {host}", wanted.host);
            return Err(fail(Class::Forbidden, detail)
                .with_next(format!("allow it with `--plain-http {host}` if you trust the way")));
        }
    }
    if !same_site(wanted.host, &host) {
        if wire.options.strict_realm {
            let detail = format!("{} names a token service on another site: {host}", wanted.host);
            return Err(fail(Class::Forbidden, detail).with_next(
                "leave out `--strict-realm` if you trust that site with your credentials",
            ));
        }
        wire.say_once(&format!("{} names a token service on another site: {host}", wanted.host));
    }
    Ok(url)
}

fn request(mut url: Url, wanted: &Wanted<'_>, credential: Option<&Credential>) -> Request {
    // What the registry may have put there is not the user's.
    url = without_user(url);
    url.set_fragment(None);
    let mut request = Request {
        method: Method::GET,
        url,
        from: Some(wanted.host.clone()),
        headers: HeaderMap::new(),
        authorization: None,
        payload: Payload::Nothing,
        on_the_way: true,
        document: true,
        turn: None,
        subject: wanted.subject.to_owned(),
    };
    if let Some(Credential::Identity(token)) = credential {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token");
        form.append_pair("client_id", CLIENT_ID);
        form.append_pair("service", wanted.service.unwrap_or_default());
        if !wanted.scope.is_empty() {
            form.append_pair("scope", wanted.scope);
        }
        form.append_pair("refresh_token", token.expose());
        request.method = Method::POST;
        request.payload = Payload::Form(form.finish());
        return request;
    }
    {
        let mut query = request.url.query_pairs_mut();
        if let Some(service) = wanted.service {
            query.append_pair("service", service);
        }
        for scope in wanted.scope.split_whitespace() {
            query.append_pair("scope", scope);
        }
    }
    if let Some(Credential::Password { username, password }) = credential {
        request.authorization = basic(username, password);
    }
    request
}

/// Reads a token answer. What is wrong with it is said without quoting it.
fn read(body: &[u8], now: SystemTime, arrived: Instant) -> Result<Token, &'static str> {
    let value: Value = serde_json::from_slice(body).map_err(|_| "something that is not JSON")?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let secret = text("token").or_else(|| text("access_token")).ok_or("no token")?;
    if !secret.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("a token with characters that no token has");
    }
    let life = value
        .get("expires_in")
        .and_then(Value::as_u64)
        .filter(|seconds| *seconds > 0)
        // A day is longer than any session needs, and keeps the sum below within its type.
        .map_or(DEFAULT_LIFE, |seconds| Duration::from_secs(seconds.min(86_400)));
    let issued = text("issued_at").and_then(|text| text.parse::<Timestamp>().ok());
    let age = issued.and_then(|at| now.duration_since(SystemTime::from(at)).ok());
    // A token that would be over already tells of two clocks that differ, not of its life.
    let left = age.and_then(|age| life.checked_sub(age)).filter(|left| !left.is_zero());
    let left = left.unwrap_or(life);
    Ok(Token {
        secret: Secret::new(secret),
        expires: arrived + left.saturating_sub(MARGIN.min(left / 4)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_their_lives() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let arrived = Instant::now();
        for (body, life) in [
            (r#"{"token":"t"}"#, 50),
            (r#"{"access_token":"t","expires_in":300}"#, 290),
            (r#"{"token":"t","access_token":"other","expires_in":20}"#, 15),
            (r#"{"token":"t","expires_in":300,"issued_at":"2026-11-23T11:59:00Z"}"#, 230),
            (r#"{"token":"t","expires_in":300,"issued_at":"2026-11-23T11:00:00Z"}"#, 290),
            (r#"{"token":"t","expires_in":300,"issued_at":"2026-11-23T13:00:00Z"}"#, 290),
            (r#"{"token":"t","expires_in":18446744073709551615}"#, 86_390),
            (r#"{"token":"t","expires_in":-1,"issued_at":7}"#, 50),
        ] {
            let token = read(body.as_bytes(), now.into(), arrived).unwrap();
            assert_eq!(token.secret.expose(), "t");
            assert_eq!(token.expires - arrived, Duration::from_secs(life), "{body}");
        }
        for body in ["", "[]", "{}", r#"{"token":""}"#, r#"{"token":7}"#, "{\"token\":\"a\\nb\"}"] {
            assert!(read(body.as_bytes(), now.into(), arrived).is_err(), "{body}");
        }
    }

    #[test]
    fn requests_carry_the_credential_and_nothing_more() {
        let host = Host::parse("registry.example").unwrap();
        let wanted = Wanted {
            host: &host,
            realm: "",
            service: Some("the registry"),
            scope: "repository:a:pull repository:b:pull",
            aim: Aim::Pull,
            subject: "x",
        };
        let realm = || Url::parse("https://user:pw@auth.example/token?k=v#f").unwrap();
        let get = request(realm(), &wanted, None);
        assert_eq!(
            get.url.as_str(),
            "https://auth.example/token?k=v&service=the+registry&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull"
        );
        assert_eq!(get.authorization, None);
        let password =
            Credential::Password { username: "u".to_owned(), password: Secret::new("p") };
        let get = request(realm(), &wanted, Some(&password));
        assert_eq!(get.authorization.unwrap(), "Basic dTpw");
        let post = request(realm(), &wanted, Some(&Credential::Identity(Secret::new("r&r"))));
        assert_eq!(post.url.as_str(), "https://auth.example/token?k=v");
        let Payload::Form(form) = post.payload else { panic!("no form") };
        assert!(form.ends_with("&refresh_token=r%26r"));
    }
}
