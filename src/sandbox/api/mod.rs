//! The endpoints of the distribution specification, a file for each kind.

mod blobs;
mod body;
mod check;
mod lists;
mod manifests;
mod page;
mod path;
mod range;
mod route;

pub(super) use route::route;
