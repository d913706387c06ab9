//! An SBOM on the list that speaks of one platform.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use super::sbom_architecture::architectures;
use crate::model::evidence::{Attached, Attested, Row, is_same};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "list-sbom",
    says: "an SBOM is attached to the list and speaks of one of its platforms; whoever asks for \
           another platform's finds none, or takes this one",
    threads: &["actions/attest-sbom#60"],
    needs: "the list, what refers to it, and the SBOMs",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let found: Vec<(&Attached, &Row)> =
        attested.read.iter().filter_map(|it| Some((it, only(attested, it)?))).collect();
    let title = match found.as_slice() {
        [] => return Vec::new(),
        [(_, row)] => format!("the SBOM on the list speaks of {} only", row.name()),
        all => format!("{} SBOMs on the list speak of one platform each", all.len()),
    };
    vec![
        RULE.finding(Severity::Info, title)
            .about(facts.images_of(found.iter().map(|(_, row)| &row.digest)))
            .saw_all(found.iter().map(|(it, row)| format!("{} is of {}", it.name(), row.name())))
            .next("attach an SBOM to each platform's own digest"),
    ]
}

/// The only platform of a list that an SBOM on it speaks of.
fn only<'a>(attested: &'a Attested, attached: &Attached) -> Option<&'a Row> {
    let sbom = attached.sbom().filter(|_| attached.row.is_list)?;
    let images: Vec<&Row> = attested.coverage.rows.iter().filter(|row| !row.is_list).collect();
    if images.len() < 2 {
        return None;
    }
    let digest = sbom.about.as_ref().and_then(|about| about.digest.as_ref());
    if let Some(named) = images.iter().find(|row| digest == Some(&row.digest)) {
        return Some(named);
    }
    let found = architectures(sbom);
    let mut spoken = images.iter().filter(|row| {
        let platform = row.platform.as_ref();
        platform.is_some_and(|it| found.keys().any(|name| is_same(name, &it.architecture)))
    });
    let first = spoken.next()?;
    spoken.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, sbom};
    use super::*;

    #[test]
    fn one_platform_of_two_is_told() {
        let entries = ["linux/amd64", "linux/arm64"];
        for (architectures, told) in [
            ("amd64 all", Some("linux/amd64")),
            ("aarch64", Some("linux/arm64")),
            ("amd64 arm64", None),
            ("all", None),
            ("s390x", None),
        ] {
            let document = move |_: &[String]| sbom("image", architectures);
            let facts = attested(&entries, &[Attach::to_list(document)]);
            match told {
                Some(name) => {
                    let finding = one(&RULE, &facts);
                    assert_eq!(finding.severity, Severity::Info);
                    assert!(finding.title.contains(name), "{finding:?}");
                }
                None => silent(&RULE, &facts),
            }
            silent(&RULE, &attested(&["linux/amd64"], &[Attach::to_list(document)]));
        }
    }
}
