//! What a repository holds already, asked on the way of a push.

use crate::oci::{Class, Digest, Failure, Reference, Repository};
use crate::source::Head;
use crate::source::registry::Registry;
use crate::source::registry::call::Call;
use crate::source::registry::manifests::manifest_call;

use super::refused::{What, refused};

impl Registry {
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
        let call = Call::blob(target, digest).pushing().head();
        Ok(found(self.ask(&call).await, target)?.is_some())
    }
}

fn found<T>(answer: Result<T, Failure>, target: &Repository) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.class == Class::NotFound => Ok(None),
        Err(failure) => Err(refused(failure, target, What::Question)),
    }
}
