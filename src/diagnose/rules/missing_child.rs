//! Parts of the list are not in the registry.

use super::super::rule::Rule;
use super::super::{Facts, Finding, Severity};

pub(in crate::diagnose) const RULE: Rule = Rule {
    name: "missing-child",
    says: "an entry of the list, or its config, is not in the registry, or is not what its digest \
           says: engines that choose it fail",
    threads: &[],
    needs: "the list and its manifests",
    find,
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let broken: Vec<_> = behind.entries.iter().filter(|entry| !entry.broken.is_empty()).collect();
    let Some(first) = broken.first() else { return Vec::new() };
    let title = match broken.len() {
        1 => format!("{} is named, but parts of it cannot be had", first.place()),
        count => format!("{count} entries are named, but parts of them cannot be had"),
    };
    let repository = behind.repository.as_deref().unwrap_or("this layout");
    let finding = RULE
        .finding(Severity::Error, title)
        .about(broken.iter().copied())
        .saw_all(
            broken.iter().map(|entry| format!("{}; {}", entry.line(), entry.broken.join("; "))),
        )
        .saw_all(facts.taken(|image| broken.iter().any(|entry| entry.path == image.path)))
        .next(format!(
            "push the missing content to {repository} again; a clean-up that deletes untagged \
             manifests takes the entries of lists away"
        ));
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    #[test]
    fn a_dangling_entry_is_found() {
        let found = one(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/arm64!"]));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.evidence[0].contains("the manifest: not in the registry"), "{found:?}");
        assert!(found.evidence[1].contains("no. 2 is taken by Docker"), "{found:?}");
    }

    #[test]
    fn a_whole_list_has_none() {
        silent(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/arm64"]));
    }
}
