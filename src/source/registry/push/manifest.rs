//! Manifests: PUT by tag or digest, byte for byte.

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
    /// By digest it is sent again after a failure that may pass. By tag it is so only where the
    /// registry said that it did nothing (429, 503): after a lost connection nobody knows whether
    /// the tag moved, and somebody else may have moved it since. Read it back then.
    ///
    /// # Errors
    /// `TooLarge` beyond 4 MiB, before anything is sent; `DigestMismatch` where the registry
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
            .map_err(|failure| refused(failure, &target.repository, What::Manifest(size)))?;
        wire.activity.bytes_sent(size);
        check(stated_digest(&answer.headers, &subject)?, media_type, bytes, &subject)?;
        Ok(Placed { noted_subject: answer.headers.contains_key(SUBJECT_HEADER) })
    }
}

/// The same setback, asked again only where the registry said that it did not even begin.
fn unless_refused(setback: Setback) -> Setback {
    let refused = matches!(setback.failure.status, Some(429 | 503));
    if refused { setback } else { Setback { again: Again::No, ..setback } }
}

fn check(
    stated: Option<Digest>,
    media_type: &MediaType,
    bytes: &Bytes,
    subject: &str,
) -> Result<(), Failure> {
    let Some(stated) = stated else { return Ok(()) };
    let sent = |algorithm: Algorithm| manifest_digest(Some(media_type), algorithm, bytes);
    let sent = sent(stated.algorithm());
    if sent == stated {
        return Ok(());
    }
    let detail = format!("the registry says that it keeps {stated}, and {sent} was sent");
    Err(Failure::new(Class::DigestMismatch, subject, detail)
        .with_next("look what it keeps with `platy inspect --raw`, and tell who runs it"))
}
