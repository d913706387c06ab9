//! An engine took an entry that names no platform (containerd/containerd#4932).

use super::super::facts::engines_listed;
use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Image, Severity, fit};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "no-platform-chosen",
    says: "an entry without a platform was chosen: some engines take it as a last resort or for \
           linux/amd64, without a look at its config",
    threads: &["containerd/containerd#4932"],
    needs: "the list and a host",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(_), Some(host)) = (facts.list(), facts.wanted()) else { return Vec::new() };
    let is_run = |image: &Image| {
        facts.picked().any(|(engine, taken)| taken.path == image.path && facts.runs(engine))
    };
    facts
        .takers()
        .into_iter()
        .filter(|(image, _)| image.platform.is_none())
        .map(|(image, engines)| {
            let fits = image.config.known().map(|config| fit(&host, config));
            let (severity, says) = match (fits, image.config.known()) {
                (Some(Fit::Native), Some(config)) => {
                    (Severity::Info, format!("its config says {config}"))
                }
                (Some(_), Some(config)) => (
                    if is_run(image) { Severity::Error } else { Severity::Warning },
                    format!("its config says {config}, which is not for {host}"),
                ),
                _ => (Severity::Warning, "its config could not be read".to_owned()),
            };
            let takers = engines_listed(&engines);
            let finding = RULE
                .finding(
                    severity,
                    format!("{} names no platform and is chosen: {says}", image.place()),
                )
                .saw(image.line())
                .saw(format!("it is taken by {takers}"))
                .next(
                    "give the entry a platform: `docker manifest annotate`, or make the list anew",
                );
            match image.config.missing() {
                Some(why) => finding.unseen(format!("the platform of its config: {why}")),
                None => finding,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    #[test]
    fn the_last_resort_is_told() {
        let found = one(&RULE, &listed("linux/amd64", &["-=linux/arm64", "linux/s390x"]));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.evidence[1].contains("podman"), "{found:?}");
        let found = one(&RULE, &listed("linux/amd64", &["-=linux/amd64"]));
        assert_eq!(found.severity, Severity::Info);
        // Only tools that run nothing prefer it to an entry that says what it is.
        let found = one(&RULE, &listed("linux/amd64", &["-=linux/arm64", "linux/amd64"]));
        assert_eq!(found.severity, Severity::Warning);
    }

    #[test]
    fn an_entry_with_a_platform_goes_before() {
        silent(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/arm64", "-=linux/arm64"]));
    }
}
