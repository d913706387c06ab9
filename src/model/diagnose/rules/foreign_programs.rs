//! Programs of other machines in an image whose own command is right.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "foreign-programs",
    says: "an image holds programs for other machines beside those of its platform: emulators and \
           toolchains do, others were copied from the wrong stage",
    threads: &[],
    needs: "the headers of all programs (`platy check --all-programs`)",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let foreign: Vec<_> = behind
        .images()
        .filter_map(|image| {
            let others = image.row()?.proof.as_ref().ok()?.others.as_ref()?;
            (others.differ > 0).then_some((image, others))
        })
        .collect();
    let title = match foreign.as_slice() {
        [] => return Vec::new(),
        [(image, others)] => format!(
            "{} holds {} of other machines",
            image.place(),
            crate::text::plural(others.differ, "program")
        ),
        all => format!("{} images hold programs of other machines", all.len()),
    };
    let lines = foreign.iter().flat_map(|(image, others)| {
        let first = std::iter::once(image.line());
        first.chain(
            others
                .differing
                .iter()
                .map(|(path, layer, what)| format!("{path} from layer {} is {what}", layer + 1)),
        )
    });
    vec![
        RULE.finding(Severity::Info, title)
            .about(foreign.iter().map(|(image, _)| *image))
            .saw_all(lines)
            .next("see whether anything of this platform starts them"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, proven, silent};
    use super::*;

    #[test]
    fn programs_of_other_machines_are_named() {
        let mut facts = listed("linux/amd64", &["linux/amd64", "linux/arm64"]);
        proven(&mut facts, 0, &["app linux/amd64", "bin/qemu linux/s390x"], "app");
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "no. 1 holds 1 program of other machines");
        assert_eq!(found.evidence[1], "/bin/qemu from layer 2 is s390x ELF");
    }

    #[test]
    fn programs_of_the_platform_are_silent() {
        let mut facts = listed("linux/amd64", &["linux/amd64"]);
        silent(&RULE, &facts);
        proven(&mut facts, 0, &["app linux/amd64", "bin/sh linux/amd64"], "app");
        silent(&RULE, &facts);
    }
}
