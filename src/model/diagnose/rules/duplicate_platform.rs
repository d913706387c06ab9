//! Several entries name the same platform once names are normalised.

use indexmap::IndexMap;

use super::super::facts::taken;
use super::super::rule::{Find, Rule};
use super::super::{Behind, Facts, Finding, Image, Severity};
use crate::model::select::platforms::Normal;
use crate::oci::Platform;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "duplicate-platform",
    says: "several entries name the same platform once names are normalised; it tells which \
           engine takes which of them",
    threads: &[],
    needs: "the list; a host for who takes which",
    find: Find::Facts(find),
};

/// The most findings of this rule: a list may name a thousand platforms twice.
const MOST: usize = 10;

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let mut groups: IndexMap<Name, Vec<&Image>> = IndexMap::new();
    for image in behind.images() {
        if let Some(platform) = &image.platform {
            groups.entry(name(platform)).or_default().push(image);
        }
    }
    let takers = facts.takers();
    groups
        .into_values()
        .filter(|images| images.len() > 1 && !is_arm64_spelling(images))
        .take(MOST)
        .map(|images| finding(&takers, behind, &images))
        .collect()
}

/// Everything that an engine may compare.
type Name = (String, String, String, String, Vec<String>);

fn name(platform: &Platform) -> Name {
    let name = Normal::new(platform);
    (name.os, name.architecture, name.variant, name.os_version, name.os_features)
}

fn finding(takers: &[(&Image, Vec<&'static str>)], behind: &Behind, images: &[&Image]) -> Finding {
    let platform =
        images.first().and_then(|image| image.platform.as_ref()).map(ToString::to_string);
    let one_digest = images.windows(2).all(|pair| match pair {
        [one, other] => one.digest == other.digest,
        _ => true,
    });
    let compressed = images
        .iter()
        .filter(|image| behind.offer.at(&image.path).is_some_and(|entry| entry.zstd))
        .count();
    // The same digest twice harms nobody; a zstd twin is beside its gzip original on purpose.
    let severity = if one_digest || (compressed > 0 && compressed < images.len()) {
        Severity::Info
    } else {
        Severity::Warning
    };
    let takers = taken(takers, |image| images.iter().any(|it| it.path == image.path));
    let title = format!("{} entries are for {}", images.len(), platform.unwrap_or_default());
    let lines = images.iter().map(|image| image.line());
    let finding = RULE.finding(severity, title).about(images.iter().copied()).saw_all(lines);
    let finding = if takers.is_empty() {
        finding.saw(
            "equal entries are taken in the list's order by all but containers/image's zstd rule",
        )
    } else {
        finding.saw_all(takers)
    };
    finding.next("take the entry that is not wanted out of the list; the first one usually wins")
}

/// `arm64` beside `arm64/v8` has a rule of its own.
fn is_arm64_spelling(images: &[&Image]) -> bool {
    let mut variants: Vec<&str> = images
        .iter()
        .filter_map(|image| image.platform.as_ref())
        .filter(|platform| platform.architecture == "arm64")
        .map(|platform| platform.variant.as_str())
        .collect();
    let count = variants.len();
    variants.sort_unstable();
    variants.dedup();
    count == images.len() && variants.len() == count
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    #[test]
    fn duplicates_and_their_winner_are_named() {
        let facts = listed("linux/amd64", &["linux/amd64~a", "linux/arm64", "linux/x86_64~b"]);
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Warning);
        assert_eq!(found.title, "2 entries are for linux/amd64");
        assert!(found.evidence[2].starts_with("no. 1 is taken by 22 engines: Docker"), "{found:?}");
        let twice = one(&RULE, &listed("-", &["linux/amd64", "linux/amd64"]));
        assert_eq!(twice.severity, Severity::Info);
    }

    #[test]
    fn different_platforms_are_none() {
        silent(
            &RULE,
            &listed(
                "linux/amd64",
                &[
                    "linux/amd64",
                    "linux/amd64/v2",
                    "linux/arm/v6",
                    "linux/arm/v7",
                    "windows(10.0.17763.1)/amd64",
                    "windows(10.0.20348.1)/amd64",
                    "linux/arm64",
                    "linux/arm64/v8",
                ],
            ),
        );
    }
}
