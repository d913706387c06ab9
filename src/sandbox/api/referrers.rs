//! What refers to a manifest by its `subject` (distribution-spec, "Listing Referrers").

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use serde_json::{Value, json};

use super::page::link;
use super::path::{digest as parse, field};
use super::reply::{json_body, not_found};
use crate::oci::{Digest, MediaType};
use crate::sandbox::answer::Answer;
use crate::sandbox::referrer::descriptor;
use crate::sandbox::registry::Registry;
use crate::sandbox::store::Content;

const FILTERS_HEADER: HeaderName = HeaderName::from_static("oci-filters-applied");

/// A manifest that nothing refers to, or that is not there, has an empty list.
pub(super) fn get(registry: &Registry, name: &str, digest: &str, head: &Parts) -> Answer {
    if !registry.options.referrers_api {
        return Ok(not_found());
    }
    let subject = parse(digest)?;
    let wanted = field(&head.uri, "artifactType");
    let last = field(&head.uri, "last").and_then(|last| last.parse().ok());
    let all = registry
        .store
        .read(name, |content| list(content, &subject, wanted.as_deref(), last.as_ref()))
        .unwrap_or_default();
    let size = registry.options.referrers_page_size.max(1);
    let more = all.len() > size;
    let page: Vec<(Digest, Value)> = all.into_iter().take(size).collect();
    let next = page.last().filter(|_| more).map(|(digest, _)| digest.clone());
    let manifests: Vec<Value> = page.into_iter().map(|(_, descriptor)| descriptor).collect();
    let index = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OciIndex.as_str(),
        "manifests": manifests,
    });
    let mut response = json_body(index.to_string());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.oci.image.index.v1+json"),
    );
    if wanted.is_some() {
        headers.insert(FILTERS_HEADER, HeaderValue::from_static("artifactType"));
    }
    if let Some(next) = next {
        link(&head.uri, next.as_str(), &mut response);
    }
    Ok(response)
}

/// The referrers in the order of their arrival, from the one after `last`.
fn list(
    content: &Content,
    subject: &Digest,
    wanted: Option<&str>,
    last: Option<&Digest>,
) -> Vec<(Digest, Value)> {
    let begin = last.and_then(|last| content.manifests.get_index_of(last)).map_or(0, |at| at + 1);
    content
        .manifests
        .iter()
        .skip(begin)
        .filter(|(_, stored)| stored.subject.as_ref() == Some(subject))
        .map(|(digest, stored)| (digest.clone(), descriptor(digest, stored)))
        .filter(|(_, descriptor)| {
            wanted.is_none_or(|wanted| {
                descriptor.get("artifactType").and_then(Value::as_str) == Some(wanted)
            })
        })
        .collect()
}
