//! An entrypoint that the kernel cannot run at all.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::model::check::{Program, Role};
use crate::model::files::program::Contents;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "not-a-program",
    says: "the file that an image starts is neither a program nor a script with a `#!` line: cut \
           off, empty or data, so that it fails everywhere with `exec format error`",
    threads: &[],
    needs: "the headers of programs, which `platy check` reads",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let no_programs = behind.images().filter_map(|image| {
        let program = image.row()?.programs().find(|program| fails(image, program))?;
        let origin = image.row()?.origin(program.layer);
        let title = format!("{} is neither a program nor a script, {origin}", program.path);
        Some((title, image))
    });
    RULE.of_groups(Severity::Error, no_programs, |finding, _| {
        finding.next(
            "see whether the build or the copy cut it off (its size in `platy files`); a shell \
             script needs a first line such as `#!/bin/sh`",
        )
    })
}

/// Only what the kernel starts itself: starters such as `tini`, and shells, hand what it refuses
/// to a shell. Windows has its own scripts.
fn fails(image: &Image, program: &Program) -> bool {
    let windows = image.said().is_some_and(|platform| platform.os.eq_ignore_ascii_case("windows"));
    let by_kernel = matches!(program.role, Role::Entrypoint | Role::InterpreterOf(_));
    !windows && by_kernel && program.contents == Ok(Contents::Data)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, proven, silent};
    use super::*;

    #[test]
    fn what_the_kernel_refuses_is_found() {
        let mut facts = listed("-", &["linux/amd64", "linux/arm64"]);
        silent(&RULE, &facts);
        proven(&mut facts, 0, &["app data"], "app");
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Error);
        assert_eq!(
            found.title,
            "/app is neither a program nor a script, from layer 2, made by `COPY app /`"
        );
        proven(&mut facts, 1, &["app data"], "app");
        assert_eq!(one(&RULE, &facts).entries.len(), 2);
    }

    #[test]
    fn what_others_start_and_windows_scripts_are_silent() {
        let mut facts = listed("-", &["windows/amd64", "linux/amd64"]);
        proven(&mut facts, 0, &["app data"], "app");
        proven(&mut facts, 1, &["app linux/amd64"], "app");
        silent(&RULE, &facts);
    }
}
