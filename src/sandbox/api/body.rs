//! Bodies of requests.

use axum::body::Body;
use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde_json::json;

use crate::sandbox::answer::Refusal;
use crate::sandbox::error::ApiError;

/// The whole body.
///
/// # Errors
/// 413 for more than `limit` bytes; [`Refusal::Cut`] where the client went away.
pub(in crate::sandbox) async fn collect(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut pieces = body.into_data_stream();
    let mut bytes = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::Cut)?;
        if bytes.len() + piece.len() > limit {
            return Err(too_large(limit).into());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}

/// 413.
pub(super) fn too_large(limit: usize) -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "SIZE_INVALID",
        format!("the content is larger than {limit} bytes"),
        json!({ "limit": limit }),
    )
}
