//! What there is of credentials on this machine, without the secrets.

use std::path::Path;

use super::config_file::{ConfigFile, Dialect};
use super::environment::Environment;
use super::keychain::Keychain;
use super::{env_auth, helper, of_containers, of_docker};
use crate::oci::Host;
use crate::source::mirrors::bytes;

/// A file of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSurvey {
    /// Its path, or the variable that takes the place of a file.
    pub file: String,
    /// Whether it exists.
    pub exists: bool,
    /// The keys of its entries: hosts and namespaces.
    pub keys: Vec<String>,
    /// The helpers that it names.
    pub helpers: Vec<HelperSurvey>,
    /// Why it is not used, if it exists.
    pub problem: Option<String>,
}

/// A credential helper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelperSurvey {
    /// Its program.
    pub program: String,
    /// The key that it is for; `None` for all.
    pub key: Option<String>,
    /// Where it is; `None` if it is not on the `PATH`.
    pub path: Option<String>,
}

/// What would be sent to a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Where the credential is from that platy sends; `None` if it sends none.
    pub used: Option<String>,
    /// Where podman's is from.
    pub podman: Option<String>,
    /// Where Docker's is from.
    pub docker: Option<String>,
    /// What went wrong on the way.
    pub problems: Vec<String>,
}

/// All files in the order in which they are looked at.
#[must_use]
pub fn survey(environment: &Environment) -> Vec<FileSurvey> {
    let mut all = Vec::new();
    if environment.docker_auth.is_some() {
        let problem =
            environment.docker_auth.as_ref().and_then(|text| env_auth::find(text, "").err());
        all.push(FileSurvey {
            file: env_auth::NAME.to_owned(),
            exists: true,
            keys: Vec::new(),
            helpers: Vec::new(),
            problem,
        });
    }
    let docker = environment.docker_config.as_deref();
    for file in &environment.auth_files {
        let of_docker = docker == Some(file.as_path());
        let dialect = if of_docker { Dialect::Docker } else { Dialect::Containers };
        all.push(of_file(environment, file, dialect));
    }
    if let Some(file) = docker.filter(|file| !environment.auth_files.iter().any(|it| it == file)) {
        all.push(of_file(environment, file, Dialect::Docker));
    }
    if let Some(file) = &environment.legacy_auth_file {
        all.push(of_file(environment, file, Dialect::Legacy));
    }
    all
}

fn of_file(environment: &Environment, file: &Path, dialect: Dialect) -> FileSurvey {
    let mut found = FileSurvey {
        file: file.display().to_string(),
        exists: true,
        keys: Vec::new(),
        helpers: Vec::new(),
        problem: None,
    };
    let read = match bytes(file) {
        Ok(Some(bytes)) => ConfigFile::parse(&bytes, dialect),
        Ok(None) => {
            found.exists = false;
            return found;
        }
        Err(why) => Err(why),
    };
    match read {
        Ok(config) => {
            found.keys = config.entries.iter().map(|entry| entry.key.clone()).collect();
            let keyed = config.helpers.iter().map(|(key, name)| (Some(key.clone()), name));
            let all = keyed.chain(config.store.iter().map(|name| (None, name)));
            found.helpers = all
                .map(|(key, name)| {
                    let program = format!("docker-credential-{name}");
                    let path = helper::on_path(&program, &environment.path);
                    let path = path.map(|path| path.display().to_string());
                    HelperSurvey { program, key, path }
                })
                .collect();
        }
        Err(why) => found.problem = Some(why),
    }
    found
}

/// What would be sent to a host for a repository. Helpers are asked.
pub async fn lookup(environment: &Environment, host: &Host, path: Option<&str>) -> Lookup {
    let found = Keychain::new(environment.clone()).find(host, path).await;
    Lookup {
        used: found.origin,
        podman: of_containers::find(environment, host, path).await.origin,
        docker: of_docker::find(environment, host).await.origin,
        problems: found.problems,
    }
}
