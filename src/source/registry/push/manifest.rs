//! Manifests: PUT by tag or digest, byte for byte.

use std::collections::HashSet;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::oci::{
    Algorithm, Class, Digest, Failure, MAX_MANIFEST_PUSH, MediaType, Reference, manifest_digest,
};
use crate::source::http::{Again, Payload, Setback, retrying};
use crate::source::registry::Registry;
use crate::source::registry::manifests::{manifest_call, stated_digest};
use crate::text;

use super::refused::{What, refused};

const SUBJECT_HEADER: &str = "oci-subject";
const TAG_HEADER: &str = "oci-tag";

/// What a registry made of a manifest that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Whether it says that it noted what the manifest refers to (`OCI-Subject`). Where it does
    /// not, whoever pushes notes it under the fallback tag.
    pub noted_subject: bool,
}

impl Registry {
    /// Puts a manifest under a tag, or by its digest alone where the reference has no tag.
    ///
    /// By digest it is sent again after a failure that may pass. By tag it is so only if the
    /// registry said that it did nothing (429, 503): after a lost connection nobody knows whether
    /// the tag moved, and somebody else may have moved it since. Read it back then.
    ///
    /// # Errors
    /// `TooLarge` beyond 4 MiB, before anything is sent; `DigestMismatch` if the registry
    /// states another digest than the bytes have; and what the network and the registry come up
    /// with.
    pub async fn put_manifest(
        &self,
        target: &Reference,
        media_type: &MediaType,
        bytes: &Bytes,
    ) -> Result<Placed, Failure> {
        let size = bytes.len() as u64;
        let subject = target.to_string();
        if size > MAX_MANIFEST_PUSH {
            let detail = format!(
                "the manifest has {}, and registries take at most {}",
                text::bytes(size),
                text::bytes(MAX_MANIFEST_PUSH),
            );
            return Err(Failure::new(Class::TooLarge, subject, detail)
                .with_next("take annotations or entries away"));
        }
        let payload = Payload::Bytes(bytes.clone());
        let mut call = manifest_call(target).pushing().sending(Method::PUT, payload);
        let value = HeaderValue::from_str(media_type.as_str()).map_err(|_| {
            let detail = format!("its media type {media_type} cannot be sent");
            Failure::new(Class::Malformed, &subject, detail)
        })?;
        call.headers.insert(CONTENT_TYPE, value);
        let wire = &self.shared.wire;
        let attempt = async || {
            self.attempt(&call).await.map_err(|setback| match target.tag {
                Some(_) => unless_refused(setback),
                None => setback,
            })
        };
        let answer = retrying(wire, &call.host, attempt)
            .await
            .map_err(|failure| refused(failure, &target.repository, What::Manifest(size)))
            .map_err(|failure| of_algorithm(failure, target))?;
        wire.activity.bytes_sent(size);
        let stated = stated_digest(&answer.headers, &subject)?;
        check(stated.as_ref(), media_type, bytes, &subject)?;
        // One that does not say what it made of it is asked whether it has it.
        if let (None, Some(digest)) = (&target.tag, &target.digest)
            && stated.as_ref() == Some(digest)
        {
            let repository = &target.repository;
            self.site(&repository.host).seen.note(&repository.path, None, std::iter::once(digest));
        }
        Ok(Placed { noted_subject: answer.headers.contains_key(SUBJECT_HEADER) })
    }
}

/// A refusal in its own words if the registry keeps manifests by sha256 only (distribution 3.1.2
/// answers 400 DIGEST_INVALID).
fn of_algorithm(mut failure: Failure, target: &Reference) -> Failure {
    let other = target.digest.as_ref().filter(|it| it.algorithm() != Algorithm::Sha256);
    let invalid = failure.codes.iter().any(|code| code.code == "DIGEST_INVALID");
    if let (Some(digest), true) = (other, invalid) {
        let (host, algorithm) = (&target.repository.host, digest.algorithm().name());
        failure.class = Class::Unsupported;
        failure.detail = format!("{host} does not keep manifests by {algorithm}");
        failure.next = Some("push it to a registry that does, or build it anew".to_owned());
    }
    failure
}

impl Registry {
    /// Puts a manifest by its digest and asks for tags of it with the same request; those that the
    /// registry says it made (`OCI-Tag`). A registry that made none is not asked again: it has
    /// taken the manifest as any other.
    ///
    /// # Errors
    /// As [`Registry::put_manifest`]'s.
    pub async fn put_tags(
        &self,
        at: &Reference,
        media_type: &MediaType,
        bytes: &Bytes,
        tags: &[&str],
    ) -> Result<HashSet<String>, Failure> {
        let site = self.site(&at.repository.host);
        if !site.may_tag() {
            return Ok(HashSet::new());
        }
        let payload = Payload::Bytes(bytes.clone());
        let mut call = manifest_call(at).pushing().sending(Method::PUT, payload);
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(tags.iter().map(|tag| ("tag", tag)))
            .finish();
        call.target = format!("{}?{query}", call.target);
        let value = HeaderValue::from_str(media_type.as_str()).map_err(|_| {
            let detail = format!("its media type {media_type} cannot be sent");
            Failure::new(Class::Malformed, at.to_string(), detail)
        })?;
        call.headers.insert(CONTENT_TYPE, value);
        let attempt = async || self.attempt(&call).await.map_err(unless_refused);
        let answer = retrying(&self.shared.wire, &call.host, attempt).await?;
        let made = answer.headers.get_all(TAG_HEADER).iter().filter_map(|it| it.to_str().ok());
        let made: HashSet<String> =
            made.flat_map(|it| it.split(',')).map(|tag| tag.trim().to_owned()).collect();
        if made.is_empty() {
            site.tags_one_by_one();
        }
        Ok(made)
    }
}

/// The same setback, asked again only if the registry said that it did not even begin.
pub(super) fn unless_refused(setback: Setback) -> Setback {
    let refused = matches!(setback.failure.status, Some(429 | 503));
    if refused { setback } else { Setback { again: Again::No, ..setback } }
}

fn check(
    stated: Option<&Digest>,
    media_type: &MediaType,
    bytes: &Bytes,
    subject: &str,
) -> Result<(), Failure> {
    let Some(stated) = stated else { return Ok(()) };
    let sent = |algorithm: Algorithm| manifest_digest(Some(media_type), algorithm, bytes);
    let sent = sent(stated.algorithm());
    if sent == *stated {
        return Ok(());
    }
    let detail = format!("the registry says that it keeps {stated}, and {sent} was sent");
    Err(Failure::new(Class::DigestMismatch, subject, detail)
        .with_next("look what it keeps with `platy inspect --raw`, and tell who runs it"))
}
