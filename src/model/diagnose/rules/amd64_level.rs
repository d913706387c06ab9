//! x86-64 levels (v2 to v4) in the list against the host's level.

use super::super::facts::engines_listed;
use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Image, Severity, fit};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "amd64-level",
    says: "the list has x86-64 levels (v2 to v4): Docker and regctl look for the host's level, \
           other engines for none, and a level above the host's does not run",
    threads: &[],
    needs: "the list; an amd64 host for who takes which",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let levels: Vec<&Image> = behind.images().filter(|image| level(image) > 1).collect();
    if levels.is_empty() {
        return Vec::new();
    }
    let base = behind.images().any(|image| level(image) == 1);
    let lines = levels.iter().map(|image| image.line());
    let host = facts.wanted().filter(|host| host.architecture() == "amd64");
    let Some(host) = host else {
        if base || facts.host.is_some() {
            return Vec::new();
        }
        return vec![
            RULE.finding(Severity::Warning, "the list has x86-64 levels only")
                .saw_all(lines)
                .next("add an entry for linux/amd64 without a variant: most engines look for it"),
        ];
    };
    let unknown_level = host.platform().variant.is_empty();
    let too_new: Vec<_> = facts
        .takers()
        .into_iter()
        .filter(|(image, _)| {
            level(image) > 1
                && image.said().is_some_and(|platform| fit(&host, platform) == Fit::TooNew)
        })
        .collect();
    let takers = facts.taken(|image| level(image) > 0);
    let failing: Vec<&str> = facts
        .picks
        .iter()
        // What a tool asks for by default is not a fault of the list.
        .filter(|pick| facts.runs(pick.engine) && pick.outcome.error().is_some())
        .map(|pick| pick.engine.title)
        .collect();
    let (severity, title) = if let Some((image, engines)) = too_new.first() {
        let platform = image.said().map(ToString::to_string).unwrap_or_default();
        let who = match engines.as_slice() {
            [one] => format!("{one} takes"),
            [one, other] => format!("{one} and {other} take"),
            all => format!("{} engines take", all.len()),
        };
        // What a host without a known level runs, nobody knows; a tool only carries it there.
        let run = facts.picked().any(|(engine, taken)| {
            facts.runs(engine) && too_new.iter().any(|(image, _)| image.path == taken.path)
        });
        let severity = if unknown_level || !run { Severity::Warning } else { Severity::Error };
        (severity, format!("{who} {platform} on {host}"))
    } else if !base {
        let severity = if failing.is_empty() { Severity::Warning } else { Severity::Error };
        (severity, "the list has x86-64 levels only".to_owned())
    } else if takers.len() > 1 {
        (Severity::Info, format!("engines take different x86-64 levels on {host}"))
    } else {
        return Vec::new();
    };
    let mut finding = RULE.finding(severity, title).saw_all(lines).saw_all(takers).next(
        "keep an entry for linux/amd64 without a variant beside the levels; `--platform \
         linux/amd64` asks for that one",
    );
    if !failing.is_empty() {
        let failing = engines_listed(&failing);
        finding = finding.saw(format!("nothing is found by {failing}"));
    }
    if unknown_level {
        finding = finding.unseen("the x86-64 level of the host");
    }
    vec![finding]
}

/// 1 for amd64 without a level, 0 for everything else.
fn level(image: &Image) -> u32 {
    let Some(platform) = image.said() else { return 0 };
    let amd64 = matches!(platform.architecture.as_str(), "amd64" | "x86_64" | "x86-64");
    if !amd64 || platform.os != "linux" {
        return 0;
    }
    match platform.variant.as_str() {
        "" => 1,
        variant => variant.trim_start_matches('v').parse().unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    #[test]
    fn a_level_above_the_hosts_is_told() {
        // crane takes the first amd64 entry, whatever its variant.
        let mut facts = listed("linux/amd64/v2", &["linux/amd64/v3", "linux/amd64"]);
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Warning);
        facts.picks.retain(|pick| pick.engine.id == "ggcr");
        assert_eq!(one(&RULE, &facts).severity, Severity::Error);
        assert!(found.title.contains("crane"), "{}", found.title);
    }

    #[test]
    fn levels_without_a_base_leave_engines_with_nothing() {
        let found = one(&RULE, &listed("linux/amd64/v3", &["linux/amd64/v3", "linux/arm64"]));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.evidence.join("\n").contains("nothing is found by"), "{found:?}");
        assert_eq!(one(&RULE, &listed("-", &["linux/amd64/v2"])).severity, Severity::Warning);
    }

    #[test]
    fn a_base_and_a_level_divide_the_engines() {
        let found = one(&RULE, &listed("linux/amd64/v3", &["linux/amd64", "linux/amd64/v3"]));
        assert_eq!(found.severity, Severity::Info);
    }

    #[test]
    fn lists_without_levels_and_other_hosts_are_silent() {
        silent(&RULE, &listed("linux/amd64/v3", &["linux/amd64", "linux/amd64/v1"]));
        silent(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/amd64/v3", "linux/arm64"]));
        silent(&RULE, &listed("-", &["linux/amd64", "linux/amd64/v3"]));
    }
}
