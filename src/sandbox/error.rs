//! Errors as the distribution specification writes them ("Error Codes").

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that says no.
#[derive(Debug, Clone)]
pub(super) struct ApiError(Box<Refused>);

#[derive(Debug, Clone)]
struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
    detail: Value,
    headers: HeaderMap,
}

impl ApiError {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        detail: Value,
    ) -> Self {
        let message = message.into();
        Self(Box::new(Refused { status, code, message, detail, headers: HeaderMap::new() }))
    }

    /// The same with one header more.
    pub(super) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.append(name, value);
        }
        self
    }

    pub(super) fn name_unknown(repository: &str) -> Self {
        let detail = json!({ "name": repository });
        let message = "repository name not known to registry";
        Self::new(StatusCode::NOT_FOUND, "NAME_UNKNOWN", message, detail)
    }

    pub(super) fn name_invalid(repository: &str) -> Self {
        let detail = json!({ "name": repository });
        Self::new(StatusCode::BAD_REQUEST, "NAME_INVALID", "invalid repository name", detail)
    }

    pub(super) fn manifest_unknown(reference: &str) -> Self {
        let detail = json!({ "reference": reference });
        Self::new(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", "manifest unknown", detail)
    }

    pub(super) fn blob_unknown(digest: &str) -> Self {
        let detail = json!({ "digest": digest });
        Self::new(StatusCode::NOT_FOUND, "BLOB_UNKNOWN", "blob unknown to registry", detail)
    }

    pub(super) fn digest_invalid(message: impl Into<String>, digest: &str) -> Self {
        let detail = json!({ "digest": digest });
        Self::new(StatusCode::BAD_REQUEST, "DIGEST_INVALID", message, detail)
    }

    pub(super) fn method_not_allowed(allow: &str) -> Self {
        let message = "the operation is unsupported";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", message, Value::Null)
            .with_header(header::ALLOW, allow)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Refused { status, code, message, detail, headers } = *self.0;
        let mut error = json!({ "code": code, "message": message });
        if let (Some(error), false) = (error.as_object_mut(), detail.is_null()) {
            error.insert("detail".to_owned(), detail);
        }
        let body = json!({ "errors": [error] }).to_string();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}
