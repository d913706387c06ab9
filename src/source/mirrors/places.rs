//! Where the settings of engines are: paths that the environment decides.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Paths of settings. The default has none: nothing is looked for anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Docker's `daemon.json`, one for each daemon that may run here.
    pub docker_configs: Vec<PathBuf>,
    /// The folder in which Docker looks for a folder of each registry (`registry.CertsDir` of
    /// moby).
    pub docker_certs: Option<PathBuf>,
    /// The folders in which Kubernetes and nerdctl look for a folder of each registry; the first
    /// that has one decides (containerd `plugins/cri/images/plugin.go`).
    pub hosts_dirs: Vec<PathBuf>,
    /// `registries.conf` of podman, skopeo and CRI-O.
    pub registries: RegistriesPlaces,
}

/// Where containers' library looks for `registries.conf` (go.podman.io/storage v1.65.1
/// `pkg/configfile`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistriesPlaces {
    /// The main file: the first of these that exists.
    pub main: Vec<PathBuf>,
    /// Whether a main file must exist (`CONTAINERS_REGISTRIES_CONF`).
    pub must_exist: bool,
    /// Folders of further files. All files together are read by name; of two with one name, that
    /// of the earlier folder counts.
    pub drop_ins: Vec<PathBuf>,
    /// A file that is read last (`CONTAINERS_REGISTRIES_CONF_OVERRIDE`).
    pub last: Option<PathBuf>,
}

/// The number of the user that this process runs as; `None` on systems without such numbers.
#[must_use]
pub fn user_id() -> Option<u32> {
    #[cfg(unix)]
    return Some(rustix::process::getuid().as_raw());
    #[cfg(not(unix))]
    return None;
}

impl Places {
    /// The places that these variables, this home folder and this user decide.
    #[must_use]
    pub fn of(
        var: &dyn Fn(&str) -> Option<OsString>,
        home: Option<&Path>,
        user: Option<u32>,
    ) -> Self {
        let dir = |name: &str| var(name).map(PathBuf::from);
        let in_home = |path: &str| home.map(|home| home.join(path));
        let config = dir("XDG_CONFIG_HOME").or_else(|| in_home(".config"));
        let mut docker_configs = vec![PathBuf::from("/etc/docker/daemon.json")];
        docker_configs.extend(config.as_ref().map(|dir| dir.join("docker/daemon.json")));
        docker_configs.extend(in_home(".docker/daemon.json"));
        let certs = PathBuf::from("/etc/docker/certs.d");
        Self {
            docker_configs,
            hosts_dirs: vec![PathBuf::from("/etc/containerd/certs.d"), certs.clone()],
            docker_certs: Some(certs),
            registries: RegistriesPlaces::of(var, config.as_deref(), user),
        }
    }
}

impl RegistriesPlaces {
    fn of(
        var: &dyn Fn(&str) -> Option<OsString>,
        config: Option<&Path>,
        user: Option<u32>,
    ) -> Self {
        let last = var("CONTAINERS_REGISTRIES_CONF_OVERRIDE").map(PathBuf::from);
        if let Some(file) = var("CONTAINERS_REGISTRIES_CONF") {
            // With a file of one's own, no further files are read.
            return Self { main: vec![file.into()], must_exist: true, drop_ins: Vec::new(), last };
        }
        let folders = containers_folders(config);
        Self {
            main: folders.iter().map(|folder| folder.join("registries.conf")).collect(),
            must_exist: false,
            drop_ins: drop_ins(config, "registries", ".conf", user),
            last,
        }
    }
}

/// The folders of containers' settings: the user's, the administrator's, the vendor's.
fn containers_folders(config: Option<&Path>) -> Vec<PathBuf> {
    let user = config.map(|config| config.join("containers"));
    let system = ["/etc/containers", "/usr/share/containers"].map(PathBuf::from);
    user.into_iter().chain(system).collect()
}

/// The folders of further files `NAME.d`, the first first: of the system's, those for this kind
/// of user before those for all (`getDropInPaths`).
pub(in crate::source) fn drop_ins(
    config: Option<&Path>,
    name: &str,
    extension: &str,
    user: Option<u32>,
) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in containers_folders(config) {
        let special = match user {
            _ if config.is_some_and(|config| folder.starts_with(config)) => None,
            Some(0) => Some("rootful"),
            Some(_) => Some("rootless"),
            None => None,
        };
        if let Some(special) = special {
            let special = folder.join(format!("{name}.{special}{extension}.d"));
            if let Some(user) = user.filter(|user| *user > 0) {
                found.push(special.join(user.to_string()));
            }
            found.push(special);
        }
        found.push(folder.join(format!("{name}{extension}.d")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(vars: &[(&str, &str)], user: u32) -> Places {
        let var = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        };
        Places::of(&var, Some(Path::new("/home/u")), Some(user))
    }

    // go.podman.io/storage v1.65.1 pkg/configfile/parse.go: order of main files and drop-ins.
    #[test]
    fn registries_conf_is_looked_for_as_the_library_does() {
        let names = |paths: &[PathBuf]| -> Vec<String> {
            paths.iter().map(|path| path.display().to_string()).collect()
        };
        let root = places(&[], 0).registries;
        assert_eq!(
            names(&root.main),
            [
                "/home/u/.config/containers/registries.conf",
                "/etc/containers/registries.conf",
                "/usr/share/containers/registries.conf"
            ]
        );
        assert_eq!(
            names(&root.drop_ins),
            [
                "/home/u/.config/containers/registries.conf.d",
                "/etc/containers/registries.rootful.conf.d",
                "/etc/containers/registries.conf.d",
                "/usr/share/containers/registries.rootful.conf.d",
                "/usr/share/containers/registries.conf.d",
            ]
        );
        let user = places(&[("XDG_CONFIG_HOME", "/c")], 1000).registries;
        assert_eq!(
            names(&user.drop_ins)[..4],
            [
                "/c/containers/registries.conf.d",
                "/etc/containers/registries.rootless.conf.d/1000",
                "/etc/containers/registries.rootless.conf.d",
                "/etc/containers/registries.conf.d",
            ]
        );
        let own = [("CONTAINERS_REGISTRIES_CONF", "/r.conf"), ("XDG_CONFIG_HOME", "/c")];
        let own = places(&own, 0).registries;
        assert!(own.must_exist && own.drop_ins.is_empty() && names(&own.main) == ["/r.conf"]);
        let last = places(&[("CONTAINERS_REGISTRIES_CONF_OVERRIDE", "/o.conf")], 0).registries;
        assert_eq!((last.drop_ins.len(), last.last), (5, Some("/o.conf".into())));
    }
}
