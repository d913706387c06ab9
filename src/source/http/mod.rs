//! HTTP as registries need it: permits for each host, redirects that carry no credentials to
//! another host, capped bodies, repeats with Retry-After, and failures in clear words.
//!
//! Nothing here knows of manifests or of authentication; [`Wire`] sends one request and hands
//! back the answer, whatever its status.

mod answer;
mod clients;
mod connecting;
mod lane;
mod large;
mod lasts;
mod lock;
mod origin;
mod payload;
mod permits;
mod queue;
mod refusal;
mod request;
mod retry;
mod sent_on;
mod setback;
mod timed;
mod trouble;
mod window;
mod wire;

pub(super) use answer::{Answer, Body, Whole};
pub(super) use connecting::tls_begins;
pub(super) use lock::lock;
pub(super) use origin::{Way, bare, host_of, same_site, without_user};
pub(super) use payload::{Outflow, Payload, digesting};
pub(super) use permits::Permit;
pub use queue::{Queue, Queued};
pub(super) use refusal::Refusal;
pub(super) use request::Request;
pub(super) use retry::retrying;
pub(super) use setback::{Again, Setback};
pub(super) use trouble::no_answer;
pub(super) use wire::{Wire, states_limit};
