//! One request and its answer: the log, the faults, and the way to the right handler.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

use super::answer::{Cut, Refusal};
use super::fault::{self, Passed};
use super::registry::Registry;
use super::{Fault, api};

const VERSION_HEADER: HeaderName = HeaderName::from_static("docker-distribution-api-version");

impl Registry {
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
