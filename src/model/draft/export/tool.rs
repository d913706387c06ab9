//! The tools.

use std::fmt;
use std::str::FromStr;

use super::keeps::Keeps;

/// A tool that makes lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// regclient's `regctl index`
    Regctl,
    /// `oras manifest index`
    Oras,
    /// `docker buildx imagetools create`
    Imagetools,
    /// go-containerregistry's `crane index append`
    Crane,
    /// `podman manifest`
    Podman,
    /// `docker manifest`
    Docker,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Regctl, Self::Oras, Self::Imagetools, Self::Crane, Self::Podman, Self::Docker];

    /// The name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regctl => "regctl",
            Self::Oras => "oras",
            Self::Imagetools => "imagetools",
            Self::Crane => "crane",
            Self::Podman => "podman",
            Self::Docker => "docker",
        }
    }

    /// The version that the verdicts were checked with.
    #[must_use]
    pub fn version(self) -> &'static str {
        Keeps::of(self).version
    }

    /// The command that a shell looks for.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::Imagetools => "docker buildx",
            other => other.as_str(),
        }
    }

    /// The command that prints the version.
    pub(super) fn asks_version(self) -> &'static str {
        match self {
            Self::Regctl => "regctl version",
            Self::Oras => "oras version",
            Self::Imagetools => "docker buildx version",
            Self::Crane => "crane version",
            Self::Podman => "podman --version",
            Self::Docker => "docker --version",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Tool {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|tool| tool.as_str()).collect();
            format!("{text:?} is not a tool; write auto, {}", names.join(", "))
        })
    }
}
