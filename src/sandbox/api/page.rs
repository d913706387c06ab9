//! Lists in pages, by `n` and `last` (distribution-spec, "Listing Tags").

use axum::http::request::Parts;
use axum::http::{StatusCode, Uri, header};
use axum::response::Response;
use serde_json::json;

use super::path::{field, fields};
use super::reply::set;
use crate::sandbox::error::ApiError;

/// The part of a list that is answered.
#[derive(Debug)]
pub(super) struct Page {
    /// The names.
    pub(super) names: Vec<String>,
    /// The `last` of the next request, where more names follow.
    next: Option<String>,
}

/// Cuts the page that is asked for out of a list that is in order. `limit` is the largest page.
/// Without `links` nothing is said of the next page, and the list begins again after its end.
pub(super) fn cut(
    head: &Parts,
    names: Vec<String>,
    limit: usize,
    links: bool,
) -> Result<Page, ApiError> {
    let size = match field(&head.uri, "n") {
        None => limit,
        Some(n) => n.parse::<usize>().map(|n| n.min(limit)).map_err(|_| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                "PAGINATION_NUMBER_INVALID",
                "invalid number of results requested",
                json!({ "n": n }),
            )
        })?,
    };
    let mut last = field(&head.uri, "last").unwrap_or_default();
    if !links && names.last() == Some(&last) {
        last.clear();
    }
    let mut rest = names.into_iter().filter(|name| *name > last);
    let names: Vec<String> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    Ok(Page { next: names.last().filter(|_| more && links).cloned(), names })
}

impl Page {
    /// Adds the `Link` header that leads to the next page.
    pub(super) fn link(&self, head: &Parts, response: &mut Response) {
        if let Some(next) = &self.next {
            link(&head.uri, next, response);
        }
    }
}

/// Adds a `Link` to the same list from after `last`.
pub(super) fn link(uri: &Uri, last: &str, response: &mut Response) {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields(uri).filter(|(name, _)| name != "last"))
        .append_pair("last", last)
        .finish();
    set(response, header::LINK, &format!("<{}?{query}>; rel=\"next\"", uri.path()));
}
