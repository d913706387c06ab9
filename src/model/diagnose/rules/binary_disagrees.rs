//! A program that is made for another machine than the labels say (moby/buildkit#5677).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::check::Side;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "binary-disagrees",
    says: "the program that an image starts is made for another machine than the list and the \
           config say: it does not start where it was meant to",
    threads: &["moby/buildkit#5677"],
    needs: "the headers of programs, which `platy check` reads",
    find: Find::Facts(find),
};

/// The most findings of this rule: a list may have thousands of entries.
const MOST: usize = 20;

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let takers = facts.takers();
    let wrong = behind.images().filter_map(|image| {
        let row = image.row().filter(|row| row.wrong.contains(&Side::Program))?;
        Some((image, row))
    });
    wrong
        .take(MOST)
        .map(|(image, row)| {
            let severity = if row.runs.is_some() { Severity::Warning } else { Severity::Error };
            let mut finding =
                RULE.finding(severity, row.reason.clone()).about([image]).saw(image.line());
            if let Some((program, executable)) =
                row.program().and_then(|program| Some((program, program.executable()?)))
            {
                finding = finding.saw(format!(
                    "{}: {executable}, {}",
                    program.path,
                    executable.details.join(", ")
                ));
            }
            finding.saw_all(super::super::facts::taken(&takers, |it| it.path == image.path)).next(
                match row.runs {
                    Some(_) => {
                        "label it for the machine that the program is made for, or build \
                                the program for the machine that the label names"
                    }
                    None => {
                        "build the program for the platform of the label: in a Dockerfile, \
                             hand TARGETOS and TARGETARCH on to the compiler, and copy from a \
                             stage of the right platform"
                    }
                },
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, proven, silent};
    use super::*;

    #[test]
    fn a_program_for_another_machine_is_found() {
        let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        proven(&mut facts, 1, &["usr/bin/app linux/amd64"], "usr/bin/app");
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Error);
        assert_eq!(
            found.title,
            "the label says linux/arm64, /usr/bin/app is amd64 ELF, from layer 2, made by \
             `COPY app /`"
        );
        assert!(found.evidence.iter().any(|line| line.contains("taken by")), "{found:?}");
    }

    #[test]
    fn what_runs_all_the_same_is_a_warning() {
        let mut facts = listed("linux/amd64", &["linux/amd64"]);
        proven(&mut facts, 0, &["app linux/386"], "app");
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Warning);
        assert!(found.title.contains("x86-64 machines run i386 programs"), "{}", found.title);
    }

    #[test]
    fn programs_that_fit_and_those_nobody_read_are_silent() {
        let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64", "linux/arm/v7"]);
        silent(&RULE, &facts);
        proven(&mut facts, 1, &["app linux/arm64"], "app");
        proven(&mut facts, 2, &["app linux/arm/v6"], "app");
        silent(&RULE, &facts);
    }
}
