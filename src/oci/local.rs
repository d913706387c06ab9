//! What a machine has already: images in the stores of its engines, layouts and archives.

use std::collections::HashSet;

use super::{Digest, Location, Platform};

/// What keeps images on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StoreKind {
    /// Docker, or podman's service, by its API.
    Docker,
    /// containerd, by its socket.
    Containerd,
    /// podman, buildah and CRI-O, on the disk.
    Containers,
    /// Layouts and archives in the folder that platy was started in.
    Folder,
}

impl StoreKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Docker, Self::Containerd, Self::Containers, Self::Folder];
    /// The engines among them.
    pub const ENGINES: [Self; 3] = [Self::Docker, Self::Containerd, Self::Containers];

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Containerd => "containerd",
            Self::Containers => "podman's store",
            Self::Folder => "this folder",
        }
    }

    /// The name in JSON output: that of the transport.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docker => "docker-daemon",
            Self::Containerd => "containerd",
            Self::Containers => "containers-storage",
            Self::Folder => "folder",
        }
    }
}

/// An image that is kept on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalImage {
    /// What opens it.
    pub location: Location,
    /// The platforms that are here, as far as that is known without reading archives.
    pub platforms: Vec<Platform>,
    /// How many bytes it takes, packed or unpacked as the store counts; `None` if that is not known.
    pub size: Option<u64>,
}

/// The content that a store has, whatever images it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stocked {
    /// Digests of manifests, configs and layers.
    pub digests: HashSet<Digest>,
    /// Digests of layers as they are unpacked, where a store finds them below whatever layers.
    pub diff_ids: HashSet<Digest>,
    /// Chain IDs: layers that are unpacked on certain others.
    pub chains: HashSet<Digest>,
    /// Digests of manifests that are here with their config and all layers, as the store says itself.
    pub whole: HashSet<Digest>,
    /// How many images the store has that it was not asked about, because they are too many.
    pub left_out: usize,
}
