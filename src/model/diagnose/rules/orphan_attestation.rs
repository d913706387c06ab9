//! Attestations of images that the list does not have.

use std::collections::HashSet;

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::oci::{Digest, Kind};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "orphan-attestation",
    says: "an attestation of the list speaks of an image that the list does not have: the list \
           was put together or thinned out by a tool that does not know them",
    threads: &[],
    needs: "the list",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let listed: HashSet<&Digest> = behind.entries.iter().map(|entry| &entry.digest).collect();
    let orphans: Vec<_> = behind
        .entries
        .iter()
        // One whose annotations were stripped has a rule of its own.
        .filter(|entry| entry.kind == Kind::Attestation && entry.is_named_attestation())
        .filter(|entry| entry.attests.as_ref().is_none_or(|image| !listed.contains(image)))
        .collect();
    let title = match orphans.len() {
        0 => return Vec::new(),
        1 => "an attestation speaks of an image that is not in the list".to_owned(),
        count => format!("{count} attestations speak of images that are not in the list"),
    };
    let lines = orphans.iter().map(|entry| match &entry.attests {
        Some(image) => format!("{} attests {image}", entry.line()),
        None => format!("{} names no image", entry.line()),
    });
    let cause = "`regctl image mod`, and copies that pack layers anew, change the images and keep \
                 the attestations (regctl 0.11.7, skopeo 1.22); `regctl index delete` and `oras \
                 manifest index update` leave them behind";
    let finding = RULE.finding(Severity::Warning, title).saw_all(lines).saw(cause).next(format!(
        "`platy edit {} --mend` takes them out; leave attestations out together with their \
         images, and put them in together: `docker buildx imagetools create` does",
        behind.name()
    ));
    vec![finding.about(orphans)]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, facts, one, silent};
    use super::*;
    use crate::model::world::World;

    #[test]
    fn an_attestation_without_its_image_is_found() {
        let mut found = facts(&World::index(&["linux/amd64", "linux/arm64"], true), "a.b/c:1", "-");
        silent(&RULE, &found);
        behind(&mut found).entries.remove(0);
        let finding = one(&RULE, &found);
        assert!(finding.title.starts_with("an attestation"), "{finding:?}");
        assert!(finding.evidence[0].contains(" attests sha256:"), "{finding:?}");
        for entry in &mut behind(&mut found).entries {
            entry.attests = None;
        }
        assert!(one(&RULE, &found).evidence[0].ends_with("names no image"));
    }
}
