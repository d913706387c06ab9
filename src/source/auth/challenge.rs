//! `WWW-Authenticate`: what a registry asks for before it answers.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use url::Url;

use super::spoken::{Spoken, challenges};
use crate::source::TokenService;

/// How a registry wants to be asked. Bearer goes before Basic if both are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) enum Challenge {
    /// A token from a token service (distribution `docs/content/spec/auth/token.md`).
    Bearer {
        /// The token service's URL.
        realm: String,
        /// What the token service calls the registry.
        service: Option<String>,
        /// What the token must allow; `None` leaves it to us.
        scope: Option<String>,
    },
    /// Name and password with each request (RFC 7617).
    Basic,
    /// Schemes that platy does not speak, as named.
    Unknown(String),
}

/// Reads the text of a header; for the fuzz targets.
pub(crate) fn read(text: &str) {
    let from = Url::parse("https://registry.example/v2/");
    if let (Ok(from), Ok(value)) = (from, text.parse()) {
        drop(Challenge::of(&HeaderMap::from_iter([(WWW_AUTHENTICATE, value)]), &from));
    }
}

impl Challenge {
    /// The best challenge of an answer that came from this address.
    pub(in crate::source) fn of(headers: &HeaderMap, from: &Url) -> Option<Self> {
        let texts: Vec<_> = headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        let all: Vec<_> = texts.iter().flat_map(|text| challenges(text)).collect();
        let named = |scheme: &'static str| {
            all.iter().filter(move |it: &&Spoken<'_>| it.scheme.eq_ignore_ascii_case(scheme))
        };
        if let Some(bearer) = named("bearer").find_map(|it| bearer(it, from)) {
            return Some(bearer);
        }
        if named("basic").next().is_some() {
            return Some(Self::Basic);
        }
        let names: Vec<&str> = all.iter().map(|challenge| challenge.scheme).collect();
        (!names.is_empty()).then(|| Self::Unknown(names.join(", ")))
    }
}

impl Challenge {
    /// The token service that it names.
    pub(in crate::source) fn tokens(&self) -> Option<TokenService> {
        match self {
            Self::Bearer { realm, service, .. } => TokenService::new(realm, service.as_deref()),
            Self::Basic | Self::Unknown(_) => None,
        }
    }

    /// Takes the scope out, if there is one.
    pub(super) fn take_scope(&mut self) -> Option<String> {
        match self {
            Self::Bearer { scope, .. } => scope.take(),
            Self::Basic | Self::Unknown(_) => None,
        }
    }
}

impl From<&TokenService> for Challenge {
    fn from(service: &TokenService) -> Self {
        let TokenService { realm, service } = service.clone();
        Self::Bearer { realm, service, scope: None }
    }
}

fn bearer(challenge: &Spoken<'_>, from: &Url) -> Option<Challenge> {
    let realm = challenge.param("realm")?;
    // A path without a host is one of the registry itself.
    let realm = match realm.starts_with('/').then(|| from.join(&realm)) {
        Some(Ok(url)) => url.into(),
        _ => realm,
    };
    let (service, scope) = (challenge.param("service"), challenge.param("scope"));
    Some(Challenge::Bearer { realm, service, scope })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(headers: &[&str]) -> Option<Challenge> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(WWW_AUTHENTICATE, header.parse().unwrap());
        }
        Challenge::of(&map, &Url::parse("http://r:5/v2/a/manifests/1?x").unwrap())
    }

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Option<Challenge> {
        Some(Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scope: scope.map(str::to_owned),
        })
    }

    #[test]
    fn challenges_as_registries_write_them() {
        let pull = "repository:library/alpine:pull";
        for (headers, expected) in [
            (
                &[
                    r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull""#,
                ][..],
                bearer("https://auth.docker.io/token", Some("registry.docker.io"), Some(pull)),
            ),
            (
                &[r#"BEARER Realm="https://a/t" , SERVICE=s"#],
                bearer("https://a/t", Some("s"), None),
            ),
            (
                &[r#"Bearer scope="repository:a:pull,push",realm="https://a/t?x=\"1\"""#],
                bearer("https://a/t?x=\"1\"", None, Some("repository:a:pull,push")),
            ),
            (
                &[r#"Basic realm="r", Bearer realm="https://a/t""#],
                bearer("https://a/t", None, None),
            ),
            (&[r#"basic realm="r, with, commas""#], Some(Challenge::Basic)),
            (&["Negotiate", "Basic"], Some(Challenge::Basic)),
            (
                &["Negotiate", r#"NTLM realm="x""#],
                Some(Challenge::Unknown("Negotiate, NTLM".into())),
            ),
            (&[r#"Bearer service="no realm""#], Some(Challenge::Unknown("Bearer".into()))),
            (
                &[r#"Bearer realm="https://a/t", Basic realm="broken"#],
                bearer("https://a/t", None, None),
            ),
            // What docker/distribution's parser reads as the realm `https`.
            (&["Bearer realm=https://a/t,service=s"], bearer("https://a/t", Some("s"), None)),
            (
                &[r#"Bearer realm="/token",service="s""#],
                bearer("http://r:5/token", Some("s"), None),
            ),
            (&[r#"Bearer realm="//a/t""#], bearer("http://a/t", None, None)),
            (&[r#"Bearer realm="a/t""#], bearer("a/t", None, None)),
            (&[], None),
            (&[""], None),
            (&["=,="], None),
        ] {
            assert_eq!(parse(headers), expected, "{headers:?}");
        }
    }
}
