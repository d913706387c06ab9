//! dockerd's pull into the graphdriver store on Windows (pull_v2_windows.go): the daemon's own
//! architecture, no build newer than the host's, and first those of exactly the host's build.

use crate::oci::Platform;

use super::super::Host;
use super::super::judge::{Judge, Rank};
use super::super::offer::{Candidate, Facts};
use super::super::platforms::Build;
use super::super::reason::Reason;
use super::graphdriver::Graphdriver;

/// The rules for entries.
struct WindowsEntries {
    architecture: String,
    /// The system that was asked for: it stands in for the entry's own.
    requested_os: Option<String>,
    build: Build,
    /// What an `os.version` of the host's own build starts with.
    own_build: String,
}

pub(super) fn graphdriver_windows(host: &Host, request: Option<&Platform>) -> Graphdriver {
    let build = Build::parse(&host.platform().os_version);
    let judge = WindowsEntries {
        architecture: host.architecture().to_owned(),
        requested_os: request
            .map(|platform| platform.os.clone())
            .filter(|requested| !requested.is_empty()),
        build,
        own_build: format!("{}.{}.{}.", build.major, build.minor, build.number),
    };
    Graphdriver::new(host.clone(), request, Box::new(judge)).checking(config_runs)
}

fn is_windows(os: &str) -> bool {
    os.eq_ignore_ascii_case("windows")
}

/// The third part of a version, if there is one.
fn build_number(version: &str) -> Option<i64> {
    version.split('.').nth(2)?.parse().ok()
}

/// Whether the host is as new as an image of this version, or has no version to compare.
fn runs(host: Build, version: &str) -> bool {
    host.is_zero() || build_number(version).is_none_or(|number| number <= i64::from(host.number))
}

/// The check of the config, after the choice.
fn config_runs(facts: &Facts, host: &Host) -> Result<(), String> {
    let Some(config) = &facts.config else { return Ok(()) };
    let build = Build::parse(&host.platform().os_version);
    if config.os == "windows" && !runs(build, &config.os_version) {
        let mut parts = config.os_version.split('.');
        let mut next = || parts.next().unwrap_or_default();
        return Err(format!(
            "a Windows version {}.{}.{}-based image is incompatible with a {}.{}.{} host",
            next(),
            next(),
            next(),
            build.major,
            build.minor,
            build.number
        ));
    }
    Ok(())
}

impl Judge for WindowsEntries {
    fn judge<'c>(&self, candidate: &'c Candidate) -> Result<Rank<'c>, Reason> {
        if candidate.is_odd() {
            return Err(Reason::Odd);
        }
        let Some(platform) = &candidate.platform else { return Err(Reason::NoPlatform) };
        if platform.architecture != self.architecture {
            let spelled = candidate.normal.architecture == self.architecture;
            return Err(if spelled { Reason::Spelling } else { Reason::Architecture });
        }
        if !is_windows(self.requested_os.as_deref().unwrap_or(&platform.os)) {
            return Err(Reason::Os);
        }
        let windows = is_windows(&platform.os);
        if windows && !runs(self.build, &platform.os_version) {
            return Err(Reason::Build(Some((0, self.build.number))));
        }
        let own_build = self.build.is_zero() || platform.os_version.starts_with(&self.own_build);
        Ok(Rank::place(match (windows, own_build) {
            (true, true) => 0,
            (true, false) => 1,
            (false, _) => 2,
        }))
    }

    fn wanted(&self) -> Vec<String> {
        let number = self.build.number;
        let architecture = &self.architecture;
        if self.build.is_zero() {
            return vec![format!("windows/{architecture}")];
        }
        vec![
            format!("windows/{architecture} of build {number}"),
            format!("windows/{architecture} of an older build or none"),
        ]
    }
}
