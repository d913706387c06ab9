//! Whether a request may pass.

use std::net::SocketAddr;

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde_json::json;

use super::accounts::{Accounts, Auth};
use super::credentials::Shown;
use super::scope::Scope;
use super::tokens::Tokens;
use crate::sandbox::error::ApiError;

/// What the registry calls itself in challenges.
pub(super) const SERVICE: &str = "platy-sandbox";

/// The accounts, and the tokens given out.
#[derive(Debug)]
pub(in crate::sandbox) struct Gate {
    pub(super) auth: Auth,
    pub(super) tokens: Tokens,
    /// The URL of the token endpoint.
    realm: String,
}

impl Gate {
    /// The gate of a registry at this address, which does TLS or does not.
    pub(in crate::sandbox) fn new(auth: Auth, address: SocketAddr, tls: bool) -> Self {
        let scheme = if tls { "https" } else { "http" };
        Self { auth, tokens: Tokens::default(), realm: format!("{scheme}://{address}/token") }
    }

    /// Ends all access tokens.
    pub(in crate::sandbox) fn expire_tokens(&self) {
        self.tokens.expire();
    }
}

/// Lets a request pass, or says why not.
///
/// # Errors
/// 401 with a challenge; 403 where Basic credentials are right but not enough.
pub(in crate::sandbox) fn admit(gate: &Gate, head: &Parts) -> Result<(), ApiError> {
    match &gate.auth {
        Auth::Open => Ok(()),
        Auth::Basic(accounts) => basic(accounts, head),
        Auth::Bearer { .. } => bearer(gate, head),
    }
}

fn basic(accounts: &Accounts, head: &Parts) -> Result<(), ApiError> {
    let grants = match Shown::in_headers(&head.headers) {
        Shown::Basic(name, password) => accounts.user(&name, &password).map(|user| &user.grants),
        Shown::Nothing if !accounts.anonymous.is_empty() => Some(&accounts.anonymous),
        _ => None,
    };
    let challenge = format!("Basic realm=\"{SERVICE}\"");
    let Some(grants) = grants else {
        return Err(unauthorized(&[]).with_header(header::WWW_AUTHENTICATE, &challenge));
    };
    let needed = Scope::needed(head);
    let allowed = needed
        .iter()
        .all(|scope| scope.covered_by(std::slice::from_ref(&scope.clone().limited(grants))));
    match (allowed, Shown::in_headers(&head.headers)) {
        (true, _) => Ok(()),
        // Credentials might help.
        (false, Shown::Nothing) => {
            Err(unauthorized(&needed).with_header(header::WWW_AUTHENTICATE, &challenge))
        }
        (false, _) => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "DENIED",
            "requested access to the resource is denied",
            detail(&needed),
        )),
    }
}

fn bearer(gate: &Gate, head: &Parts) -> Result<(), ApiError> {
    let needed = Scope::needed(head);
    let problem = match Shown::in_headers(&head.headers) {
        Shown::Nothing => None,
        Shown::Bearer(token) => match gate.tokens.scopes(&token) {
            Some(held) if needed.iter().all(|scope| scope.covered_by(&held)) => return Ok(()),
            Some(_) => Some("insufficient_scope"),
            None => Some("invalid_token"),
        },
        Shown::Basic(..) | Shown::Odd => Some("invalid_request"),
    };
    let mut challenge = format!("Bearer realm=\"{}\",service=\"{SERVICE}\"", gate.realm);
    if !needed.is_empty() {
        let scopes: Vec<String> = needed.iter().map(Scope::to_string).collect();
        challenge.push_str(&format!(",scope=\"{}\"", scopes.join(" ")));
    }
    if let Some(problem) = problem {
        challenge.push_str(&format!(",error=\"{problem}\""));
    }
    Err(unauthorized(&needed).with_header(header::WWW_AUTHENTICATE, &challenge))
}

/// 401.
pub(super) fn unauthorized(needed: &[Scope]) -> ApiError {
    let message = "authentication required";
    ApiError::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message, detail(needed))
}

fn detail(needed: &[Scope]) -> serde_json::Value {
    let scopes: Vec<String> = needed.iter().map(Scope::to_string).collect();
    json!({ "scopes": scopes })
}
