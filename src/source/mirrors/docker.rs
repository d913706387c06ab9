//! The way of Docker: `hosts.toml` in its own folder, and `registry-mirrors` of `daemon.json`,
//! which stand for Docker Hub only (moby v2.0.0-beta.24 `daemon/hosts.go`).

use std::path::Path;

use super::addresses::Address;
use super::daemon_json::DaemonJson;
use super::places::Places;
use super::{file, hosts_dir};
use crate::model::route::{Family, Route, RouteHost, Scheme, Settings};
use crate::oci::Reference;

/// One way for each `daemon.json`; one if there is none.
pub(super) fn routes(places: &Places, reference: &Reference) -> Vec<Route> {
    let found: Vec<Route> = places
        .docker_configs
        .iter()
        .filter_map(|path| {
            let text = file::text(path).transpose()?;
            Some(with_config(places, reference, path, text))
        })
        .collect();
    if found.is_empty() { vec![plain(places, reference)] } else { found }
}

/// What the folder of certificates makes.
fn plain(places: &Places, reference: &Reference) -> Route {
    let roots: Vec<_> = places.docker_certs.iter().cloned().collect();
    let found = hosts_dir::hosts(&roots, reference);
    Route {
        family: Family::Docker,
        settings: found.settings,
        hosts: found.hosts,
        refused: found.refused,
    }
}

fn with_config(
    places: &Places,
    reference: &Reference,
    path: &Path,
    text: Result<String, String>,
) -> Route {
    let file = path.display().to_string();
    let mut route = plain(places, reference);
    let conf = match text.and_then(|text| DaemonJson::parse(&text)) {
        Ok(conf) => conf,
        Err(why) => {
            let settings = Settings { file: file.clone(), dropped: Some(why.clone()) };
            route.settings.push(settings);
            route.refused = Some(format!("dockerd does not start with {file}: {why}"));
            return route;
        }
    };
    route.settings.push(Settings { file: file.clone(), dropped: None });
    // Several hosts are a choice of their own; the older settings do not change it.
    if reference.repository.host.is_docker_hub() && route.hosts.len() == 1 {
        let mirrors = conf.mirrors();
        let mirrors = mirrors
            .iter()
            .filter_map(|(text, address)| mirror(&conf, text, address, reference, &file));
        route.hosts.splice(0..0, mirrors);
    }
    route
}

/// A mirror; its API is below its path, whatever that is (`mirrorsToRegistryHosts`).
fn mirror(
    conf: &DaemonJson,
    text: &str,
    address: &Address,
    reference: &Reference,
    file: &str,
) -> Option<RouteHost> {
    let path = address.path.trim_end_matches('/');
    let api = if path.ends_with("/v2") { path.to_owned() } else { format!("{path}/v2") };
    let mut door = address.door(&api, &reference.repository, None).ok()?;
    if door.scheme == Scheme::Tls && conf.is_insecure(&door.host) {
        door.scheme = Scheme::Unchecked;
    }
    // The store of containerd tells the mirror what it stands for.
    door.ns = Some(reference.repository.host.to_string());
    Some(RouteHost {
        door,
        can: vec!["pull", "resolve", "referrers"],
        own: false,
        reason: format!("registry-mirrors {text:?}, for Docker Hub"),
        passed_by: None,
        named_in: Some(file.to_owned()),
    })
}
