//! A blob of another repository of the same registry, taken over without moving a byte.

use reqwest::header::LOCATION;
use reqwest::{Method, StatusCode};

use crate::oci::{Class, Digest, Failure, Repository};
use crate::source::http::Payload;
use crate::source::registry::Registry;
use crate::source::registry::call::Call;
use crate::source::registry::manifests::stated_digest;

use super::upload::{Upload, opened};

impl Registry {
    /// Mounts a blob of `from` into `target`, which is on the same registry. `None` if that is
    /// done; else an upload that the registry opened in place of it, if it did.
    ///
    /// A registry that knows no mounts, does not allow this one or does not answer it is not a
    /// failure: the blob can be uploaded.
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
        // One asks first; the others wait for what it finds out. After a refusal, or a mount that
        // nothing answered, nothing more is mounted from there: each would be refused, and a token
        // asked for in vain, or hang as long.
        let site = self.site(&target.host);
        let known = site.mounts_from(&from.path);
        let mut finding_out = Some(known.lock().await);
        match finding_out.as_deref() {
            Some(Some(false)) => return Ok(Some(Upload::default())),
            Some(Some(true)) => finding_out = None,
            _ => {}
        }
        let answer = self.ask(&call).await;
        let found_out = match &answer {
            Ok(_) => Some(true),
            Err(failure) if is_refused(failure) || hangs(failure) => Some(false),
            Err(_) => None,
        };
        match &mut finding_out {
            Some(known) => **known = found_out,
            // Those that were sent after the first one went well may find out otherwise.
            None if found_out == Some(false) => *known.lock().await = found_out,
            None => {}
        }
        drop(finding_out);
        match answer {
            Ok(answer) if answer.status == StatusCode::CREATED => {
                match stated_digest(&answer.headers, &call.subject) {
                    // It mounted something else.
                    Ok(Some(stated))
                        if stated.algorithm() == digest.algorithm() && stated != *digest =>
                    {
                        Ok(Some(Upload::default()))
                    }
                    _ => Ok(None),
                }
            }
            // One that says no place has opened nothing.
            Ok(answer) if !answer.headers.contains_key(LOCATION) => Ok(Some(Upload::default())),
            Ok(answer) => opened(&answer, &call, self.options()).map(Some),
            Err(failure) if may_upload(&failure) => Ok(Some(Upload::default())),
            Err(failure) => Err(failure),
        }
    }
}

/// Whether the registry does not let this user mount from there.
fn is_refused(failure: &Failure) -> bool {
    matches!(failure.class, Class::Unauthorised | Class::Forbidden)
}

/// Whether nothing answered in time.
fn hangs(failure: &Failure) -> bool {
    failure.class == Class::TimedOut && failure.status.is_none()
}

/// Whether an upload may do where this mount was refused: the other repository may be hidden from
/// this user, or to these credentials, and some registries answer a mount with an error.
fn may_upload(failure: &Failure) -> bool {
    if hangs(failure) {
        return true;
    }
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
