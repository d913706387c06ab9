//! Where containerd listens: `CONTAINERD_ADDRESS`, as ctr and nerdctl have it (containerd 2.4.2
//! `cmd/ctr/app/main.go`), else the usual sockets.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::source::regular;

/// The sockets that are tried: containerd's own, that of k3s and RKE2, that of Docker's containerd,
/// those of k0s and MicroK8s.
const USUAL: [&str; 5] = [
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
    "/var/snap/microk8s/common/run/containerd.sock",
];

/// What decides which containerd is asked. The default knows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerdPlace {
    /// `CONTAINERD_ADDRESS`, a path.
    address: Option<PathBuf>,
    /// `CONTAINERD_NAMESPACE`.
    namespace: Option<String>,
    /// The sockets that are tried.
    usual: Vec<PathBuf>,
}

impl ContainerdPlace {
    /// What the environment of this process says.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(&|name| std::env::var_os(name).filter(|value| !value.is_empty()))
    }

    pub(crate) fn of(var: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| var(name).map(|value| value.to_string_lossy().into_owned());
        let address = text("CONTAINERD_ADDRESS");
        let address = address.map(|it| PathBuf::from(it.strip_prefix("unix://").unwrap_or(&it)));
        let rootless = var("XDG_RUNTIME_DIR").and_then(|dir| rootless(Path::new(&dir)));
        let usual = USUAL.map(PathBuf::from).into_iter().chain(rootless).collect();
        Self { address, namespace: text("CONTAINERD_NAMESPACE"), usual }
    }

    /// Whether the environment says where it listens.
    pub(super) fn is_named(&self) -> bool {
        self.address.is_some()
    }

    /// The namespace that is meant if none is written.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The sockets that are there, the one that is asked first; the usual one if there is none.
    pub(crate) fn sockets(&self) -> Vec<PathBuf> {
        if let Some(address) = &self.address {
            return vec![address.clone()];
        }
        let there: Vec<PathBuf> = self.usual.iter().filter(|path| path.exists()).cloned().collect();
        match there.is_empty() {
            true => self.usual.first().cloned().into_iter().collect(),
            false => there,
        }
    }
}

/// The socket of a containerd without root, in the mounts of its own process (nerdctl 2.3
/// `extras/rootless/containerd-rootless.sh`).
fn rootless(runtime: &Path) -> Option<PathBuf> {
    let file = runtime.join("containerd-rootless/child_pid");
    let pid: u32 = regular::text(&file, 64).ok()?.trim().parse().ok()?;
    Some(PathBuf::from(format!("/proc/{pid}/root{}", USUAL.first()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(vars: &[(&str, &str)]) -> ContainerdPlace {
        ContainerdPlace::of(&|name| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_address_goes_before_the_usual_sockets() {
        for address in ["/srv/c.sock", "unix:///srv/c.sock"] {
            let place = place(&[("CONTAINERD_ADDRESS", address), ("CONTAINERD_NAMESPACE", "a")]);
            assert_eq!(place.sockets(), [PathBuf::from("/srv/c.sock")]);
            assert_eq!(place.namespace(), Some("a"));
        }
        assert_eq!(ContainerdPlace::default().sockets(), Vec::<PathBuf>::new());
    }

    #[test]
    fn sockets_that_are_there_are_asked_and_else_the_usual_one() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("c.sock");
        let missing = folder.path().join("missing");
        let mut place = ContainerdPlace { usual: vec![missing.clone()], ..Default::default() };
        assert_eq!(place.sockets(), std::slice::from_ref(&missing));
        std::fs::write(&there, "").unwrap();
        place.usual.push(there.clone());
        assert_eq!(place.sockets(), [there]);
    }

    #[test]
    fn a_rootless_containerd_is_in_the_mounts_of_its_child() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(rootless(folder.path()), None);
        let own = folder.path().join("containerd-rootless");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("child_pid"), "4711\n").unwrap();
        let socket = "/proc/4711/root/run/containerd/containerd.sock";
        assert_eq!(rootless(folder.path()), Some(PathBuf::from(socket)));
        std::fs::write(own.join("child_pid"), "../../etc").unwrap();
        assert_eq!(rootless(folder.path()), None);
    }
}
