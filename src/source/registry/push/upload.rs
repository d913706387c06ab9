//! One blob's upload: opened, filled, closed; resumed if a connection was lost.

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode};
use tokio::sync::Mutex;
use url::Url;

use crate::oci::{Descriptor, Failure, Repository};
use crate::source::http::{Answer, Payload, Setback, retrying};
use crate::source::registry::Registry;
use crate::source::registry::call::Call;
use crate::source::{Meter, Options, Source};

use super::location;
use super::range::{AtRegistry, received};
use super::refused::{What, refused};
use super::sending::Sending;

/// An upload that a registry may have opened, for [`Registry::push_blob`].
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// Where it goes on; `None` as long as none is open.
    pub(super) at: Option<Url>,
    /// The smallest chunk that the registry takes, if it wants chunks
    /// (`OCI-Chunk-Min-Length`).
    pub(super) least: Option<u64>,
    /// How many bytes the registry has; `None` if it must be asked.
    pub(super) received: Option<u64>,
}

impl Registry {
    /// Uploads a blob from a source, piece by piece: in one request, or in chunks where the
    /// registry wants or needs it. After a lost connection it goes on where the registry's copy
    /// ends. The last piece goes out only when the source has verified the whole.
    ///
    /// `upload` is what [`Registry::mount`] left, or the default. Some number of uploads run to
    /// one host at a time; the others wait.
    ///
    /// # Errors
    /// What the source, the network and the registry come up with. `DigestMismatch` is the
    /// source's, or the registry's word that other bytes arrived.
    pub async fn push_blob(
        &self,
        target: &Repository,
        descriptor: &Descriptor,
        source: &dyn Source,
        upload: Upload,
        meter: &Meter,
    ) -> Result<(), Failure> {
        let wire = &self.shared.wire;
        // Before anything is read: who reads must not wait for one who waits to read.
        let _permit = wire.upload_permit(&target.host).await;
        if let Some(turn) = &self.turn {
            let subject = format!("{target}@{}", descriptor.digest);
            turn.may_go_on(&subject).map_err(|setback| *setback.failure)?;
        }
        let sending = Mutex::new(Sending::new(self, target, descriptor, source, upload, meter));
        let attempt = async || sending.lock().await.go_on().await;
        let mut before = 0;
        loop {
            let sent = retrying(wire, &target.host, attempt).await;
            let failure = match sent {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            // Each stretch that got through earns new patience.
            let sending = sending.lock().await;
            let there = sending.confirmed();
            if sending.is_over() || !failure.is_passing() || there < before + MIN_PROGRESS {
                return Err(refused(failure, target, What::Blob(descriptor.size)));
            }
            before = there;
        }
    }

    /// Uploads a small blob that is at hand, in one request.
    ///
    /// # Errors
    /// As [`Registry::push_blob`]'s.
    pub async fn push_bytes(
        &self,
        target: &Repository,
        descriptor: &Descriptor,
        bytes: Bytes,
    ) -> Result<(), Failure> {
        let subject = format!("{target}@{}", descriptor.digest);
        let attempt = async || {
            let Some(at) = self.open_upload(target, &subject).await?.at else { return Ok(()) };
            let payload = Payload::Bytes(bytes.clone());
            let mut call = Call::get(target, "blobs/uploads/", subject.clone())
                .pushing()
                .sending(Method::PUT, payload);
            let octets = HeaderValue::from_static("application/octet-stream");
            call.headers.insert(CONTENT_TYPE, octets);
            call.at = Some(location::closing(&at, &descriptor.digest));
            self.attempt(&call).await.map(drop)
        };
        retrying(&self.shared.wire, &target.host, attempt)
            .await
            .map_err(|failure| refused(failure, target, What::Blob(descriptor.size)))
    }

    /// Opens an upload.
    pub(super) async fn open_upload(
        &self,
        target: &Repository,
        subject: &str,
    ) -> Result<Upload, Setback> {
        let call = Call::get(target, "blobs/uploads/", subject.to_owned())
            .pushing()
            .sending(Method::POST, Payload::Bytes(Bytes::new()));
        let answer = self.attempt(&call).await?;
        Ok(opened(&answer, &call, self.options())?)
    }

    /// Asks how much of an upload the registry has. `None` if it forgot it, or has too little
    /// to say how much.
    pub(super) async fn look_at_upload(
        &self,
        target: &Repository,
        at: &Url,
        subject: &str,
    ) -> Result<Option<Upload>, Setback> {
        let mut call = Call::get(target, "blobs/uploads/", subject.to_owned()).pushing();
        call.at = Some(at.clone());
        let answer = match self.attempt(&call).await {
            Ok(answer) => answer,
            Err(setback) if matches!(setback.failure.status, Some(400..=499)) => {
                let status = setback.failure.status;
                return if matches!(status, Some(401 | 403 | 429)) {
                    Err(setback)
                } else {
                    Ok(None)
                };
            }
            Err(setback) => return Err(setback),
        };
        let Some(AtRegistry::Bytes(bytes)) = received(&answer.headers) else { return Ok(None) };
        let next =
            location::next(&answer.headers, &answer.url, &target.host, self.options(), subject);
        Ok(Some(Upload {
            // Some registries leave the address out of this answer; it is the one asked then.
            at: Some(next.unwrap_or_else(|_| at.clone())),
            least: None,
            received: Some(bytes),
        }))
    }
}

/// How much must get through between two failures for the upload to go on, in bytes (1 MiB).
pub(super) const MIN_PROGRESS: u64 = 1 << 20;

/// The upload that a 202 opened.
pub(super) fn opened(answer: &Answer, call: &Call, options: &Options) -> Result<Upload, Failure> {
    if answer.status != StatusCode::ACCEPTED {
        let status = answer.status;
        let detail =
            format!("{} answered the opening of an upload with status {status}", call.host);
        return Err(Failure::new(crate::oci::Class::Malformed, &call.subject, detail)
            .with_status(status.as_u16()));
    }
    let at = location::next(&answer.headers, &answer.url, &call.host, options, &call.subject)?;
    let least = answer
        .headers
        .get("oci-chunk-min-length")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Ok(Upload { at: Some(at), least, received: Some(0) })
}
