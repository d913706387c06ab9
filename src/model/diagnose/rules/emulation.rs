//! Emulators are registered, so that a wrong image may still run
//! (kernel `Documentation/admin-guide/binfmt-misc.rst`).

use super::super::facts::listed;
use super::super::rule::{Find, Rule};
use super::super::{Emulator, Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "emulation",
    says: "the kernel has emulators for other architectures (binfmt_misc), so that a wrong image \
           may run, slowly, instead of failing with `exec format error`",
    threads: &[],
    needs: "/proc/sys/fs/binfmt_misc of this machine",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(host), Some(emulators)) = (facts.host(), facts.emulators.known()) else {
        return Vec::new();
    };
    let works = |emulator: &&Emulator| {
        emulator.enabled && emulator.architecture.is_some_and(|name| name != host.architecture())
    };
    let working: Vec<&Emulator> = emulators.iter().filter(works).collect();
    if working.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = working.iter().filter_map(|emulator| emulator.architecture).collect();
    vec![
        RULE.finding(
            Severity::Info,
            format!("programs for {} run here by emulation", listed(&names)),
        )
        .saw_all(working.iter().map(|emulator| {
            let fixed = if emulator.fixed {
                "works inside containers"
            } else {
                "works inside a container only where its program is there (no flag F)"
            };
            format!("binfmt_misc: {} by {}, {fixed}", emulator.name, emulator.interpreter)
        }))
        .next(
            "that an image runs does not show that it is the right one: compare `uname -m` inside",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    fn with(architecture: Option<&'static str>, enabled: bool) -> Facts {
        let mut facts = listed("linux/arm64", &["linux/amd64"]);
        facts.emulators = Fact::Known(vec![Emulator {
            name: "qemu-x86_64".into(),
            interpreter: "/usr/bin/qemu-x86_64-static".into(),
            enabled,
            fixed: true,
            architecture,
        }]);
        facts
    }

    #[test]
    fn emulators_of_other_architectures_are_told() {
        let found = one(&RULE, &with(Some("amd64"), true));
        assert!(found.title.contains("amd64"), "{found:?}");
    }

    #[test]
    fn switched_off_own_and_unknown_handlers_are_not() {
        silent(&RULE, &with(Some("amd64"), false));
        silent(&RULE, &with(Some("arm64"), true));
        silent(&RULE, &with(None, true));
    }
}
