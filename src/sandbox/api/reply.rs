//! Answers that several endpoints give.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::oci::Digest;
use crate::sandbox::answer::DIGEST_HEADER;

/// A JSON body with status 200.
pub(super) fn json_body(body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// What a registry says of a path that it does not know; no error of the specification.
pub(super) fn not_found() -> Response {
    let mut response = Response::new(Body::from("404 page not found\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// An answer without a body.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Adds a header, if its value is one.
pub(super) fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The entity tag of content: its digest.
pub(super) fn etag(digest: &Digest) -> String {
    format!("\"{digest}\"")
}

/// 304, if the client has the content already (RFC 9110, `If-None-Match`).
pub(super) fn not_modified(head: &Parts, digest: &Digest) -> Option<Response> {
    let held = head.headers.get_all(header::IF_NONE_MATCH).iter();
    let known =
        held.filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(',')).any(|tag| {
            let tag = tag.trim().trim_start_matches("W/");
            tag == "*" || tag.trim_matches('"') == digest.as_str()
        });
    known.then(|| {
        let mut response = empty(StatusCode::NOT_MODIFIED);
        set(&mut response, DIGEST_HEADER, digest.as_str());
        set(&mut response, header::ETAG, &etag(digest));
        response
    })
}
