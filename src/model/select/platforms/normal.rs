//! A platform in the library's spelling, with what comparing it again and again needs.

use crate::oci::Platform;

use super::{Build, Version, database};

/// A platform, normalised once (containerd/platforms `Normalize`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normal {
    /// The operating system; empty stands for the one that the client runs on.
    pub os: String,
    /// The architecture.
    pub architecture: String,
    /// The variant, as releases since v1.0.0-rc.0 spell it.
    pub variant: String,
    /// The variant, as older releases spell it.
    pub(super) old_variant: String,
    /// `os.version`, untouched.
    pub os_version: String,
    /// The Windows build in `os.version`.
    pub build: Build,
    /// `os.features`, sorted, each once.
    pub os_features: Vec<String>,
    /// How many features the entry lists, repeated ones too: that number ranks.
    pub(super) features_listed: usize,
    /// How often `win32k` is among them.
    pub(super) win32k_listed: usize,
}

impl Normal {
    /// Normalises a platform.
    #[must_use]
    pub fn new(platform: &Platform) -> Self {
        let (architecture, variant) =
            database::architecture(&platform.architecture, &platform.variant, Version::Rc5);
        let (_, old_variant) =
            database::architecture(&platform.architecture, &platform.variant, Version::V0_2_1);
        let mut os_features = platform.os_features.clone();
        os_features.sort_unstable();
        os_features.dedup();
        Self {
            os: database::system(&platform.os),
            architecture,
            variant,
            old_variant,
            build: Build::parse(&platform.os_version),
            os_version: platform.os_version.clone(),
            features_listed: platform.os_features.len(),
            win32k_listed: platform.os_features.iter().filter(|it| *it == "win32k").count(),
            os_features,
        }
    }

    /// Whether both name the same system, architecture and variant.
    #[must_use]
    pub fn names(&self, other: &Self) -> bool {
        (&self.os, &self.architecture, &self.variant)
            == (&other.os, &other.architecture, &other.variant)
    }

    /// The variant in the spelling of this release.
    pub(super) fn variant_in(&self, version: Version) -> &str {
        if version.minds_minor() { &self.variant } else { &self.old_variant }
    }
}
