//! Platforms as a user names them to pick entries: `linux/arm64`, `linux/arm/v7`, `linux/*`,
//! `windows(10.0.20348)/amd64`.

use std::fmt;
use std::str::FromStr;

use super::Platform;

/// Matches platforms by the parts that were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformPattern {
    /// The parts, in the spelling that is compared; the version as far as it was written.
    wanted: Platform,
    /// Whether a variant was written: one that is plain for its architecture is empty.
    has_variant: bool,
}

impl PlatformPattern {
    /// Whether an entry's platform has all parts that were written. Spellings that every engine
    /// takes as one (`x86_64` and `amd64`, `arm64` and `arm64/v8`, `arm` and `arm/v7`) match. Of an
    /// `os.version` the first parts may be written (`10.0.20348` of `10.0.20348.2402`), of
    /// `os.features` some.
    #[must_use]
    pub fn matches(&self, platform: &Platform) -> bool {
        let wanted = &self.wanted;
        let (architecture, variant) = plain(&platform.architecture, &platform.variant);
        let fits = |wanted: &str, found: &str| wanted == "*" || wanted == found;
        fits(&wanted.os, &platform.os.to_ascii_lowercase())
            && platform.has(&wanted.os_version, &wanted.os_features)
            && fits(&wanted.architecture, &architecture)
            && (!self.has_variant || fits(&wanted.variant, &variant))
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
        let written: Platform = text.parse()?;
        let has_variant = !written.variant.is_empty();
        let (architecture, variant) = plain(&written.architecture, &written.variant);
        let wanted = Platform {
            os: written.os.to_ascii_lowercase(),
            architecture,
            variant: if has_variant { variant } else { String::new() },
            ..written
        };
        Ok(Self { wanted, has_variant })
    }
}

impl fmt::Display for PlatformPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wanted.fmt(f)
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
        let mut windows = Platform::new("windows", "amd64", "");
        windows.os_version = "10.0.20348.2402".into();
        windows.os_features = vec!["win32k".into()];
        for (pattern, expected) in [
            ("windows/amd64", true),
            ("windows(10.0.20348.2402+win32k)/amd64", true),
            ("windows(10.0.20348)/amd64", true),
            ("windows(10.0.2034)/amd64", false),
            ("windows(10.0.17763)/amd64", false),
            ("windows(+win32k)/amd64", true),
            ("windows(+other)/amd64", false),
        ] {
            let parsed: PlatformPattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(&windows), expected, "{pattern}");
            assert_eq!(parsed.to_string(), pattern);
        }
        for wrong in [
            "windows(10.0)",
            "(10.0)/amd64",
            "windows(10.0/amd64",
            "arm64",
            "linux/",
            "a/b/c/d",
            "",
        ] {
            assert!(wrong.parse::<PlatformPattern>().is_err(), "{wrong}");
        }
    }
}
