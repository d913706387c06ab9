//! Entries that describe their manifest as something else than it says it is.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "descriptor-differs",
    says: "the type in an entry of the list is not the one that the manifest gives itself: clients \
           that check refuse it (a size or digest that differs is told by `missing-child`)",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let differing: Vec<_> = behind
        .entries
        .iter()
        .filter_map(|entry| {
            let (stated, own) = (entry.stated_type.as_ref()?, entry.own_type.as_ref()?);
            (stated != own).then_some((entry, stated, own))
        })
        .collect();
    let title = match differing.as_slice() {
        [] => return Vec::new(),
        [(entry, ..)] => format!("{} is listed as another type than it is", entry.place()),
        all => format!("{} entries are listed as another type than they are", all.len()),
    };
    let lines = differing.iter().map(|(entry, stated, own)| {
        format!(
            "{}: the entry says {}, the manifest says {}",
            entry.line(),
            stated.as_str(),
            own.as_str()
        )
    });
    vec![
        RULE.finding(Severity::Warning, title)
            .about(differing.iter().map(|(entry, ..)| *entry))
            .saw_all(lines)
            .next("write the manifest's own mediaType into the entry"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;
    use crate::oci::MediaType;

    #[test]
    fn another_type_is_found() {
        let mut facts = listed("-", &["linux/amd64", "linux/arm64"]);
        silent(&RULE, &facts);
        behind(&mut facts).entries[1].stated_type = Some(MediaType::DockerManifest);
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "no. 2 is listed as another type than it is");
        assert!(found.evidence[0].contains("application/vnd.docker"), "{found:?}");
        // Many manifests do not say what they are.
        behind(&mut facts).entries[1].own_type = None;
        silent(&RULE, &facts);
    }
}
