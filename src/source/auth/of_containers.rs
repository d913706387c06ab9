//! Credentials as podman, skopeo and CRI-O find them (go.podman.io/image v5.42.1
//! `pkg/docker/config`): the helpers of `registries.conf`, and the files in their order.

use std::path::Path;

use super::config_file::{ConfigFile, Dialect};
use super::credential::Credential;
use super::environment::Environment;
use super::search::Search;
use super::{helper, key};
use crate::oci::Host;
use crate::source::mirrors::{Registries, bytes};

/// The name that stands for the files in `credential-helpers`.
const FILES: &str = "containers-auth.json";

/// Searches for a repository, or for a host as a whole.
pub(super) async fn find(environment: &Environment, host: &Host, path: Option<&str>) -> Search {
    let mut search = Search::default();
    let places = environment.registries.clone();
    let registries = tokio::task::spawn_blocking(move || Registries::read(&places)).await;
    let registries = registries.unwrap_or_default();
    if let Some(why) = registries.refused {
        // podman gives up here; Docker's way is open all the same.
        search.problems.push(format!("podman and skopeo refuse everything: {why}"));
        return search;
    }
    let helpers = match registries.credential_helpers {
        helpers if helpers.is_empty() => vec![FILES.to_owned()],
        helpers => helpers,
    };
    for name in helpers {
        let found = if name == FILES {
            in_files(environment, host, path, &mut search).await
        } else {
            ask(environment, &name, host, "registries.conf", &mut search).await
        };
        match found {
            Ok(None) => {}
            Ok(Some(credential)) => {
                search.credential = Some(credential);
                break;
            }
            Err(problem) => search.problems.push(problem),
        }
    }
    search
}

/// The files in their order; one that cannot be read ends it.
async fn in_files(
    environment: &Environment,
    host: &Host,
    path: Option<&str>,
    search: &mut Search,
) -> Result<Option<Credential>, String> {
    let files = environment.auth_files.iter().map(|file| (file, Dialect::Containers));
    let legacy = environment.legacy_auth_file.iter().map(|file| (file, Dialect::Legacy));
    for (file, dialect) in files.chain(legacy) {
        let name = file.display().to_string();
        let Some(bytes) = bytes(file).map_err(|why| format!("{name}: {why}"))? else {
            search.missing.push(name);
            continue;
        };
        search.looked_at.push(name.clone());
        let config = ConfigFile::parse(&bytes, dialect).map_err(|why| format!("{name}: {why}"))?;
        search.of_docker = environment.docker_config.as_ref() == Some(file);
        let found = in_file(environment, &config, dialect, host, path, file, search).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// One file: the helper of the host, which is final for this file; else an exact key; else a key
/// that its host makes fit.
async fn in_file(
    environment: &Environment,
    config: &ConfigFile,
    dialect: Dialect,
    host: &Host,
    path: Option<&str>,
    file: &Path,
    search: &mut Search,
) -> Result<Option<Credential>, String> {
    if let Some(name) = config.helper(host.as_str()) {
        return ask(environment, name, host, &file.display().to_string(), search).await;
    }
    let legacy = dialect == Dialect::Legacy;
    let keys = if legacy { vec![host.to_string()] } else { key::of_containers(host, path) };
    let exact = keys.iter().find_map(|key| config.entry(key));
    let registry = key::containers_registry(host.as_str());
    let entry = exact.or_else(|| {
        let fits = |key: &str| key::containers_host(key, legacy) == registry;
        config.entries.iter().find(|entry| fits(&entry.key))
    });
    let Some(entry) = entry else { return Ok(None) };
    let name = format!("entry {:?} of {}", entry.key, file.display());
    let found = entry.credential(dialect).map_err(|why| format!("{name}: {why}"))?;
    if found.is_some() {
        search.origin = Some(name);
        search.exact = exact.is_some();
    }
    Ok(found)
}

async fn ask(
    environment: &Environment,
    name: &str,
    host: &Host,
    named_in: &str,
    search: &mut Search,
) -> Result<Option<Credential>, String> {
    let found = helper::get(name, host.as_str(), &environment.path, None).await?;
    if found.is_some() {
        search.origin = Some(format!("docker-credential-{name}, as {named_in} says"));
        search.exact = true;
    }
    Ok(found)
}
