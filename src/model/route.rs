//! The hosts that an engine asks for a reference, in its order, with the reason for each.

use std::fmt;

use crate::oci::Host;

/// Engines that find the hosts of a registry in one and the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// podman, skopeo, buildah and CRI-O: `registries.conf` (go.podman.io/image
    /// `pkg/sysregistriesv2`).
    Containers,
    /// containerd's client, Kubernetes and nerdctl: `hosts.toml` (containerd
    /// `core/remotes/docker/config`).
    Containerd,
    /// Docker: `daemon.json` and its own `hosts.toml` (moby `daemon/hosts.go`).
    Docker,
}

/// What one family asks for one reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Whose way it is.
    pub family: Family,
    /// The settings that were read, in the order in which they count.
    pub settings: Vec<Settings>,
    /// The hosts, in the order in which they are asked.
    pub hosts: Vec<RouteHost>,
    /// Why every pull of this reference ends before a host is asked.
    pub refused: Option<String>,
}

/// A file of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its path.
    pub file: String,
    /// Why the engine passes the whole file by; `None` if it counts.
    pub dropped: Option<String>,
}

/// A host on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteHost {
    /// Where the content is asked for.
    pub door: Door,
    /// What the engine asks this host for: `pull`, `resolve`, `push`, `referrers`.
    pub can: Vec<&'static str>,
    /// Whether this is the registry itself, under the name of the reference.
    pub own: bool,
    /// Why the host is on the way.
    pub reason: String,
    /// Why it is not asked for this reference.
    pub passed_by: Option<String>,
    /// The file that names it; `None` if nothing does.
    pub named_in: Option<String>,
}

/// The address of a repository on a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Door {
    /// How the host is spoken to.
    pub scheme: Scheme,
    /// The host.
    pub host: Host,
    /// The path of the API without a slash at its end, usually `/v2`.
    pub api: String,
    /// The repository below it.
    pub path: String,
    /// The registry that the host is told to stand for (the query parameter `ns`).
    pub ns: Option<String>,
}

/// How a host is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// TLS.
    Tls,
    /// TLS whose certificates are not checked; plain HTTP if that fails.
    Unchecked,
    /// Plain HTTP.
    Plain,
}

impl Family {
    /// All families, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Docker, Self::Containerd, Self::Containers];

    /// The family of an engine (an id of [`crate::model::select::ENGINES`]); `None` for those
    /// that know no mirrors: `ctr` without `--hosts-dir`, and tools with files of their own.
    #[must_use]
    pub fn of_engine(id: &str) -> Option<Self> {
        match id {
            "podman" | "containers-image" => Some(Self::Containers),
            "nerdctl" => Some(Self::Containerd),
            _ if id.starts_with("containerd-") => Some(Self::Containerd),
            _ if id.starts_with("docker-") => Some(Self::Docker),
            _ => None,
        }
    }

    /// The name for machines.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Containers => "containers",
            Self::Containerd => "containerd",
            Self::Docker => "docker",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Containers => "podman, skopeo and CRI-O",
            Self::Containerd => "containerd, Kubernetes and nerdctl",
            Self::Docker => "Docker",
        })
    }
}

impl Route {
    /// The hosts beside the registry itself that are asked for the reference.
    pub fn mirrors(&self) -> impl Iterator<Item = &RouteHost> {
        self.hosts.iter().filter(|host| !host.own && host.passed_by.is_none())
    }
}

impl fmt::Display for Door {
    /// The address, such as `https://mirror.example/v2/team/app`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.scheme == Scheme::Plain { "http" } else { "https" };
        write!(f, "{scheme}://{}{}/{}", self.host, self.api, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::select::ENGINES;

    #[test]
    fn each_engine_that_knows_mirrors_has_a_family() {
        let without: Vec<&str> = ENGINES
            .iter()
            .map(|engine| engine.id)
            .filter(|id| Family::of_engine(id).is_none())
            .collect();
        for id in without {
            let known = ["ctr", "buildkit", "ggcr", "regclient", "oras", "oci-client"];
            assert!(known.iter().any(|name| id.starts_with(name)), "{id}");
        }
    }
}
