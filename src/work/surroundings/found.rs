//! Where this machine is looked at: paths and variables, taken from the environment once, so that
//! nothing else reads it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::model::diagnose::EngineKind;
use crate::source::DockerPlace;
use crate::source::engine::Endpoint;
use crate::source::mirrors::{Places, user_id};

/// What the environment decides. The default has nothing: nothing is looked for anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `DOCKER_DEFAULT_PLATFORM`.
    pub default_platform: Option<String>,
    /// Where the engines' settings of mirrors are.
    pub places: Places,
    /// The folder of binfmt_misc; `None` if there is no such thing.
    pub binfmt: Option<PathBuf>,
    /// The engines' sockets.
    pub sockets: Vec<Socket>,
}

/// Where an engine may listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// Which engine is expected there.
    pub kind: EngineKind,
    /// The path of the socket, or why it cannot be asked.
    pub at: Result<PathBuf, String>,
}

impl Surroundings {
    /// What the environment of this process says.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(|name| env::var_os(name).filter(|value| !value.is_empty()), dirs::home_dir())
    }

    fn of(var: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Self {
        let dir = |name: &str| var(name).map(PathBuf::from);
        let text = |name: &str| var(name).map(|value| value.to_string_lossy().into_owned());

        let runtime = dir("XDG_RUNTIME_DIR");
        let in_runtime = |path: &str| runtime.as_ref().map(|dir| dir.join(path));
        let docker = match DockerPlace::of(&var, home.clone()).endpoint() {
            Ok(Endpoint::Unix(path)) => Ok(path),
            Ok(other) => {
                Err(format!("Docker is at {other}, and this is asked of Unix sockets only"))
            }
            Err(why) => Err(why),
        };
        let podman = first("/run/podman/podman.sock", [in_runtime("podman/podman.sock"), None]);
        let sockets = vec![
            Socket { kind: EngineKind::Docker, at: docker },
            Socket { kind: EngineKind::Podman, at: Ok(podman) },
        ];
        Self {
            default_platform: text("DOCKER_DEFAULT_PLATFORM"),
            places: Places::of(&var, home.as_deref(), user_id()),
            binfmt: cfg!(target_os = "linux").then(|| PathBuf::from("/proc/sys/fs/binfmt_misc")),
            sockets,
        }
    }
}

/// The usual path, or the first of the others that is there if it is not.
fn first(usual: &str, others: [Option<PathBuf>; 2]) -> PathBuf {
    let usual = PathBuf::from(usual);
    if usual.exists() {
        return usual;
    }
    others.into_iter().flatten().find(|path| path.exists()).unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn of(vars: &[(&str, &str)]) -> Surroundings {
        let var = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        };
        Surroundings::of(var, Some("/nowhere".into()))
    }

    #[test]
    fn the_environment_says_where() {
        let plain = of(&[]);
        assert_eq!(plain.default_platform, None);
        let set = of(&[
            ("DOCKER_DEFAULT_PLATFORM", "linux/amd64"),
            ("DOCKER_HOST", "unix:///run/user/1/docker.sock"),
            ("XDG_RUNTIME_DIR", "/run/user/1"),
        ]);
        assert_eq!(set.default_platform.as_deref(), Some("linux/amd64"));
        assert_eq!(set.sockets[0].at, Ok("/run/user/1/docker.sock".into()));
        assert!(of(&[("DOCKER_HOST", "ssh://me@far")]).sockets[0].at.is_err());
    }

    #[test]
    fn a_rootless_socket_is_found_where_the_usual_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("docker.sock");
        fs::write(&there, "").unwrap();
        assert_eq!(first("/no/such/socket", [None, Some(there.clone())]), there);
        assert_eq!(first("/no/such/socket", [None, None]), PathBuf::from("/no/such/socket"));
    }
}
