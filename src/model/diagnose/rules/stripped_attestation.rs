//! Attestations that their entry in the list does not call so any more.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::oci::Kind;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "stripped-attestation",
    says: "an entry of the list is an attestation (its layers are in-toto statements) and its \
           annotations do not say so: a tool stripped them, and others take the entry for an image",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let stripped: Vec<&Image> = behind
        .entries
        .iter()
        .filter(|entry| entry.kind == Kind::Attestation && !entry.is_named_attestation())
        .collect();
    let title = match stripped.as_slice() {
        [] => return Vec::new(),
        [one] => format!("{} is an attestation, and its annotations do not say so", one.place()),
        all => {
            format!("{} entries are attestations, and their annotations do not say so", all.len())
        }
    };
    let lines = stripped.iter().map(|entry| match &entry.subject {
        Some(subject) => format!("{}; its manifest names {subject} as its subject", entry.line()),
        None => entry.line(),
    });
    vec![
        RULE.finding(Severity::Warning, title)
            .about(stripped.iter().copied())
            .saw_all(lines)
            .saw("`soci convert` 0.16 and `podman manifest add --all` 4.3 strip annotations")
            .next(format!(
                "`platy edit {} --mend` puts the annotations back; or make the list anew from its \
                 images with a tool that keeps them",
                behind.name()
            )),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, facts, one, silent};
    use super::*;
    use crate::model::world::World;
    use crate::oci::Digest;

    #[test]
    fn an_attestation_without_its_annotations_is_found() {
        let mut found = facts(&World::index(&["linux/amd64"], true), "a.b/c:1", "-");
        silent(&RULE, &found);
        behind(&mut found).entries[1].annotations.clear();
        behind(&mut found).entries[1].subject = Some(Digest::sha256(b"image"));
        let finding = one(&RULE, &found);
        assert_eq!(finding.title, "no. 2 is an attestation, and its annotations do not say so");
        assert!(finding.evidence[0].ends_with("as its subject"), "{finding:?}");
    }
}
