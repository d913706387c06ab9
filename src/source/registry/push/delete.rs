//! Tags: DELETE by name, never by digest.

use reqwest::Method;

use super::manifest::unless_refused;
use crate::oci::{Class, Failure, Reference};
use crate::source::http::{Payload, retrying};
use crate::source::registry::Registry;
use crate::source::registry::manifests::manifest_call;

impl Registry {
    /// Deletes a tag and nothing else (distribution-spec 1.1, "Deleting tags"). It is sent again
    /// only if the registry said that it did nothing: look what became of it otherwise.
    ///
    /// # Errors
    /// `Unsupported` if the registry does not delete a tag alone (distribution 3.1.2 without
    /// `delete.enabled`: 405; 2.8.2: 400 DIGEST_INVALID); then nothing was deleted. `NotFound` if
    /// there is no such tag, and what the network and the registry come up with.
    pub async fn delete_tag(&self, reference: &Reference) -> Result<(), Failure> {
        let call = manifest_call(reference).deleting().sending(Method::DELETE, Payload::Nothing);
        let attempt = async || self.attempt(&call).await.map_err(unless_refused);
        match retrying(&self.shared.wire, &call.host, attempt).await {
            Ok(_) => Ok(()),
            Err(failure) => Err(of_tags(failure, reference)),
        }
    }
}

/// A refusal in its own words.
fn of_tags(mut failure: Failure, reference: &Reference) -> Failure {
    let code = |code: &str| failure.codes.iter().any(|found| found.code == code);
    let not_by_tag = code("DIGEST_INVALID") || code("UNSUPPORTED");
    let refuses = matches!(failure.status, Some(405 | 501))
        || failure.status == Some(400)
        || not_by_tag && failure.status.is_some();
    if refuses {
        let host = &reference.repository.host;
        failure.class = Class::Unsupported;
        failure.detail = format!("{host} does not delete a tag alone, and nothing was deleted");
        failure.next = Some(
            "deleting the manifest by its digest would take all tags of it; let the tag point \
             elsewhere with `platy tag cp`, or delete it with what the registry has for that"
                .to_owned(),
        );
    }
    failure
}
