//! Whose code reads and unpacks: engines with the same code have the same limits.

use super::super::Host;
use super::super::engine::Family;
use super::super::platforms::Version;

/// Whose code it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// containerd's Go client, which unpacks while it pulls, since 2.1.
    Client,
    /// The same before 2.1, also by CRI.
    OldClient,
    /// `ctr images pull --local`: the client's fetch, then an unpack of its own.
    CtrLocal,
    /// containerd's transfer service, as nerdctl and Kubernetes use it.
    Transfer,
    /// The same as `ctr` uses it, with the metadata of every entry.
    Ctr,
    /// dockerd's containerd store.
    Docker,
    /// dockerd's choice among images that are there.
    DockerRun,
    /// dockerd's graphdriver store of 29 and later, on Linux.
    Graphdriver,
    /// The same before 29.
    OldGraphdriver,
    /// The graphdriver store on Windows.
    Windows,
    BuildKit,
    /// containers/image as it copies: skopeo.
    Containers,
    /// The same where it unpacks into containers/storage: podman.
    Storage,
    /// go-containerregistry.
    Crane,
    Regclient,
    Oras,
    OciClient,
}

impl Maker {
    pub(super) fn of(family: Family, host: &Host) -> Self {
        match family {
            Family::Containerd(Version::V0_2_1 | Version::Rc1) | Family::OldCri(_) => {
                Self::OldClient
            }
            Family::Containerd(_) => Self::Client,
            Family::CtrLocal => Self::CtrLocal,
            Family::Cri(_) | Family::Nerdctl => Self::Transfer,
            Family::Ctr => Self::Ctr,
            Family::Store | Family::StoreLegacy => Self::Docker,
            Family::StoreLocal => Self::DockerRun,
            Family::Graphdriver(..) | Family::Graphdriver2010 if host.os() == "windows" => {
                Self::Windows
            }
            Family::Graphdriver(version, _) if version >= Version::Rc2 => Self::Graphdriver,
            Family::Graphdriver(..) | Family::Graphdriver2010 => Self::OldGraphdriver,
            Family::BuildKit => Self::BuildKit,
            Family::ContainersImage => Self::Containers,
            Family::Podman => Self::Storage,
            Family::Ggcr => Self::Crane,
            Family::Regclient => Self::Regclient,
            Family::Oras => Self::Oras,
            Family::OciClient => Self::OciClient,
        }
    }

    /// Whether layers are fetched and unpacked once a config of a type that it knows has arrived
    /// (containerd's unpacker).
    pub(super) fn waits_for_config(self) -> bool {
        matches!(self, Self::Client | Self::OldClient | Self::Transfer | Self::Ctr | Self::Docker)
    }

    /// Whether it unpacks whatever it fetches, and not its choice alone.
    pub(super) fn unpacks_all(self) -> bool {
        matches!(self, Self::Transfer)
    }

    /// Whether it unpacks an image before it compares the config's platform, or asks for its size.
    pub(super) fn unpacks_first(self) -> bool {
        matches!(self, Self::Client | Self::OldClient | Self::Transfer)
    }

    /// Whether it reports success if the config that it waits for does not come.
    pub(super) fn leaves_layers_out(self) -> bool {
        matches!(self, Self::Transfer | Self::Ctr)
    }

    /// Whether it takes layers from the addresses that their descriptors name (`urls`), before it
    /// asks the registry or instead of it.
    pub(super) fn follows_addresses(self) -> bool {
        matches!(
            self,
            Self::Client
                | Self::OldClient
                | Self::CtrLocal
                | Self::Transfer
                | Self::Ctr
                | Self::Docker
                | Self::Windows
                | Self::Containers
                | Self::Storage
        )
    }
}
