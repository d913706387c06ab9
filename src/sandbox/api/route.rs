//! From a request to its handler.

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;

use super::path::{Endpoint, is_name};
use super::reply::{json_body, not_found};
use super::{blobs, lists, manifests, referrers, uploads};
use crate::sandbox::answer::Answer;
use crate::sandbox::auth;
use crate::sandbox::error::ApiError;
use crate::sandbox::registry::Registry;

/// Answers a request as a registry without faults does.
pub(in crate::sandbox) async fn route(registry: &Registry, request: Request) -> Answer {
    if request.uri().path() == "/token" {
        return auth::token(&registry.gate, request).await.unwrap_or_else(|| Ok(not_found()));
    }
    let (head, body) = request.into_parts();
    auth::admit(&registry.gate, &head)?;
    let endpoint = Endpoint::of(&head.uri);
    if let Some(name) = endpoint.repository().filter(|name| !is_name(name)) {
        return Err(ApiError::name_invalid(name).into());
    }
    let reads = matches!(head.method, Method::GET | Method::HEAD);
    match (endpoint, &head.method) {
        (Endpoint::Base, _) if reads => Ok(base()),
        (Endpoint::Catalog, _) if reads => lists::catalog(registry, &head),
        (Endpoint::Tags(name), _) if reads => lists::tags(registry, name, &head),
        (Endpoint::Manifest(name, reference), _) if reads => {
            manifests::get(registry, name, reference, &head)
        }
        (Endpoint::Manifest(name, reference), &Method::PUT) => {
            manifests::put(registry, name, reference, &head, body).await
        }
        (Endpoint::Manifest(name, reference), &Method::DELETE) => {
            manifests::delete(registry, name, reference)
        }
        (Endpoint::Blob(name, digest), _) if reads => blobs::get(registry, name, digest, &head),
        (Endpoint::Blob(name, digest), &Method::DELETE) => blobs::delete(registry, name, digest),
        (Endpoint::Uploads(name), &Method::POST) => {
            uploads::post(registry, name, &head, body).await
        }
        (Endpoint::Upload(name, id), &Method::GET) => uploads::get(registry, name, id),
        (Endpoint::Upload(name, id), &Method::PATCH) => {
            uploads::patch(registry, name, id, &head, body).await
        }
        (Endpoint::Upload(name, id), &Method::PUT) => {
            uploads::put(registry, name, id, &head, body).await
        }
        (Endpoint::Upload(name, id), &Method::DELETE) => uploads::delete(registry, name, id),
        (Endpoint::Referrers(name, digest), _) if reads => {
            referrers::get(registry, name, digest, &head)
        }
        (Endpoint::Unknown, _) => Ok(not_found()),
        (endpoint, _) => Err(ApiError::method_not_allowed(allowed(&endpoint)).into()),
    }
}

fn base() -> Response {
    json_body("{}".to_owned())
}

fn allowed(endpoint: &Endpoint<'_>) -> &'static str {
    match endpoint {
        Endpoint::Manifest(..) => "GET, HEAD, PUT, DELETE",
        Endpoint::Blob(..) => "GET, HEAD, DELETE",
        Endpoint::Uploads(_) => "POST",
        Endpoint::Upload(..) => "GET, PATCH, PUT, DELETE",
        _ => "GET, HEAD",
    }
}
