//! One request and its answer: the log, the faults, and the way to the right handler.

use std::net::SocketAddr;
use std::{fmt, io};

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

use super::auth::Gate;
use super::error::ApiError;
use super::fault::{self, Passed};
use super::uploads::Uploads;
use super::{Fault, Faults, Requests, SandboxOptions, Store, api, samples};

/// The header that states the digest of the content.
pub(super) const DIGEST_HEADER: HeaderName = HeaderName::from_static("docker-content-digest");
const VERSION_HEADER: HeaderName = HeaderName::from_static("docker-distribution-api-version");

/// The connection ends without an answer.
#[derive(Debug)]
pub(super) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was cut")
    }
}

impl std::error::Error for Cut {}

/// Why a handler gives no ordinary answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It answers with an error.
    Error(ApiError),
    /// It cannot answer any more.
    Cut,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

/// What a handler gives.
pub(super) type Answer = Result<Response, Refusal>;

/// Everything that answers requests.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) options: SandboxOptions,
    pub(super) store: Store,
    pub(super) faults: Faults,
    pub(super) requests: Requests,
    pub(super) gate: Gate,
    pub(super) uploads: Uploads,
}

impl Registry {
    pub(super) fn new(options: SandboxOptions, address: SocketAddr) -> Self {
        Self {
            gate: Gate::new(options.auth.clone(), address),
            uploads: Uploads::default(),
            options,
            store: Store::new(),
            faults: Faults::new(),
            requests: Requests::new(),
        }
    }

    /// Makes the sample images.
    pub(super) fn fill(&self) -> io::Result<()> {
        samples::fill(&self.store)?;
        if !self.options.referrers_api {
            for name in self.store.repositories() {
                self.store.repository(&name).write_fallback_tags();
            }
        }
        Ok(())
    }

    /// Answers a request; an error closes the connection instead.
    pub(super) async fn answer(&self, request: Request) -> Result<Response, Cut> {
        let is_head = request.method() == Method::HEAD;
        let (head, body) = request.into_parts();
        let open = self.requests.open(&head);
        let verdict = self.faults.decide(&head);
        if !verdict.delay.is_zero() {
            tokio::time::sleep(verdict.delay).await;
        }
        let request = Request::from_parts(head, body);
        let response = match fault::before(&self.faults, verdict.fault.as_ref(), request).await? {
            Passed::Answered(response) => response,
            Passed::On(request) => {
                let mut response = match api::route(self, request).await {
                    Ok(response) => response,
                    Err(Refusal::Error(error)) => error.into_response(),
                    Err(Refusal::Cut) => return Err(Cut),
                };
                let version = HeaderValue::from_static("registry/2.0");
                response.headers_mut().insert(VERSION_HEADER, version);
                match &verdict.fault {
                    Some((_, Fault::LoseAnswer)) => return Err(Cut),
                    Some((_, fault)) => fault::after(fault, response).await,
                    None => response,
                }
            }
        };
        open.answered(response.status().as_u16());
        Ok(if is_head { without_body(response) } else { response })
    }
}

/// The same head, with the length of the body that is left out.
fn without_body(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact()
        && !head.headers.contains_key(header::CONTENT_LENGTH)
    {
        head.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Response::from_parts(head, Body::empty())
}
