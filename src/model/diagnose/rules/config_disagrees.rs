//! An entry and the config behind it name different platforms (kubernetes/kubernetes#104085,
//! docker/for-linux#1170).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::model::check::Side;
use crate::model::select::platforms::Normal;
use crate::oci::Platform;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "config-disagrees",
    says: "an entry of the list and the config behind it name different platforms; engines choose \
           by the entry, and what runs is what the config was built for",
    threads: &["kubernetes/kubernetes#104085", "docker/for-linux#1170"],
    needs: "the list and its configs",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let differing: Vec<_> = behind
        .images()
        .filter_map(|image| {
            let (entry, config) = (image.platform.as_ref()?, image.config.known()?);
            Some((image, config, difference(entry, config)?))
        })
        .collect();
    let Some(severity) = differing.iter().map(|(_, _, severity)| *severity).min() else {
        return Vec::new();
    };
    let title = match differing.as_slice() {
        [(image, config, _)] => {
            let entry = image.platform.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} says {entry}, and its config says {config}", image.place())
        }
        all => format!("{} entries and their configs name different platforms", all.len()),
    };
    let places: Vec<_> = differing.iter().map(|(image, ..)| image.path.clone()).collect();
    let finding = RULE
        .finding(severity, title)
        .about(differing.iter().map(|(image, ..)| *image))
        .saw_all(
            differing
                .iter()
                .map(|(image, config, _)| format!("{}; its config says {config}", image.line())),
        )
        .saw_all(differing.iter().filter_map(|(image, ..)| told(image)))
        .saw_all(facts.taken(|image| places.contains(&image.path)))
        .next(next(differing.iter().map(|(image, ..)| *image)));
    vec![finding]
}

/// What to do, by what the programs say where somebody read them.
fn next<'a>(mut images: impl Iterator<Item = &'a Image>) -> &'static str {
    let right = images.next().map(right);
    match right.filter(|first| images.all(|image| self::right(image) == *first)) {
        Some(Right::Config) => {
            "the program is what the config says: correct the platform of the entry, or build \
             again for the platform that it names"
        }
        Some(Right::List) => {
            "the program is what the list says: build again so that the config says so too; \
             engines that look at the config warn, or refuse the image"
        }
        Some(Right::Unread) => {
            "look which of the two is true (`platy check` reads the header of the program), then \
             correct the entry, or build again for the platform that was wanted"
        }
        Some(Right::Unclear) => {
            "the programs do not tell which of the two is right: build again for the platform that \
             was wanted, and list it as that"
        }
        None => {
            "correct in each case the side that its program proves wrong: the platform of the \
             entry, or the build"
        }
    }
}

/// Which label the program confirms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Right {
    List,
    Config,
    Unclear,
    Unread,
}

fn right(image: &Image) -> Right {
    match image.row().filter(|row| row.proof.is_ok()) {
        None => Right::Unread,
        Some(row) if row.wrong == [Side::List] => Right::Config,
        Some(row) if row.wrong == [Side::Config] => Right::List,
        Some(_) => Right::Unclear,
    }
}

/// What the program says, if somebody read it.
fn told(image: &Image) -> Option<String> {
    let program = image.row()?.program()?;
    let so = match right(image) {
        Right::List => ", so the list is right",
        Right::Config => ", so the config is right",
        Right::Unclear | Right::Unread => "",
    };
    Some(format!("{}: {} is {}{so}", image.place(), program.path, program.executable()?))
}

/// How much two names for one image differ, if they do. A part that the config leaves out is not
/// a contradiction: variants came late to configs.
fn difference(entry: &Platform, config: &Platform) -> Option<Severity> {
    let (one, other) = (Normal::new(entry), Normal::new(config));
    let other_machine = |one: &str, other: &str| !other.is_empty() && one != other;
    if other_machine(&one.os, &other.os) || other_machine(&one.architecture, &other.architecture) {
        return Some(Severity::Error);
    }
    let differs = |one: &str, other: &str, said: &str, config: &str| {
        !said.is_empty() && !config.is_empty() && one != other
    };
    let variant = differs(&one.variant, &other.variant, &entry.variant, &config.variant);
    let version =
        differs(&one.os_version, &other.os_version, &entry.os_version, &config.os_version);
    (variant || version).then_some(Severity::Warning)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, listed, one, proven, silent};
    use super::*;

    #[test]
    fn contradictions_are_found() {
        for (entry, severity) in [
            ("linux/arm64=linux/amd64", Severity::Error),
            ("linux/amd64=windows/amd64", Severity::Error),
            ("linux/arm/v7=linux/arm/v6", Severity::Warning),
            ("windows(10.0.1.1)/amd64=windows(10.0.2.1)/amd64", Severity::Warning),
        ] {
            let found = one(&RULE, &listed("linux/arm64", &["linux/s390x", entry]));
            assert_eq!(found.severity, severity, "{entry}");
            assert!(found.title.starts_with("no. 2 says"), "{}", found.title);
        }
        let found = one(&RULE, &listed("linux/arm64", &["linux/arm64=linux/amd64"]));
        assert!(found.evidence.iter().any(|line| line.contains("taken by")));
    }

    #[test]
    fn the_program_tells_which_side_is_right() {
        for (program, next) in [
            ("app linux/amd64", "the program is what the config says"),
            ("app linux/arm64", "the program is what the list says"),
            ("app linux/s390x", "the programs do not tell"),
        ] {
            let mut facts = listed("-", &["linux/arm64=linux/amd64"]);
            assert!(one(&RULE, &facts).next_step.contains("`platy check`"));
            proven(&mut facts, 0, &[program], "app");
            let found = one(&RULE, &facts);
            assert!(found.next_step.starts_with(next), "{program}: {found:?}");
        }
        let both = ["linux/arm64=linux/amd64", "linux/s390x=linux/386"];
        let mut facts = listed("-", &both);
        proven(&mut facts, 0, &["app linux/amd64"], "app");
        proven(&mut facts, 1, &["app linux/s390x"], "app");
        let found = one(&RULE, &facts);
        assert!(found.next_step.starts_with("correct in each case"), "{found:?}");
        assert!(found.evidence[3].ends_with("so the list is right"), "{found:?}");
    }

    #[test]
    fn other_spellings_and_what_is_left_out_are_none() {
        silent(
            &RULE,
            &listed(
                "linux/arm64",
                &[
                    "linux/amd64",
                    "linux/arm64/v8=linux/arm64",
                    "linux/x86_64=linux/amd64",
                    "linux/arm/v6=linux/arm",
                    // Builders of WebAssembly and others leave the architecture empty.
                    "linux/s390x=linux/",
                    "-=linux/amd64",
                ],
            ),
        );
        silent(&RULE, &bare("linux/arm64", "linux/amd64"));
    }
}
