//! A script whose first line ends as lines end on Windows.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::check::Program;
use crate::model::files::program::{Contents, Script};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "crlf-script",
    says: "the script that an image starts has CRLF line ends: the kernel takes the carriage return \
           for a part of the interpreter's name, and says \"no such file or directory\"",
    threads: &[],
    needs: "the headers of programs, which `platy check` reads",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let scripts = behind.images().filter_map(|image| {
        let (program, script) = image.row()?.programs().find_map(crlf)?;
        let line = script
            .argument
            .iter()
            .fold(script.interpreter.clone(), |line, argument| format!("{line} {argument}"));
        let title = format!("{} has CRLF line ends: its first line is `#!{line}`", program.path);
        Some((title, image))
    });
    RULE.of_groups(Severity::Error, scripts, |finding, _| {
        finding.next(
            "save the script with LF line ends (`dos2unix`; in a Git repository `*.sh text \
             eol=lf` in .gitattributes) and build again",
        )
    })
}

fn crlf(program: &Program) -> Option<(&Program, &Script)> {
    let Ok(Contents::Script(script)) = &program.contents else { return None };
    let last = script.argument.as_ref().unwrap_or(&script.interpreter);
    last.ends_with('\r').then_some((program, script))
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, proven, silent};
    use super::super::entrypoint_missing;
    use super::*;

    #[test]
    fn carriage_returns_are_named() {
        for line in ["/bin/sh\r", "/bin/sh -e\r", "/usr/bin/env sh\r"] {
            let mut facts = listed("-", &["linux/amd64"]);
            let script = format!("run #!{line}");
            let files = [script.as_str(), "bin/sh linux/amd64", "usr/bin/env linux/amd64"];
            proven(&mut facts, 0, &files, "run");
            let found = one(&RULE, &facts);
            let title = format!("/run has CRLF line ends: its first line is `#!{line}`");
            assert_eq!(found.title, title);
            silent(&entrypoint_missing::RULE, &facts);
        }
    }

    #[test]
    fn other_scripts_are_silent() {
        let mut facts = listed("-", &["linux/amd64"]);
        proven(&mut facts, 0, &["run #!/bin/sh -e", "bin/sh linux/amd64"], "run");
        silent(&RULE, &facts);
    }
}
