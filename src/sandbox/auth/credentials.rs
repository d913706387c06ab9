//! The `Authorization` header, and who is behind it.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::accounts::{Accounts, User};

/// What a client shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// No header.
    Nothing,
    /// `Basic`: name and password.
    Basic(String, String),
    /// `Bearer`: a token.
    Bearer(String),
    /// Something else, or not readable.
    Odd,
}

impl Shown {
    /// Reads the header.
    pub(super) fn in_headers(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Self::Nothing;
        };
        let Some((scheme, rest)) = value.to_str().ok().and_then(|value| value.split_once(' '))
        else {
            return Self::Odd;
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            return Self::Bearer(rest.trim().to_owned());
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return Self::Odd;
        }
        let decoded = STANDARD.decode(rest.trim()).ok().and_then(|it| String::from_utf8(it).ok());
        match decoded.as_deref().and_then(|text| text.split_once(':')) {
            Some((name, password)) => Self::Basic(name.to_owned(), password.to_owned()),
            None => Self::Odd,
        }
    }
}

impl Accounts {
    /// The user with this name and password.
    pub(super) fn user(&self, name: &str, password: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name && user.password == password)
    }
}
