//! `WWW-Authenticate`: what a registry asks for before it answers.

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// How a registry wants to be asked. Bearer goes before Basic where both are offered.
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
    if let Ok(value) = text.parse() {
        drop(Challenge::of(&HeaderMap::from_iter([(WWW_AUTHENTICATE, value)])));
    }
}

impl Challenge {
    /// The best challenge of an answer. A header is read up to the first thing that breaks its
    /// grammar.
    pub(in crate::source) fn of(headers: &HeaderMap) -> Option<Self> {
        let texts =
            headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let all: Vec<_> = texts
            .flat_map(|text| ChallengeParser::new(text).map_while(Result::ok))
            .filter(|challenge| !challenge.scheme.is_empty())
            .collect();
        let named = |scheme: &'static str| {
            all.iter().filter(move |c: &&ChallengeRef<'_>| c.scheme.eq_ignore_ascii_case(scheme))
        };
        if let Some(bearer) = named("bearer").find_map(bearer) {
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
    /// Takes the scope out, where there is one.
    pub(super) fn take_scope(&mut self) -> Option<String> {
        match self {
            Self::Bearer { scope, .. } => scope.take(),
            Self::Basic | Self::Unknown(_) => None,
        }
    }
}

fn bearer(challenge: &ChallengeRef<'_>) -> Option<Challenge> {
    let param = |name: &str| {
        let (_, value) = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value.to_unescaped()).filter(|value| !value.is_empty())
    };
    Some(Challenge::Bearer {
        realm: param("realm")?,
        service: param("service"),
        scope: param("scope"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(headers: &[&str]) -> Option<Challenge> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(WWW_AUTHENTICATE, header.parse().unwrap());
        }
        Challenge::of(&map)
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
            (&[], None),
            (&[""], None),
            (&["=,="], None),
        ] {
            assert_eq!(parse(headers), expected, "{headers:?}");
        }
    }
}
