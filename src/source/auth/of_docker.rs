//! Credentials as docker/cli v29.9.3 finds them: `DOCKER_AUTH_CONFIG`, a helper, `config.json`.

use std::path::Path;

use super::config_file::{ConfigFile, Dialect};
use super::credential::{Credential, Secret};
use super::env_auth;
use super::environment::Environment;
use super::search::Search;
use super::{helper, key};
use crate::oci::Host;
use crate::source::mirrors::bytes;

/// Searches for a host. Docker has credentials of whole hosts only.
pub(super) async fn find(environment: &Environment, host: &Host) -> Search {
    let mut search = Search { of_docker: true, ..Search::default() };
    let key = key::of_docker(host);
    if let Some(text) = &environment.docker_auth
        && let Some(credential) = of_environment(text, &key, &mut search)
    {
        search.credential = Some(credential);
        search.origin = Some(format!("entry {key:?} of {}", env_auth::NAME));
        search.exact = true;
        return search;
    }
    let Some(file) = &environment.docker_config else { return search };
    let name = file.display().to_string();
    let mut config = ConfigFile::default();
    match bytes(file) {
        Ok(None) => search.missing.push(name),
        Err(why) => search.problems.push(format!("{name}: {why}")),
        Ok(Some(bytes)) => {
            search.looked_at.push(name.clone());
            match ConfigFile::parse(&bytes, Dialect::Docker) {
                Ok(read) => config = read,
                Err(why) => search.problems.push(format!("{name}: {why}")),
            }
        }
    }
    if !config.contains_auth() {
        config.store = default_store(environment);
    }
    match config.helper(&key).filter(|name| !name.is_empty()).or(config.store.as_deref()) {
        // What the helper does not have, the file does not either.
        Some(program) => ask(environment, program, &key, file, &mut search).await,
        None => of_file(&config, &key, file, &mut search),
    }
    search
}

fn of_environment(text: &Secret, key: &str, search: &mut Search) -> Option<Credential> {
    search.looked_at.push(env_auth::NAME.to_owned());
    match env_auth::find(text, key) {
        Ok(found) => found,
        Err(why) => {
            search.problems.push(format!("{} is passed by: {why}", env_auth::NAME));
            None
        }
    }
}

async fn ask(
    environment: &Environment,
    program: &str,
    key: &str,
    file: &Path,
    search: &mut Search,
) {
    match helper::get(program, key, &environment.path, None).await {
        Ok(Some(credential)) => {
            search.credential = Some(credential);
            search.exact = true;
            let file = file.display();
            search.origin = Some(format!("docker-credential-{program}, as {file} says"));
        }
        Ok(None) => {}
        Err(problem) => search.problems.push(problem),
    }
}

fn of_file(config: &ConfigFile, key: &str, file: &Path, search: &mut Search) {
    let exact = config.entry(key);
    let by_host: Vec<_> = match exact {
        Some(_) => Vec::new(),
        None => config.entries.iter().filter(|entry| key::docker_host(&entry.key) == key).collect(),
    };
    let Some(entry) = exact.or(by_host.first().copied()) else { return };
    let name = format!("entry {:?} of {}", entry.key, file.display());
    match entry.credential(Dialect::Docker) {
        Ok(found) => {
            search.origin = found.is_some().then_some(name);
            search.credential = found;
            search.exact = exact.is_some();
        }
        Err(problem) => search.problems.push(format!("{name}: {problem}")),
    }
    if by_host.len() > 1 {
        let keys: Vec<String> = by_host.iter().map(|entry| format!("{:?}", entry.key)).collect();
        search.problems.push(format!(
            "{} fit the host, and docker takes one of them at random",
            keys.join(" and ")
        ));
    }
}

/// The helper that docker/cli asks if its file says nothing of authentication
/// (`DetectDefaultStore`).
pub(super) fn default_store(environment: &Environment) -> Option<String> {
    let there = |program: &str| helper::on_path(program, &environment.path).is_some();
    let name = match std::env::consts::OS {
        "macos" => "osxkeychain",
        "windows" => "wincred",
        "linux" if there("pass") => "pass",
        "linux" => "secretservice",
        _ => return None,
    };
    there(&format!("docker-credential-{name}")).then(|| name.to_owned())
}
