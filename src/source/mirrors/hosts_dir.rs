//! The folder of a registry, and the hosts that it makes (`HostDirFromRoot` and `loadHostDir` of
//! containerd v2.4.2 `core/remotes/docker/config`).

use std::fs;
use std::path::{Path, PathBuf};

use super::addresses::is_own;
use super::file;
use super::hosts_toml::{self, ALL, HostEntry};
use crate::model::route::{Door, RouteHost, Scheme, Settings};
use crate::oci::{Host, Reference, Repository};

/// What a folder says.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    pub(super) settings: Vec<Settings>,
    pub(super) hosts: Vec<RouteHost>,
    pub(super) refused: Option<String>,
}

/// The folder of a host: `HOST_PORT_`, `HOST:PORT`, or `_default`, the first that is there.
///
/// # Errors
/// A folder that cannot be looked at ends every pull.
pub(super) fn folder_of(root: &Path, host: &Host) -> Result<Option<PathBuf>, String> {
    let flat = host
        .as_str()
        .rsplit_once(':')
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, port)| format!("{name}_{port}_"));
    let names = flat.into_iter().chain([host.to_string(), "_default".to_owned()]);
    for path in names.map(|name| root.join(name)) {
        match fs::metadata(&path) {
            Ok(_) => return Ok(Some(path)),
            Err(error) if file::absent(&error) => {}
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    Ok(None)
}

/// The hosts that the first of these roots with a folder for the registry makes.
pub(super) fn hosts(roots: &[PathBuf], reference: &Reference) -> Hosts {
    let registry = &reference.repository.host;
    for root in roots {
        match folder_of(root, registry) {
            Ok(Some(folder)) => return in_folder(&folder, reference),
            Ok(None) => {}
            Err(problem) => return Hosts { refused: Some(problem), ..Hosts::default() },
        }
    }
    Hosts { hosts: vec![own(reference, "the registry itself")], ..Hosts::default() }
}

fn in_folder(folder: &Path, reference: &Reference) -> Hosts {
    let path = folder.join("hosts.toml");
    let file = path.display().to_string();
    let mut found = Hosts::default();
    let text = match file::text(&path) {
        Ok(None) => {
            let reason = "the registry itself; its folder has no hosts.toml";
            found.hosts.push(own(reference, reason));
            return found;
        }
        Ok(Some(text)) => text,
        Err(why) => {
            found.settings.push(Settings { file: file.clone(), dropped: Some(why.clone()) });
            found.refused = Some(format!("{file}: {why}"));
            return found;
        }
    };
    let entries = match hosts_toml::parse(&text, folder) {
        Ok(entries) => entries,
        Err(why) => {
            found.settings.push(Settings { file, dropped: Some(why) });
            found.hosts.push(own(reference, "the registry itself, since hosts.toml is passed by"));
            return found;
        }
    };
    found.settings.push(Settings { file: file.clone(), dropped: None });
    found.refused = entries.iter().find_map(unreadable).map(|why| format!("{file}: {why}"));
    let last = entries.len().saturating_sub(1);
    for (at, entry) in entries.iter().enumerate() {
        let mut host = match &entry.address {
            Some(address) if !(at == last && address.host.is_empty()) => {
                host(entry, at == last, reference)
            }
            _ => own(reference, "the registry itself, since hosts.toml names no server"),
        };
        host.named_in = Some(file.clone());
        found.hosts.push(host);
    }
    if found.hosts.iter().all(|host| host.passed_by.is_some()) && found.refused.is_none() {
        found.refused = Some(format!("{file}: no resolve hosts: not found"));
    }
    found
}

/// A file of certificates that containerd cannot read ends every pull.
fn unreadable(entry: &HostEntry) -> Option<String> {
    let problem = |path: &PathBuf, what: &str| match file::bytes(path) {
        Ok(Some(_)) => None,
        Ok(None) => Some(format!("unable to read {what} {:?}: no such file", path.display())),
        Err(why) => Some(format!("unable to read {what} {:?}: {why}", path.display())),
    };
    entry
        .ca
        .iter()
        .find_map(|path| problem(path, "CA cert"))
        .or_else(|| entry.client.iter().find_map(|path| problem(path, "CERT file")))
}

fn host(entry: &HostEntry, server: bool, reference: &Reference) -> RouteHost {
    let repository = &reference.repository;
    let door = match &entry.address {
        Some(address) => address.door(&entry.api, repository, scheme(entry)),
        None => Err("it has no address".to_owned()),
    };
    let what = if server { "server" } else { "host" };
    let needed: &[&str] = if reference.digest.is_some() { &["pull"] } else { &["pull", "resolve"] };
    let lacks = needed.iter().find(|need| !entry.can.contains(need));
    let (door, problem) = match door {
        Ok(door) => (door, None),
        Err(problem) => (own_door(repository), Some(problem)),
    };
    let door = with_ns(door, repository);
    RouteHost {
        own: problem.is_none() && is_own(&door, repository),
        reason: format!("{what} {:?}", entry.written),
        passed_by: problem.or_else(|| {
            let what = if reference.digest.is_some() { "a digest" } else { "a tag" };
            lacks.map(|lacks| {
                format!("{what} needs {}, and it has no {lacks}", needed.join(" and "))
            })
        }),
        door,
        can: entry.can.clone(),
        named_in: None,
    }
}

/// TLS settings make containerd try HTTPS first at an `http://` host, but for port 80
/// (`ConfigureHosts`).
fn scheme(entry: &HostEntry) -> Option<Scheme> {
    let address = entry.address.as_ref()?;
    let tls = entry.skip_verify.is_some() || !entry.ca.is_empty() || !entry.client.is_empty();
    let unchecked = entry.skip_verify == Some(true);
    match address.scheme.as_str() {
        "http" if tls && !address.host.ends_with(":80") => Some(Scheme::Unchecked),
        "https" if unchecked => Some(Scheme::Unchecked),
        _ => None,
    }
}

/// A host under another name than the registry's is told which registry it stands for
/// (`isProxy` of `core/remotes/docker/registry.go`).
fn with_ns(mut door: Door, repository: &Repository) -> Door {
    let hub = repository.host.is_docker_hub() && door.host.as_str() == "registry-1.docker.io";
    if door.host != repository.host && !hub {
        door.ns = Some(repository.host.to_string());
    }
    door
}

fn own_door(repository: &Repository) -> Door {
    Door {
        scheme: Scheme::Tls,
        host: repository.host.clone(),
        api: "/v2".to_owned(),
        path: repository.path.clone(),
        ns: None,
    }
}

/// The registry itself.
pub(super) fn own(reference: &Reference, reason: &str) -> RouteHost {
    RouteHost {
        door: own_door(&reference.repository),
        can: ALL.to_vec(),
        own: true,
        reason: reason.to_owned(),
        passed_by: None,
        named_in: None,
    }
}
