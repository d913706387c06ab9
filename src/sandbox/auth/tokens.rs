//! The tokens that were given out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::scope::Scope;
use crate::sandbox::secret::secret;

/// All tokens that were given out.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    access: HashMap<String, Access>,
    /// The users' names by refresh token.
    refresh: HashMap<String, String>,
}

#[derive(Debug)]
struct Access {
    scopes: Vec<Scope>,
    expires: Instant,
}

impl Tokens {
    /// Gives out an access token.
    pub(super) fn issue(&self, scopes: Vec<Scope>, lifetime: Duration) -> String {
        let token = secret();
        let now = Instant::now();
        let mut state = self.lock();
        state.access.retain(|_, access| now < access.expires);
        state.access.insert(token.clone(), Access { scopes, expires: now + lifetime });
        drop(state);
        token
    }

    /// Gives out a refresh token.
    pub(super) fn issue_refresh(&self, user: &str) -> String {
        let token = secret();
        self.lock().refresh.insert(token.clone(), user.to_owned());
        token
    }

    /// The scopes of an access token that is still good.
    pub(super) fn scopes(&self, token: &str) -> Option<Vec<Scope>> {
        let state = self.lock();
        let access = state.access.get(token)?;
        (Instant::now() < access.expires).then(|| access.scopes.clone())
    }

    /// The name of the user to whom a refresh token was given.
    pub(super) fn refresh_user(&self, token: &str) -> Option<String> {
        self.lock().refresh.get(token).cloned()
    }

    /// Ends all access tokens.
    pub(super) fn expire(&self) {
        self.lock().access.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
