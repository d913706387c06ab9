//! The endpoints of the distribution specification, a file for each kind.

mod blobs;
mod body;
mod check;
mod lists;
mod manifests;
mod negotiate;
mod page;
mod path;
mod range;
mod referrers;
mod reply;
mod route;
mod uploads;

pub(super) use body::collect;
pub(super) use path::{Endpoint, mount_source};
pub(super) use route::route;
