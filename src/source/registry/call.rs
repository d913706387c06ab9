//! One question to a registry.

use std::ops::Range;

use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, IF_NONE_MATCH, RANGE};
use url::Url;

use crate::model::route::Door;
use crate::oci::{Digest, Host, MediaType, Repository};
use crate::source::auth::Aim;
use crate::source::http::Payload;

/// What is asked, before it is known how to reach the registry.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) host: Host,
    /// The repository's path, if the question is about one.
    pub(super) path: Option<String>,
    pub(super) method: Method,
    /// Path and query on the host.
    pub(super) target: String,
    /// Where the registry said that an upload goes on, in place of `target`.
    pub(super) at: Option<Url>,
    pub(super) headers: HeaderMap,
    /// What goes with it.
    pub(super) payload: Payload,
    /// Whether the answer is a document, or a head only: such is asked a second time if no answer
    /// comes.
    pub(super) document: bool,
    /// How large the answer's body is, if that is known before.
    pub(super) size: Option<u64>,
    /// What a token must allow.
    pub(super) scope: String,
    /// What it is for.
    pub(super) aim: Aim,
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
            at: None,
            headers: HeaderMap::new(),
            payload: Payload::Nothing,
            document: true,
            size: None,
            scope: format!("repository:{}:pull", repository.path),
            aim: Aim::Pull,
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

    /// A GET of a manifest through a door: below another API, and with `ns` if the host is to
    /// know which registry it stands for (containerd `core/remotes/docker/resolver.go`).
    pub(super) fn through(door: &Door, name: &str, subject: String) -> Self {
        let repository = Repository { host: door.host.clone(), path: door.path.clone() };
        let mut call = Self::manifest(&repository, name, subject);
        call.target = format!("{}/{}/manifests/{name}", door.api, door.path);
        if let Some(ns) = &door.ns {
            call.target.push_str("?ns=");
            call.target.extend(url::form_urlencoded::byte_serialize(ns.as_bytes()));
        }
        call
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
            at: None,
            headers: HeaderMap::new(),
            payload: Payload::Nothing,
            document: true,
            size: None,
            scope: "registry:catalog:*".to_owned(),
            aim: Aim::Pull,
            subject: host.to_string(),
        }
    }

    /// A GET of the API itself, which a registry answers to whoever it knows (distribution-spec,
    /// "Determining Support").
    pub(super) fn root(host: &Host) -> Self {
        let (target, scope) = ("/v2/".to_owned(), String::new());
        Self { target, scope, ..Self::catalog(host) }
    }

    /// The same on the way of a push. The token that it takes lets push too, so that one serves
    /// for questions and uploads, and a repository that does not exist yet is not a refusal.
    pub(super) fn pushing(mut self) -> Self {
        if let Some(path) = &self.path {
            self.scope = format!("repository:{path}:pull,push");
        }
        self.aim = Aim::Push;
        self
    }

    /// The same for a request that deletes.
    pub(super) fn deleting(mut self) -> Self {
        if let Some(path) = &self.path {
            self.scope = format!("repository:{path}:pull,delete");
        }
        self.aim = Aim::Delete;
        self
    }

    /// The same with another method and something to send.
    pub(super) fn sending(mut self, method: Method, payload: Payload) -> Self {
        self.method = method;
        self.payload = payload;
        self
    }

    /// The same, answered with 304 if the content is still this one.
    pub(super) fn unless(mut self, known: &Digest) -> Self {
        if let Ok(value) = HeaderValue::from_str(&format!("\"{known}\"")) {
            self.headers.insert(IF_NONE_MATCH, value);
        }
        self
    }

    /// The same for an answer of so many bytes.
    pub(super) fn of_size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    /// The same for content that is read as a stream.
    pub(super) fn stream(mut self) -> Self {
        self.document = false;
        self
    }

    /// Whether it is for a blob, which registries often keep elsewhere.
    pub(super) fn is_blob(&self) -> bool {
        self.is_for("/blobs/")
    }

    /// Whether it is for a manifest, by tag or digest.
    pub(super) fn is_manifest(&self) -> bool {
        self.target.contains("/manifests/")
    }

    /// Whether blobs will be asked for soon: it is for one, or for the manifest of an image.
    pub(super) fn leads_to_blobs(&self) -> bool {
        self.is_blob() || self.is_for("/manifests/")
    }

    /// Whether it is for content by its digest, of this kind.
    fn is_for(&self, kind: &str) -> bool {
        let digest = self.target.split_once(kind).map(|(_, digest)| digest);
        self.method == Method::GET && digest.is_some_and(|digest| digest.contains(':'))
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
