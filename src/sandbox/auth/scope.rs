//! Scopes of tokens: `repository:team/app:pull,push` (distribution, `docs/spec/auth/scope.md`).

use std::fmt;

use axum::http::Method;
use axum::http::request::Parts;

use super::accounts::{Action, Grant};
use crate::sandbox::api::{Endpoint, mount_source};

/// A resource and what may be done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    resource: Resource,
    actions: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Resource {
    Repository(String),
    Catalog,
}

impl Scope {
    fn repository(name: &str, actions: &[Action]) -> Self {
        Self { resource: Resource::Repository(name.to_owned()), actions: actions.to_vec() }
    }

    /// What a request needs.
    pub(super) fn needed(head: &Parts) -> Vec<Self> {
        let endpoint = Endpoint::of(&head.uri);
        if endpoint == Endpoint::Catalog {
            return vec![Self { resource: Resource::Catalog, actions: vec![Action::Catalog] }];
        }
        let Some(name) = endpoint.repository() else {
            return Vec::new();
        };
        let uploads = matches!(endpoint, Endpoint::Uploads(_) | Endpoint::Upload(..));
        let actions: &[Action] = match head.method {
            Method::GET | Method::HEAD if !uploads => &[Action::Pull],
            Method::DELETE if !uploads => &[Action::Delete],
            _ => &[Action::Pull, Action::Push],
        };
        let mut needed = vec![Self::repository(name, actions)];
        if uploads && let Some(source) = mount_source(&head.uri) {
            needed.insert(0, Self::repository(&source, &[Action::Pull]));
        }
        needed
    }

    /// Reads a scope; `None` for one that this registry has no use for.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        match (kind, name) {
            ("registry", "catalog") => {
                Some(Self { resource: Resource::Catalog, actions: vec![Action::Catalog] })
            }
            ("repository", name) => {
                let actions: Vec<Action> = actions.split(',').flat_map(parse_actions).collect();
                Some(Self::repository(name, &actions))
            }
            _ => None,
        }
    }

    /// Only what the grants allow.
    pub(super) fn limited(mut self, grants: &[Grant]) -> Self {
        let name = match &self.resource {
            Resource::Repository(name) => name.as_str(),
            Resource::Catalog => "",
        };
        self.actions.retain(|action| {
            grants
                .iter()
                .any(|grant| name.starts_with(&grant.prefix) && grant.actions.contains(action))
        });
        self
    }

    /// Whether these scopes together hold all of this one.
    pub(super) fn covered_by(&self, held: &[Self]) -> bool {
        self.actions.iter().all(|action| {
            held.iter().any(|held| held.resource == self.resource && held.actions.contains(action))
        })
    }
}

fn parse_actions(word: &str) -> Vec<Action> {
    match word {
        "pull" => vec![Action::Pull],
        "push" => vec![Action::Push],
        "delete" => vec![Action::Delete],
        "*" => vec![Action::Pull, Action::Push, Action::Delete],
        _ => Vec::new(),
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.resource {
            Resource::Catalog => f.write_str("registry:catalog:*"),
            Resource::Repository(name) => {
                let words: Vec<&str> = self
                    .actions
                    .iter()
                    .map(|action| match action {
                        Action::Pull => "pull",
                        Action::Push => "push",
                        Action::Delete => "delete",
                        Action::Catalog => "*",
                    })
                    .collect();
                write!(f, "repository:{name}:{}", words.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;

    use super::*;

    fn needed(method: &str, uri: &str) -> String {
        let request = Request::builder().method(method).uri(uri).body(axum::body::Body::empty());
        let (head, _) = request.unwrap().into_parts();
        let scopes: Vec<String> = Scope::needed(&head).iter().map(Scope::to_string).collect();
        scopes.join(" ")
    }

    #[test]
    fn each_request_needs_its_scope() {
        for (method, uri, expected) in [
            ("GET", "/v2/", ""),
            ("GET", "/v2/_catalog", "registry:catalog:*"),
            ("HEAD", "/v2/a/b/manifests/x", "repository:a/b:pull"),
            ("GET", "/v2/a/tags/list", "repository:a:pull"),
            ("PUT", "/v2/a/manifests/x", "repository:a:pull,push"),
            ("DELETE", "/v2/a/manifests/x", "repository:a:delete"),
            ("GET", "/v2/a/blobs/uploads/id", "repository:a:pull,push"),
            (
                "POST",
                "/v2/a/blobs/uploads/?mount=sha256:0&from=b",
                "repository:b:pull repository:a:pull,push",
            ),
        ] {
            assert_eq!(needed(method, uri), expected, "{method} {uri}");
        }
    }

    #[test]
    fn a_scope_is_limited_by_grants_and_covered_by_scopes() {
        let scope = Scope::parse("repository:team/app:pull,push").unwrap();
        assert_eq!(scope.to_string(), "repository:team/app:pull,push");
        let limited = scope.clone().limited(&[Grant::pull("team/")]);
        assert_eq!(limited.to_string(), "repository:team/app:pull");
        assert!(limited.covered_by(std::slice::from_ref(&scope)));
        assert!(!scope.covered_by(std::slice::from_ref(&limited)));
        assert!(!limited.covered_by(&[Scope::parse("repository:other:pull").unwrap()]));
        assert_eq!(Scope::parse("plugin:x:pull"), None);
    }
}
