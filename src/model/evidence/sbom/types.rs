//! What all forms of an SBOM tell.

use super::Package;
use crate::oci::Digest;

/// An SBOM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sbom {
    /// The form that it is written in.
    pub format: Format,
    /// The version of that form, as written: `SPDX-2.3`, `1.7`.
    pub version: String,
    /// The name of the document.
    pub name: Option<String>,
    /// The tools that made it.
    pub tools: Vec<String>,
    /// When it was made (RFC 3339, as written).
    pub created: Option<String>,
    /// What it says that it is about.
    pub about: Option<About>,
    /// The packages, in the order of the document.
    pub packages: Vec<Package>,
    /// How many packages there are beside those.
    pub left_out: usize,
}

/// The form of an SBOM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// SPDX 2 as JSON.
    Spdx,
    /// SPDX 2 as tags and values.
    SpdxTagValue,
    /// SPDX 3 as JSON-LD.
    Spdx3,
    /// CycloneDX as JSON.
    CycloneDx,
    /// CycloneDX as XML.
    CycloneDxXml,
    /// syft's own JSON.
    Syft,
}

/// What an SBOM says that it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The name.
    pub name: String,
    /// The digest of a manifest.
    pub digest: Option<Digest>,
    /// The architecture.
    pub architecture: Option<String>,
}

/// Of what an SBOM is, in a build of BuildKit: all of them have the image as subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The image.
    Image,
    /// A build stage (`sbom-STAGE`).
    Stage(String),
    /// The build context (`sbom-context`).
    Context,
}

impl Format {
    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Spdx => "SPDX",
            Self::SpdxTagValue => "SPDX tag-value",
            Self::Spdx3 => "SPDX 3",
            Self::CycloneDx => "CycloneDX",
            Self::CycloneDxXml => "CycloneDX XML",
            Self::Syft => "syft",
        }
    }
}

/// What CycloneDX and package URLs call what is beside the packages of an image.
const NO_PACKAGES: [&str; 5] = ["container", "docker", "file", "oci", "operating-system"];

impl Sbom {
    pub(super) fn new(format: Format, version: String) -> Self {
        Self {
            format,
            version,
            name: None,
            tools: Vec::new(),
            created: None,
            about: None,
            packages: Vec::new(),
            left_out: 0,
        }
    }

    /// Of what it is: BuildKit's scanners name the document `sbom`, `sbom-STAGE` or `sbom-context`
    /// (BuildKit 0.34, `frontend/attestations/sbom/sbom.go`).
    #[must_use]
    pub fn which(&self) -> Which {
        match self.name.as_deref().and_then(|name| name.strip_prefix("sbom-")) {
            Some("context") => Which::Context,
            Some(stage) if !stage.contains(['/', ':']) => Which::Stage(stage.to_owned()),
            _ => Which::Image,
        }
    }

    /// Whether it lists nothing that could be installed: no package, or the system and files alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left_out == 0 && self.packages.iter().all(|it| NO_PACKAGES.contains(&&*it.kind))
    }

    /// How many packages it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.packages.len() + self.left_out
    }
}
