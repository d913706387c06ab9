//! Whether a program of one platform runs on a host.

use crate::model::select::Host;
use crate::model::select::platforms::{Mismatch, Normal, Version};
use crate::oci::Platform;

/// How a platform suits a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The host's own architecture, in a variant that it has.
    Native,
    /// The 32-bit mode of the host's processor, which not every processor and kernel has.
    Narrow,
    /// The right architecture, in a variant or a Windows build that the host does not have.
    TooNew,
    /// Another operating system or architecture.
    Foreign,
}

/// How this platform suits this host: containerd's ladder of compatible variants
/// (containerd/platforms `Only`). On a Mac, Linux counts as the host's own, for engines run in a
/// Linux guest there.
#[must_use]
pub fn fit(host: &Host, platform: &Platform) -> Fit {
    let mut own = host.platform().clone();
    let entry = Normal::new(platform);
    if own.os == "darwin" && entry.os == "linux" {
        "linux".clone_into(&mut own.os);
    }
    let comparer = host.library(Version::Rc5).only(&own);
    match comparer.standing(&entry) {
        Ok(_) if entry.architecture == own.architecture => Fit::Native,
        Ok(_) => Fit::Narrow,
        Err(Mismatch::Features) => Fit::Native,
        Err(Mismatch::Variant | Mismatch::Build) => Fit::TooNew,
        Err(Mismatch::Os | Mismatch::Architecture) => Fit::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_run_their_own_and_lesser_variants() {
        let fits = |host: &str, platform: Platform| fit(&host.parse().unwrap(), &platform);
        let linux = |arch, variant| Platform::new("linux", arch, variant);
        for (host, platform, expected) in [
            ("linux/amd64/v2", linux("x86_64", ""), Fit::Native),
            ("linux/amd64/v2", linux("amd64", "v3"), Fit::TooNew),
            ("linux/amd64", linux("386", ""), Fit::Narrow),
            ("linux/386", linux("amd64", ""), Fit::Foreign),
            ("linux/arm64", linux("arm64", ""), Fit::Native),
            ("linux/arm64", linux("arm", "v7"), Fit::Narrow),
            ("linux/arm/v6", linux("arm", "v7"), Fit::TooNew),
            ("linux/arm/v7", linux("arm", "v6"), Fit::Native),
            ("mac", linux("arm64", "v8"), Fit::Native),
            ("mac", linux("amd64", ""), Fit::Foreign),
            ("linux/amd64", Platform::new("windows", "amd64", ""), Fit::Foreign),
        ] {
            assert_eq!(fits(host, platform.clone()), expected, "{host} {platform}");
        }
        let mut windows = Platform::new("windows", "amd64", "");
        windows.os_version = "10.0.26100.1".into();
        assert_eq!(fits("windows(10.0.20348.1)/amd64", windows), Fit::TooNew);
    }
}
