//! Envelopes: what is around a statement or a digest, with the signatures on it.

mod bundle;
mod cose;
mod dsse;
mod jws;
mod opened;
mod simple;

pub(super) use bundle::bundle;
pub(super) use cose::cose;
pub(super) use dsse::dsse;
pub(super) use jws::jws;
pub(super) use opened::Inner;
pub(super) use simple::{simple, with_annotations};
