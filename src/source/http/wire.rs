//! One request: permit, redirects, answer.

use std::sync::Arc;

use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION,
};
use reqwest::{Method, StatusCode};
use url::Url;

use super::clients::Clients;
use super::origin::may_go_on;
use super::permits::Permits;
use super::trouble::{no_answer, send_trouble};
use super::{Answer, Payload, Permit, Setback, host_of};
use crate::oci::{Class, Failure, Host};
use crate::source::{Activity, Options};

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 5;
/// How many uploads go to one host at once. More of them move no more bytes.
const MAX_UPLOADS: usize = 8;

/// What to send.
#[derive(Clone)]
pub(in crate::source) struct Request {
    pub(in crate::source) method: Method,
    pub(in crate::source) url: Url,
    /// Headers that may go to any host.
    pub(in crate::source) headers: HeaderMap,
    /// What goes to the URL's own origin only.
    pub(in crate::source) authorization: Option<HeaderValue>,
    /// What goes with it.
    pub(in crate::source) payload: Payload,
    /// Whether it is part of another request and waits for no permit of its own.
    pub(in crate::source) on_the_way: bool,
    /// What the user asked for, for failures.
    pub(in crate::source) subject: String,
}

/// Sends requests.
pub(in crate::source) struct Wire {
    pub(in crate::source) options: Arc<Options>,
    pub(in crate::source) activity: Activity,
    clients: Clients,
    permits: Permits,
    /// Uploads have permits of their own: one that reads from the host that it writes to would
    /// otherwise wait for itself.
    uploads: Permits,
}

impl Wire {
    pub(in crate::source) fn new(options: Options, activity: Activity) -> Result<Self, Failure> {
        let options = Arc::new(options);
        Ok(Self {
            clients: Clients::new(Arc::clone(&options))?,
            permits: Permits::new(options.permits),
            uploads: Permits::new(options.permits.min(MAX_UPLOADS)),
            options,
            activity,
        })
    }

    /// Waits until another upload to this host may begin. It is held for as long as the upload
    /// takes, and taken before anything is read for it.
    pub(in crate::source) async fn upload_permit(&self, host: &Host) -> Permit {
        self.uploads.acquire(host.as_str()).await
    }

    /// Sends a request and follows its redirects. The answer may have any status.
    ///
    /// `Authorization` is left behind at the first redirect to another origin (scheme, host and
    /// port), and does not come back.
    pub(in crate::source) async fn send(&self, request: &Request) -> Result<Answer, Setback> {
        let mut url = request.url.clone();
        let mut strayed = false;
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.send_once(request, &url, strayed).await?;
            let Some(next) = redirect(request, &answer)? else {
                return Ok(answer);
            };
            if !host_of(&url).is_some_and(|from| may_go_on(&self.options, &from, &next)) {
                return Err(not_followed(request, &url, &next).into());
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
        strayed: bool,
    ) -> Result<Answer, Setback> {
        let host = host_of(url).ok_or_else(|| {
            let detail = format!("{} names no host", bare(url));
            Failure::new(Class::Malformed, &request.subject, detail)
        })?;
        let patient = request.payload.is_stream();
        let client = self.clients.for_url(url, &host, patient)?;
        let mut builder =
            client.request(request.method.clone(), url.clone()).headers(request.headers.clone());
        if let Some(authorization) = &request.authorization
            && !strayed
        {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        builder = match &request.payload {
            Payload::Nothing => builder,
            Payload::Form(form) => {
                builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.clone())
            }
            Payload::Bytes(bytes) => builder.body(bytes.clone()),
            Payload::Stream(outflow) => {
                builder.header(CONTENT_LENGTH, outflow.length()).body(outflow.body())
            }
        };
        // An upload has its permit already, and a token is asked for on the way of another
        // request, which may hold the last one.
        let permit = match &request.payload {
            Payload::Stream(_) => None,
            _ if request.on_the_way => None,
            _ => self.permits.acquire(url.authority()).await,
        };
        self.activity.request_sent();
        tracing::debug!(method = %request.method, url = %bare(url), "request");
        let limit = self.options.read_timeout;
        let sent = match &request.payload {
            Payload::Stream(outflow) => outflow.watched(builder.send(), limit).await,
            _ => Some(builder.send().await),
        };
        let mut response = sent
            .ok_or_else(|| no_answer(&host, limit, &request.subject))?
            .map_err(|error| send_trouble(&error, url, &request.subject, &self.options))?;
        tracing::debug!(status = response.status().as_u16(), url = %bare(url), "answer");
        Ok(Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            url: url.clone(),
            strayed,
            subject: request.subject.clone(),
            response,
            permit,
            activity: self.activity.clone(),
        })
    }
}

/// Where an answer sends the request to, where it does.
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

fn not_followed(request: &Request, from: &Url, to: &Url) -> Failure {
    let way = if to.scheme() == "http" { "in plain HTTP" } else { "which is not a web address" };
    let detail = format!("{} redirects to {}, {way}", bare(from), bare(to));
    let failure = Failure::new(Class::Forbidden, &request.subject, detail);
    match host_of(to) {
        Some(host) if to.scheme() == "http" => {
            failure.with_next(format!("allow it with `--plain-http {host}` if you trust the way"))
        }
        _ => failure,
    }
}

/// A URL without its query, fragment and user: those may hold signatures and secrets.
pub(in crate::source) fn bare(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Fails only for a URL that cannot have a user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}
