//! The accounts of a registry and their rights.

use std::time::Duration;

/// How a registry authenticates.
#[derive(Debug, Clone, Default)]
pub enum Auth {
    /// Everyone may do everything.
    #[default]
    Open,
    /// HTTP Basic, on every request.
    Basic(Accounts),
    /// Bearer tokens, which the same server gives out under `/token`.
    Bearer {
        /// Who gets tokens.
        accounts: Accounts,
        /// How long a token is good for.
        lifetime: Duration,
    },
}

impl Auth {
    /// Bearer tokens that last five minutes.
    #[must_use]
    pub fn bearer(accounts: Accounts) -> Self {
        Self::Bearer { accounts, lifetime: Duration::from_mins(5) }
    }
}

/// Users, and what is allowed without being one.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// The users.
    pub users: Vec<User>,
    /// What everyone may do. With none, there are no anonymous tokens either.
    pub anonymous: Vec<Grant>,
}

/// A user.
#[derive(Debug, Clone)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
    /// An identity token (refresh token) that this user holds already.
    pub identity_token: Option<String>,
    /// What the user may do.
    pub grants: Vec<Grant>,
}

/// A right to some repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// How the names of the repositories begin; empty for all.
    pub prefix: String,
    /// What may be done.
    pub actions: Vec<Action>,
}

/// What can be done to a repository, and to the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read.
    Pull,
    /// Write.
    Push,
    /// Delete manifests and blobs.
    Delete,
    /// List all repositories.
    Catalog,
}

impl Accounts {
    /// These users, and nothing without being one.
    #[must_use]
    pub fn only(users: impl IntoIterator<Item = User>) -> Self {
        Self { users: users.into_iter().collect(), anonymous: Vec::new() }
    }

    /// The same, and these rights for everyone.
    #[must_use]
    pub fn with_anonymous(mut self, grant: Grant) -> Self {
        self.anonymous.push(grant);
        self
    }
}

impl User {
    /// A user who may do everything.
    #[must_use]
    pub fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            password: password.to_owned(),
            identity_token: None,
            grants: vec![Grant::all("")],
        }
    }

    /// The same with these rights only.
    #[must_use]
    pub fn with_grants(mut self, grants: impl IntoIterator<Item = Grant>) -> Self {
        self.grants = grants.into_iter().collect();
        self
    }

    /// The same with an identity token.
    #[must_use]
    pub fn with_identity_token(mut self, token: &str) -> Self {
        self.identity_token = Some(token.to_owned());
        self
    }
}

impl Grant {
    /// Everything, in repositories whose names begin with this.
    #[must_use]
    pub fn all(prefix: &str) -> Self {
        let actions = vec![Action::Pull, Action::Push, Action::Delete, Action::Catalog];
        Self { prefix: prefix.to_owned(), actions }
    }

    /// Reading, in repositories whose names begin with this.
    #[must_use]
    pub fn pull(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), actions: vec![Action::Pull] }
    }

    /// Reading and writing, in repositories whose names begin with this.
    #[must_use]
    pub fn push(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), actions: vec![Action::Pull, Action::Push] }
    }
}
