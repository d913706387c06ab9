//! Platforms as rows of a comparison: spellings that mean the same fall together.

use super::Part;
use crate::model::select::platforms::Normal;
use crate::oci::Platform;

/// What the entries of two indexes are matched by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// A platform in containerd's spelling.
    Platform {
        /// System, architecture, variant, and features.
        name: [String; 4],
        /// `os.version`.
        version: String,
        /// The number of the Windows build, with which updates of one release agree.
        build: Option<String>,
    },
    /// An attestation whose image is not in the list.
    Attestation,
    /// An entry without a platform.
    None,
    /// No usable descriptor.
    Odd,
}

impl Key {
    pub(super) fn of(part: &Part) -> Self {
        if part.odd.is_some() {
            return Self::Odd;
        }
        if part.is_attestation() {
            return Self::Attestation;
        }
        match part.platform() {
            Some(platform) if !platform.is_empty() => Self::platform(&platform),
            _ => Self::None,
        }
    }

    fn platform(platform: &Platform) -> Self {
        let normal = Normal::new(platform);
        let mut features = platform.features.clone();
        features.sort_unstable();
        let features = format!("{}|{}", normal.os_features.join("+"), features.join("+"));
        // 10.0.20348.2402: the first three numbers name the release, the last one the update.
        let build = (normal.os == "windows")
            .then(|| normal.os_version.rsplit_once('.').map(|x| x.0).map(str::to_owned))
            .flatten();
        Self::Platform {
            name: [normal.os, normal.architecture, normal.variant, features],
            version: normal.os_version,
            build,
        }
    }

    /// The same without the update of a Windows release; `None` if there is none.
    pub(super) fn release(&self) -> Option<Self> {
        match self {
            Self::Platform { name, build: Some(build), .. } => Some(Self::Platform {
                name: name.clone(),
                version: String::new(),
                build: Some(build.clone()),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_mean_the_same_fall_together() {
        let key = |os: &str, architecture: &str, variant: &str| {
            Key::platform(&Platform::new(os, architecture, variant))
        };
        assert_eq!(key("linux", "arm64", "v8"), key("linux", "aarch64", ""));
        assert_eq!(key("linux", "amd64", "v1"), key("Linux", "x86_64", ""));
        assert_ne!(key("linux", "amd64", "v3"), key("linux", "amd64", ""));
        assert_ne!(key("linux", "arm", "v6"), key("linux", "arm", "v7"));
        let windows = |version: &str| {
            let mut platform = Platform::new("windows", "amd64", "");
            version.clone_into(&mut platform.os_version);
            Key::platform(&platform)
        };
        let (old, new) = (windows("10.0.20348.1"), windows("10.0.20348.2"));
        assert_ne!(old, new);
        assert_eq!(old.release(), new.release());
        assert_ne!(old.release(), windows("10.0.17763.1").release());
        assert_eq!(key("linux", "amd64", "").release(), None);
    }
}
