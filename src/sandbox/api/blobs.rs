//! Blobs: read, whole or in part, and delete.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::json;

use super::path::digest as parse;
use super::range::{Asked, asked};
use super::reply::{empty, etag, not_modified, set};
use crate::sandbox::answer::{Answer, DIGEST_HEADER};
use crate::sandbox::error::ApiError;
use crate::sandbox::registry::Registry;

pub(super) fn get(registry: &Registry, name: &str, digest: &str, head: &Parts) -> Answer {
    let digest = parse(digest)?;
    let blob = registry
        .store
        .read(name, |content| content.blobs.get(&digest).cloned())
        .ok_or_else(|| ApiError::name_unknown(name))?
        .ok_or_else(|| ApiError::blob_unknown(digest.as_str()))?;
    if let Some(response) = not_modified(head, &digest) {
        return Ok(response);
    }
    let range = head.headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let length = blob.len();
    let mut response = match asked(range, length) {
        Asked::Whole => Response::new(Body::from(blob)),
        Asked::Part(part) => {
            let covered = format!("bytes {}-{}/{length}", part.start, part.end.saturating_sub(1));
            let mut response = Response::new(Body::from(blob.slice(part)));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, header::CONTENT_RANGE, &covered);
            response
        }
        Asked::Unsatisfiable => {
            let detail = json!({ "length": length });
            return Err(ApiError::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "SIZE_INVALID",
                "the blob does not have the range that was asked for",
                detail,
            )
            .with_header(header::CONTENT_RANGE, &format!("bytes */{length}"))
            .into());
        }
    };
    set(&mut response, DIGEST_HEADER, digest.as_str());
    set(&mut response, header::ETAG, &etag(&digest));
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Ok(response)
}

pub(super) fn delete(registry: &Registry, name: &str, digest: &str) -> Answer {
    let digest = parse(digest)?;
    if registry.store.read(name, |_| ()).is_none() {
        return Err(ApiError::name_unknown(name).into());
    }
    if registry.store.repository(name).remove_blob(&digest) {
        Ok(empty(StatusCode::ACCEPTED))
    } else {
        Err(ApiError::blob_unknown(digest.as_str()).into())
    }
}
