//! The machine for which an engine selects.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::oci::Platform;

use super::platforms::{self, Library, Normal, Version};
use super::profiles;

/// A machine: its operating system, its architecture as the engine's own binary sees it, the
/// detected variant (ARM version or x86-64 level), and the Windows build.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host(Platform);

/// Why a text is not a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostError {
    /// The text as given.
    pub text: String,
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a host: write os/architecture[/variant], such as linux/arm/v7, \
             linux/amd64/v3 or windows(10.0.20348.2000)/amd64, or a profile's name, such as \
             {}",
            self.text,
            profiles::nearest(&self.text)
        )
    }
}

impl std::error::Error for HostError {}

impl Host {
    /// A host of this platform: the usual names are brought to the spelling of Go, and the variant
    /// that every such machine has is filled in (arm64 is v8, arm without one is v7).
    #[must_use]
    pub fn new(platform: &Platform) -> Self {
        let normal = Normal::new(platform);
        let variant = match (normal.architecture.as_str(), normal.variant.as_str()) {
            ("arm64", "") => "v8".to_owned(),
            // v1 is how a machine of the lowest level reports itself.
            ("amd64", "") => platform.variant.to_lowercase(),
            (_, variant) => variant.to_owned(),
        };
        Self(Platform {
            os: normal.os,
            architecture: normal.architecture,
            variant,
            os_version: normal.os_version,
            os_features: normal.os_features,
            features: Vec::new(),
        })
    }

    /// A host exactly as it was detected, with no variant where none was found.
    #[must_use]
    pub fn detected(platform: Platform) -> Self {
        Self(platform)
    }

    /// What is to be said of an operating system or architecture that nobody knows, as it is
    /// probably misspelt.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        let say = |what: &str, name: &str, like: Option<&str>| {
            let meant = like.map(|like| format!("; did you mean {like}?")).unwrap_or_default();
            format!("{name} is not {what} that Go or containerd knows{meant}")
        };
        if let Some(like) = platforms::unknown_system(&self.0.os) {
            return Some(say("an operating system", &self.0.os, like));
        }
        let like = platforms::unknown_architecture(&self.0.architecture)?;
        Some(say("an architecture", &self.0.architecture, like))
    }

    /// The platform.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.0
    }

    /// The operating system.
    #[must_use]
    pub fn os(&self) -> &str {
        &self.0.os
    }

    /// The architecture, as Go names it.
    #[must_use]
    pub fn architecture(&self) -> &str {
        &self.0.architecture
    }

    /// What containerd's library takes for this machine (`DefaultSpec`): the variant only on ARM,
    /// the version only on Windows, never an x86-64 level.
    #[must_use]
    pub(super) fn own_spec(&self) -> Platform {
        let mut spec = Platform::new(self.os(), self.architecture(), self.arm_variant());
        if self.os() == "windows" {
            spec.os_version = self.windows_version().to_owned();
        }
        spec
    }

    /// The same with the x86-64 level, v1 at least (moby's `MaximumSpec`).
    #[must_use]
    pub(super) fn greatest_spec(&self) -> Platform {
        let mut spec = self.own_spec();
        if self.architecture() == "amd64" {
            spec.variant =
                if self.0.variant.is_empty() { "v1".to_owned() } else { self.0.variant.clone() };
        }
        spec
    }

    /// `major.minor.build`: engines read no more of the host's version.
    pub(super) fn windows_version(&self) -> &str {
        let version = &self.0.os_version;
        match version.match_indices('.').nth(2) {
            Some((dot, _)) => version.get(..dot).unwrap_or(version),
            None => version,
        }
    }

    /// The variant on ARM, nothing elsewhere.
    pub(super) fn arm_variant(&self) -> &str {
        if matches!(self.architecture(), "arm" | "arm64") { &self.0.variant } else { "" }
    }

    /// The platform library in a program that runs on this machine.
    #[must_use]
    pub fn library(&self, version: Version) -> Library {
        Library {
            version,
            os: self.os().to_owned(),
            architecture: self.architecture().to_owned(),
            variant: self.arm_variant().to_owned(),
        }
    }

    /// The Linux machine on which a Linux-only engine really runs if this is a Mac: a virtual
    /// machine of the same architecture (Docker Desktop, podman machine).
    pub(super) fn linux_guest(&self) -> Self {
        Self(Platform { os: "linux".to_owned(), os_version: String::new(), ..self.0.clone() })
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(profile) = profiles::find(text) {
            return Ok(profile.host());
        }
        // Both parts are written, so what the library would fill in does not matter.
        let library = Library {
            version: Version::Rc5,
            os: "linux".to_owned(),
            architecture: String::new(),
            variant: String::new(),
        };
        library
            .parse(text.trim())
            .ok()
            .filter(|platform| !platform.architecture.is_empty())
            .map(|platform| {
                // Parsing drops v1 as usual, yet for a host it is a fact.
                let level_one = platform.architecture == "amd64" && text.trim().ends_with("/v1");
                let variant = if level_one { "v1".to_owned() } else { platform.variant.clone() };
                Self::new(&Platform { variant, ..platform })
            })
            .ok_or_else(|| HostError { text: text.to_owned() })
    }
}

/// `linux/arm/v7`, `windows(10.0.20348.2000)/amd64`.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Host {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_written_as_platforms() {
        for (text, shown) in [
            ("linux/arm/v7", "linux/arm/v7"),
            ("linux/arm", "linux/arm/v7"),
            ("linux/aarch64", "linux/arm64/v8"),
            ("linux/x86_64/v3", "linux/amd64/v3"),
            ("linux/amd64/v1", "linux/amd64/v1"),
            ("linux/amd64", "linux/amd64"),
            ("riscv64", "linux/riscv64"),
            ("windows(10.0.17763.1234)/amd64", "windows(10.0.17763.1234)/amd64"),
            ("macos/arm64", "darwin/arm64/v8"),
            ("pi-zero", "linux/arm/v6"),
        ] {
            assert_eq!(text.parse::<Host>().map(|host| host.to_string()), Ok(shown.to_owned()));
        }
        assert!("pi9".parse::<Host>().unwrap_err().to_string().contains("pi-"));
        for (text, doubt) in [
            (
                "linux/arm65",
                Some(
                    "arm65 is not an architecture that Go or containerd knows; did you mean arm64?",
                ),
            ),
            (
                "linx/amd64",
                Some(
                    "linx is not an operating system that Go or containerd knows; did you mean linux?",
                ),
            ),
            ("linux/qqq", Some("qqq is not an architecture that Go or containerd knows")),
            ("linux/loong64", None),
            ("wasi/wasm", None),
            ("windows/amd64", None),
        ] {
            let host: Host = text.parse().unwrap();
            assert_eq!(host.doubt().as_deref(), doubt, "{text}");
        }
        for text in ["", "linux", "*", "linux/amd64/v1/x", "toaster"] {
            let error = text.parse::<Host>().unwrap_err().to_string();
            assert!(error.contains("linux/arm/v7"), "{error}");
        }
    }
}
