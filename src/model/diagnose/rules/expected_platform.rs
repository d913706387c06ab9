//! A platform that somebody expects of a list (wader/postfix-relay#284).

use super::super::rule::{Find, Rule};
use super::super::{Expectation, Facts, Finding, Image, Severity};
use crate::model::select::platforms::Normal;
use crate::oci::Platform;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "expected-platform",
    says: "the list does not have a platform that `platy check --expect` or `--platform` names, or \
           has one that `--exactly` does not expect, or one twice",
    threads: &["wader/postfix-relay#284"],
    needs: "`--expect` or `--platform` of `platy check`",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(expected)) = (&facts.behind, &facts.expected) else {
        return Vec::new();
    };
    let images: Vec<(&Image, Normal)> =
        behind.images().filter_map(|image| Some((image, Normal::new(image.said()?)))).collect();
    let has: Vec<String> =
        images.iter().filter_map(|(image, _)| Some(image.said()?.to_string())).collect();
    let has = if has.is_empty() { "no platform".to_owned() } else { has.join(", ") };
    let missing = expected.platforms.iter().filter(|platform| {
        let wanted = Normal::new(platform);
        !images.iter().any(|(_, normal)| normal.is_for(&wanted))
    });
    let missing = missing.map(ToString::to_string).chain(expected.absent.clone());
    let mut findings: Vec<Finding> = missing
        .map(|platform| {
            RULE.finding(Severity::Error, format!("there is no image for {platform}"))
                .saw(format!("it has {has}"))
                .next("build and push this platform, and put it into the list")
        })
        .collect();
    if expected.exactly {
        findings.extend(images.iter().filter(|(_, normal)| !expects(expected, normal)).map(
            |(image, _)| {
                let platform = image.said().map(ToString::to_string).unwrap_or_default();
                RULE.finding(Severity::Error, format!("an image for {platform} is not expected"))
                    .about([*image])
                    .saw(image.line())
                    .next("take the entry out of the list, or expect its platform too")
            },
        ));
        findings.extend(repeated(&images).map(|image| {
            let platform = image.said().map(ToString::to_string).unwrap_or_default();
            RULE.finding(Severity::Error, format!("there is a further image for {platform}"))
                .about([image])
                .saw(image.line())
                .next("leave one image of each platform in the list")
        }));
    }
    findings
}

fn expects(expected: &Expectation, found: &Normal) -> bool {
    expected.platforms.iter().any(|platform: &Platform| found.is_for(&Normal::new(platform)))
}

/// Images of a platform that an image before them has, to the last version and feature.
fn repeated<'a>(images: &'a [(&'a Image, Normal)]) -> impl Iterator<Item = &'a Image> {
    images.iter().enumerate().filter_map(|(at, (image, normal))| {
        let before = images.iter().take(at);
        let same = |other: &Normal| {
            other.names(normal)
                && (&other.os_version, &other.os_features)
                    == (&normal.os_version, &normal.os_features)
        };
        before.into_iter().any(|(_, other)| same(other)).then_some(*image)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, platform, silent};
    use super::*;

    #[test]
    fn a_second_image_of_one_platform_is_too_much() {
        let mut facts = listed("-", &["linux/amd64", "linux/arm64", "linux/arm64/v8"]);
        for (exactly, found) in
            [(false, &[][..]), (true, &["there is a further image for linux/arm64/v8"])]
        {
            let platforms = ["linux/amd64", "linux/arm64"].iter().map(|it| platform(it)).collect();
            facts.expected = Some(Expectation { platforms, exactly, absent: None });
            let titles: Vec<String> = find(&facts).into_iter().map(|it| it.title).collect();
            assert_eq!(titles, found);
        }
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_named() {
        let mut facts = listed("-", &["linux/amd64", "linux/arm64/v8", "linux/arm/v6"]);
        silent(&RULE, &facts);
        for (expected, exactly, found) in [
            (&["linux/x86_64", "linux/arm64"][..], false, &[][..]),
            (&["linux/arm"], false, &["there is no image for linux/arm"]),
            (&["linux/arm/v6", "linux/s390x"], false, &["there is no image for linux/s390x"]),
            (
                &["linux/amd64", "linux/aarch64"],
                true,
                &["an image for linux/arm/v6 is not expected"],
            ),
        ] {
            let platforms = expected.iter().map(|text| platform(text)).collect();
            facts.expected = Some(Expectation { platforms, exactly, absent: None });
            let titles: Vec<String> = find(&facts).into_iter().map(|it| it.title).collect();
            assert_eq!(titles, found, "{expected:?}");
        }
    }
}
