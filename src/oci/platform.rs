//! The platform of an index entry or of a config, as it is written there.

use std::fmt;
use std::str::FromStr;

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

    /// Whether its version is within this one, and its features have these among them.
    #[must_use]
    pub fn has(&self, version: &str, features: &[String]) -> bool {
        is_within(&self.os_version, version)
            && features.iter().all(|feature| self.os_features.contains(feature))
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

/// Whether an `os.version` is a wanted one as far as that was given, part by part: `10.0.20348.1` is
/// within `10.0.20348` and within none at all.
#[must_use]
pub fn is_within(version: &str, wanted: &str) -> bool {
    let rest = version.strip_prefix(wanted);
    rest.is_some_and(|rest| wanted.is_empty() || rest.is_empty() || rest.starts_with('.'))
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

/// Reads what `Display` writes.
impl FromStr for Platform {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not os/architecture[/variant]");
        let parts: Vec<&str> = text.split('/').collect();
        let (system, architecture, variant) = match parts.as_slice() {
            [system, architecture] => (*system, *architecture, None),
            [system, architecture, variant] => (*system, *architecture, Some(*variant)),
            _ => return Err(wrong()),
        };
        let (os, options) = match system.split_once('(') {
            Some((os, options)) => (os, options.strip_suffix(')').ok_or_else(wrong)?),
            None => (system, ""),
        };
        if [os, architecture, variant.unwrap_or("-")].contains(&"") {
            return Err(format!("{text:?} has an empty part"));
        }
        let known = |part: &str| if part == "?" { String::new() } else { part.to_owned() };
        let mut options = options.split('+').map(str::to_owned);
        Ok(Self {
            os: known(os),
            architecture: known(architecture),
            variant: variant.unwrap_or_default().to_owned(),
            os_version: options.next().unwrap_or_default(),
            os_features: options.filter(|it| !it.is_empty()).collect(),
            features: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_shown_is_read(
            os in "[a-z]{0,7}",
            architecture in "[a-z0-9]{0,7}",
            variant in "(v[0-9])?",
            version in "([0-9]{1,3}\\.[0-9]{1,3})?",
            features in prop::collection::vec("[a-z0-9]{1,6}", 0..3),
        ) {
            let platform = Platform {
                os_version: version,
                os_features: features,
                ..Platform::new(&os, &architecture, &variant)
            };
            prop_assert_eq!(platform.to_string().parse(), Ok(platform));
        }
    }

    #[test]
    fn what_is_no_platform_is_refused() {
        for wrong in ["", "linux", "linux/", "/arm64", "a/b/c/d", "a/b/", "w(1/amd64", "(1)/amd64"]
        {
            assert!(wrong.parse::<Platform>().is_err(), "{wrong}");
        }
    }

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
