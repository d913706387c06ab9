//! Platforms as a user names them to pick entries: `linux/arm64`, `linux/arm/v7`, `linux/*`.

use std::fmt;
use std::str::FromStr;

use super::Platform;

/// Matches platforms by the parts that were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformPattern {
    os: String,
    architecture: String,
    variant: Option<String>,
}

impl PlatformPattern {
    /// Whether an entry's platform has all parts that were written. Spellings that every engine
    /// takes as one (`x86_64` and `amd64`, `arm64` and `arm64/v8`, `arm` and `arm/v7`) match.
    #[must_use]
    pub fn matches(&self, platform: &Platform) -> bool {
        let (architecture, variant) = plain(&platform.architecture, &platform.variant);
        let fits = |wanted: &str, found: &str| wanted == "*" || wanted == found;
        fits(&self.os, &platform.os.to_ascii_lowercase())
            && fits(&self.architecture, &architecture)
            && self.variant.as_ref().is_none_or(|wanted| fits(wanted, &variant))
    }
}

/// One spelling for each architecture and variant (containerd/platforms `database.go`).
fn plain(architecture: &str, variant: &str) -> (String, String) {
    let architecture = architecture.to_ascii_lowercase();
    let variant = variant.to_ascii_lowercase();
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64", variant) => ("arm64", variant),
        ("armhf", _) => ("arm", "v7"),
        ("armel", _) => ("arm", "v6"),
        ("i386", variant) => ("386", variant),
        other => other,
    };
    let variant = match (architecture, variant) {
        ("arm64", "v8" | "8" | "v8.0") | ("amd64", "v1") => "",
        ("arm", "" | "7") => "v7",
        ("arm", "5") => "v5",
        ("arm", "6") => "v6",
        ("arm", "8") => "v8",
        (_, variant) => variant,
    };
    (architecture.to_owned(), variant.to_owned())
}

impl FromStr for PlatformPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('/').collect();
        let (os, architecture, variant) = match parts.as_slice() {
            [os, architecture] => (*os, *architecture, None),
            [os, architecture, variant] => (*os, *architecture, Some(*variant)),
            _ => return Err(format!("{text:?} is not os/architecture[/variant]")),
        };
        if parts.iter().any(|part| part.is_empty()) {
            return Err(format!("{text:?} has an empty part"));
        }
        let (architecture, plain_variant) = plain(architecture, variant.unwrap_or_default());
        Ok(Self {
            os: os.to_ascii_lowercase(),
            architecture,
            variant: variant.map(|_| plain_variant),
        })
    }
}

impl fmt::Display for PlatformPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        match self.variant.as_deref().filter(|variant| !variant.is_empty()) {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_that_were_written_must_match() {
        let v7 = Platform::new("linux", "arm", "v7");
        let arm64 = Platform::new("linux", "arm64", "v8");
        for (pattern, platform, expected) in [
            ("linux/arm", &v7, true),
            ("linux/arm/v7", &v7, true),
            ("linux/arm/v6", &v7, false),
            ("linux/*", &v7, true),
            ("*/arm64", &arm64, true),
            ("linux/aarch64", &arm64, true),
            ("linux/arm64/v8", &Platform::new("linux", "arm64", ""), true),
            ("linux/arm64/v9", &arm64, false),
            ("windows/arm64", &arm64, false),
        ] {
            let parsed: PlatformPattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(platform), expected, "{pattern} {platform}");
        }
        for wrong in ["arm64", "linux/", "a/b/c/d", ""] {
            assert!(wrong.parse::<PlatformPattern>().is_err(), "{wrong}");
        }
    }
}
