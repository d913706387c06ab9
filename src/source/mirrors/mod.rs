//! Which hosts each family of engines asks for a reference: the settings of containers,
//! containerd and Docker, read as their own libraries read them.
//!
//! What a library does with a bad value is part of the answer: containers refuses every pull,
//! containerd passes the whole file by, dockerd does not start.

mod addresses;
mod containerd;
mod containers;
mod daemon_json;
mod docker;
mod file;
mod go_duration;
mod hosts_dir;
mod hosts_order;
mod hosts_toml;
mod named;
mod places;
mod registries;
mod registries_conf;
mod survey;
#[cfg(test)]
mod tests;

pub(in crate::source) use file::bytes;
pub use named::named;
pub(in crate::source) use places::drop_ins;
pub use places::{Places, RegistriesPlaces, user_id};
pub(in crate::source) use registries::Registries;
pub use survey::survey;

use crate::model::route::{Family, Route};
use crate::oci::Reference;

/// Reads the text of a `daemon.json`; for the fuzz targets.
pub(crate) fn read_daemon_json(text: &str) {
    drop(daemon_json::DaemonJson::parse(text));
}

/// Reads the text of a `hosts.toml`; for the fuzz targets.
pub(crate) fn read_hosts_toml(text: &str) {
    drop(hosts_toml::parse(text, std::path::Path::new("/")));
}

/// Reads the text of a `registries.conf`; for the fuzz targets.
pub(crate) fn read_registries_conf(text: &str) {
    drop(registries_conf::RegistriesConf::parse(text));
}

/// The way of one family to a reference. Reads small files, so it belongs off the async threads.
/// Docker has one for each `daemon.json`.
#[must_use]
pub fn routes(family: Family, places: &Places, reference: &Reference) -> Vec<Route> {
    match family {
        Family::Containers => vec![containers::route(places, reference)],
        Family::Containerd => vec![containerd::route(places, reference)],
        Family::Docker => docker::routes(places, reference),
    }
}
