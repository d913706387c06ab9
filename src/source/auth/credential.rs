//! What proves who the user is.

use std::fmt;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, for a request to whom it belongs.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// A credential of one registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credential {
    /// A name and a password, or an access token in its place.
    Password { username: String, password: Secret },
    /// An OAuth2 refresh token, for the token service (`identitytoken`, or a helper's user name
    /// `<token>`).
    Identity(Secret),
    /// A bearer token for the registry itself (`registrytoken`).
    Registry(Secret),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_no_secret() {
        let credential =
            Credential::Password { username: "u".to_owned(), password: Secret::new("hunter2") };
        assert!(!format!("{credential:?}").contains("hunter2"));
        assert!(!format!("{:?}", Credential::Identity(Secret::new("hunter2"))).contains("hunter2"));
    }
}
