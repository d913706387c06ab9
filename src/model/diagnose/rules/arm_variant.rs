//! 32-bit ARM: an entry for a newer processor than the host's is chosen, or old Docker versions
//! would choose it (moby/moby#37647: before 20.10 the variant was not looked at).

use super::super::facts::{taken_by, takers};
use super::super::rule::{Find, Rule};
use super::super::{EngineKind, Facts, Finding, Fit, Image, Severity, fit};
use crate::model::select::Host;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "arm-variant",
    says: "a 32-bit ARM host is given an entry for a newer variant (v7 on a v6 machine), by an \
           engine or by Docker before 20.10, which takes the first ARM entry",
    threads: &["moby/moby#37647"],
    needs: "the list and an ARM host; the version of Docker says whether it applies",
    find: Find::Facts(find),
};

/// Docker 20.10 and older, as [`crate::model::select::ENGINES`] has it.
const OLD_DOCKER: &str = "docker-20.10";

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(host)) = (facts.list(), facts.wanted()) else { return Vec::new() };
    if host.architecture() != "arm" {
        return Vec::new();
    }
    let too_new = |image: &&Image| is_too_new(&host, image);
    let chosen: Vec<_> = facts
        .picked()
        .filter(|(engine, image)| engine.id != OLD_DOCKER && facts.runs(engine) && too_new(image))
        .collect();
    if let Some((_, first)) = chosen.first() {
        let platform = first.said().map(ToString::to_string).unwrap_or_default();
        return vec![
            RULE.finding(Severity::Error, format!("{host} is given {platform}"))
                .saw_all(
                    takers(chosen.iter().copied())
                        .into_iter()
                        .flat_map(|(image, engines)| [image.line(), taken_by(image, &engines)]),
                )
                .next(format!(
                    "add an entry for {} to the list, or name the variant: `--platform {0}`; the \
                     program ends with `Illegal instruction` otherwise",
                    host.platform().short(),
                )),
        ];
    }
    let Some(newer) = behind.images().find(too_new) else { return Vec::new() };
    // Without an entry of its own, every engine that looks at variants finds nothing, and says so.
    if !behind
        .images()
        .any(|image| image.said().is_some_and(|platform| fit(&host, platform) == Fit::Native))
    {
        return Vec::new();
    }
    let versions: Vec<&str> = facts
        .answering()
        .filter(|daemon| daemon.kind == EngineKind::Docker)
        .map(|daemon| daemon.version.as_str())
        .collect();
    let old: Vec<&&str> = versions.iter().filter(|version| is_old(version)).collect();
    let severity = match (versions.is_empty(), old.is_empty()) {
        (true, _) => Severity::Info,
        (false, false) => Severity::Error,
        (false, true) => return Vec::new(),
    };
    let mut finding = RULE
        .finding(severity, "Docker before 20.10 takes the first ARM entry, whatever its variant")
        .saw(format!("the host is {host}"))
        .saw_all(behind.images().filter(|image| is_arm(image)).map(Image::line))
        .saw_all(old.iter().map(|version| format!("Docker here is {version}")))
        .next(format!(
            "update Docker to 20.10 or later, or pull by digest; {} does not run on {host}",
            newer.place()
        ));
    if versions.is_empty() {
        finding = finding.unseen("the version of Docker on that machine");
    }
    vec![finding]
}

fn is_arm(image: &Image) -> bool {
    image.said().is_some_and(|platform| platform.architecture == "arm")
}

fn is_too_new(host: &Host, image: &Image) -> bool {
    is_arm(image) && image.said().is_some_and(|platform| fit(host, platform) == Fit::TooNew)
}

/// Before 20.10. A version that is not a number is taken for a new one.
fn is_old(version: &str) -> bool {
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    parts.next().is_some_and(|major| (major, parts.next().unwrap_or(0)) < (20, 10))
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{daemon, listed, one, silent};
    use super::*;

    #[test]
    fn a_newer_variant_that_is_chosen_is_an_error() {
        // containers/image takes an entry without a variant for any ARM machine.
        let found = one(&RULE, &listed("linux/arm/v6", &["linux/amd64", "linux/arm"]));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.evidence[0].starts_with("no. 2: linux/arm sha256:"), "{found:?}");
        assert!(found.evidence[1].starts_with("no. 2 is taken by podman"), "{found:?}");
    }

    #[test]
    fn old_docker_versions_take_the_first() {
        let mut facts = listed("linux/arm/v6", &["linux/arm/v7", "linux/arm/v6"]);
        let found = one(&RULE, &facts);
        assert_eq!((found.severity, found.unknown.len()), (Severity::Info, 1));
        facts.daemons = vec![Fact::Known(daemon("19.03.15", "arm"))];
        assert_eq!(one(&RULE, &facts).severity, Severity::Error);
        facts.daemons = vec![Fact::Known(daemon("20.10.5", "arm"))];
        silent(&RULE, &facts);
    }

    #[test]
    fn hosts_of_the_newest_variant_are_served() {
        silent(&RULE, &listed("linux/arm/v7", &["linux/arm/v6", "linux/arm/v7"]));
        silent(&RULE, &listed("linux/arm/v6", &["linux/arm/v6"]));
        silent(&RULE, &listed("linux/arm64", &["linux/arm/v6", "linux/arm/v7"]));
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_old("19.03.15") && is_old("18.09.1") && is_old("1.13.1"));
        assert!(!is_old("20.10.0") && !is_old("29.7.2") && !is_old("dev"));
    }
}
