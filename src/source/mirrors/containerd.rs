//! The way of containerd's client, Kubernetes and nerdctl: `hosts.toml` in the registry's folder.

use super::hosts_dir;
use super::places::Places;
use crate::model::route::{Family, Route};
use crate::oci::Reference;

pub(super) fn route(places: &Places, reference: &Reference) -> Route {
    let found = hosts_dir::hosts(&places.hosts_dirs, reference);
    Route {
        family: Family::Containerd,
        settings: found.settings,
        hosts: found.hosts,
        refused: found.refused,
    }
}
