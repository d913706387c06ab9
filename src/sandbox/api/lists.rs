//! The tags of a repository and the repositories of the registry.

use axum::http::request::Parts;
use serde_json::json;

use super::page::cut;
use super::reply::json_body;
use crate::sandbox::answer::Answer;
use crate::sandbox::error::ApiError;
use crate::sandbox::registry::Registry;

pub(super) fn tags(registry: &Registry, name: &str, head: &Parts) -> Answer {
    let tags = registry
        .store
        .read(name, |content| content.tags.keys().cloned().collect())
        .ok_or_else(|| ApiError::name_unknown(name))?;
    let page = cut(head, tags, registry.options.page_size, registry.options.links)?;
    let mut response = json_body(json!({ "name": name, "tags": page.names }).to_string());
    page.link(head, &mut response);
    Ok(response)
}

pub(super) fn catalog(registry: &Registry, head: &Parts) -> Answer {
    let page = cut(
        head,
        registry.store.repositories(),
        registry.options.page_size,
        registry.options.links,
    )?;
    let mut response = json_body(json!({ "repositories": page.names }).to_string());
    page.link(head, &mut response);
    Ok(response)
}
