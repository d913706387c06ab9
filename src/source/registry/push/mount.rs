//! A blob of another repository of the same registry, taken over without moving a byte.

use reqwest::{Method, StatusCode};

use crate::oci::{Class, Digest, Failure, Repository};
use crate::source::http::Payload;
use crate::source::registry::Registry;
use crate::source::registry::call::Call;

use super::upload::{Upload, opened};

impl Registry {
    /// Mounts a blob of `from` into `target`, which is on the same registry. `None` where that is
    /// done; else an upload that the registry opened in place of it, where it did.
    ///
    /// A registry that knows no mounts, or does not allow this one, is no failure: the blob can be
    /// uploaded.
    ///
    /// # Errors
    /// What the network comes up with.
    pub async fn mount(
        &self,
        target: &Repository,
        digest: &Digest,
        from: &Repository,
    ) -> Result<Option<Upload>, Failure> {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("mount", digest.as_str())
            .append_pair("from", &from.path)
            .finish();
        let subject = format!("{target}@{digest}");
        let mut call = Call::get(target, &format!("blobs/uploads/?{query}"), subject)
            .pushing()
            .sending(Method::POST, Payload::Bytes(bytes::Bytes::new()));
        call.scope.push_str(&format!(" repository:{}:pull", from.path));
        match self.ask(&call).await {
            Ok(answer) if answer.status == StatusCode::CREATED => Ok(None),
            Ok(answer) => opened(&answer, &call, self.options()).map(Some),
            Err(failure) if may_upload(&failure) => Ok(Some(Upload::default())),
            Err(failure) => Err(failure),
        }
    }
}

/// Whether an upload may do where this mount was refused: the other repository may be hidden from
/// this user, or to these credentials, and some registries answer a mount with an error.
fn may_upload(failure: &Failure) -> bool {
    failure.status.is_some()
        && matches!(
            failure.class,
            Class::NotFound
                | Class::Unauthorised
                | Class::Forbidden
                | Class::Unsupported
                | Class::Malformed
        )
}
