//! dockerd's pull into the containerd image store (daemon/containerd/image_pull.go): containerd's
//! client with the daemon's platform, and moby's words around its errors.

use crate::oci::Platform;

use super::super::Host;
use super::super::platforms::{Version, format_all};
use super::containerd::{ContainerdPull, Words};
use super::moby;

/// `legacy` is Engine 29.5 and older: without a request it takes containerd's default, in which an
/// x86-64 level plays no part.
pub(super) fn store(host: &Host, request: Option<Platform>, legacy: bool) -> ContainerdPull {
    let daemon = moby::daemon(host);
    let library = daemon.library(Version::Rc5);
    let own = daemon.own_spec();
    match request {
        None if legacy => {
            ContainerdPull::new(library.default_for(&own), Words::Docker(format_all(&own)))
        }
        platform => {
            let platform = platform.unwrap_or_else(|| daemon.greatest_spec());
            ContainerdPull::new(library.only(&platform), Words::Docker(format_all(&platform)))
        }
    }
}
