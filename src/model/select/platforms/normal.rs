//! A platform in the library's spelling, with what comparing it again and again needs.

use crate::oci::{Platform, is_within};

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

    /// Whether this image's platform is the one that somebody asked for by name: the version and
    /// the features count as far as they were given, the version part by part (`10.0.20348` has
    /// every `10.0.20348.N`).
    #[must_use]
    pub fn is_for(&self, wanted: &Self) -> bool {
        self.names(wanted)
            && is_within(&self.os_version, &wanted.os_version)
            && wanted.os_features.iter().all(|feature| self.os_features.contains(feature))
    }

    /// The variant in the spelling of this release.
    pub(super) fn variant_in(&self, version: Version) -> &str {
        if version.minds_minor() { &self.variant } else { &self.old_variant }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::select::Host;

    #[test]
    fn a_wanted_platform_is_compared_as_far_as_it_was_given() {
        let normal = |text: &str| Normal::new(text.parse::<Host>().unwrap().platform());
        for (found, wanted, expected) in [
            ("linux/arm64", "linux/aarch64/v8", true),
            ("linux/arm", "linux/armhf", true),
            ("linux/arm/v6", "linux/arm", false),
            ("linux/amd64", "linux/x86_64/v1", true),
            ("linux/amd64/v2", "linux/amd64", false),
            ("windows(10.0.20348.1)/amd64", "windows/amd64", true),
            ("windows(10.0.20348.1)/amd64", "windows(10.0.20348)/amd64", true),
            ("windows(10.0.20348.1)/amd64", "windows(10.0.2)/amd64", false),
            ("windows/amd64", "windows(10.0.20348)/amd64", false),
        ] {
            assert_eq!(normal(found).is_for(&normal(wanted)), expected, "{found} {wanted}");
        }
    }
}
