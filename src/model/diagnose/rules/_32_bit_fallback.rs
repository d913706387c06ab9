//! A 32-bit entry was chosen for a 64-bit machine (containerd/containerd#4932).

use super::super::facts::engines_listed;
use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Severity, fit};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "32-bit-fallback",
    says: "a 64-bit host is given a 32-bit entry (386 on amd64, arm on arm64) because the list has \
           none of its own; not every processor runs those",
    threads: &["containerd/containerd#4932"],
    needs: "the list and a host",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(host)) = (facts.list(), facts.wanted()) else { return Vec::new() };
    let narrow = |image: &super::super::Image| {
        image.true_platform().is_some_and(|platform| fit(&host, platform) == Fit::Narrow)
    };
    facts
        .takers()
        .into_iter()
        .filter(|(image, _)| narrow(image))
        .map(|(image, engines)| {
            let platform = image.true_platform().map(ToString::to_string).unwrap_or_default();
            RULE.finding(
                Severity::Warning,
                format!("{host} is given the 32-bit {platform} ({})", image.place()),
            )
            .saw(image.line())
            .saw(format!("it is taken by {}", engines_listed(&engines)))
            .next(format!(
                "build {} for {}; many 64-bit ARM servers and Apple's processors do not run \
                 32-bit programs at all",
                behind.name(),
                host.platform().short()
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, listed, one, silent};
    use super::*;

    #[test]
    fn fallbacks_are_told() {
        let found = one(&RULE, &listed("linux/arm64", &["linux/arm/v7", "linux/amd64"]));
        assert!(found.title.contains("32-bit linux/arm/v7 (no. 1)"), "{}", found.title);
        assert!(found.evidence[1].contains("containerd"));
        assert!(one(&RULE, &listed("linux/amd64", &["linux/386"])).title.contains("linux/386"));
    }

    #[test]
    fn the_hosts_own_is_none() {
        silent(&RULE, &listed("linux/arm64", &["linux/arm/v7", "linux/arm64"]));
        silent(&RULE, &listed("linux/arm/v7", &["linux/arm/v7"]));
        silent(&RULE, &bare("linux/arm64", "linux/arm/v7"));
    }
}
