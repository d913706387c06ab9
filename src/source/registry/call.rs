//! One question to a registry.

use std::ops::Range;

use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, RANGE};

use crate::oci::{Digest, Host, MediaType, Repository};

/// What is asked, before it is known how to reach the registry.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) host: Host,
    /// The repository's path, where the question is about one.
    pub(super) path: Option<String>,
    pub(super) method: Method,
    /// Path and query on the host.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    /// What a token must allow.
    pub(super) scope: String,
    /// What the user asked for, for failures.
    pub(super) subject: String,
}

impl Call {
    /// A GET in a repository; `what` is the rest of the path behind `/v2/NAME/`.
    pub(super) fn get(repository: &Repository, what: &str, subject: String) -> Self {
        Self {
            host: repository.host.clone(),
            path: Some(repository.path.clone()),
            method: Method::GET,
            target: format!("/v2/{}/{what}", repository.path),
            headers: HeaderMap::new(),
            scope: format!("repository:{}:pull", repository.path),
            subject,
        }
    }

    /// A GET of a manifest, by tag or digest.
    pub(super) fn manifest(repository: &Repository, name: &str, subject: String) -> Self {
        let mut call = Self::get(repository, &format!("manifests/{name}"), subject);
        call.headers.insert(ACCEPT, HeaderValue::from_static(MediaType::ACCEPT));
        call
    }

    /// The same for a client that accepts these types.
    pub(super) fn accepting(mut self, types: &'static str) -> Self {
        self.headers.insert(ACCEPT, HeaderValue::from_static(types));
        self
    }

    /// The same, asked of a mirror: `ns` names the registry that it stands for, as containerd
    /// says it (`core/remotes/docker/resolver.go`).
    pub(super) fn for_registry(mut self, ns: &Host) -> Self {
        self.target.push_str("?ns=");
        self.target.extend(url::form_urlencoded::byte_serialize(ns.as_str().as_bytes()));
        self
    }

    /// A GET of a blob.
    pub(super) fn blob(repository: &Repository, digest: &Digest) -> Self {
        let subject = format!("{repository}@{digest}");
        Self::get(repository, &format!("blobs/{digest}"), subject)
    }

    /// A GET of the list of repositories.
    pub(super) fn catalog(host: &Host) -> Self {
        Self {
            host: host.clone(),
            path: None,
            method: Method::GET,
            target: "/v2/_catalog".to_owned(),
            headers: HeaderMap::new(),
            scope: "registry:catalog:*".to_owned(),
            subject: host.to_string(),
        }
    }

    /// The same as HEAD.
    pub(super) fn head(mut self) -> Self {
        self.method = Method::HEAD;
        self
    }

    /// The same for some of the bytes only.
    pub(super) fn range(mut self, range: &Range<u64>) -> Self {
        // HTTP counts the last byte in (RFC 9110, 14.1.2).
        let text = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        if let Ok(value) = HeaderValue::from_str(&text) {
            self.headers.insert(RANGE, value);
        }
        self
    }
}
