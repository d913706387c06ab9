//! Parts of the list are not in the registry.

use super::super::rule::{Find, Rule};
use super::super::{Broken, Facts, Finding, Image, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "missing-child",
    says: "an entry of the list, its config or a layer is not in the registry, is not what its \
           digest and size say, or is damaged: engines that choose it fail",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

/// The most next steps of one finding.
const MOST_STEPS: usize = 3;

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let broken: Vec<_> = behind.entries.iter().filter(|entry| !entry.broken.is_empty()).collect();
    let Some(first) = broken.first() else { return Vec::new() };
    let mut parts = broken.iter().flat_map(|entry| &entry.broken);
    let fate = if parts.all(|it| !it.missing) { "cannot be read" } else { "cannot be had" };
    let title = match broken.len() {
        1 => format!("{} is named, but parts of it {fate}", first.place()),
        count => format!("{count} entries are named, but parts of them {fate}"),
    };
    let repository = behind.repository.as_deref().unwrap_or("this layout");
    let finding = RULE
        .finding(Severity::Error, title)
        .about(broken.iter().copied())
        .saw_all(broken.iter().map(|entry| format!("{}; {}", entry.line(), listed_parts(entry))))
        .saw_all(facts.taken(|image| broken.iter().any(|entry| entry.path == image.path)))
        .next(next(&broken, repository));
    vec![finding]
}

fn listed_parts(entry: &Image) -> String {
    let parts: Vec<String> = entry.broken.iter().map(Broken::to_string).collect();
    parts.join("; ")
}

/// What is not there is pushed again; what is damaged is made anew.
fn next(broken: &[&Image], repository: &str) -> String {
    let parts = || broken.iter().flat_map(|entry| &entry.broken);
    let mut steps = Vec::new();
    if parts().any(|part| part.missing) {
        steps.push(format!(
            "push the missing content to {repository} again; a clean-up that deletes untagged \
             manifests takes the entries of lists away"
        ));
    }
    let damaged = parts().filter(|part| !part.missing);
    for part in damaged {
        let step = part.next.as_deref().unwrap_or("build and push the damaged content anew");
        if steps.len() < MOST_STEPS && !steps.iter().any(|known| known == step) {
            steps.push(step.to_owned());
        }
    }
    steps.join("; ")
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;
    use crate::oci::{Class, Failure};

    #[test]
    fn a_dangling_entry_is_found() {
        let found = one(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/arm64!"]));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.evidence[0].contains("the manifest: not in the registry"), "{found:?}");
        assert!(found.evidence[1].contains("no. 2 is taken by 22 engines: Docker"), "{found:?}");
    }

    #[test]
    fn what_is_damaged_is_told_from_what_is_missing() {
        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        let failure = Failure::new(Class::Malformed, "sha256:1", "the gzip stream ends early")
            .with_next("build it anew");
        behind(&mut facts).entries[0].broken =
            Broken::of("layer 2", &failure).into_iter().collect();
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "no. 1 is named, but parts of it cannot be read");
        assert!(found.evidence[0].ends_with("; layer 2: the gzip stream ends early"), "{found:?}");
        assert_eq!(found.next_step, "build it anew");
        let failure = Failure::new(Class::Unreachable, "example.com", "no answer");
        assert_eq!(Broken::of("layer 2", &failure), None);
    }

    #[test]
    fn a_whole_list_has_none() {
        silent(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/arm64"]));
    }
}
