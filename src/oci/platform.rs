//! The platform of an index entry or of a config, as it is written there.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::json;

/// The `platform` object of a descriptor (OCI `image-index.md`), or the same fields of a config.
///
/// The values are as found: nothing is normalised here. How an engine normalises them before it
/// compares is that engine's rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Platform {
    /// `os`; empty if the field is missing.
    pub os: String,
    /// `architecture`; empty if the field is missing.
    pub architecture: String,
    /// `variant`; empty if the field is missing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub variant: String,
    /// `os.version`; empty if the field is missing.
    #[serde(rename = "os.version", skip_serializing_if = "String::is_empty")]
    pub os_version: String,
    /// `os.features`.
    #[serde(rename = "os.features", skip_serializing_if = "Vec::is_empty")]
    pub os_features: Vec<String>,
    /// `features` (Docker manifest lists only; reserved in OCI).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
}

impl Platform {
    /// A platform of these three parts; an empty variant means none.
    #[must_use]
    pub fn new(os: &str, architecture: &str, variant: &str) -> Self {
        Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.to_owned(),
            ..Self::default()
        }
    }

    /// Reads the object's fields; fields of another type than the specification's count as absent.
    #[must_use]
    pub fn from_object(object: &Map<String, Value>) -> Self {
        Self {
            os: json::string(object, "os").unwrap_or_default(),
            architecture: json::string(object, "architecture").unwrap_or_default(),
            variant: json::string(object, "variant").unwrap_or_default(),
            os_version: json::string(object, "os.version").unwrap_or_default(),
            os_features: json::strings(object, "os.features"),
            features: json::strings(object, "features"),
        }
    }

    /// `unknown/unknown`, which BuildKit gives to attestations.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// Whether no field says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `os/architecture[/variant]`, without version and features.
    #[must_use]
    pub fn short(&self) -> String {
        let mut text = format!("{}/{}", part(&self.os), part(&self.architecture));
        if !self.variant.is_empty() {
            text.push('/');
            text.push_str(&self.variant);
        }
        text
    }
}

fn part(text: &str) -> &str {
    if text.is_empty() { "?" } else { text }
}

/// `linux/arm64/v8`, `windows(10.0.17763.1234)/amd64`, `windows(10.0.20348.1+win32k)/amd64`;
/// a missing part shows as `?`.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = part(&self.os).to_owned();
        if !self.os_version.is_empty() || !self.os_features.is_empty() {
            text.push('(');
            text.push_str(&self.os_version);
            for feature in &self.os_features {
                text.push('+');
                text.push_str(feature);
            }
            text.push(')');
        }
        text.push('/');
        text.push_str(part(&self.architecture));
        if !self.variant.is_empty() {
            text.push('/');
            text.push_str(&self.variant);
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_version_and_features() {
        let mut windows = Platform::new("windows", "amd64", "");
        windows.os_version = "10.0.17763.1234".into();
        assert_eq!(windows.to_string(), "windows(10.0.17763.1234)/amd64");
        windows.os_features = vec!["win32k".into()];
        assert_eq!(windows.to_string(), "windows(10.0.17763.1234+win32k)/amd64");
        assert_eq!(windows.short(), "windows/amd64");
        assert_eq!(Platform::new("linux", "arm", "v7").to_string(), "linux/arm/v7");
        assert_eq!(Platform::default().to_string(), "?/?");
    }
}
