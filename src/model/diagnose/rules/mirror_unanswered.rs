//! A mirror that the engines' settings name and that does not answer.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "mirror-unanswered",
    says: "a mirror that is named for the reference could not be asked or read: what engines get by \
           it is not known, and each pull waits for it first",
    threads: &[],
    needs: "mirrors from daemon.json, registries.conf, hosts.toml or `--mirror`",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let mirrors = facts.mirrors.known().into_iter().flatten();
    let silent: Vec<_> = mirrors
        .filter(|mirror| !mirror.absent)
        .filter_map(|mirror| Some((mirror, mirror.answer.missing()?)))
        .collect();
    let title = match silent.as_slice() {
        [] => return Vec::new(),
        [(mirror, _)] => format!("{} does not say what it has", mirror.mirror),
        all => format!("{} mirrors do not say what they have", all.len()),
    };
    let lines = silent.iter().map(|(mirror, why)| match mirror.named_in.as_str() {
        "" => format!("{}: {why}", mirror.mirror),
        named_in => format!("{} (named in {named_in}): {why}", mirror.mirror),
    });
    vec![
        RULE.finding(Severity::Info, title)
            .saw_all(lines)
            .next("check that the mirror is running and can be reached from here, or remove it"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::super::super::{Fact, MirrorAnswer};
    use super::*;

    fn with(absent: bool) -> Facts {
        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        facts.mirrors = Fact::Known(vec![MirrorAnswer {
            mirror: "mirror.example".into(),
            door: None,
            named_in: "/etc/docker/daemon.json".into(),
            answer: Fact::Missing("no answer in time".into()),
            absent,
        }]);
        facts
    }

    #[test]
    fn a_mirror_without_an_answer_is_named() {
        let found = one(&RULE, &with(false));
        assert_eq!(found.title, "mirror.example does not say what it has");
        assert!(found.evidence[0].ends_with("daemon.json): no answer in time"), "{found:?}");
    }

    #[test]
    fn a_mirror_that_has_nothing_has_answered() {
        silent(&RULE, &with(true));
        silent(&RULE, &listed("linux/arm64", &["linux/arm64"]));
    }
}
