//! The edits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::oci::Platform;

use super::{Companion, Format, Material};

/// An entry of a draft. It keeps its name through every edit; those of the base count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryId(pub(super) u64);

/// What annotations belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The list.
    List,
    /// One entry.
    Entry(EntryId),
}

/// A field of an entry's platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// `os`
    #[serde(rename = "os")]
    Os,
    /// `architecture`
    #[serde(rename = "architecture")]
    Architecture,
    /// `variant`
    #[serde(rename = "variant")]
    Variant,
    /// `os.version`
    #[serde(rename = "os.version")]
    OsVersion,
    /// `os.features`: names with commas between them; `\\,` is a comma in a name.
    #[serde(rename = "os.features")]
    OsFeatures,
}

/// One edit. Edits are data: they are kept in a draft, saved, and applied again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Adds entries, and what refers to them.
    Add {
        /// The entries, in order.
        materials: Vec<Material>,
        /// Manifests that are pushed beside the list.
        #[serde(default)]
        companions: Vec<Companion>,
        /// The position of the first one, from 0; `None` for the end.
        at: Option<usize>,
    },
    /// Takes entries away, and their attestations with them.
    Remove {
        /// The entries.
        entries: Vec<EntryId>,
        /// Leaves their attestations in the list.
        keep_attestations: bool,
    },
    /// Moves an entry; its attestations stay where they are.
    Move {
        /// The entry.
        entry: EntryId,
        /// Its new position, from 0.
        to: usize,
    },
    /// Puts another image in an entry's place; the attestations of the old one go, those of the
    /// new one come behind it.
    Replace {
        /// The entry.
        entry: EntryId,
        /// The image.
        with: Material,
        /// Its attestations.
        #[serde(default)]
        attestations: Vec<Material>,
    },
    /// Sets a field of an entry's platform; an empty value drops it.
    SetPlatform {
        /// The entry.
        entry: EntryId,
        /// The field.
        field: Field,
        /// Its value.
        value: String,
    },
    /// Makes an entry's platform what its config says: os, architecture, variant, os.version and
    /// os.features.
    FillFromConfig {
        /// The entry.
        entry: EntryId,
        /// What the config says.
        config: Platform,
    },
    /// Sets an annotation, or drops it.
    Annotate {
        /// Where.
        on: Place,
        /// The key.
        key: String,
        /// The value; `None` drops the annotation.
        value: Option<String>,
    },
    /// Sets the list's `artifactType`, or drops it.
    SetArtifactType(Option<String>),
    /// Sets the list's `subject`, a descriptor as JSON, or drops it.
    SetSubject(Option<String>),
    /// Switches between OCI index and Docker manifest list.
    SetFormat(Format),
    /// Several edits that are done and undone as one.
    All(Vec<Edit>),
}

impl Field {
    /// All fields, in the order of a form.
    pub const ALL: [Self; 5] =
        [Self::Os, Self::Architecture, Self::Variant, Self::OsVersion, Self::OsFeatures];

    /// The key in the platform object.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::Architecture => "architecture",
            Self::Variant => "variant",
            Self::OsVersion => "os.version",
            Self::OsFeatures => "os.features",
        }
    }

    /// The value in a platform, as it is typed.
    #[must_use]
    pub fn value(self, platform: &Platform) -> String {
        match self {
            Self::Os => platform.os.clone(),
            Self::Architecture => platform.architecture.clone(),
            Self::Variant => platform.variant.clone(),
            Self::OsVersion => platform.os_version.clone(),
            Self::OsFeatures => {
                let names: Vec<String> =
                    platform.os_features.iter().map(|name| name.replace(',', "\\,")).collect();
                names.join(",")
            }
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = match text {
            "arch" => "architecture",
            "os-version" | "osversion" | "os_version" => "os.version",
            "os-features" | "osfeatures" | "os_features" => "os.features",
            other => other,
        };
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or_else(|| {
            format!(
                "{text:?} is not a field; write os, architecture, variant, os.version or os.features"
            )
        })
    }
}
