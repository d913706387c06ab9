//! Which engines do not unpack a layer, and why.

use super::Problem;

/// What a problem of a layer means for those who unpack it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Who does what, as a sentence without a full stop.
    pub engines: &'static str,
    /// Whether engines fail that most people use; else only some do.
    pub is_grave: bool,
}

impl Problem {
    /// What engines make of it; `None` if all of them unpack it in the same way.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let (engines, is_grave) = match self {
            // vbatts/tar-split 0.12 (ErrDuplicatePath), which the three use.
            Self::Twice { .. } => (
                "Docker with a graph driver, podman and CRI-O refuse the layer; containerd unpacks \
                 it, and the last counts",
                true,
            ),
            // Seen: containerd 2.4.2, containers/storage 1.65.1.
            Self::WhiteoutBehind { .. } => (
                "containerd and podman fail with overlay; without overlay the new file is deleted",
                true,
            ),
            // Seen in the same: no such file or directory.
            Self::LinkElsewhere { later: false, .. } => (
                "containerd and podman fail with overlay (no such file or directory); without \
                 overlay they link to a lower layer's file if there is one",
                true,
            ),
            // Seen in the same: it fails everywhere if no lower layer has that path.
            Self::LinkElsewhere { later: true, .. } => (
                "no engine unpacks it with overlay; without it they link to a lower layer's file if \
                 there is one",
                true,
            ),
            Self::LinkToFolder { .. } => ("no engine unpacks it", true),
            // GoogleContainerTools/kaniko#1151.
            Self::Root { kind } if kind == "hard link" => ("no engine unpacks it", true),
            // Seen: containerd 2.4.2 with pigz 2.6 and without, containers/image 5.42.1; what follows
            // makes no difference.
            Self::Zeros | Self::Appended => (
                "containerd unpacks it if unpigz is installed, and fails without; podman, skopeo \
                 and CRI-O fail",
                true,
            ),
            // Seen: storage 1.65.1, which pipes layers through the program if there is one, with zstd
            // 1.5.4; containerd 2.4.2 reads it.
            Self::Window { .. } => (
                "podman and CRI-O fail on machines with the program zstd, which stops at 128 MiB; \
                 containerd and Docker unpack it",
                false,
            ),
            // Seen: containers/image 5.42.1 reads both, containerd 2.4.2 takes them for a tar.
            Self::Compression { .. } => (
                "containerd, and with it Kubernetes and Docker's containerd store, does not read \
                 it; podman and skopeo do",
                false,
            ),
            _ => return None,
        };
        Some(Refusal { engines, is_grave })
    }
}
