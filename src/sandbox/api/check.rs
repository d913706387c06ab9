//! What is checked of a manifest before it is taken.

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::oci::{Digest, MediaType};
use crate::sandbox::Store;
use crate::sandbox::error::ApiError;
use crate::sandbox::store::Content;

/// The type that a manifest is pushed with: the `Content-Type`, which must not contradict the
/// manifest's own `mediaType`.
pub(super) fn media_type(head: &Parts, bytes: &[u8]) -> Result<String, ApiError> {
    let stated = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let stated = stated.map(MediaType::parse);
    if stated.as_ref().is_some_and(|stated| !stated.is_manifest()) {
        // What it is cannot be checked.
        return Ok(stated.map_or_else(String::new, |stated| stated.as_str().to_owned()));
    }
    let document = serde_json::from_slice::<Value>(bytes)
        .map_err(|problem| invalid(format!("the manifest is not valid JSON: {problem}")))?;
    if !document.is_object() {
        return Err(invalid("the manifest is not a JSON object".to_owned()));
    }
    let own = document.get("mediaType").and_then(Value::as_str).filter(|own| !own.is_empty());
    match (stated, own) {
        (Some(stated), Some(own)) if stated.as_str() != own => {
            Err(invalid(format!("the manifest is said to be {stated}, but its mediaType is {own}")))
        }
        (Some(stated), _) => Ok(stated.as_str().to_owned()),
        (None, Some(own)) => Ok(own.to_owned()),
        (None, None) => Err(invalid("neither Content-Type nor mediaType is given".to_owned())),
    }
}

/// Checks that the repository has what an index or image manifest references. A descriptor with
/// `urls` points elsewhere, and a `subject` may come later (distribution-spec, "Pushing Manifests
/// with Subject").
pub(super) fn references(
    store: &Store,
    name: &str,
    media_type: &str,
    bytes: &[u8],
) -> Result<(), ApiError> {
    let media_type = MediaType::parse(media_type);
    let document = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    let list = |key: &str| document.get(key).and_then(Value::as_array).into_iter().flatten();
    let needed: Vec<&Value> = if media_type.is_index() {
        list("manifests").collect()
    } else if media_type.is_image_manifest() {
        document.get("config").into_iter().chain(list("layers")).collect()
    } else {
        list("blobs").collect()
    };
    let has = |content: &Content, digest: &Digest| {
        if media_type.is_index() {
            content.manifests.contains_key(digest)
        } else {
            content.blobs.contains_key(digest)
        }
    };
    let missing = needed
        .into_iter()
        .filter(|descriptor| {
            descriptor.get("urls").and_then(Value::as_array).is_none_or(Vec::is_empty)
        })
        .map(|descriptor| descriptor.get("digest").and_then(Value::as_str).unwrap_or_default())
        .find(|digest| {
            let known = digest.parse().is_ok_and(|digest| {
                store.read(name, |content| has(content, &digest)).unwrap_or(false)
            });
            !known
        });
    match missing {
        None => Ok(()),
        // The specification names no status; distribution, which most registries run, answers 400.
        Some(digest) => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "MANIFEST_BLOB_UNKNOWN",
            "the manifest references a manifest or blob that the repository does not have",
            json!({ "digest": digest }),
        )),
    }
}

/// 400 `MANIFEST_INVALID`.
pub(super) fn invalid(message: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "MANIFEST_INVALID", message, Value::Null)
}
