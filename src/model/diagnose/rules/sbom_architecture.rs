//! An SBOM of another architecture.

use std::collections::BTreeMap;

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Attached, Attested, Sbom, Which, family, is_neutral, is_same};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "sbom-architecture",
    says: "the SBOM of an image lists packages of other architectures only, or names another image \
           of the list: scanners report the vulnerabilities of something else",
    threads: &["actions/attest-sbom#60"],
    needs: "the list, what refers to its images, and the SBOMs",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let wrong: Vec<(&Attached, String)> =
        attested.read.iter().filter_map(|it| Some((it, lie(attested, it)?))).collect();
    let title = match wrong.as_slice() {
        [] => return Vec::new(),
        [(one, _)] => format!("{} is of another image", one.name()),
        all => format!("{} SBOMs are of other images", all.len()),
    };
    let digests = wrong.iter().map(|(it, _)| &it.row.digest);
    vec![
        RULE.finding(Severity::Error, title)
            .about(facts.images_of(digests))
            .saw_all(wrong.iter().map(|(it, why)| format!("{}: {why}", it.name())))
            .next(
                "make an SBOM of each platform: scan the image by its own digest, or let the \
                 builder do it (`docker buildx build --sbom=true`)",
            ),
    ]
}

/// Why the SBOM of an image is not of it.
fn lie(attested: &Attested, attached: &Attached) -> Option<String> {
    let sbom = attached.sbom().filter(|sbom| sbom.which() == Which::Image)?;
    let row = &attached.row;
    let platform = row.platform.as_ref().filter(|_| !row.is_list)?;
    let about = sbom.about.as_ref();
    let digest = about.and_then(|about| about.digest.as_ref());
    let sibling = attested.coverage.rows.iter().find(|other| {
        !other.is_list && other.digest != row.digest && digest == Some(&other.digest)
    });
    if let Some(sibling) = sibling {
        return Some(format!("it says that it is of {} ({})", sibling.digest, sibling.name()));
    }
    let found = architectures(sbom);
    if found.keys().any(|name| is_same(name, &platform.architecture)) {
        return None;
    }
    // An unknown word proves nothing.
    if found.keys().any(|name| family(name).is_none()) {
        return None;
    }
    if !found.is_empty() {
        let named: Vec<String> =
            found.iter().map(|(name, count)| format!("{count} of {name}")).collect();
        return Some(format!(
            "no package is of {}, but {}",
            platform.architecture,
            named.join(", ")
        ));
    }
    let said = about.and_then(|about| about.architecture.as_deref());
    let said = said.filter(|said| !is_neutral(said) && !is_same(said, &platform.architecture))?;
    Some(format!("it says that it is of an image for {said}"))
}

/// How many packages there are of each architecture that counts.
pub(super) fn architectures(sbom: &Sbom) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    for package in &sbom.packages {
        if let Some(name) = package.architecture.as_deref().filter(|it| !is_neutral(it)) {
            *found.entry(name).or_insert(0) += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, sbom};
    use super::*;

    #[test]
    fn only_foreign_packages_are_a_lie() {
        for (platform, architectures, lies) in [
            ("linux/amd64", "amd64 all i386", false),
            ("linux/amd64", "x86_64 noarch", false),
            ("linux/arm64", "aarch64", false),
            ("linux/arm64", "arm64 armhf", false),
            ("linux/arm/v7", "armhf", false),
            ("linux/386", "i386 all", false),
            // Nothing but scripts: nothing is said of an architecture.
            ("linux/arm64", "all noarch", false),
            ("linux/arm64", "", false),
            ("linux/arm64", "amd64 i386 all", true),
            ("linux/amd64", "arm64", true),
            ("linux/arm/v7", "aarch64 noarch", true),
            ("linux/s390x", "x86_64", true),
            ("linux/amd64/v2", "x86_64_v2 noarch", false),
            ("linux/arm64", "aarch64_generic all", false),
            ("linux/arm64", "sh5", false),
            ("linux/arm64", "x86_64_v2", true),
        ] {
            let document = move |_: &[String]| sbom("image", architectures);
            let facts = attested(&[platform], &[Attach::to(0, document)]);
            match lies {
                true => {
                    assert_eq!(one(&RULE, &facts).severity, Severity::Error, "{platform}");
                }
                false => silent(&RULE, &facts),
            }
        }
    }

    #[test]
    fn stages_context_and_lists_are_left_alone() {
        for name in ["sbom-build", "sbom-context"] {
            let document = move |_: &[String]| sbom(name, "amd64");
            silent(&RULE, &attested(&["linux/arm64"], &[Attach::to(0, document)]));
        }
        let document = |_: &[String]| sbom("image", "amd64");
        silent(&RULE, &attested(&["linux/arm64"], &[Attach::to_list(document)]));
    }

    #[test]
    fn the_digest_of_a_sibling_is_a_lie() {
        let of = |at: usize| {
            move |digests: &[String]| {
                let hex = digests[at].trim_start_matches("sha256:").to_owned();
                let root = format!(
                    r#"{{"SPDXID":"root","name":"x","primaryPackagePurpose":"CONTAINER","checksums":[{{"algorithm":"SHA256","checksumValue":"{hex}"}}]}}"#
                );
                sbom("image", "armhf").replace(
                    r#""packages":["#,
                    &format!(r#""documentDescribes":["root"],"packages":[{root},"#),
                )
            }
        };
        let entries = ["linux/arm/v6", "linux/arm/v7"];
        silent(&RULE, &attested(&entries, &[Attach::to(1, of(1))]));
        let facts = attested(&entries, &[Attach::to(1, of(0))]);
        assert!(one(&RULE, &facts).evidence[0].ends_with("(linux/arm/v6)"));
    }
}
