//! Manifests: read, push and delete.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use super::body::collect;
use super::check;
use super::negotiate;
use super::path::{digest as parse, is_tag};
use super::reply::{empty, etag, not_modified, set};
use crate::oci::Digest;
use crate::sandbox::TagDeletes;
use crate::sandbox::answer::{Answer, DIGEST_HEADER};
use crate::sandbox::error::ApiError;
use crate::sandbox::registry::Registry;
use crate::sandbox::store::{Content, Stored};

/// The largest manifest that may be pushed, in bytes (4 MiB; distribution-spec, "Pushing
/// Manifests").
const MAX_PUSH: usize = 4 << 20;
const TAG_HEADER: HeaderName = HeaderName::from_static("oci-tag");
const SUBJECT_HEADER: HeaderName = HeaderName::from_static("oci-subject");

pub(super) fn get(registry: &Registry, name: &str, reference: &str, head: &Parts) -> Answer {
    if reference.contains(':') {
        parse(reference)?;
    }
    let (digest, stored) = registry
        .store
        .read(name, |content| {
            let digest = content.resolve(reference)?;
            let stored = content.manifests.get(&digest)?.clone();
            Some((digest, stored))
        })
        .ok_or_else(|| ApiError::name_unknown(name))?
        .ok_or_else(|| ApiError::manifest_unknown(reference))?;
    let (digest, stored) = if is_tag(reference) {
        negotiate::answer(registry, name, (digest, stored), &head.headers)
            .ok_or_else(|| ApiError::manifest_unknown(reference))?
    } else {
        (digest, stored)
    };
    if let Some(response) = not_modified(head, &digest) {
        return Ok(response);
    }
    let mut response = Response::new(Body::from(stored.bytes));
    set(&mut response, header::CONTENT_TYPE, &stored.media_type);
    set(&mut response, DIGEST_HEADER, digest.as_str());
    set(&mut response, header::ETAG, &etag(&digest));
    Ok(response)
}

/// The tags that the query of a request names.
fn tags_of(head: &Parts) -> Vec<String> {
    let query = head.uri.query().unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(key, _)| key == "tag").map(|(_, tag)| tag.into_owned()).collect()
}

pub(super) async fn put(
    registry: &Registry,
    name: &str,
    reference: &str,
    head: &Parts,
    body: Body,
) -> Answer {
    let bytes = collect(body, MAX_PUSH).await?;
    let digest = if reference.contains(':') {
        let digest = parse(reference)?;
        if !digest.matches(&bytes) {
            return Err(ApiError::digest_invalid(
                "the manifest does not hash to the digest it was pushed by",
                reference,
            )
            .into());
        }
        digest
    } else if is_tag(reference) {
        Digest::sha256(&bytes)
    } else {
        return Err(check::invalid(format!("{reference:?} is not a tag")).into());
    };
    let media_type = check::media_type(head, &bytes)?;
    if registry.options.check_references {
        check::references(&registry.store, name, &media_type, &bytes)?;
    }
    let mut response = keep(registry, name, reference, &digest, Stored::new(&media_type, bytes));
    if registry.options.multi_tags && !is_tag(reference) {
        for tag in tags_of(head).iter().filter(|tag| is_tag(tag)) {
            registry.store.repository(name).tag(tag, &digest);
            if let Ok(value) = tag.parse() {
                response.headers_mut().append(TAG_HEADER, value);
            }
        }
    }
    Ok(response)
}

fn keep(
    registry: &Registry,
    name: &str,
    reference: &str,
    digest: &Digest,
    stored: Stored,
) -> Response {
    let subject = stored.subject.clone();
    registry.store.write(name, |content| {
        content.manifests.insert(digest.clone(), stored);
        if reference.contains(':') {
            return;
        }
        let before = content.tags.insert(reference.to_owned(), digest.clone());
        if let Some(before) = before.filter(|before| before != digest)
            && !registry.options.keeps_untagged
        {
            drop_untagged(content, &before, digest);
        }
    });
    let mut response = empty(StatusCode::CREATED);
    set(&mut response, header::LOCATION, &format!("/v2/{name}/manifests/{digest}"));
    set(&mut response, DIGEST_HEADER, digest.as_str());
    if let Some(subject) = subject.filter(|_| registry.options.referrers_api) {
        set(&mut response, SUBJECT_HEADER, subject.as_str());
    }
    response
}

/// Takes away what a tag held, and its children that the new manifest does not name.
fn drop_untagged(content: &mut Content, before: &Digest, now: &Digest) {
    let children = |content: &Content, digest: &Digest| -> Vec<Digest> {
        let Some(stored) = content.manifests.get(digest) else { return Vec::new() };
        let value: serde_json::Value = serde_json::from_slice(&stored.bytes).unwrap_or_default();
        let entries = value.get("manifests").and_then(|it| it.as_array()).into_iter().flatten();
        entries.filter_map(|it| it.get("digest")?.as_str()?.parse().ok()).collect()
    };
    let kept = children(content, now);
    let gone = children(content, before).into_iter().filter(|child| !kept.contains(child));
    let gone: Vec<Digest> = gone.chain([before.clone()]).collect();
    for digest in gone {
        if !content.tags.values().any(|tagged| *tagged == digest) {
            content.remove_manifest(&digest);
        }
    }
}

/// A tag is only taken away; a digest goes with the tags that point to it.
pub(super) fn delete(registry: &Registry, name: &str, reference: &str) -> Answer {
    let digest = if reference.contains(':') { Some(parse(reference)?) } else { None };
    if registry.store.read(name, |_| ()).is_none() {
        return Err(ApiError::name_unknown(name).into());
    }
    let repository = registry.store.repository(name);
    let gone = match (digest, registry.options.tag_deletes) {
        (Some(digest), _) => repository.remove_manifest(&digest),
        (None, TagDeletes::Tag) => repository.remove_tag(reference),
        (None, TagDeletes::Manifest) => {
            repository.resolve(reference).is_some_and(|digest| repository.remove_manifest(&digest))
        }
        (None, TagDeletes::Unsupported) => {
            let code = "UNSUPPORTED";
            let message = "The operation is unsupported.";
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return Err(ApiError::new(status, code, message, Value::Null).into());
        }
        (None, TagDeletes::DigestsOnly) => {
            let code = "DIGEST_INVALID";
            let message = "provided digest did not match uploaded content";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, code, message, Value::Null).into());
        }
    };
    if gone {
        Ok(empty(StatusCode::ACCEPTED))
    } else {
        Err(ApiError::manifest_unknown(reference).into())
    }
}
