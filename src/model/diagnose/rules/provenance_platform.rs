//! Provenance of another platform.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Attached, Body, Subject};
use crate::model::select::platforms::Normal;
use crate::oci::Platform;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "provenance-platform",
    says: "the provenance of an image says that another platform was built: it tells how something \
           else was made",
    threads: &["cilium/cilium#35325"],
    needs: "the list, what refers to its images, and the provenance",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let wrong: Vec<(&Attached, Platform)> =
        attested.read.iter().filter_map(|it| Some((it, other(it)?))).collect();
    let title = match wrong.as_slice() {
        [] => return Vec::new(),
        [(one, said)] => format!("{} says that {said} was built", one.name()),
        all => format!("the provenance of {} images is of other platforms", all.len()),
    };
    let digests = wrong.iter().map(|(it, _)| &it.row.digest);
    vec![
        RULE.finding(Severity::Error, title)
            .about(facts.images_of(digests))
            .saw_all(wrong.iter().map(|(it, said)| {
                format!("{} says {said}, and the image is {}", it.name(), it.row.name())
            }))
            .next("attest each platform's own build; `platy evidence REF` shows what hangs where"),
    ]
}

/// The platform that provenance says was built, if that is another one. What v0.2 calls the
/// environment's platform is the builder's (BuildKit 0.34), and is not looked at.
fn other(attached: &Attached) -> Option<Platform> {
    let evidence = attached.evidence()?;
    let Body::Provenance(provenance) = &evidence.body else { return None };
    let platform = attached.row.platform.as_ref().filter(|_| !attached.row.is_list)?;
    // One statement may speak of all images of a list, each with its platform.
    let named = evidence.subjects.iter().filter(|it| !it.is_other_than(&attached.row.digest));
    let named = named.filter_map(Subject::platform);
    let said: Vec<Platform> = provenance.platform.iter().cloned().chain(named).collect();
    said.into_iter().find(|said| differs(said, platform))
}

/// Whether both cannot be one; a variant that only one side names is not a difference.
fn differs(one: &Platform, other: &Platform) -> bool {
    let (one_normal, other_normal) = (Normal::new(one), Normal::new(other));
    one_normal.os != other_normal.os
        || one_normal.architecture != other_normal.architecture
        || !one.variant.is_empty()
            && !other.variant.is_empty()
            && one_normal.variant != other_normal.variant
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, statement};
    use super::*;

    const V1: &str = "https://slsa.dev/provenance/v1";
    const V02: &str = "https://slsa.dev/provenance/v0.2";

    fn v1(target: &str) -> String {
        format!(
            r#"{{"buildDefinition":{{"internalParameters":{{"targetPlatform":"{target}","builderPlatform":"linux/amd64"}}}},"runDetails":{{}}}}"#
        )
    }

    #[test]
    fn another_platform_is_found() {
        for (platform, target, lies) in [
            ("linux/arm64", "linux/arm64", false),
            ("linux/arm64/v8", "linux/arm64", false),
            ("linux/arm/v7", "linux/arm/v7", false),
            ("linux/arm/v7", "linux/arm", false),
            ("linux/amd64", "linux/x86_64", false),
            ("linux/arm64", "", false),
            ("linux/arm64", "linux/amd64", true),
            ("linux/arm/v6", "linux/arm/v7", true),
            ("windows/amd64", "linux/amd64", true),
        ] {
            let document = move |digests: &[String]| statement(&digests[0], V1, &v1(target));
            let facts = attested(&[platform], &[Attach::to(0, document)]);
            match lies {
                true => assert_eq!(one(&RULE, &facts).severity, Severity::Error),
                false => silent(&RULE, &facts),
            }
        }
    }

    #[test]
    fn the_name_of_the_subject_counts_and_the_builder_does_not() {
        let named = |platform: &str| {
            let name = format!("pkg:docker/a/b@1?platform={}", platform.replace('/', "%2F"));
            move |digests: &[String]| {
                let built =
                    r#"{"builder":{},"invocation":{"environment":{"platform":"linux/amd64"}}}"#;
                let text = statement(&digests[0], V02, built);
                text.replace(r#""subject":[{"#, &format!(r#""subject":[{{"name":"{name}","#))
            }
        };
        silent(&RULE, &attested(&["linux/arm64"], &[Attach::to(0, named("linux/arm64"))]));
        let all = move |digests: &[String]| {
            let other = named("linux/amd64")(&[format!("sha256:{}", "0".repeat(64))]);
            let (_, other) = other.split_once(r#""subject":["#).unwrap();
            let (other, _) = other.split_once("],").unwrap();
            let own = named("linux/arm64")(digests);
            own.replace(r#""subject":["#, &format!(r#""subject":[{other},"#))
        };
        silent(&RULE, &attested(&["linux/arm64"], &[Attach::to(0, all)]));
        one(&RULE, &attested(&["linux/arm64"], &[Attach::to(0, named("linux/amd64"))]));
        silent(&RULE, &attested(&["linux/arm64"], &[Attach::to_list(named("linux/amd64"))]));
    }
}
