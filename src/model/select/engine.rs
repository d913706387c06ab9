//! The engines that platy knows, as data.

use serde::Serialize;

use super::Host;
use super::platforms::Version;

/// An engine, or the part of one that selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Engine {
    /// The name in JSON output and on the command line.
    pub id: &'static str,
    /// Other names that people use.
    pub aliases: &'static [&'static str],
    /// The name to show.
    pub title: &'static str,
    /// The name to show where room is scarce.
    #[serde(skip)]
    pub short: &'static str,
    /// The versions that it stands for.
    pub versions: &'static str,
    /// How a platform is asked for; `None` if it cannot be.
    pub flag: Option<&'static str>,
    /// What it does with a bare manifest, where no selection takes place.
    pub bare: &'static str,
    /// What is worth knowing about it besides.
    pub note: &'static str,
    /// The operating systems that it runs on.
    pub systems: &'static [&'static str],
    #[serde(skip)]
    pub(super) family: Family,
}

/// What an engine makes of Docker's schema 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema1 {
    /// It is pulled.
    Pulled,
    /// It is refused, if the daemon's environment does not allow it.
    Disabled,
    /// It is refused.
    Removed,
}

/// The rules that an engine follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Containerd(Version),
    Cri(Version),
    /// CRI by way of the client, before containerd 2.1.
    OldCri(Version),
    Ctr,
    CtrLocal,
    Nerdctl,
    Graphdriver(Version, Schema1),
    Graphdriver2010,
    Store,
    StoreLegacy,
    StoreLocal,
    ContainersImage,
    Podman,
    BuildKit,
    Ggcr,
    Regclient,
    Oras,
    OciClient,
}

const PLATFORM: Option<&str> = Some("--platform");
const EVERYWHERE: &[&str] = &["linux", "windows", "darwin", "freebsd"];
const UNSEEN: &str = "a bare manifest is taken whatever its platform is, without a word";
const DOCKER_WARNS: &str = "a bare manifest is taken whatever its platform is; with --platform a \
     difference prints a warning and the exit code stays 0";

/// Every engine, in the order in which they are shown.
pub static ENGINES: [Engine; 25] = [
    Engine {
        id: "docker-c8d",
        aliases: &[
            "docker",
            "dockerd",
            "docker-29",
            "docker-29.6",
            "docker-29.7",
            "docker-29.8",
            "docker-29.9",
            "docker-desktop",
        ],
        title: "Docker, containerd store",
        short: "docker 29.6",
        versions: "Docker 29.6 and later, containerd image store (29.8.1 checked)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "without --platform it looks for the x86-64 level of the machine",
        systems: &["linux", "windows", "darwin"],
        family: Family::Store,
    },
    Engine {
        id: "docker-c8d-legacy",
        aliases: &[
            "docker-29.0",
            "docker-29.1",
            "docker-29.2",
            "docker-29.3",
            "docker-29.4",
            "docker-29.5",
        ],
        title: "Docker 29.5, containerd store",
        short: "docker 29.5",
        versions: "Docker Engine 29.0 to 29.5 with the containerd image store",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "x86-64 levels play no part; on Windows hosts of build 26200 these versions also \
               refuse images of build 20348 (fixed in containerd/platforms v1.0.0-rc.5)",
        systems: &["linux", "windows", "darwin"],
        family: Family::StoreLegacy,
    },
    Engine {
        id: "docker-c8d-local",
        aliases: &["docker-run", "docker-inspect"],
        title: "docker run, containerd store",
        short: "docker run",
        versions: "Docker Engine 29.6 and later, choosing among the images that it has; here all \
                   entries count as present",
        flag: PLATFORM,
        bare: "a bare manifest runs whatever its platform is; with --platform it must be exactly \
               that one",
        note: "without --platform any image that is present will do, the machine's own first",
        systems: &["linux", "windows", "darwin"],
        family: Family::StoreLocal,
    },
    Engine {
        id: "docker-graphdriver",
        aliases: &["docker-overlay2", "docker-classic", "dockerd-graphdriver"],
        title: "Docker, graphdriver store",
        short: "docker overlay2",
        versions: "Docker Engine 29.7 with the graphdriver image store (overlay2)",
        flag: PLATFORM,
        bare: DOCKER_WARNS,
        note: "an entry without a platform is taken without a look at its config",
        systems: &["linux", "darwin"],
        family: Family::Graphdriver(Version::Rc5, Schema1::Removed),
    },
    Engine {
        id: "docker-graphdriver-windows",
        aliases: &["docker-windowsfilter"],
        title: "Docker for Windows, graphdriver store",
        short: "docker windows",
        versions: "Docker Engine 29.7 on Windows with the graphdriver image store (windowsfilter)",
        flag: PLATFORM,
        bare: "a bare manifest is taken unless it is for a newer Windows build",
        note: "there is no lower bound on the build: an image that is too old is taken as well",
        systems: &["windows"],
        family: Family::Graphdriver(Version::Rc5, Schema1::Removed),
    },
    Engine {
        id: "docker-28",
        aliases: &[
            "docker-28.0",
            "docker-28.1",
            "docker-28.2",
            "docker-28.3",
            "docker-28.4",
            "docker-28.5",
        ],
        title: "Docker 28",
        short: "docker 28",
        versions: "Docker Engine 28 with its default store (containerd/platforms v1.0.0-rc.1)",
        flag: PLATFORM,
        bare: DOCKER_WARNS,
        note: "os.features are ignored",
        systems: &["linux", "windows", "darwin"],
        family: Family::Graphdriver(Version::Rc1, Schema1::Removed),
    },
    Engine {
        id: "docker-27",
        aliases: &["docker-26"],
        title: "Docker 26 and 27",
        short: "docker 27",
        versions: "Docker Engine 26 and 27 with its default store (containerd/platforms v0.2.1)",
        flag: PLATFORM,
        bare: DOCKER_WARNS,
        note: "arm64 variants other than v8 match only themselves; os.features are ignored",
        systems: &["linux", "windows", "darwin"],
        family: Family::Graphdriver(Version::V0_2_1, Schema1::Disabled),
    },
    Engine {
        id: "docker-25",
        aliases: &["docker-23", "docker-24"],
        title: "Docker 23 to 25",
        short: "docker 25",
        versions: "Docker Engine 23 to 25 with its default store (containerd/platforms v0.2.1)",
        flag: PLATFORM,
        bare: DOCKER_WARNS,
        note: "arm64 variants other than v8 match only themselves; os.features are ignored",
        systems: &["linux", "windows", "darwin"],
        family: Family::Graphdriver(Version::V0_2_1, Schema1::Pulled),
    },
    Engine {
        id: "docker-20.10",
        aliases: &["docker-20", "docker-19.03", "docker-old"],
        title: "Docker 20.10",
        short: "docker 20.10",
        versions: "Docker Engine 20.10 and older",
        flag: PLATFORM,
        bare: DOCKER_WARNS,
        note: "exact matches only; a 32-bit ARM host that finds none takes any ARM entry",
        systems: &["linux", "windows", "darwin"],
        family: Family::Graphdriver2010,
    },
    Engine {
        id: "containerd-cri",
        aliases: &["kubernetes", "k8s", "kubelet", "cri", "crictl", "k3s"],
        title: "Kubernetes with containerd",
        short: "kubernetes",
        versions: "Kubernetes on containerd 2.1 and later, in the CRI plugin's default mode (2.4.2 \
                   checked)",
        flag: None,
        bare: UNSEEN,
        note: "only exact matches are downloaded: where a compatible entry alone exists, the pull \
               fails",
        systems: &["linux", "windows"],
        family: Family::Cri(Version::Rc5),
    },
    Engine {
        id: "containerd-cri-2.0",
        aliases: &["kubernetes-containerd-2.0", "cri-2.0"],
        title: "Kubernetes with containerd 2.0",
        short: "kubernetes 2.0",
        versions: "Kubernetes on containerd 2.0, or on a later one with use_local_image_pull \
                   (containerd/platforms v1.0.0-rc.1; 2.0.5 read in its source)",
        flag: None,
        bare: UNSEEN,
        note: "compatible entries are taken too; os.features are ignored; an entry without a \
               platform beside a named one fails the pull, and so do artifacts",
        systems: &["linux", "windows"],
        family: Family::OldCri(Version::Rc1),
    },
    Engine {
        id: "containerd-cri-1.7",
        aliases: &[
            "containerd-cri-1.6",
            "kubernetes-containerd-1.7",
            "kubernetes-containerd-1.6",
            "cri-1.7",
            "cri-1.6",
        ],
        title: "Kubernetes with containerd 1.7",
        short: "kubernetes 1.7",
        versions: "Kubernetes on containerd 1.6 and 1.7 (containerd/platforms v0.2.1; 1.6.20 checked)",
        flag: None,
        bare: UNSEEN,
        note: "compatible entries are taken too; an entry without a platform beside a named one \
               fails the pull, and so do artifacts; arm64 variants other than v8 match only \
               themselves",
        systems: &["linux", "windows"],
        family: Family::OldCri(Version::V0_2_1),
    },
    Engine {
        id: "containerd-client-pull",
        aliases: &[
            "containerd",
            "containerd-2",
            "containerd-2.1",
            "containerd-2.2",
            "containerd-2.3",
            "containerd-2.4",
        ],
        title: "containerd client",
        short: "containerd",
        versions: "containerd 2.1 and later by its Go client; 2.4.2 checked (before 2.3 os.features \
                   were ignored)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "an image reached through an entry without a platform is checked against its config",
        systems: EVERYWHERE,
        family: Family::Containerd(Version::Rc5),
    },
    Engine {
        id: "containerd-2.0",
        aliases: &[],
        title: "containerd 2.0",
        short: "containerd 2.0",
        versions: "containerd 2.0 by its Go client (containerd/platforms v1.0.0-rc.1)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "os.features are ignored",
        systems: EVERYWHERE,
        family: Family::Containerd(Version::Rc1),
    },
    Engine {
        id: "containerd-1.7",
        aliases: &["containerd-1", "containerd-1.6"],
        title: "containerd 1.7",
        short: "containerd 1.7",
        versions: "containerd 1.6 and 1.7 by the Go client (containerd/platforms v0.2.1)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "arm64 variants other than v8 match only themselves; os.features are ignored",
        systems: EVERYWHERE,
        family: Family::Containerd(Version::V0_2_1),
    },
    Engine {
        id: "ctr-pull",
        aliases: &["ctr", "ctr-2.4"],
        title: "ctr images pull",
        short: "ctr",
        versions: "ctr of containerd 2.4 with default flags (2.4.2 checked)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "finding nothing is not an error",
        systems: EVERYWHERE,
        family: Family::Ctr,
    },
    Engine {
        id: "ctr-local",
        aliases: &["ctr-pull-local"],
        title: "ctr images pull --local",
        short: "ctr --local",
        versions: "ctr of containerd 2.4 with --local (2.4.2 checked)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "it downloads exact matches and chooses by the wide rules: a compatible entry fails",
        systems: EVERYWHERE,
        family: Family::CtrLocal,
    },
    Engine {
        id: "nerdctl",
        aliases: &["rancher-desktop", "lima", "nerdctl-2", "nerdctl-2.3"],
        title: "nerdctl",
        short: "nerdctl",
        versions: "nerdctl 2.3 and later (of 22 August 2026, with containerd 2.4.2, checked)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "exact matches only, for the download and for the choice",
        systems: &["linux", "windows", "freebsd"],
        family: Family::Nerdctl,
    },
    Engine {
        id: "podman",
        aliases: &["podman-5", "podman-6"],
        title: "podman",
        short: "podman",
        versions: "podman 5 and later (containers/image 5.42.1, libimage of April 2026)",
        flag: PLATFORM,
        bare: "a bare manifest is taken whatever its platform is; a difference prints a warning",
        note: "--arch arm stands for v7 even on a v6 machine; a variant that is asked for and \
               missing falls back to none, never to a lesser one",
        systems: EVERYWHERE,
        family: Family::Podman,
    },
    Engine {
        id: "containers-image",
        aliases: &["skopeo", "skopeo-1.22", "cri-o", "crio", "buildah", "openshift"],
        title: "skopeo, CRI-O, buildah",
        short: "skopeo",
        versions: "containers/image 5.39 and later (5.42.1 checked), skopeo 1.22",
        flag: Some("--override-os, --override-arch, --override-variant"),
        bare: "a bare manifest is copied whatever its platform is, without a word",
        note: "entries are compared as they are written: x86_64, aarch64 or arm64/v8.0 never match",
        systems: EVERYWHERE,
        family: Family::ContainersImage,
    },
    Engine {
        id: "buildkit",
        aliases: &["docker-build", "docker-buildx", "buildx", "buildctl", "buildkit-0.34"],
        title: "docker build (BuildKit)",
        short: "docker build",
        versions: "BuildKit 0.33 and later (0.34.2 was checked), resolving FROM",
        flag: PLATFORM,
        bare: "a bare manifest is used whatever its platform is; the lint InvalidBaseImagePlatform \
               says so",
        note: "x86-64 levels play no part: a build and a run can use different entries",
        systems: EVERYWHERE,
        family: Family::BuildKit,
    },
    Engine {
        id: "ggcr",
        aliases: &["crane", "crane-0.22", "ko", "kaniko", "skaffold", "go-containerregistry"],
        title: "crane, ko, kaniko",
        short: "crane",
        versions: "go-containerregistry 0.21.9 and later (0.22.1 checked)",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "without --platform it looks for linux/amd64 on every host, and takes an entry \
               without a platform for that",
        systems: EVERYWHERE,
        family: Family::Ggcr,
    },
    Engine {
        id: "regclient",
        aliases: &["regctl", "regctl-0.11", "regsync", "regbot"],
        title: "regctl",
        short: "regctl",
        versions: "regclient 0.11.5 and later (0.11.7 checked), asked for a platform",
        flag: PLATFORM,
        bare: UNSEEN,
        note: "a variant without a number counts as level 0 and is always compatible",
        systems: EVERYWHERE,
        family: Family::Regclient,
    },
    Engine {
        id: "oras",
        aliases: &["oras-go", "oras-1.3"],
        title: "oras",
        short: "oras",
        versions: "oras-go 2.6.2 and later (2.7.0 checked, with oras 1.3.6)",
        flag: PLATFORM,
        bare: "with --platform the config of a bare manifest must match, or it fails; without, it \
               is taken",
        note: "without --platform it selects nothing and takes the whole index",
        systems: EVERYWHERE,
        family: Family::Oras,
    },
    Engine {
        id: "oci-client-current",
        aliases: &["oci-client", "oci-client-0.18", "oci-distribution", "rust-oci-client"],
        title: "oci-client (Rust)",
        short: "oci-client",
        versions: "oci-client 0.17 and 0.18 with the default resolver",
        flag: None,
        bare: UNSEEN,
        note: "variant, version and features are ignored; on macOS and on 32-bit x86 nothing ever \
               matches",
        systems: EVERYWHERE,
        family: Family::OciClient,
    },
];

impl Engine {
    /// The engine of this name: its own, or one that people use. Case, and whether words are
    /// joined by spaces or hyphens, do not matter; a patch version is passed over.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        let words: Vec<&str> =
            name.split(|c: char| c.is_whitespace() || c == '-').filter(|w| !w.is_empty()).collect();
        let name = words.join("-").to_lowercase();
        let known = |name: &str| {
            ENGINES.iter().find(|engine| engine.id == name || engine.aliases.contains(&name))
        };
        known(&name).or_else(|| {
            // docker-29.5.2 is docker-29.5; docker-24.0 is docker-24.
            let (shorter, _) = name.rsplit_once('.')?;
            known(shorter).or_else(|| known(shorter.rsplit_once('.')?.0))
        })
    }

    /// The engine that a Docker daemon is, by its version (`20.10.24+dfsg1`), its store and its
    /// system. A version that does not begin with a number (`dev`, a commit: builds of its own) is
    /// taken for the newest.
    #[must_use]
    pub fn of_daemon(version: &str, containerd_store: bool, os: &str) -> Option<&'static Self> {
        let (major, rest) = version.split_once('.').unwrap_or((version, ""));
        let minor = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let minor = rest.get(..minor).and_then(|digits| digits.parse().ok());
        let major = major.parse().ok().filter(|major| *major > 0);
        let release = (major.unwrap_or(u32::MAX), minor.unwrap_or(0));
        let id = match release {
            (29, 0..=5) | (0..29, _) if containerd_store => "docker-c8d-legacy",
            _ if containerd_store => "docker-c8d",
            (29.., _) if os == "windows" => "docker-graphdriver-windows",
            (29.., _) => "docker-graphdriver",
            (28, _) => "docker-28",
            (26 | 27, _) => "docker-27",
            (23..=25, _) => "docker-25",
            _ => "docker-20.10",
        };
        Self::find(id)
    }

    /// Whether it reads `DOCKER_DEFAULT_PLATFORM`, as Docker's command line does for pulls, runs and
    /// builds (docker/cli 29.9.3, buildx 0.38.2).
    #[must_use]
    pub fn reads_docker_default(&self) -> bool {
        matches!(
            self.family,
            Family::Store
                | Family::StoreLegacy
                | Family::StoreLocal
                | Family::Graphdriver(..)
                | Family::Graphdriver2010
                | Family::BuildKit
        )
    }

    /// Whether it looks for another platform than this machine's if nobody asks for one, which is
    /// not a fault of the image: go-containerregistry asks for linux/amd64 everywhere.
    #[must_use]
    pub fn asks_for_another(&self, host: &Host, request: Option<&str>) -> bool {
        let own = host.os() == "linux" && host.architecture() == "amd64";
        self.family == Family::Ggcr && request.is_none() && !own
    }

    /// What is worth knowing about it on a machine of this architecture: x86-64 levels are
    /// mentioned on x86-64 only.
    #[must_use]
    pub fn note_on(&self, host: &Host) -> String {
        let told = |part: &&str| host.architecture() == "amd64" || !part.contains("x86-64");
        self.note.split("; ").filter(told).collect::<Vec<_>>().join("; ")
    }

    /// Whether it runs on this operating system.
    #[must_use]
    pub fn runs_on(&self, os: &str) -> bool {
        self.systems.contains(&os)
    }

    /// The Linux guest in which it runs Linux images on this host: on a Mac, and podman's on
    /// Windows.
    #[must_use]
    pub fn guest(&self, host: &Host) -> Option<Host> {
        let podman = matches!(self.family, Family::Podman);
        let guest = host.os() == "darwin" || (podman && host.os() == "windows");
        guest.then(|| host.linux_guest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_go_by_the_names_that_people_use() {
        for (name, id) in [
            ("docker", "docker-c8d"),
            ("Docker 29.5", "docker-c8d-legacy"),
            ("docker-29.5.2", "docker-c8d-legacy"),
            ("docker-29.7.2", "docker-c8d"),
            ("docker-24.0.9", "docker-25"),
            ("docker-26.1", "docker-27"),
            ("docker-19.03.15", "docker-20.10"),
            ("docker build", "buildkit"),
            ("docker run", "docker-c8d-local"),
            ("kubernetes", "containerd-cri"),
            ("CRI-O", "containers-image"),
            ("crane", "ggcr"),
            ("regctl", "regclient"),
            ("containerd-1.7.28", "containerd-1.7"),
        ] {
            assert_eq!(Engine::find(name).map(|engine| engine.id), Some(id), "{name}");
        }
        assert_eq!(Engine::find("toaster"), None);
    }

    // The machine's own engine: 20.10 with vfs is not that of 29.7.
    #[test]
    fn a_daemon_is_known_by_its_version_and_store() {
        for (version, containerd_store, os, id) in [
            ("20.10.24+dfsg1", false, "linux", "docker-20.10"),
            ("23.0.6", false, "linux", "docker-25"),
            ("25.0.5", false, "linux", "docker-25"),
            ("26.1.5", false, "linux", "docker-27"),
            ("28.0.1", false, "linux", "docker-28"),
            ("29.7.2", false, "linux", "docker-graphdriver"),
            ("29.7.2", false, "windows", "docker-graphdriver-windows"),
            ("29.5.0", true, "linux", "docker-c8d-legacy"),
            ("29.8.1", true, "linux", "docker-c8d"),
            ("30.0.0-rc.1", true, "linux", "docker-c8d"),
            ("dev", true, "linux", "docker-c8d"),
            ("2f9a1c7", false, "linux", "docker-graphdriver"),
            ("0.0.0-20261120", true, "linux", "docker-c8d"),
        ] {
            let engine = Engine::of_daemon(version, containerd_store, os).unwrap();
            assert_eq!(engine.id, id, "{version}");
        }
    }

    #[test]
    fn levels_are_mentioned_on_x86_64_only() {
        let levels = |host: &str| {
            let host: Host = host.parse().unwrap();
            ENGINES.iter().filter(|it| it.note_on(&host).contains("x86-64")).count()
        };
        assert_eq!((levels("linux/arm64"), levels("linux/riscv64")), (0, 0));
        assert!(levels("linux/amd64/v2") > 2);
    }

    #[test]
    fn no_name_stands_for_two_engines() {
        let mut names: Vec<&str> =
            ENGINES.iter().flat_map(|e| e.aliases.iter().copied().chain([e.id])).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
