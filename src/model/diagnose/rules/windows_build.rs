//! `os.version` of Windows entries against the host's build (containerd/containerd#6989). Engines
//! apply the rule for process isolation only (containerd/platforms `platform_windows_compat.go`).

use super::super::facts::taken_by;
use super::super::rule::{Find, Rule};
use super::super::{Behind, Facts, Finding, Fit, Image, Severity, fit};
use crate::model::select::Host;
use crate::model::select::platforms::{Build, Normal, Version};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "windows-build",
    says: "no Windows entry is for the host's build, or an engine takes one that is not: with \
           process isolation a host before build 20348 runs its own build only, a later one those \
           from 20348 up to its own",
    threads: &["containerd/containerd#6989"],
    needs: "a Windows host with its version, and the list or the config",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(host)) = (&facts.behind, facts.wanted()) else { return Vec::new() };
    let build = Build::parse(&host.platform().os_version);
    if host.os() != "windows" || build.is_zero() {
        return Vec::new();
    }
    let candidates: Vec<&Image> = behind.images().filter(|image| is_for(&host, image)).collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let runs = |image: &Image| {
        image.true_platform().is_some_and(|platform| fit(&host, platform) == Fit::Native)
    };
    let wrong: Vec<String> = facts
        .takers()
        .into_iter()
        .filter(|(image, _)| is_for(&host, image) && !runs(image))
        .map(|(image, engines)| taken_by(image, &engines))
        .collect();
    let none = !candidates.iter().any(|image| runs(image));
    if !none && wrong.is_empty() {
        return Vec::new();
    }
    let title = if none {
        format!("no Windows image here runs on build {}", build.number)
    } else {
        format!("an engine takes an image that build {} does not run", build.number)
    };
    let (low, high) = build.runs(Version::Rc5);
    let range =
        if low == high { format!("build {low}") } else { format!("builds {low} to {high}") };
    let finding = RULE
        .finding(if none { Severity::Error } else { Severity::Warning }, title)
        .saw(format!("the host is {host}; with process isolation it runs {range}"))
        .saw_all(candidates.iter().map(|image| line(behind, image)))
        .saw_all(wrong)
        .next(format!(
            "take a tag for this build, have an image built on {}, or run it with \
             `--isolation=hyperv` (engines still select by the build)",
            base(low, high)
        ));
    vec![finding]
}

fn is_for(host: &Host, image: &Image) -> bool {
    image.true_platform().is_some_and(|platform| {
        let name = Normal::new(platform);
        name.os == "windows" && name.architecture == host.architecture()
    })
}

fn line(behind: &Behind, image: &Image) -> String {
    let line = image.line();
    if behind.is_list() { line } else { format!("{line} (its config)") }
}

fn base(low: u16, high: u16) -> &'static str {
    match (low, high) {
        (_, 26100..) => "ltsc2025 or ltsc2022",
        (_, 20348..) => "ltsc2022",
        (17763, _) => "ltsc2019",
        _ => "the base image of the host's own build",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, listed, one, silent};
    use super::*;

    const OLD: &str = "windows(10.0.17763.5696)/amd64";
    const LTSC2022: &str = "windows(10.0.20348.2402)/amd64";

    #[test]
    fn a_host_without_its_build_is_told() {
        let found = one(&RULE, &listed("windows-2022", &["linux/amd64", OLD]));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.evidence[0].contains("build 20348"), "{found:?}");
        assert!(found.next_step.contains("ltsc2022"));
        let newer = one(&RULE, &listed("windows-2019", &[LTSC2022]));
        assert!(newer.evidence[0].contains("build 17763"), "{newer:?}");
        assert_eq!(one(&RULE, &bare("windows-2022", OLD)).severity, Severity::Error);
    }

    #[test]
    fn an_engine_that_takes_the_wrong_build_is_told() {
        // The graphdriver store takes the first entry that is not newer than the host.
        let found = one(&RULE, &listed("windows-2025", &[OLD, LTSC2022]));
        assert_eq!(found.severity, Severity::Warning);
        let wrong = found.evidence.last().unwrap();
        assert!(wrong.contains("no. 1") && wrong.contains("Windows, graphdriver"), "{wrong}");
    }

    #[test]
    fn the_right_build_and_other_systems_are_silent() {
        silent(&RULE, &listed("windows-2022", &[LTSC2022]));
        silent(&RULE, &listed("windows-2022", &["linux/amd64"]));
        silent(&RULE, &listed("linux/amd64", &[OLD]));
        silent(&RULE, &listed("windows/amd64", &[OLD]));
        silent(&RULE, &bare("windows-2019", OLD));
    }
}
