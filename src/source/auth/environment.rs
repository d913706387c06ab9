//! Where this process looks for credentials and certificates: paths taken from the environment
//! once, so that nothing else reads it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// Paths that the environment decides. The default has none: nothing is looked for anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// Files with credentials, the first found entry wins: `REGISTRY_AUTH_FILE`, or else
    /// `$XDG_RUNTIME_DIR/containers/auth.json` and `$XDG_CONFIG_HOME/containers/auth.json`
    /// (containers-auth.json(5)); then `$DOCKER_CONFIG/config.json`, or else
    /// `~/.docker/config.json`.
    pub auth_files: Vec<PathBuf>,
    /// Folders that hold a folder of certificates for each host.
    pub certs_dirs: Vec<PathBuf>,
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
        Self::of(|name| env::var_os(name).filter(|value| !value.is_empty()), dirs::home_dir())
    }

    fn of(var: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Self {
        let dir = |name: &str| var(name).map(PathBuf::from);
        let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let config = dir("XDG_CONFIG_HOME").or_else(|| in_home(".config"));

        let mut auth_files = Vec::new();
        if let Some(file) = dir("REGISTRY_AUTH_FILE") {
            auth_files.push(file);
        } else {
            let folders = [dir("XDG_RUNTIME_DIR"), config.clone()];
            auth_files
                .extend(folders.into_iter().flatten().map(|d| d.join("containers/auth.json")));
        }
        let docker = dir("DOCKER_CONFIG").or_else(|| in_home(".docker"));
        auth_files.extend(docker.map(|folder| folder.join("config.json")));

        let mut certs_dirs = vec![PathBuf::from("/etc/docker/certs.d")];
        certs_dirs.extend(config.map(|config| config.join("docker/certs.d")));
        let proxies = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
        Self {
            auth_files,
            certs_dirs,
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

    fn files(vars: &[(&str, &str)]) -> Vec<String> {
        let var = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        };
        let environment = Environment::of(var, Some("/home/u".into()));
        environment.auth_files.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn files_are_looked_for_in_order() {
        assert_eq!(
            files(&[]),
            ["/home/u/.config/containers/auth.json", "/home/u/.docker/config.json"]
        );
        assert_eq!(
            files(&[
                ("XDG_RUNTIME_DIR", "/run/u"),
                ("XDG_CONFIG_HOME", "/c"),
                ("DOCKER_CONFIG", "/d")
            ]),
            ["/run/u/containers/auth.json", "/c/containers/auth.json", "/d/config.json"]
        );
        assert_eq!(
            files(&[("REGISTRY_AUTH_FILE", "/a.json"), ("XDG_RUNTIME_DIR", "/run/u")]),
            ["/a.json", "/home/u/.docker/config.json"]
        );
    }
}
