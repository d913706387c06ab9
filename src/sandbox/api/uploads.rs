//! Blobs: push, in one piece or in chunks, or mount from another repository (distribution-spec,
//! "Pushing Blobs").

use axum::body::{Body, HttpBody as _};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::body::{collect, too_large};
use super::path::{digest as parse, field};
use super::reply::{empty, set};
use crate::oci::Digest;
use crate::sandbox::Chunks;
use crate::sandbox::answer::{Answer, DIGEST_HEADER, Refusal};
use crate::sandbox::error::ApiError;
use crate::sandbox::registry::Registry;

/// The largest blob that may be pushed, in bytes (1 GiB): all of it is kept in memory.
const MAX_BLOB: usize = 1 << 30;
const LEAST_CHUNK_HEADER: HeaderName = HeaderName::from_static("oci-chunk-min-length");
const UPLOAD_HEADER: HeaderName = HeaderName::from_static("docker-upload-uuid");

/// Mounts a blob, takes one whole, or opens an upload.
pub(super) async fn post(registry: &Registry, name: &str, head: &Parts, body: Body) -> Answer {
    if let Some(mount) = field(&head.uri, "mount") {
        let digest = parse(&mount)?;
        if registry.options.lying_mounts {
            return Ok(created(name, &digest));
        }
        let source = field(&head.uri, "from").filter(|_| registry.options.mounts);
        let blob = source.and_then(|source| registry.store.repository(&source).blob(&digest));
        if let Some(blob) = blob {
            registry.store.repository(name).put_blob_as(&digest, blob);
            return Ok(created(name, &digest));
        }
        // It cannot be mounted: the client shall upload it.
    } else if let Some(digest) = field(&head.uri, "digest") {
        let digest = parse(&digest)?;
        return keep(registry, name, &digest, collect(body, MAX_BLOB).await?);
    }
    let id = registry.uploads.open(name);
    let mut response = progress(StatusCode::ACCEPTED, name, &id, 0);
    if let Chunks::AtLeast(bytes) = registry.options.chunks {
        set(&mut response, LEAST_CHUNK_HEADER, &bytes.to_string());
    }
    Ok(response)
}

/// Takes a chunk. What is in when the connection breaks is kept, so that the upload can go on.
pub(super) async fn patch(
    registry: &Registry,
    name: &str,
    id: &str,
    head: &Parts,
    body: Body,
) -> Answer {
    let received = append(registry, name, id, head, body).await?;
    Ok(progress(StatusCode::ACCEPTED, name, id, received))
}

/// Takes the last chunk, which may be empty, and closes the upload.
pub(super) async fn put(
    registry: &Registry,
    name: &str,
    id: &str,
    head: &Parts,
    body: Body,
) -> Answer {
    let digest = match field(&head.uri, "digest") {
        Some(digest) => parse(&digest)?,
        None => return Err(ApiError::digest_invalid("the digest is missing", "").into()),
    };
    if registry.options.chunks == Chunks::Only && body.size_hint().exact() != Some(0) {
        let _ = collect(body, MAX_BLOB).await;
        return Err(chunks_only().into());
    }
    append(registry, name, id, head, body).await?;
    let bytes = registry.uploads.close(id).ok_or_else(|| unknown(id))?;
    keep(registry, name, &digest, bytes)
}

/// Tells how much is in.
pub(super) fn get(registry: &Registry, name: &str, id: &str) -> Answer {
    let received = registry.uploads.received(name, id).ok_or_else(|| unknown(id))?;
    Ok(progress(StatusCode::NO_CONTENT, name, id, received))
}

/// Forgets the upload.
pub(super) fn delete(registry: &Registry, name: &str, id: &str) -> Answer {
    registry.uploads.received(name, id).ok_or_else(|| unknown(id))?;
    registry.uploads.close(id);
    Ok(empty(StatusCode::NO_CONTENT))
}

/// Adds the body to an upload; gives how much is in now.
async fn append(
    registry: &Registry,
    name: &str,
    id: &str,
    head: &Parts,
    body: Body,
) -> Result<usize, Refusal> {
    let mut offset = registry.uploads.received(name, id).ok_or_else(|| unknown(id))?;
    if let Some((first, last)) = content_range(head)? {
        if first != offset {
            return Err(out_of_order(name, id, offset).into());
        }
        let length = head.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
        let length = length.and_then(|length| length.parse::<usize>().ok());
        if length.is_some_and(|length| length != (last + 1).saturating_sub(first)) {
            return Err(range_invalid("Content-Range and Content-Length disagree").into());
        }
    }
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::Cut)?;
        if offset + piece.len() > MAX_BLOB {
            return Err(too_large(MAX_BLOB).into());
        }
        if !registry.uploads.append(id, offset, &piece) {
            return Err(out_of_order(name, id, offset).into());
        }
        offset += piece.len();
    }
    Ok(offset)
}

/// `Content-Range: FIRST-LAST`, as the specification writes it, or with the `bytes ` and the
/// total of RFC 9110.
fn content_range(head: &Parts) -> Result<Option<(usize, usize)>, ApiError> {
    let Some(value) = head.headers.get(header::CONTENT_RANGE) else {
        return Ok(None);
    };
    let range = value.to_str().unwrap_or_default();
    let numbers = range.strip_prefix("bytes ").unwrap_or(range).split('/').next();
    numbers
        .and_then(|numbers| numbers.split_once('-'))
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)))
        .filter(|(first, last)| first <= last)
        .map(Some)
        .ok_or_else(|| range_invalid("Content-Range is not FIRST-LAST"))
}

fn keep(registry: &Registry, name: &str, digest: &Digest, bytes: Bytes) -> Answer {
    if !digest.matches(&bytes) {
        let message = "the content does not hash to the digest";
        return Err(ApiError::digest_invalid(message, digest.as_str()).into());
    }
    registry.store.repository(name).put_blob_as(digest, bytes);
    Ok(created(name, digest))
}

fn created(name: &str, digest: &Digest) -> Response {
    let mut response = empty(StatusCode::CREATED);
    set(&mut response, header::LOCATION, &format!("/v2/{name}/blobs/{digest}"));
    set(&mut response, DIGEST_HEADER, digest.as_str());
    response
}

fn progress(status: StatusCode, name: &str, id: &str, received: usize) -> Response {
    let mut response = empty(status);
    set(&mut response, header::LOCATION, &location(name, id));
    set(&mut response, header::RANGE, &range(received));
    set(&mut response, UPLOAD_HEADER, id);
    response
}

fn location(name: &str, id: &str) -> String {
    format!("/v2/{name}/blobs/uploads/{id}")
}

/// The bytes that are in; nothing is written like one byte.
fn range(received: usize) -> String {
    format!("0-{}", received.saturating_sub(1))
}

fn unknown(id: &str) -> ApiError {
    let detail = json!({ "upload": id });
    let message = "blob upload unknown to registry";
    ApiError::new(StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN", message, detail)
}

fn chunks_only() -> ApiError {
    let message = "this registry takes blobs in chunks";
    ApiError::new(StatusCode::NOT_IMPLEMENTED, "UNSUPPORTED", message, Value::Null)
}

fn range_invalid(message: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "BLOB_UPLOAD_INVALID", message, Value::Null)
}

fn out_of_order(name: &str, id: &str, received: usize) -> ApiError {
    ApiError::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "BLOB_UPLOAD_INVALID",
        "the chunk does not begin where the upload ends",
        json!({ "received": received }),
    )
    .with_header(header::LOCATION, &location(name, id))
    .with_header(header::RANGE, &range(received))
}
