//! Images of Docker and of podman's service, asked for on the engine's API (`docker-daemon:NAME`,
//! containers-transports(5); docs.docker.com/reference/api/engine).
//!
//! The API names the children of a list and says which are here (`manifests=1`, API 1.48), but
//! gives no bytes other than in an archive (`/images/NAME/get`). So the list is put together from
//! what the engine says of it, and is shown if that has its digest; everything else is read from
//! an archive of one platform, kept in a temporary file without a name.

mod api;
mod export;
mod list;
mod place;
mod said;
mod source;
mod ssh;
mod tunnel;

pub(crate) use api::Engine;
pub(super) use list::{images, stocked};
pub use place::DockerPlace;
pub(crate) use place::Endpoint;
pub(super) use source::DaemonSource;
