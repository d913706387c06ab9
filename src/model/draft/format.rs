//! The two formats of a list.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::oci::MediaType;

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// OCI image index.
    Oci,
    /// Docker manifest list.
    Docker,
}

impl Format {
    /// The media type of a list of this format.
    #[must_use]
    pub fn media_type(self) -> MediaType {
        match self {
            Self::Oci => MediaType::OciIndex,
            Self::Docker => MediaType::DockerList,
        }
    }

    /// The format of a list of this media type.
    #[must_use]
    pub fn of(media_type: &MediaType) -> Option<Self> {
        match media_type {
            MediaType::OciIndex => Some(Self::Oci),
            MediaType::DockerList => Some(Self::Docker),
            _ => None,
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Oci => Self::Docker,
            Self::Docker => Self::Oci,
        }
    }

    /// `oci` or `docker`, as the command line has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Oci => "oci",
            Self::Docker => "docker",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Oci => "OCI index",
            Self::Docker => "Docker manifest list",
        })
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "oci" => Ok(Self::Oci),
            "docker" => Ok(Self::Docker),
            _ => Err(format!("{text:?} is not a format; write oci or docker")),
        }
    }
}
