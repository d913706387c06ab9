//! Windows entries without a version.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "windows-version",
    says: "a Windows entry has no `os.version`: engines cannot tell which hosts run it, and the \
           first such entry is taken by all",
    threads: &[],
    needs: "the list",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let without: Vec<_> = behind
        .images()
        .filter(|image| {
            let platform = image.platform.as_ref();
            platform
                .is_some_and(|it| it.os.eq_ignore_ascii_case("windows") && it.os_version.is_empty())
        })
        .collect();
    let title = match without.as_slice() {
        [] => return Vec::new(),
        [image] => format!("{} is for Windows and has no os.version", image.place()),
        all => format!("{} entries are for Windows and have no os.version", all.len()),
    };
    let lines = without.iter().map(|image| {
        match image.config.known().filter(|config| !config.os_version.is_empty()) {
            Some(config) => format!("{}; its config says {}", image.line(), config.os_version),
            None => image.line(),
        }
    });
    vec![
        RULE.finding(Severity::Warning, title)
            .about(without.iter().copied())
            .saw_all(lines)
            .next("put the os.version of the config into the entry of the list"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    #[test]
    fn a_windows_entry_without_a_version_is_found() {
        let facts = listed("-", &["linux/amd64", "windows/amd64=windows(10.0.20348.2402)/amd64"]);
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "no. 2 is for Windows and has no os.version");
        assert!(found.evidence[0].ends_with("its config says 10.0.20348.2402"), "{found:?}");
    }

    #[test]
    fn versions_and_other_systems_are_silent() {
        silent(&RULE, &listed("-", &["linux/amd64", "windows(10.0.20348.2402)/amd64"]));
    }
}
