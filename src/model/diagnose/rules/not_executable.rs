//! A command that the kernel refuses to execute.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "not-executable",
    says: "the program or script that an image starts, its interpreter or its loader has no execute \
           permission for the user of the config, a folder on the way to it cannot be entered by that \
           user, or a script cannot be read: it fails with `permission denied`",
    threads: &[],
    needs: "the layers, which `platy check` reads",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let denied = behind.images().filter_map(|image| {
        let row = image.row()?;
        let (path, layer, why) = row.proof.as_ref().ok()?.launch.denied()?;
        let origin = row.origin(layer);
        let comma = if origin.is_empty() { "" } else { ", " };
        Some((format!("{path}{comma}{origin}: {why}"), image))
    });
    RULE.of_groups(Severity::Error, denied, |finding, _| {
        finding.next(
            "set the execute bit: `COPY --chmod=755` in a Dockerfile, or `git update-index \
             --chmod=+x` on the source; give the file to the user that the config names",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, proven, silent};
    use super::*;

    #[test]
    fn a_script_without_its_bit_is_found() {
        let mut facts = listed("-", &["linux/amd64"]);
        proven(&mut facts, 0, &["run #!/bin/sh|644", "bin/sh linux/amd64"], "run");
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Error);
        assert_eq!(
            found.title,
            "/run, from layer 2, made by `COPY app /`: nobody may execute it: its mode is 0644"
        );
    }

    #[test]
    fn what_can_be_executed_is_silent() {
        let mut facts = listed("-", &["linux/amd64"]);
        silent(&RULE, &facts);
        proven(&mut facts, 0, &["run #!/bin/sh", "bin/sh linux/amd64"], "run");
        silent(&RULE, &facts);
    }
}
