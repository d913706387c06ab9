//! What is sent.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

use super::{Payload, Queued};
use crate::oci::Host;

/// What to send.
#[derive(Clone)]
pub(in crate::source) struct Request {
    pub(in crate::source) method: Method,
    pub(in crate::source) url: Url,
    /// The host that named the URL, if it is another's.
    pub(in crate::source) from: Option<Host>,
    /// Headers that may go to any host.
    pub(in crate::source) headers: HeaderMap,
    /// What goes to the URL's own origin only.
    pub(in crate::source) authorization: Option<HeaderValue>,
    /// What goes with it.
    pub(in crate::source) payload: Payload,
    /// Whether it is part of another request and waits for no permit of its own.
    pub(in crate::source) on_the_way: bool,
    /// Whether it is for a document or for less, and is asked a second time if no answer comes.
    pub(in crate::source) document: bool,
    /// The turn of the work that it is part of, if that waits in a queue.
    pub(in crate::source) turn: Option<Queued>,
    /// What the user asked for, for failures.
    pub(in crate::source) subject: String,
}
