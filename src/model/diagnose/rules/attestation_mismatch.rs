//! An attestation that its entry gives to one image and its manifest to another.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::oci::Kind;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "attestation-mismatch",
    says: "the annotations of an attestation's entry name one image, and the `subject` of its \
           manifest another: the list shows it for an image that it does not speak of",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let wrong: Vec<_> = behind
        .entries
        .iter()
        .filter(|entry| entry.kind == Kind::Attestation)
        .filter_map(|entry| Some((entry, entry.attests.as_ref()?, entry.subject.as_ref()?)))
        .filter(|(_, listed, subject)| listed != subject)
        .collect();
    let title = match wrong.as_slice() {
        [] => return Vec::new(),
        [(entry, ..)] => format!("the attestation {} is listed for another image", entry.place()),
        all => format!("{} attestations are listed for other images", all.len()),
    };
    let lines = wrong.iter().map(|(entry, listed, subject)| {
        format!("{}; its annotation names {listed}, its manifest {subject}", entry.line())
    });
    vec![
        RULE.finding(Severity::Error, title)
            .about(wrong.iter().map(|(entry, ..)| *entry))
            .saw_all(lines)
            .next(
                "list the attestation for the image that its manifest names as subject, or leave it \
                 out; `docker buildx imagetools create` keeps both together",
            ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, facts, one, silent};
    use super::*;
    use crate::model::world::World;
    use crate::oci::Digest;

    // regctl 0.11.7 `index add` makes such a list without a word.
    #[test]
    fn annotation_and_subject_that_differ_are_found() {
        let mut found = facts(&World::index(&["linux/amd64"], true), "a.b/c:1", "-");
        silent(&RULE, &found);
        let listed = behind(&mut found).entries[1].attests.clone();
        behind(&mut found).entries[1].subject = listed;
        silent(&RULE, &found);
        behind(&mut found).entries[1].subject = Some(Digest::sha256(b"another"));
        let finding = one(&RULE, &found);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.title, "the attestation no. 2 is listed for another image");
    }
}
