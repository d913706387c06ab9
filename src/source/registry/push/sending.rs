//! The way of one blob's bytes into its upload, from wherever it is.

use std::sync::Arc;

use bytes::Bytes;
use oci_distribution::errors::OciErrorCode;
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use tokio::sync::Mutex;
use tokio::time::{Duration, Instant, timeout};
use url::Url;

use crate::oci::{Class, Descriptor, Failure, Repository};
use crate::source::http::{Again, Answer, Outflow, Payload, Setback, digesting, lock, no_answer};
use crate::source::registry::Registry;
use crate::source::registry::call::Call;
use crate::source::registry::manifests::stated_digest;
use crate::source::{Meter, Source, says};

use super::inflow::{Inflow, body};
use super::location::{self, closing};
use super::range::{AtRegistry, received};
use super::upload::{MIN_PROGRESS, Upload};

/// The size of a chunk where the registry names none, in bytes (16 MiB).
const CHUNK: u64 = 16 << 20;
/// The smallest chunk that is tried where larger ones are refused, in bytes (256 KiB).
const LEAST_CHUNK: u64 = 256 << 10;
/// The largest `OCI-Chunk-Min-Length` that is followed, in bytes (1 TiB): sums stay in range.
const MOST_CHUNK: u64 = 1 << 40;

const LENGTH_HEADER: HeaderName = reqwest::header::CONTENT_LENGTH;

/// An upload under way.
pub(super) struct Sending<'a> {
    registry: &'a Registry,
    target: &'a Repository,
    descriptor: &'a Descriptor,
    source: &'a dyn Source,
    meter: &'a Meter,
    subject: String,
    upload: Upload,
    /// The size of the chunks; `None` as long as one request may do.
    chunk: Option<u64>,
    /// Whether the upload was taken up again after a failure.
    resumed: bool,
    /// Whether the connection was lost in the middle of the last request.
    broke_off: bool,
    /// How much the registry had when the upload stood still for the last time.
    stalled: Option<u64>,
    confirmed: u64,
    /// For how long it has stood still since something arrived last: requests of which nothing did,
    /// and the time between them.
    stood: Duration,
    /// Since when it waits for another try after it stood still.
    waits: Option<Instant>,
    /// Whether it stood still again after another try, or nothing answered the request that closes
    /// it.
    is_over: bool,
}

/// What one request came to.
enum Sent {
    Done(Box<Answer>),
    /// No answer came, and the blob is there.
    There,
    /// It was too large for the registry, or for a proxy before it.
    TooLarge(Failure),
}

impl<'a> Sending<'a> {
    pub(super) fn new(
        registry: &'a Registry,
        target: &'a Repository,
        descriptor: &'a Descriptor,
        source: &'a dyn Source,
        upload: Upload,
        meter: &'a Meter,
    ) -> Self {
        let subject = format!("{target}@{}", descriptor.digest);
        Self {
            registry,
            target,
            descriptor,
            source,
            meter,
            subject,
            chunk: preferred(None, &upload, descriptor),
            upload,
            resumed: false,
            broke_off: false,
            stalled: None,
            confirmed: 0,
            stood: Duration::ZERO,
            waits: None,
            is_over: false,
        }
    }

    /// Whether it is of no use to go on, however much the registry has.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// How much the registry said that it has, at most.
    pub(super) fn confirmed(&self) -> u64 {
        self.confirmed
    }

    /// Brings the upload to its end from the place that it has reached.
    pub(super) async fn go_on(&mut self) -> Result<(), Setback> {
        loop {
            let Some(at) = self.ready().await? else { return Ok(()) };
            let sent = match (self.upload.received.take(), self.chunk) {
                (Some(0), None) => self.whole(&at).await?,
                (Some(offset), chunk) => {
                    self.confirmed = self.confirmed.max(offset);
                    self.in_chunks(at, offset, chunk.unwrap_or(CHUNK)).await?
                }
                // `ready` has asked.
                (None, _) => continue,
            };
            match sent {
                Sent::Done(answer) => return self.check(&answer).await,
                Sent::There => return Ok(()),
                Sent::TooLarge(failure) => self.smaller(failure)?,
            }
        }
    }

    /// An open upload of which it is known how much the registry has; `None` if the blob is
    /// there already, because only the answer to its last request was lost.
    async fn ready(&mut self) -> Result<Option<Url>, Setback> {
        if let (Some(at), None) = (self.upload.at.clone(), self.upload.received) {
            let left = self.patience();
            let look = self.registry.look_at_upload(self.target, &at, &self.subject);
            let found = match left {
                None => look.await?,
                Some(left) => timeout(left, look)
                    .await
                    .unwrap_or_else(|_| Err(no_answer(&self.target.host, left, &self.subject)))?,
            };
            let found = found
                .filter(|it| it.received.is_some_and(|received| received <= self.descriptor.size));
            if std::mem::take(&mut self.broke_off) {
                if found.as_ref().and_then(|it| it.received).unwrap_or(0) <= self.confirmed {
                    // Nothing of it arrived: some proxies break off what is too large for them.
                    self.chunk = self.shrunk().or(self.chunk);
                } else {
                    self.stood = Duration::ZERO;
                }
            }
            let least = self.upload.least;
            self.resumed |= found.is_some();
            let Some(found) = found else {
                if self.registry.has_blob(self.target, &self.descriptor.digest).await? {
                    self.meter.set(self.descriptor.size);
                    return Ok(None);
                }
                self.upload = Upload::default();
                return Box::pin(self.ready()).await;
            };
            self.upload = Upload { least, ..found };
        }
        if let Some(at) = &self.upload.at {
            return Ok(Some(at.clone()));
        }
        self.resumed = false;
        self.upload = self.registry.open_upload(self.target, &self.subject).await?;
        self.chunk = preferred(self.chunk, &self.upload, self.descriptor);
        match &self.upload.at {
            Some(at) => Ok(Some(at.clone())),
            None => Err(self.fail(Class::Malformed, "no upload was opened".to_owned()).into()),
        }
    }

    /// All of it in the request that closes the upload.
    async fn whole(&mut self, at: &Url) -> Result<Sent, Setback> {
        let inflow = self.open(0).await?;
        let call = self.call(Method::PUT, closing(at, &self.descriptor.digest));
        self.send(call, &inflow, self.descriptor.size).await
    }

    /// The rest of it in chunks, and the request that closes the upload.
    async fn in_chunks(
        &mut self,
        mut at: Url,
        mut offset: u64,
        chunk: u64,
    ) -> Result<Sent, Setback> {
        let size = self.descriptor.size;
        let inflow = if offset < size { Some(self.open(offset).await?) } else { None };
        while let Some(inflow) = inflow.as_ref().filter(|_| offset < size) {
            let length = chunk.min(size - offset);
            let mut call = self.call(Method::PATCH, at.clone());
            // As the specification writes it, without a unit.
            let range = format!("{offset}-{}", offset + length - 1);
            if let Ok(range) = HeaderValue::from_str(&range) {
                call.headers.insert(CONTENT_RANGE, range);
            }
            let answer = match self.send(call, inflow, length).await? {
                Sent::Done(answer) => answer,
                other => return Ok(other),
            };
            let options = self.registry.options();
            at = location::next(
                &answer.headers,
                &answer.url,
                &self.target.host,
                options,
                &self.subject,
            )?;
            offset += length;
            self.upload.at = Some(at.clone());
            // One that does not say how much it has took it all.
            match received(&answer.headers) {
                Some(AtRegistry::Bytes(bytes)) if bytes != offset => {
                    let detail =
                        format!("the registry has {bytes} bytes of {offset} that went out");
                    return Err(Setback::passing(self.fail(Class::Server, detail)));
                }
                _ => self.confirmed = self.confirmed.max(offset),
            }
        }
        let mut call = self.call(Method::PUT, closing(&at, &self.descriptor.digest));
        call.payload = Payload::Bytes(Bytes::new());
        call.headers.insert(LENGTH_HEADER, HeaderValue::from_static("0"));
        self.close(&call).await
    }

    /// Closes an upload whose bytes are all there. Closed, it is whole; not closed, the registry is
    /// asked what it has.
    async fn close(&mut self, call: &Call) -> Result<Sent, Setback> {
        let limits = self.registry.options().limits;
        let digesting = digesting(self.descriptor.size);
        let patience = self.patience();
        let closing = self.registry.attempt(call);
        let closed = match patience {
            None => closing.await,
            Some(left) => {
                let left = left + digesting;
                let silent = || no_answer(&self.target.host, left, &self.subject);
                timeout(left, closing).await.unwrap_or_else(|_| Err(silent()))
            }
        };
        let setback = match closed {
            Ok(answer) => return Ok(Sent::Done(answer)),
            Err(setback) => setback,
        };
        if setback.failure.class == Class::TimedOut && setback.failure.status.is_none() {
            let look = self.registry.has_blob(self.target, &self.descriptor.digest);
            if let Ok(Ok(true)) = timeout(self.look(), look).await {
                self.meter.set(self.descriptor.size);
                return Ok(Sent::There);
            }
            // It has had the time that this takes; what takes longer is asked for once more.
            self.is_over = digesting < limits.first_byte;
        }
        Err(self.judge(setback))
    }

    /// Sends the next `length` bytes.
    async fn send(
        &mut self,
        mut call: Call,
        inflow: &Arc<Mutex<Inflow>>,
        length: u64,
    ) -> Result<Sent, Setback> {
        let trouble = inflow.lock().await.trouble();
        let before = self.meter.get();
        let (flow, meter) = (Arc::clone(inflow), self.meter.clone());
        let activity = self.registry.activity().clone();
        let outflow = Outflow::new(length, move || body(&flow, length, &meter, &activity))
            .with_patience(self.patience());
        call.payload = Payload::Stream(outflow.clone());
        let octets = HeaderValue::from_static("application/octet-stream");
        call.headers.insert(CONTENT_TYPE, octets);
        let sent = self.registry.attempt(&call).await;
        let own = lock(&trouble).take();
        match (sent, own) {
            (Ok(answer), _) => Ok(Sent::Done(answer)),
            // The request broke off because its source did.
            (Err(_), Some(failure)) if failure.is_passing() => Err(Setback::passing(failure)),
            (Err(_), Some(failure)) => Err(failure.into()),
            (Err(setback), None) if too_large(&setback.failure) => {
                Ok(Sent::TooLarge(*setback.failure))
            }
            (Err(mut setback), None) => {
                self.broke_off = setback.failure.status.is_none();
                let stood_still = self.broke_off && setback.failure.class == Class::TimedOut;
                if stood_still {
                    let moved = self.meter.get().saturating_sub(before);
                    // A long way got through: it is taken up once from each place that it came to.
                    let goes_on = moved >= MIN_PROGRESS
                        && self
                            .stalled
                            .replace(self.confirmed)
                            .is_none_or(|it| it < self.confirmed);
                    let again = !self.stood.is_zero();
                    if goes_on || (again && self.moves().await) {
                        setback.again = Again::Backoff;
                    } else {
                        self.is_over = again;
                    }
                    self.stood += outflow.idle();
                    self.waits = Some(Instant::now());
                }
                Err(self.judge(setback))
            }
        }
    }

    /// How long the next request may go without moving, if the upload did so before: what is left of the
    /// time that a document has, in whole seconds. `None` as long as all that was sent arrived.
    fn patience(&mut self) -> Option<Duration> {
        if let Some(waits) = self.waits.take() {
            self.stood += waits.elapsed();
        }
        let limits = self.registry.options().limits;
        let left = limits.document.saturating_sub(self.stood + self.look());
        let left = Duration::from_secs(left.as_secs()).max(limits.first_byte / 5);
        (!self.stood.is_zero()).then_some(left)
    }

    /// How long a registry has to say what it has of an upload that does not move.
    fn look(&self) -> Duration {
        self.registry.options().limits.ask_again / 3
    }

    /// Whether the registry has more of the upload than it said before: its connection may take so
    /// little at once that nothing seems to move.
    async fn moves(&self) -> bool {
        let Some(at) = &self.upload.at else { return false };
        let look = self.registry.look_at_upload(self.target, at, &self.subject);
        let found = timeout(self.look(), look).await;
        found
            .is_ok_and(|it| it.is_ok_and(|it| it.and_then(|it| it.received) > Some(self.confirmed)))
    }

    /// Whether a failure means that the upload is lost, or another try may do.
    fn judge(&mut self, mut setback: Setback) -> Setback {
        let failure = &mut *setback.failure;
        let lost = says(failure, &OciErrorCode::BlobUploadUnknown)
            || (failure.class == Class::NotFound && self.confirmed > 0);
        let out_of_step =
            failure.status == Some(416) || says(failure, &OciErrorCode::BlobUploadInvalid);
        let other = says(failure, &OciErrorCode::DigestInvalid);
        if lost || (other && self.resumed) {
            // What was resumed may have been put together wrongly; a new upload cannot be.
            self.upload = Upload::default();
            self.confirmed = 0;
            return Setback::passing(failure.clone());
        }
        if out_of_step {
            return Setback::passing(failure.clone());
        }
        if other {
            failure.class = Class::DigestMismatch;
            failure.detail = "the registry says that other bytes arrived than were sent".to_owned();
            failure.next = Some("run it again; if it stays so, look at what is between".to_owned());
        }
        setback
    }

    /// Goes over to chunks, or to smaller ones.
    fn smaller(&mut self, failure: Failure) -> Result<(), Failure> {
        match self.shrunk() {
            Some(chunk) => {
                self.chunk = Some(chunk);
                Ok(())
            }
            None => Err(failure),
        }
    }

    /// A smaller size of requests than now; `None` at the smallest.
    fn shrunk(&self) -> Option<u64> {
        let least = self.upload.least.unwrap_or(0).max(LEAST_CHUNK);
        match self.chunk {
            // A registry may want chunks however small the blob is.
            None => Some(CHUNK.min(self.descriptor.size / 2).max(least)),
            Some(chunk) if chunk > least => Some((chunk / 4).max(least)),
            _ => None,
        }
    }

    async fn open(&mut self, at: u64) -> Result<Arc<Mutex<Inflow>>, Setback> {
        let inflow = Inflow::open(self.source, self.descriptor, at).await?;
        self.meter.set(at);
        Ok(Arc::new(Mutex::new(inflow)))
    }

    fn call(&self, method: Method, at: Url) -> Call {
        let mut call = Call::get(self.target, "blobs/uploads/", self.subject.clone()).pushing();
        call.method = method;
        call.at = Some(at);
        call
    }

    /// Checks what the registry says that it keeps.
    async fn check(&self, answer: &Answer) -> Result<(), Setback> {
        // The specification wants 201. Some registries say 200 or 204, and some have not stored it
        // yet with 202: what is there counts.
        let digest = &self.descriptor.digest;
        if answer.status != StatusCode::CREATED
            && !self.registry.has_blob(self.target, digest).await?
        {
            let detail = format!(
                "the registry closed the upload with status {} and does not have the blob",
                answer.status
            );
            return Err(self.fail(Class::Malformed, detail).into());
        }
        let wanted = &self.descriptor.digest;
        match stated_digest(&answer.headers, &self.subject)? {
            // A registry may know the blob by another algorithm's digest.
            Some(stated) if stated.algorithm() == wanted.algorithm() && stated != *wanted => {
                let detail = format!("the registry says that it keeps {stated}");
                Err(self.fail(Class::DigestMismatch, detail).into())
            }
            _ => {
                self.meter.set(self.descriptor.size);
                Ok(())
            }
        }
    }

    fn fail(&self, class: Class, detail: String) -> Failure {
        Failure::new(class, &self.subject, detail)
    }
}

/// The size of chunks for a registry that has said what its own are like: it is one that prefers
/// them.
fn preferred(now: Option<u64>, upload: &Upload, descriptor: &Descriptor) -> Option<u64> {
    match upload.least.filter(|least| *least < descriptor.size) {
        Some(least) => Some(now.unwrap_or(CHUNK).max(least.min(MOST_CHUNK))),
        None => now,
    }
}

/// Whether smaller requests may do: 413 by the registry or a proxy, 411 and 501 by those that
/// take chunks only.
fn too_large(failure: &Failure) -> bool {
    matches!(failure.status, Some(411 | 413 | 501))
}
