//! What was found out about a registry before, kept for the next session to save round trips.

use serde::{Deserialize, Serialize};
use url::Url;

/// What an earlier session found out about a registry. Nothing of it is a secret, and nothing is
/// believed: a token that was asked for early is used only if the registry then asks for just such
/// a one, and only connections are made to where blobs were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hints {
    /// The token service that the registry named last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tokens: Option<TokenService>,
    /// Where the registry redirected to for a blob: scheme, host and port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) blobs: Option<String>,
    /// Whether its connections carried many requests (HTTP/2): then one is made first, for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) http2: Option<bool>,
    /// The same of the host that has the blobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) blobs_http2: Option<bool>,
    /// Whether it counted pulls against a limit: then it is asked by HEAD what a tag holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) counts: bool,
    /// Whether it answered as the referrers API does. That it does not have the API is found out
    /// anew in each session: it may have got it since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) referrers: bool,
}

/// A token service, as challenges name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenService {
    /// Its URL.
    pub(crate) realm: String,
    /// What it calls the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
}

impl TokenService {
    /// Unless its URL holds what may be a secret.
    pub(crate) fn new(realm: &str, service: Option<&str>) -> Option<Self> {
        let url = Url::parse(realm).ok()?;
        let open = url.username().is_empty() && url.password().is_none();
        open.then(|| Self { realm: realm.to_owned(), service: service.map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_kept() {
        for (realm, kept) in [
            ("https://auth.example/token", true),
            ("https://auth.example/token?k=v", true),
            ("https://me:secret@auth.example/token", false),
            ("https://me@auth.example/token", false),
            ("token", false),
        ] {
            assert_eq!(TokenService::new(realm, None).is_some(), kept, "{realm}");
        }
    }
}
