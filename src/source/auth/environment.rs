//! Where this process looks for credentials and certificates: paths taken from the environment
//! once, so that nothing else reads it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use super::credential::Secret;
use super::{env_auth, key};
use crate::oci::Host;
use crate::source::mirrors::{Places, RegistriesPlaces, drop_ins, user_id};

/// Paths that the environment decides. The default has none: nothing is looked for anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// The files that containers' library reads, in its order: `REGISTRY_AUTH_FILE` alone; or
    /// `auth.json` of the session (`$XDG_RUNTIME_DIR/containers`, or `/run/containers/UID`), that
    /// of the user, and Docker's `config.json` (go.podman.io/image v5.42.1 `pkg/docker/config`).
    pub auth_files: Vec<PathBuf>,
    /// `~/.dockercfg`, which containers' library reads last.
    pub legacy_auth_file: Option<PathBuf>,
    /// Docker's `$DOCKER_CONFIG/config.json`, or else `~/.docker/config.json`.
    pub docker_config: Option<PathBuf>,
    /// `DOCKER_AUTH_CONFIG`.
    pub docker_auth: Option<Secret>,
    /// `registries.conf`, for the helpers that it names.
    pub registries: RegistriesPlaces,
    /// Docker's folders that hold a folder of certificates for each host; all count.
    pub certs_dirs: Vec<PathBuf>,
    /// The same of containers' library, of which the first that has the host counts.
    pub containers_certs_dirs: Vec<PathBuf>,
    /// `PATH`, where credential helpers are found.
    pub path: OsString,
    /// Whether `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names a proxy. Which one serves what is
    /// the HTTP client's affair; this is for messages.
    pub proxy: bool,
}

impl Environment {
    /// What the environment of this process says.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(
            |name| env::var_os(name).filter(|value| !value.is_empty()),
            dirs::home_dir(),
            user_id(),
        )
    }

    /// The same certificates, and no credentials.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        Self {
            certs_dirs: self.certs_dirs.clone(),
            containers_certs_dirs: self.containers_certs_dirs.clone(),
            proxy: self.proxy,
            ..Self::default()
        }
    }

    /// The same certificates, and for this host these credentials alone: what is tried before it is
    /// kept. Docker's form of them holds them in memory.
    #[must_use]
    pub fn only(&self, host: &Host, username: &str, password: &Secret) -> Self {
        let auth = BASE64.encode(format!("{username}:{}", password.expose()));
        let auths = json!({ "auths": { key::of_docker(host): { "auth": auth } } });
        let docker_auth = Some(Secret::new(auths.to_string()));
        Self { docker_auth, ..self.without_credentials() }
    }

    fn of(
        var: impl Fn(&str) -> Option<OsString>,
        home: Option<PathBuf>,
        user: Option<u32>,
    ) -> Self {
        let dir = |name: &str| var(name).map(PathBuf::from);
        let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let config = dir("XDG_CONFIG_HOME").or_else(|| in_home(".config"));
        let docker = dir("DOCKER_CONFIG").or_else(|| in_home(".docker"));
        let docker_config = docker.map(|folder| folder.join("config.json"));

        let mut auth_files = Vec::new();
        let mut legacy_auth_file = None;
        if let Some(file) = dir("REGISTRY_AUTH_FILE") {
            auth_files.push(file);
        } else {
            let of_session = match (dir("XDG_RUNTIME_DIR"), user) {
                (Some(folder), _) => Some(folder.join("containers/auth.json")),
                (None, Some(user)) if cfg!(target_os = "linux") => {
                    Some(PathBuf::from(format!("/run/containers/{user}/auth.json")))
                }
                (None, _) => in_home(".config/containers/auth.json"),
            };
            auth_files.extend(of_session);
            let of_user = config.as_ref().map(|config| config.join("containers/auth.json"));
            auth_files.extend(of_user.filter(|file| !auth_files.contains(file)));
            auth_files.extend(docker_config.clone());
            legacy_auth_file = in_home(".dockercfg");
        }

        let mut certs_dirs = vec![PathBuf::from("/etc/docker/certs.d")];
        certs_dirs.extend(config.as_ref().map(|config| config.join("docker/certs.d")));
        let proxies = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
        Self {
            auth_files,
            legacy_auth_file,
            docker_config,
            docker_auth: var(env_auth::NAME)
                .map(|text| Secret::new(text.to_string_lossy().into_owned())),
            registries: Places::of(&var, home.as_deref(), user).registries,
            certs_dirs,
            containers_certs_dirs: drop_ins(config.as_deref(), "certs", "", user),
            path: var("PATH").unwrap_or_default(),
            proxy: proxies
                .iter()
                .any(|name| var(name).is_some() || var(&name.to_ascii_lowercase()).is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(vars: &[(&str, &str)]) -> Environment {
        let var = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        };
        Environment::of(var, Some("/home/u".into()), Some(7))
    }

    fn files(vars: &[(&str, &str)]) -> Vec<String> {
        of(vars).auth_files.iter().map(|path| path.display().to_string()).collect()
    }

    // go.podman.io/image v5.42.1, getAuthFilePaths.
    #[test]
    #[cfg(target_os = "linux")]
    fn files_are_looked_for_in_order() {
        assert_eq!(
            files(&[]),
            [
                "/run/containers/7/auth.json",
                "/home/u/.config/containers/auth.json",
                "/home/u/.docker/config.json"
            ]
        );
        assert_eq!(of(&[]).legacy_auth_file, Some("/home/u/.dockercfg".into()));
        assert_eq!(
            files(&[
                ("XDG_RUNTIME_DIR", "/run/u"),
                ("XDG_CONFIG_HOME", "/c"),
                ("DOCKER_CONFIG", "/d")
            ]),
            ["/run/u/containers/auth.json", "/c/containers/auth.json", "/d/config.json"]
        );
        let own = [("REGISTRY_AUTH_FILE", "/a.json"), ("XDG_RUNTIME_DIR", "/run/u")];
        assert_eq!(files(&own), ["/a.json"]);
        assert_eq!(of(&own).legacy_auth_file, None);
        assert_eq!(of(&own).docker_config, Some("/home/u/.docker/config.json".into()));
    }

    #[test]
    fn certificates_of_containers_are_looked_for_in_order() {
        let of: Vec<String> =
            of(&[]).containers_certs_dirs.iter().map(|path| path.display().to_string()).collect();
        assert_eq!(
            of,
            [
                "/home/u/.config/containers/certs.d",
                "/etc/containers/certs.rootless.d/7",
                "/etc/containers/certs.rootless.d",
                "/etc/containers/certs.d",
                "/usr/share/containers/certs.rootless.d/7",
                "/usr/share/containers/certs.rootless.d",
                "/usr/share/containers/certs.d",
            ]
        );
    }
}
