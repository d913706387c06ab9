//! Which requests a fault meets.

use axum::http::Method;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use super::Fault;

/// What the path of a request must look like. It is compared as sent, with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathMatch {
    /// Every path.
    Any,
    /// Has this somewhere.
    Contains(String),
    /// Begins with this.
    Prefix(String),
    /// Is this, with or without its query.
    Exact(String),
}

/// A fault and the requests that it meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The method; `None` for all.
    pub method: Option<Method>,
    /// The path.
    pub path: PathMatch,
    /// What the client calls itself begins so; `None` for every client.
    pub agent: Option<String>,
    /// How many matching requests pass unharmed before the first that is met.
    pub skip: usize,
    /// How many requests are met; `None` for all that come.
    pub times: Option<usize>,
    /// What happens to them.
    pub fault: Fault,
}

impl Rule {
    /// A rule for every request.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { method: None, path: PathMatch::Any, agent: None, skip: 0, times: None, fault }
    }

    /// Only requests with this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only requests whose path has this somewhere.
    #[must_use]
    pub fn contains(mut self, text: &str) -> Self {
        self.path = PathMatch::Contains(text.to_owned());
        self
    }

    /// Only requests whose path begins with this.
    #[must_use]
    pub fn prefix(mut self, text: &str) -> Self {
        self.path = PathMatch::Prefix(text.to_owned());
        self
    }

    /// Only requests for this path.
    #[must_use]
    pub fn exact(mut self, text: &str) -> Self {
        self.path = PathMatch::Exact(text.to_owned());
        self
    }

    /// Only requests of clients whose `User-Agent` begins with this.
    #[must_use]
    pub fn agent(mut self, text: &str) -> Self {
        self.agent = Some(text.to_owned());
        self
    }

    /// The first so many matching requests pass unharmed.
    #[must_use]
    pub fn skip(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// So many requests are met, no more.
    #[must_use]
    pub fn times(mut self, requests: usize) -> Self {
        self.times = Some(requests);
        self
    }

    /// Only the first matching request is met.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    pub(super) fn matches(&self, head: &Parts) -> bool {
        let path = head.uri.path();
        let full = head.uri.path_and_query().map_or(path, |full| full.as_str());
        let agent = head.headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
        self.method.as_ref().is_none_or(|method| *method == head.method)
            && self.agent.as_ref().is_none_or(|it| agent.is_some_and(|agent| agent.starts_with(it)))
            && match &self.path {
                PathMatch::Any => true,
                PathMatch::Contains(text) => full.contains(text.as_str()),
                PathMatch::Prefix(text) => full.starts_with(text.as_str()),
                PathMatch::Exact(text) => full == text || path == text,
            }
    }
}
