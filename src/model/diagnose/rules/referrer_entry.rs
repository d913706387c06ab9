//! Referrers among the entries of a list.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::oci::{Digest, Kind};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "referrer-entry",
    says: "an entry of the list is a signature, an SBOM or another artifact that refers to another \
           entry: it belongs beside the list, and whoever made the list took it in",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let entries = &behind.entries;
    let is_listed = |digest: &Digest| entries.iter().any(|entry| entry.digest == *digest);
    let refers = |entry: &&Image| {
        entry.kind == Kind::Artifact && entry.subject.as_ref().is_some_and(is_listed)
    };
    let found: Vec<&Image> = entries.iter().filter(refers).collect();
    let title = match found.as_slice() {
        [] => return Vec::new(),
        [one] => {
            format!("{} refers to another entry, and is not a platform of its own", one.place())
        }
        all => format!("{} entries refer to other entries, and are not platforms", all.len()),
    };
    let lines = found.iter().map(|entry| match &entry.subject {
        Some(subject) => format!("{}; its subject is {subject}", entry.line()),
        None => entry.line(),
    });
    vec![
        RULE.finding(Severity::Warning, title)
            .about(found.iter().copied())
            .saw_all(lines)
            .saw("`oras manifest index create` and `crane index append` take any manifest in")
            .next(format!(
                "`platy edit {} --mend` takes them out; they stay referrers",
                behind.name()
            )),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;

    #[test]
    fn a_referrer_among_the_entries_is_found() {
        let mut found = listed("linux/amd64", &["linux/amd64", "linux/arm64"]);
        let image = behind(&mut found).entries[0].digest.clone();
        let entry = &mut behind(&mut found).entries[1];
        entry.kind = Kind::Artifact;
        silent(&RULE, &found);
        // What it refers to is elsewhere: an artifact that somebody lists on purpose.
        behind(&mut found).entries[1].subject = Some(Digest::sha256(b"elsewhere"));
        silent(&RULE, &found);
        behind(&mut found).entries[1].subject = Some(image);
        let finding = one(&RULE, &found);
        assert_eq!(
            finding.title,
            "no. 2 refers to another entry, and is not a platform of its own"
        );
        // An attestation in the list names its image as its subject, and is right there.
        behind(&mut found).entries[1].kind = Kind::Attestation;
        silent(&RULE, &found);
    }
}
