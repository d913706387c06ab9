//! What a repository holds already, asked on the way of a push.

use crate::oci::{
    Algorithm, Class, Digest, Failure, MAX_MANIFEST_READ, MediaType, Reference, Repository, detect,
    manifest_digest, may_be,
};
use crate::source::Head;
use crate::source::registry::Registry;
use crate::source::registry::call::Call;
use crate::source::registry::manifests::{
    Absence, check, content_type, head_of, manifest_call, refuses_head, stated_digest,
};

use super::refused::{What, refused};
use crate::model::push::Held;
use crate::source::registry::site::Heads;

impl Registry {
    /// What a tag of the target holds now, whether platy understands it or not; `None` if it
    /// does not exist. Digest and bytes agree.
    ///
    /// # Errors
    /// `DigestMismatch` if the bytes are not what the registry states, and what the network and
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
        let mut media_type = MediaType::parse(content_type(&whole.headers).unwrap_or_default());
        if !may_be(&media_type, &whole.bytes) {
            media_type = detect(&whole.bytes).unwrap_or(media_type);
        }
        let stated = stated_digest(&whole.headers, &call.subject)?;
        let digest = stated
            .unwrap_or_else(|| manifest_digest(Some(&media_type), Algorithm::Sha256, &whole.bytes));
        Ok(Some(Held { digest, media_type, bytes: Some(whole.bytes) }))
    }

    /// What a tag of the target points at, or whether it has a manifest by digest; `None` if
    /// it does not. The token that this takes lets push too.
    ///
    /// # Errors
    /// What the network and the registry come up with, but for `NotFound`.
    pub async fn head_to_push(&self, reference: &Reference) -> Result<Option<Head>, Failure> {
        let call = manifest_call(reference).pushing();
        // Whether a manifest is there is asked of many, and putting one again does no harm.
        let mut absence = Absence::Believed;
        if reference.tag.is_some() {
            absence = Absence::Checked;
            let doubtful = self.site(&call.host).heads() != Heads::Right;
            // Before a HEAD has succeeded, a GET says it with one request; where pulls are counted
            // it would be one.
            if doubtful && !self.shared.wire.counts(&call.host) {
                match self.ask_whole(&call, MAX_MANIFEST_READ).await {
                    Err(failure) if failure.class == Class::TooLarge => {}
                    whole => {
                        let head = whole.and_then(|it| head_of(it, reference, &call.subject));
                        return found(head, &reference.repository);
                    }
                }
            }
        }
        let head = self.head_by(call, reference, absence).await;
        found(head, &reference.repository)
    }

    /// Whether the target has a manifest, without which it refuses what is pushed.
    ///
    /// # Errors
    /// As [`Registry::head_to_push`]'s.
    pub async fn has_manifest(&self, reference: &Reference) -> Result<bool, Failure> {
        let call = manifest_call(reference).pushing();
        let head = self.head_by(call, reference, Absence::Checked).await;
        Ok(found(head, &reference.repository)?.is_some())
    }

    /// Whether the target has a blob.
    ///
    /// # Errors
    /// As [`Registry::head_to_push`]'s.
    pub async fn has_blob(&self, target: &Repository, digest: &Digest) -> Result<bool, Failure> {
        let call = Call::blob(target, digest).pushing();
        let answer = match self.ask(&call.clone().head()).await {
            // The head of the answer to a GET tells as much.
            Err(failure) if refuses_head(&failure) => self.ask(&call.stream()).await,
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
