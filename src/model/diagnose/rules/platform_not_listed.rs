//! The host's platform is not in the list: what is nearest, and who falls back to it.

use indexmap::IndexSet;

use super::super::facts::engines_listed;
use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Image, Severity, fit};
use crate::model::select::{Host, Outcome};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "platform-not-listed",
    says: "the host's platform is not in the list; it names the nearest entry, the engines that \
           fall back to it and the engines that fail",
    threads: &[],
    needs: "the list and a host",
    find: Find::Facts(find),
};

/// The most platforms that are named.
const MOST_NAMES: usize = 20;

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(host)) = (facts.list(), facts.wanted()) else { return Vec::new() };
    let fits = |image: &Image| image.said().map_or(Fit::Native, |platform| fit(&host, platform));
    if behind.images().any(|image| fits(image) == Fit::Native) {
        return Vec::new();
    }
    // Levels and Windows builds have rules of their own.
    let own_rule = |image: &Image| {
        fits(image) == Fit::TooNew && (host.os() == "windows" || host.architecture() == "amd64")
    };
    if behind.images().any(own_rule) {
        return Vec::new();
    }
    let nearest = behind.images().min_by_key(|image| distance(&host, image, fits(image)));
    let fail: Vec<&str> = facts
        .picks
        .iter()
        // What a tool asks for by default is not a fault of the list.
        .filter(|pick| facts.runs(pick.engine))
        .filter(|pick| matches!(pick.outcome, Outcome::Failed(_) | Outcome::Nothing))
        .map(|pick| pick.engine.title)
        .collect();
    let nothing_taken = facts.picked().next().is_none();
    let severity =
        if nothing_taken || !fail.is_empty() { Severity::Error } else { Severity::Warning };
    let mut finding = RULE
        .finding(severity, format!("the list has no entry for {host}"))
        .saw(format!("the list offers {}", offered(behind.images())))
        .next(format!(
            "ask whoever publishes {} for {}, or build it for that platform",
            behind.name(),
            host.platform().short()
        ));
    if let Some(nearest) = nearest {
        finding = finding.saw(format!("the nearest is {}", nearest.line()));
    }
    finding = finding.saw_all(facts.taken(|_| true));
    if !fail.is_empty() {
        finding = finding.saw(format!("nothing is found by {}", engines_listed(&fail)));
    }
    vec![finding]
}

/// The platforms of these entries, each once.
fn offered<'i>(images: impl Iterator<Item = &'i Image>) -> String {
    let names: IndexSet<String> = images
        .map(|image| image.said().map_or("an unknown platform".to_owned(), ToString::to_string))
        .collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let shown: Vec<String> = names.into_iter().take(MOST_NAMES).collect();
    match (shown.is_empty(), more) {
        (true, _) => "no image".to_owned(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The smaller, the nearer.
fn distance(host: &Host, image: &Image, fits: Fit) -> u8 {
    let Some(platform) = image.said() else { return u8::MAX };
    match fits {
        Fit::Native => 0,
        Fit::Narrow => 1,
        Fit::TooNew => 2,
        Fit::Foreign if platform.architecture == host.architecture() => 3,
        Fit::Foreign if platform.os == host.os() => 4,
        Fit::Foreign => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, listed, one, silent};
    use super::*;

    #[test]
    fn the_nearest_entry_and_who_takes_it_are_named() {
        let found = one(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/arm/v7"]));
        assert_eq!(found.severity, Severity::Error);
        let evidence = found.evidence.join("\n");
        assert!(evidence.contains("offers linux/amd64, linux/arm/v7"), "{evidence}");
        assert!(evidence.contains("the nearest is no. 2: linux/arm/v7"), "{evidence}");
        assert!(evidence.contains("no. 2 is taken by 13 engines: Docker"), "{evidence}");
        assert!(evidence.contains("; Kubernetes with containerd"), "{evidence}");
        let none = one(&RULE, &listed("linux/riscv64", &[]));
        assert!(none.evidence.join("\n").contains("no image"));
    }

    #[test]
    fn the_request_goes_before_the_host() {
        let mut facts = listed("linux/arm64", &["linux/amd64"]);
        facts.request = Some("linux/amd64".into());
        silent(&RULE, &facts);
    }

    #[test]
    fn a_listed_platform_is_no_finding() {
        for entries in
            [&["linux/amd64", "linux/arm64/v8"][..], &["linux/aarch64"], &["-=linux/arm64"]]
        {
            silent(&RULE, &listed("linux/arm64", entries));
        }
        silent(&RULE, &bare("linux/arm64", "linux/amd64"));
        silent(&RULE, &listed("-", &["linux/amd64"]));
        silent(&RULE, &listed("linux/amd64/v1", &["linux/amd64/v3"]));
    }
}
