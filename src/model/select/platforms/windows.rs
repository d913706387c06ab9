//! Which Windows build runs an image of which other build, without Hyper-V isolation
//! (containerd/platforms `platform_windows_compat.go`).

use super::Version;

/// The first three parts of a Windows version; all zero if the text is not such a version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Build {
    /// 10 since Windows 10.
    pub major: u8,
    /// 0 since Windows 10.
    pub minor: u8,
    /// The build: 17763 is Server 2019, 20348 is Server 2022, 26100 is Server 2025.
    pub number: u16,
}

/// Releases from which on older containers run on newer hosts.
const LONG_TERM: [u16; 2] = [20348, 26100];
const SERVER_2022: u16 = 20348;
const SERVER_2025: u16 = 26100;

impl Build {
    /// Reads `major.minor.build[.revision]`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('.');
        let mut next = || parts.next().filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
        let (Some(major), Some(minor), Some(number)) = (next(), next(), next()) else {
            return Self::default();
        };
        match (major.parse(), minor.parse(), number.parse()) {
            (Ok(major), Ok(minor), Ok(number)) => Self { major, minor, number },
            _ => Self::default(),
        }
    }

    /// Whether the text held no version.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }

    /// The builds of images that a host of this build runs, lowest and highest.
    #[must_use]
    pub fn runs(self, version: Version) -> (u16, u16) {
        let host = self.number;
        if host < SERVER_2022 {
            return (host, host);
        }
        let floor = match version {
            Version::V0_2_1 | Version::Rc0 | Version::Rc1 => SERVER_2022,
            // These releases took the latest long-term release *below* the host.
            Version::Rc2 | Version::Rc3 | Version::Rc4 if host > SERVER_2025 => SERVER_2025,
            Version::Rc2 | Version::Rc3 | Version::Rc4 => SERVER_2022,
            Version::Rc5 => floor_before(host),
        };
        (floor, host)
    }

    /// Whether a host of this build runs an image that says `image` is its version.
    pub(super) fn accepts(self, image: &str, image_build: Self, version: Version) -> bool {
        if self.is_zero() || image.is_empty() {
            return true;
        }
        let (low, high) = self.runs(version);
        (self.major, self.minor) == (image_build.major, image_build.minor)
            && (low..=high).contains(&image_build.number)
    }
}

/// The long-term release before the latest one that is not newer than the host.
fn floor_before(host: u16) -> u16 {
    let older = LONG_TERM.iter().filter(|&&release| release <= host).count();
    older.checked_sub(2).and_then(|at| LONG_TERM.get(at)).copied().unwrap_or(SERVER_2022)
}

/// The fourth part of a version, 0 if there is none.
pub(super) fn revision(text: &str) -> i64 {
    text.split('.').nth(3).and_then(|part| part.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_read_as_the_library_reads_them() {
        assert_eq!(Build::parse("10.0.17763.1234"), Build { major: 10, minor: 0, number: 17763 });
        for text in ["", "10.0", "10.0.x", "10.0.70000", "300.0.1", "+10.0.1", "10..1"] {
            assert!(Build::parse(text).is_zero(), "{text}");
        }
    }

    #[test]
    fn a_host_runs_builds_from_the_long_term_release_before_its_own() {
        for (host, version, range) in [
            (17763, Version::Rc5, (17763, 17763)),
            (20348, Version::Rc5, (20348, 20348)),
            (25398, Version::Rc5, (20348, 25398)),
            (26100, Version::Rc5, (20348, 26100)),
            (26200, Version::Rc5, (20348, 26200)),
            (26200, Version::Rc4, (26100, 26200)),
            (26200, Version::Rc1, (20348, 26200)),
        ] {
            let host = Build { major: 10, minor: 0, number: host };
            assert_eq!(host.runs(version), range, "{host:?} {version}");
        }
    }
}
