//! An image whose command is not in it.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::check::Role;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "entrypoint-missing",
    says: "the program that an image starts, or the interpreter of the script that it starts, is \
           not in the image: it does not start anywhere",
    threads: &[],
    needs: "the layers, which `platy check` reads",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let lost = behind
        .images()
        .filter_map(|image| {
            let proof = image.row()?.proof.as_ref().ok()?;
            let (program, why) = proof.launch.problem()?;
            // A layer that could not be read may well have it.
            let lost = program.layer.is_none() && !why.starts_with("layer ");
            // Carriage returns have a finding of their own.
            (lost && !program.path.ends_with('\r')).then_some((image, program, why))
        })
        .map(|(image, program, why)| {
            let title = match &program.role {
                Role::InterpreterOf(script) => {
                    format!("{script} is a script for {}, and {why}", program.path)
                }
                Role::StartedBy(starter) => {
                    format!("{starter} is to start {}, and {why}", program.path)
                }
                _ => format!("the image is to start {}, and {why}", program.path),
            };
            (title, image)
        });
    RULE.of_groups(Severity::Error, lost, |finding, _| {
        finding.next(
            "look at what the build copies for this platform, and at Entrypoint, Cmd, PATH and \
             WorkingDir of the config",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, proven, silent};
    use super::*;

    #[test]
    fn what_is_not_there_is_named() {
        let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        proven(&mut facts, 1, &["bin/sh linux/arm64"], "usr/bin/app");
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "the image is to start /usr/bin/app, and it is not in the image");
        assert!(found.evidence[0].starts_with("no. 2"), "{found:?}");

        proven(&mut facts, 0, &["bin/sh linux/arm64"], "usr/bin/app");
        let found = one(&RULE, &facts);
        assert_eq!((found.entries.len(), found.evidence.len()), (2, 2), "one finding of both");

        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        proven(&mut facts, 0, &["run #!/bin/bash"], "run");
        assert!(one(&RULE, &facts).title.contains("a script for /bin/bash"));
    }

    #[test]
    fn what_is_there_is_silent() {
        let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        proven(&mut facts, 1, &["app linux/arm64"], "app");
        silent(&RULE, &facts);
    }
}
