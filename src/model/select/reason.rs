//! Why an entry is not used: one plain sentence for each rule.

use super::offer::Candidate;
use super::platforms::Mismatch;

/// Why an entry is not eligible, or was given up after it was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Another operating system.
    Os,
    /// Another architecture.
    Architecture,
    /// Not among the variants that are compatible.
    Variant,
    /// The names mean the right thing, in a spelling that this engine does not know.
    Spelling,
    /// A Windows build outside of what the host runs.
    Build(Option<(u16, u16)>),
    /// Another `os.version` than asked for.
    Version,
    /// `os.features` that the host does not have.
    Features,
    /// It lacks `os.features` that were asked for.
    LacksFeatures,
    /// No platform, which this engine does not accept.
    NoPlatform,
    /// Not a usable descriptor.
    Odd,
    /// Neither an image nor an index, for this engine.
    MediaType,
    /// Its config or a layer is of a type that this engine does not take.
    PartType,
    /// An index, which this engine does not follow.
    Nested,
    /// An index in which nothing matches.
    DeadEnd,
    /// An index in which the engine failed.
    Failed,
    /// The config names another platform.
    Config,
    /// The download filter is stricter than the choice.
    NotDownloaded,
    /// The daemon cannot run this operating system.
    Unsupported,
    /// It must be read first.
    Unread,
    /// platy follows no deeper.
    TooDeep,
}

impl From<Mismatch> for Reason {
    fn from(mismatch: Mismatch) -> Self {
        match mismatch {
            Mismatch::Os => Self::Os,
            Mismatch::Architecture => Self::Architecture,
            Mismatch::Variant => Self::Variant,
            Mismatch::Build => Self::Build(None),
            Mismatch::Features => Self::Features,
        }
    }
}

impl Reason {
    /// The same for an entry that another spelling of the same names would have let in.
    pub(super) fn or_spelling(self) -> Self {
        match self {
            Self::Os | Self::Architecture | Self::Variant => Self::Spelling,
            other => other,
        }
    }

    /// The sentence; `wanted` is the list of platforms that the engine accepts.
    pub(super) fn sentence(self, candidate: &Candidate, wanted: &[String]) -> String {
        let platform = candidate.platform.clone().unwrap_or_default();
        let unknown = platform.is_unknown();
        match self {
            Self::Os | Self::Architecture if unknown => {
                let what = if candidate.attestation { "an attestation" } else { "not an image" };
                format!("{what}: the platform unknown/unknown matches no machine")
            }
            Self::Os => format!(
                "the operating system differs: {}, looking for {}",
                or_none(&platform.os),
                list(wanted)
            ),
            Self::Architecture => format!(
                "the architecture differs: {}, looking for {}",
                or_none(&platform.architecture),
                list(wanted)
            ),
            Self::Variant => format!(
                "the variant {} is not in the compatibility list: {}",
                or_none(&platform.variant),
                list(wanted)
            ),
            Self::Spelling => format!(
                "this engine does not normalise the spelling {}: it looks for {}",
                platform.short(),
                list(wanted)
            ),
            Self::Build(Some((low, high))) if low == high => {
                format!("os.version {}: only build {low} runs here", or_none(&platform.os_version))
            }
            Self::Build(Some((0, high))) => format!(
                "os.version {} is newer than the host's build {high}",
                or_none(&platform.os_version)
            ),
            Self::Build(Some((low, high))) => format!(
                "os.version {} is outside of the builds {low} to {high}",
                or_none(&platform.os_version)
            ),
            Self::Build(None) => {
                format!("os.version {} does not run here", or_none(&platform.os_version))
            }
            Self::Version => {
                format!("os.version {} is not the one asked for", or_none(&platform.os_version))
            }
            Self::Features => format!(
                "it requires os.features that the host does not have: {}",
                platform.os_features.join(", ")
            ),
            Self::LacksFeatures => "it does not list the features that were asked for".to_owned(),
            Self::NoPlatform => {
                "it names no platform, and this engine passes such entries over".to_owned()
            }
            Self::Odd => "it is not a usable descriptor".to_owned(),
            Self::MediaType => {
                format!("chosen, but this engine does not know {}", candidate.media_type)
            }
            Self::PartType => {
                "chosen, but its config or a layer is not part of an image for this engine"
                    .to_owned()
            }
            Self::Nested => {
                "chosen, but it is an index, and this engine does not follow a nested one"
                    .to_owned()
            }
            Self::DeadEnd => {
                "chosen, but nothing in this index matches, and this engine does not go back"
                    .to_owned()
            }
            Self::Failed => "chosen, but the engine fails on what it leads to".to_owned(),
            Self::Config => match candidate.facts().and_then(|facts| facts.config.as_ref()) {
                Some(config) => {
                    format!("chosen, but its config says {config}: the engine gives it up")
                }
                None => "chosen, but its config names another platform".to_owned(),
            },
            Self::NotDownloaded => {
                "chosen as compatible, but this engine downloads exact matches only".to_owned()
            }
            Self::Unsupported => {
                "chosen, but the daemon does not support this operating system".to_owned()
            }
            Self::Unread => "would be chosen, but has not been read yet".to_owned(),
            Self::TooDeep => "would be chosen, but is nested deeper than platy follows".to_owned(),
        }
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "(none)" } else { text }
}

fn list(wanted: &[String]) -> String {
    if wanted.is_empty() { "nothing".to_owned() } else { wanted.join(", ") }
}
