//! What validation reports.

use super::{Edit, Place};

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Somebody will probably get the wrong image, or none.
    Warning,
    /// The list is not pushed.
    Error,
}

/// What kind of problem it is, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The list has no entry.
    Empty,
    /// The list has more than 4 MiB.
    TooLarge,
    /// An element of the list is not a usable descriptor.
    Odd,
    /// An entry without a platform.
    NoPlatform,
    /// A pair of os and architecture that Go does not build for.
    UnknownPlatform,
    /// A variant that the architecture does not have.
    UnknownVariant,
    /// The config names another platform.
    ConfigDisagrees,
    /// The diff IDs of the config do not fit the layers.
    DiffIds,
    /// Two entries for one platform.
    Duplicate,
    /// An attestation of an image that is not in the list.
    LonelyAttestation,
    /// An attestation whose annotations were stripped.
    StrippedAttestation,
    /// A platform with an empty architecture.
    EmptyArchitecture,
    /// A manifest that refers to another entry, and belongs beside the list.
    ReferrerEntry,
    /// OCI and Docker documents in one list.
    MixedTypes,
    /// A manifest that is not where the entry says.
    MissingChild,
    /// Windows without `os.version`.
    WindowsVersion,
}

impl ProblemKind {
    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::Odd => "odd_entry",
            Self::NoPlatform => "no_platform",
            Self::UnknownPlatform => "unknown_platform",
            Self::UnknownVariant => "unknown_variant",
            Self::ConfigDisagrees => "config_disagrees",
            Self::DiffIds => "diff_ids",
            Self::Duplicate => "duplicate",
            Self::LonelyAttestation => "lonely_attestation",
            Self::StrippedAttestation => "stripped_attestation",
            Self::EmptyArchitecture => "empty_architecture",
            Self::ReferrerEntry => "referrer_entry",
            Self::MixedTypes => "mixed_types",
            Self::MissingChild => "missing_child",
            Self::WindowsVersion => "windows_version",
        }
    }
}

impl ProblemKind {
    /// Whether another tool is known to break lists in this way, so that `platy edit --mend` mends
    /// it.
    #[must_use]
    pub fn is_broken_by_tools(self) -> bool {
        matches!(
            self,
            Self::LonelyAttestation
                | Self::StrippedAttestation
                | Self::EmptyArchitecture
                | Self::ReferrerEntry
        )
    }
}

impl Severity {
    /// The word in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// An edit that mends a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub label: String,
    /// The edit.
    pub edit: Edit,
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind it is.
    pub kind: ProblemKind,
    /// How much it weighs.
    pub severity: Severity,
    /// What it is about.
    pub place: Place,
    /// What is wrong, with the facts, in a sentence without a full stop. Text from outside in it
    /// is not escaped.
    pub sentence: String,
    /// What mends it, if that is clear.
    pub fix: Option<Fix>,
}
