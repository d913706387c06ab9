//! Which release of the platform library a product carries.

use std::fmt;

/// A release of github.com/containerd/platforms, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// v0.2.1: containerd 1.7, dockerd 25 to 27.
    V0_2_1,
    /// v1.0.0-rc.0: containerd 2.0.0. Brings the arm64 ladders.
    Rc0,
    /// v1.0.0-rc.1: containerd 2.0.11 and 2.1.0, dockerd 28. The ladder becomes a fixed table, and
    /// Windows builds are compared on every operating system.
    Rc1,
    /// v1.0.0-rc.2: containerd 2.1.9 and 2.2, dockerd 29.0 to 29.5. Knows Windows Server 2025.
    Rc2,
    /// v1.0.0-rc.3: `os.features` must be a subset of the host's.
    Rc3,
    /// v1.0.0-rc.4: containerd 2.3, dockerd 29.6 and 29.7. `win32k` is ignored again.
    Rc4,
    /// v1.0.0-rc.5: containerd, moby and nerdctl of summer 2026. Windows build 26200 runs 20348.
    Rc5,
}

impl Version {
    const ALL: [Self; 7] =
        [Self::V0_2_1, Self::Rc0, Self::Rc1, Self::Rc2, Self::Rc3, Self::Rc4, Self::Rc5];

    /// The name of the release's tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::V0_2_1 => "v0.2.1",
            Self::Rc0 => "v1.0.0-rc.0",
            Self::Rc1 => "v1.0.0-rc.1",
            Self::Rc2 => "v1.0.0-rc.2",
            Self::Rc3 => "v1.0.0-rc.3",
            Self::Rc4 => "v1.0.0-rc.4",
            Self::Rc5 => "v1.0.0-rc.5",
        }
    }

    /// The release of this tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.tag() == tag)
    }

    /// Whether `os.features` take part in matching and ranking.
    pub(super) fn minds_features(self) -> bool {
        self >= Self::Rc3
    }

    /// Whether a Windows host overlooks `win32k` in an entry.
    pub(super) fn overlooks_win32k(self) -> bool {
        self >= Self::Rc4
    }

    /// Whether arm64's `v8.0` and `v9.0` have other spellings.
    pub(super) fn minds_minor(self) -> bool {
        self >= Self::Rc0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}
