//! What a handler gives: an answer, a refusal, or nothing any more.

use std::fmt;

use axum::http::HeaderName;
use axum::response::Response;

use super::error::ApiError;

/// The header that states the digest of the content.
pub(super) const DIGEST_HEADER: HeaderName = HeaderName::from_static("docker-content-digest");

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
