//! One request: permit, redirects, answer.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Method, StatusCode, Version};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::clients::Clients;
use super::connecting::{GoneBefore, Wanted};
use super::lane::Lanes;
use super::large::{LARGE, Large};
use super::lasts::lasts;
use super::origin::{Way, bare, without_user};
use super::payload::Overdue;
use super::permits::Permits;
use super::sent_on::SentOn;
use super::timed::{Timed, timed};
use super::trouble::{no_answer, not_taken, send_trouble, time_is_up};
use super::{Answer, Outflow, Payload, Permit, Request, Setback, host_of, lock};
use crate::oci::{Class, Failure, Host, Quota};
use crate::source::causes::causes;
use crate::source::{Activity, Options};

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 5;
/// How many uploads go to one host at once. More of them move no more bytes.
const MAX_UPLOADS: usize = 8;
/// From how many bytes on it is watched how they go out.
const WATCHED: usize = 64 << 10;

const HUB: &str = "docker.io";

/// Sends requests.
pub(in crate::source) struct Wire {
    pub(in crate::source) options: Arc<Options>,
    pub(in crate::source) activity: Activity,
    clients: Clients,
    lanes: Lanes,
    permits: Permits,
    /// Uploads have permits of their own: one that reads from the host that it writes to would
    /// otherwise wait for itself.
    uploads: Permits,
    large: Large,
    began: Instant,
    /// What is known of hosts.
    hosts: Mutex<HashMap<String, Known>>,
    /// Warnings that are in the log already.
    said: Mutex<HashSet<String>>,
}

/// What answers have told of a host.
#[derive(Debug, Clone, Default)]
struct Known {
    /// It counts requests against a limit, and says so.
    counts: bool,
    /// It did so in an earlier session.
    counted: bool,
    /// When a request was given up for the first time, and why: nothing new is begun then.
    given_up: Option<(Instant, Failure)>,
}

impl Wire {
    pub(in crate::source) fn new(options: Options, activity: Activity) -> Result<Self, Failure> {
        let options = Arc::new(options);
        Ok(Self {
            clients: Clients::new(Arc::clone(&options))?,
            lanes: Lanes::default(),
            permits: Permits::new(options.permits),
            large: Large::new(),
            uploads: Permits::new(options.permits.min(MAX_UPLOADS)),
            options,
            activity,
            began: Instant::now(),
            hosts: Mutex::default(),
            said: Mutex::default(),
        })
    }

    /// Whether a host counts what is asked of it: Docker Hub does, and others that say so in
    /// headers. They are asked nothing twice, and by HEAD if that will do.
    pub(in crate::source) fn counts(&self, host: &Host) -> bool {
        let key = key(host);
        key == HUB || lock(&self.hosts).get(key).is_some_and(|it| it.counts || it.counted)
    }

    /// Writes a warning into the log, once.
    pub(in crate::source) fn say_once(&self, warning: &str) {
        if lock(&self.said).insert(warning.to_owned()) {
            tracing::warn!("{warning}");
        }
    }

    /// Notes that a request to a host was given up. What waits for its turn is not begun then, nor,
    /// in a command that has a limit for the whole, anything else on that host.
    pub(in crate::source) fn gave_up(&self, host: &Host, failure: &Failure) {
        let mut hosts = lock(&self.hosts);
        let known = hosts.entry(key(host).to_owned()).or_default();
        known.given_up = Some((Instant::now(), failure.clone()));
    }

    /// Why nothing new is begun on a host, for what was asked at this moment.
    fn hopeless(&self, host: &Host, asked: Instant, subject: &str) -> Option<Failure> {
        let hosts = lock(&self.hosts);
        let (when, failure) = hosts.get(key(host))?.given_up.as_ref()?;
        let begun = self.options.limits.command.is_some() || asked < *when;
        begun.then(|| Failure { subject: subject.to_owned(), ..failure.clone() })
    }

    /// Whether a connection to an address carries many requests (HTTP/2); `None` as long as none was
    /// made.
    pub(in crate::source) fn carries_many(&self, url: &Url) -> Option<bool> {
        self.lanes.of(url, false).many()
    }

    /// Takes what an earlier session saw of connections to an address.
    pub(in crate::source) fn presume_many(&self, url: &Url, many: bool) {
        self.lanes.of(url, false).presume(many);
    }

    /// Takes whether a host counted requests in an earlier session, or forgets it.
    pub(in crate::source) fn presume_counts(&self, host: &Host, counted: bool) {
        lock(&self.hosts).entry(key(host).to_owned()).or_default().counted = counted;
    }

    fn note_limits(&self, host: &Host, headers: &HeaderMap) {
        if states_limit(headers) {
            lock(&self.hosts).entry(key(host).to_owned()).or_default().counts = true;
        }
        let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
        if let Some(quota) = Quota::read(header) {
            self.activity.note_quota(host, quota);
        }
    }

    /// Waits until another upload to this host may begin. It is held for as long as the upload
    /// takes, and taken before anything is read for it.
    pub(in crate::source) async fn upload_permit(&self, host: &Host) -> Permit {
        self.uploads.acquire(host.as_str()).await
    }

    /// The turn of a document of this size to be read, if it is a large one. It is taken before the
    /// document is asked for.
    ///
    /// # Errors
    /// Why nothing new is begun on its host, if that showed meanwhile.
    pub(in crate::source) async fn turn(
        &self,
        host: &Host,
        size: u64,
        subject: &str,
    ) -> Result<Option<OwnedSemaphorePermit>, Setback> {
        if size <= LARGE as u64 {
            return Ok(None);
        }
        let asked = Instant::now();
        let turn = self.large.acquire().await;
        self.hopeless(host, asked, subject).map_or(Ok(turn), |failure| Err(failure.into()))
    }

    /// Connects to a host, so that the connection is there when it is needed. HTTP has no request
    /// for that; this one asks for nothing, and what is answered does not matter.
    pub(in crate::source) async fn connect(&self, url: &Url, from: &Host) {
        let Some(host) = host_of(url) else { return };
        let Ok(client) = self.clients.for_url(url, &host, false) else { return };
        self.activity.request_sent();
        tracing::debug!(url = %bare(url), "connecting before it is needed");
        let timings = &self.options.timings;
        let sent = SentOn::new(&self.options, Some(from), url);
        let wanted = Wanted::new(self.lanes.of(url, false), sent);
        let mut watch = Timed::new(timings, &Method::HEAD, url, Instant::now(), &wanted);
        let sent =
            timed(&mut watch, &wanted, client.head(url.clone()).send(), |_| Class::Unreachable);
        drop(tokio::time::timeout(self.options.limits.first_byte, sent).await);
    }

    /// Sends a request and follows its redirects. The answer may have any status.
    ///
    /// `Authorization` is left behind at the first redirect to another origin (scheme, host and
    /// port), and does not come back.
    pub(in crate::source) async fn send(&self, request: &Request) -> Result<Answer, Setback> {
        let (mut url, mut from) = (request.url.clone(), request.from.clone());
        let mut strayed = false;
        let mut redirect_lasts = Duration::MAX;
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.send_once(request, &url, from.as_ref(), strayed).await?;
            let Some(next) = redirect(request, &answer)? else {
                return Ok(Answer { redirect_lasts, ..answer });
            };
            redirect_lasts = redirect_lasts.min(lasts(&answer.headers));
            // A user in it would be sent as a password of ours.
            let next = without_user(next);
            from = host_of(&url);
            let way =
                from.as_ref().map_or(Way::NoScheme, |from| Way::of(&self.options, from, &next));
            if way != Way::Open {
                return Err(way.not_followed(&request.subject, &url, &next).into());
            }
            strayed |= next.origin() != request.url.origin();
            url = next;
        }
        let detail = format!("{} redirects more than {MAX_REDIRECTS} times", bare(&request.url));
        Err(Failure::new(Class::Malformed, &request.subject, detail).into())
    }

    async fn send_once(
        &self,
        request: &Request,
        url: &Url,
        from: Option<&Host>,
        strayed: bool,
    ) -> Result<Answer, Setback> {
        let host = host_of(url).ok_or_else(|| {
            let detail = format!("{} names no host", bare(url));
            Failure::new(Class::Malformed, &request.subject, detail)
        })?;
        let asked = Instant::now();
        if let Some(failure) = self.hopeless(&host, asked, &request.subject) {
            return Err(failure.into());
        }
        // An upload has its permit already, and a token is asked for on the way of another
        // request, which may hold the last one.
        let permit = match &request.payload {
            Payload::Stream(_) => None,
            _ if request.on_the_way => None,
            _ => {
                let permit = self.permits.acquire(url.authority()).await;
                if let Some(failure) = self.hopeless(&host, asked, &request.subject) {
                    return Err(failure.into());
                }
                permit
            }
        };
        if let Some(turn) = &request.turn {
            turn.begin(&request.subject)?;
        }
        let began = Instant::now();
        let awaited = self.activity.awaits(&host);
        let sent = SentOn::new(&self.options, from, url);
        let wanted = Wanted::new(self.lanes.of(url, false), sent);
        let timings = &self.options.timings;
        let mut watch = Timed::new(timings, &request.method, url, asked, &wanted);
        let answered = self.answered(request, url, &host, (strayed, &wanted), began);
        let mut response =
            timed(&mut watch, &wanted, answered, |setback| setback.failure.class).await?;
        drop(awaited);
        if let Some(permit) = &permit {
            match response.status() {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    permit.refused(began);
                }
                _ => {
                    let many = response.version() == Version::HTTP_2;
                    let options = &self.options;
                    let most = if many { options.streams } else { options.permits };
                    self.activity.note_width(permit.answered(began, began.elapsed(), most));
                }
            }
        }
        tracing::debug!(status = response.status().as_u16(), url = %bare(url), "answer");
        self.note_limits(&host, response.headers());
        if url.path().contains("/manifests/") {
            self.activity.manifest_took(began.elapsed());
        }
        Ok(Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            url: url.clone(),
            strayed,
            redirect_lasts: Duration::MAX,
            subject: request.subject.clone(),
            response,
            permit,
            watch,
            large: self.large.clone(),
            activity: self.activity.clone(),
            limits: self.options.limits,
            began,
        })
    }

    /// The head of the answer, in time.
    async fn answered(
        &self,
        request: &Request,
        url: &Url,
        host: &Host,
        (strayed, wanted): (bool, &Arc<Wanted>),
        began: Instant,
    ) -> Result<reqwest::Response, Setback> {
        let limits = self.options.limits;
        let sent = |second| self.sent(request, url, host, strayed, second);
        let watched = match &request.payload {
            Payload::Stream(outflow) => Some(outflow.clone()),
            Payload::Bytes(bytes) if bytes.len() >= WATCHED => Some(Outflow::from(bytes)),
            _ => None,
        };
        if let Some(outflow) = watched {
            let length = outflow.length();
            let make = || Ok(sent(false)?.header(CONTENT_LENGTH, length).body(outflow.body()));
            let sent = outflow.watched(self.sending(make), &limits).await;
            let sent = sent.map_err(|overdue| match overdue {
                Overdue::Body(limit) => not_taken(host, limit, &request.subject),
                Overdue::Answer(limit) => no_answer(host, limit, &request.subject),
            })?;
            return sent?
                .map_err(|error| send_trouble(&error, url, &request.subject, &self.options));
        }
        let mut until = began + limits.first_byte;
        let end = limits.command.map(|command| self.began + command);
        until = end.map_or(until, |end| until.min(end));
        let answer = async {
            let first = self.sending(|| sent(false));
            if !request.document || self.counts(host) {
                return first.await;
            }
            let second = async {
                tokio::time::sleep(limits.ask_again).await;
                // Apart: few requests come to it.
                Box::pin(async {
                    tracing::debug!(url = %bare(url), "no answer yet; asking on another connection");
                    let wanted = wanted.among(self.lanes.of(url, true));
                    wanted.by(self.sending(|| sent(true))).await
                })
                .await
            };
            tokio::pin!(first, second);
            tokio::select! {
                first = &mut first => first,
                second = &mut second => match second? {
                    Ok(second) => Ok(Ok(second)),
                    // The first one may still come.
                    Err(_) => first.await,
                },
            }
        };
        match timeout_at(until, answer).await {
            Ok(answer) => {
                answer?.map_err(|error| send_trouble(&error, url, &request.subject, &self.options))
            }
            Err(_) if end == Some(until) => {
                let limit = limits.command.unwrap_or_default();
                Err(time_is_up(limit, &request.subject))
            }
            Err(_) => Err(no_answer(host, limits.first_byte, &request.subject)),
        }
    }

    /// Sends a request; again, if the connection that it waited for was closed before it had it.
    async fn sending(
        &self,
        make: impl Fn() -> Result<reqwest::RequestBuilder, Setback>,
    ) -> Result<reqwest::Result<reqwest::Response>, Setback> {
        self.activity.request_sent();
        loop {
            match make()?.send().await {
                Err(error) if causes(&error).any(|it| it.is::<GoneBefore>()) => {}
                sent => return Ok(sent),
            }
        }
    }

    /// The request as it is sent, but for a body that is watched.
    fn sent(
        &self,
        request: &Request,
        url: &Url,
        host: &Host,
        strayed: bool,
        second: bool,
    ) -> Result<reqwest::RequestBuilder, Setback> {
        let client = self.clients.for_url(url, host, second)?;
        let mut builder =
            client.request(request.method.clone(), url.clone()).headers(request.headers.clone());
        if let Some(authorization) = &request.authorization
            && !strayed
        {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        tracing::debug!(method = %request.method, url = %bare(url), "request");
        Ok(match &request.payload {
            Payload::Form(form) => {
                builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.clone())
            }
            Payload::Bytes(bytes) if bytes.len() < WATCHED => builder.body(bytes.clone()),
            Payload::Nothing | Payload::Bytes(_) | Payload::Stream(_) => builder,
        })
    }
}

/// Whether an answer says that requests are counted against a limit.
pub(in crate::source) fn states_limit(headers: &HeaderMap) -> bool {
    let begins = ["ratelimit", "x-ratelimit", "x-rate-limit", "docker-ratelimit"];
    headers.keys().any(|name| begins.iter().any(|begin| name.as_str().starts_with(begin)))
}

/// One name for each registry: Docker Hub answers under another name than its references have.
fn key(host: &Host) -> &str {
    if host.as_str() == "registry-1.docker.io" { HUB } else { host.as_str() }
}

/// Where an answer sends the request to, if it does.
fn redirect(request: &Request, answer: &Answer) -> Result<Option<Url>, Setback> {
    let follows = matches!(
        answer.status,
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    // A form holds a secret; it stays where it was sent. A stream can be sent once.
    if !follows || matches!(request.payload, Payload::Form(_) | Payload::Stream(_)) {
        return Ok(None);
    }
    let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
    match location.map(|location| answer.url.join(location)) {
        Some(Ok(url)) => Ok(Some(url)),
        None | Some(Err(_)) => {
            let detail = format!("{} redirects to no usable address", bare(&answer.url));
            let failure = Failure::new(Class::Malformed, &request.subject, detail);
            Err(failure.with_status(answer.status.as_u16()).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::states_limit;

    // Docker Hub, GitLab, Quay, and draft-ietf-httpapi-ratelimit-headers-10.
    #[test]
    fn limits_are_stated_under_several_names() {
        for (name, is) in [
            ("RateLimit-Limit", true),
            ("ratelimit-remaining", true),
            ("RateLimit-Policy", true),
            ("RateLimit", true),
            ("X-RateLimit-Limit", true),
            ("x-rate-limit-remaining", true),
            ("docker-ratelimit-source", true),
            ("content-length", false),
            ("retry-after", false),
        ] {
            let name: HeaderName = name.parse().unwrap();
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_static("1"))]);
            assert_eq!(states_limit(&headers), is, "{headers:?}");
        }
    }
}
