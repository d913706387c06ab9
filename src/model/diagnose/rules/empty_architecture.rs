//! Entries for an empty architecture.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "empty-architecture",
    says: "an entry of the list is for an operating system and an empty architecture, which no \
           machine has: buildx imagetools writes that for artifacts that it adds",
    threads: &[],
    needs: "the list",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let is_half = |entry: &&Image| {
        let platform = entry.platform.as_ref();
        platform.is_some_and(|it| it.architecture.is_empty() && !it.os.is_empty())
    };
    let half: Vec<&Image> = behind.entries.iter().filter(is_half).collect();
    let title = match half.as_slice() {
        [] => return Vec::new(),
        [one] => format!("{} is for an empty architecture", one.place()),
        all => format!("{} entries are for an empty architecture", all.len()),
    };
    vec![
        RULE.finding(Severity::Warning, title)
            .about(half.iter().copied())
            .saw_all(half.iter().map(|entry| entry.line()))
            .saw("`docker buildx imagetools create` 0.38 gives artifacts such a platform")
            .next(format!(
                "`platy edit {} --mend` drops it, or writes what the config says",
                behind.name()
            )),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;
    use crate::oci::Platform;

    #[test]
    fn an_empty_architecture_is_found() {
        let mut found = listed("linux/amd64", &["linux/amd64", "linux/arm64"]);
        silent(&RULE, &found);
        behind(&mut found).entries[1].platform = Some(Platform::new("linux", "", ""));
        let finding = one(&RULE, &found);
        assert_eq!(finding.title, "no. 2 is for an empty architecture");
        assert!(finding.next_step.contains("--mend"));
        // No platform at all is another matter.
        behind(&mut found).entries[1].platform = None;
        silent(&RULE, &found);
        behind(&mut found).entries[1].platform = Some(Platform::default());
        silent(&RULE, &found);
    }
}
