//! What a repository holds already, asked on the way of a push.

use bytes::Bytes;

use crate::oci::{
    Algorithm, Class, Digest, Failure, MAX_MANIFEST_READ, MediaType, Reference, Repository,
    manifest_digest,
};
use crate::source::Head;
use crate::source::registry::Registry;
use crate::source::registry::call::Call;
use crate::source::registry::manifests::{check, content_type, manifest_call, stated_digest};

use super::refused::{What, refused};

/// What a tag holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The digest that the tag points at.
    pub digest: Digest,
    /// The media type that the registry states.
    pub media_type: MediaType,
    /// The exact bytes; `None` where they are more than platy reads.
    pub bytes: Option<Bytes>,
}

impl Registry {
    /// What a tag of the target holds now, whether platy understands it or not; `None` where it
    /// does not exist. Digest and bytes agree.
    ///
    /// # Errors
    /// `DigestMismatch` where the bytes are not what the registry states, and what the network and
    /// the registry come up with, but for `NotFound`.
    pub async fn held(&self, reference: &Reference) -> Result<Option<Held>, Failure> {
        let call = manifest_call(reference).pushing();
        let whole = match self.ask_whole(&call, MAX_MANIFEST_READ).await {
            Err(failure) if failure.class == Class::TooLarge => {
                let head = self.head_to_push(reference).await?;
                return Ok(head.map(|head| Held {
                    digest: head.digest,
                    media_type: head.media_type,
                    bytes: None,
                }));
            }
            whole => whole,
        };
        let Some(whole) = found(whole, &reference.repository)? else { return Ok(None) };
        check(&whole, reference, None, &call.subject)?;
        let media_type = MediaType::parse(content_type(&whole.headers).unwrap_or_default());
        let stated = stated_digest(&whole.headers, &call.subject)?;
        let digest = stated
            .unwrap_or_else(|| manifest_digest(Some(&media_type), Algorithm::Sha256, &whole.bytes));
        Ok(Some(Held { digest, media_type, bytes: Some(whole.bytes) }))
    }

    /// What a tag of the target points at, or whether it has a manifest by digest; `None` where
    /// it does not. The token that this takes lets push too.
    ///
    /// # Errors
    /// What the network and the registry come up with, but for `NotFound`.
    pub async fn head_to_push(&self, reference: &Reference) -> Result<Option<Head>, Failure> {
        let head = self.head_by(manifest_call(reference).pushing(), reference).await;
        found(head, &reference.repository)
    }

    /// Whether the target has a blob.
    ///
    /// # Errors
    /// As [`Registry::head_to_push`]'s.
    pub async fn has_blob(&self, target: &Repository, digest: &Digest) -> Result<bool, Failure> {
        let call = Call::blob(target, digest).pushing();
        let answer = match self.ask(&call.clone().head()).await {
            // The head of the answer to a GET tells as much.
            Err(failure) if failure.status == Some(405) => self.ask(&call.stream()).await,
            answer => answer,
        };
        Ok(found(answer, target)?.is_some())
    }
}

fn found<T>(answer: Result<T, Failure>, target: &Repository) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.class == Class::NotFound => Ok(None),
        Err(failure) => Err(refused(failure, target, What::Question)),
    }
}
