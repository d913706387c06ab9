//! Fields of another JSON type than the specification's: Go, in which most engines are written,
//! refuses the whole document for one.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, OddDocument, Severity};
use crate::oci::{Kind, Oddity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "unreadable-field",
    says: "a field of a list, a manifest or a config has another JSON type than the specification's, \
           or is not a time: engines cannot read the document, and fail",
    threads: &[],
    needs: "the list, its manifests and configs",
    find: Find::Facts(find),
};

/// Docker's own types take a string for these (moby `strslice.StrSlice`).
const STRINGS: [&str; 3] = ["/config/Entrypoint", "/config/Cmd", "/config/Shell"];

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    // What is behind an artifact is read by its own tools.
    let read = |it: &&OddDocument| it.kind != Kind::Artifact || !it.is_config;
    let told: Vec<&OddDocument> = behind
        .odd
        .iter()
        .filter(read)
        .filter(|document| document.oddities.iter().any(Oddity::is_unreadable))
        .collect();
    let title = match told.as_slice() {
        [] => return Vec::new(),
        [one] => format!("engines cannot read {}", one.name()),
        all => format!("engines cannot read {} of the documents", all.len()),
    };
    let run = |it: &&OddDocument| matches!(it.kind, Kind::Index | Kind::Image);
    let severity = if told.iter().any(run) { Severity::Error } else { Severity::Warning };
    let mut finding = RULE.finding(severity, title);
    finding.entries = told.iter().map(|document| document.path.clone()).collect();
    let lines = told.iter().flat_map(|document| {
        let odd = document.oddities.iter().filter(|odd| odd.is_unreadable());
        odd.map(|odd| format!("{} {}: {odd}", document.name(), document.digest))
    });
    finding = finding.saw_all(lines);
    let a_string = |odd: &Oddity| {
        matches!(odd, Oddity::WrongType { at, found: "a string", .. }
            if STRINGS.iter().any(|name| at.eq_ignore_ascii_case(name)))
    };
    if told.iter().flat_map(|document| &document.oddities).any(a_string) {
        finding = finding.saw(
            "Docker's classic image store reads a string there; containerd, Kubernetes and Docker \
             with containerd's store do not",
        );
    }
    vec![finding.next(
        "make the document anew: lists of strings as lists, values of labels and annotations as \
         strings, times as RFC 3339",
    )]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;
    use crate::oci::Digest;

    fn with(kind: Kind, is_config: bool, oddity: Oddity) -> Facts {
        let mut facts = listed("-", &["linux/amd64"]);
        behind(&mut facts).odd = vec![OddDocument {
            path: vec![0],
            is_config,
            kind,
            digest: Digest::sha256(b"odd"),
            oddities: vec![oddity],
        }];
        facts
    }

    fn wrong(at: &str) -> Oddity {
        Oddity::WrongType { at: at.to_owned(), wanted: "a list of strings", found: "a string" }
    }

    #[test]
    fn a_field_of_another_type_is_an_error_of_images() {
        let found = one(&RULE, &with(Kind::Image, true, wrong("/config/Env")));
        assert_eq!(found.title, "engines cannot read the config of no. 1");
        assert_eq!((found.severity, found.evidence.len()), (Severity::Error, 1));
        let found = one(&RULE, &with(Kind::Image, true, wrong("/config/Entrypoint")));
        assert!(found.evidence[1].contains("classic image store"), "{found:?}");
        let found = one(&RULE, &with(Kind::Attestation, false, wrong("/annotations")));
        assert_eq!(found.severity, Severity::Warning);
    }

    #[test]
    fn what_can_be_read_is_not_told() {
        silent(&RULE, &listed("-", &["linux/amd64"]));
        silent(&RULE, &with(Kind::Artifact, true, wrong("/config/Env")));
        let twice = Oddity::Repeated { at: "/os".to_owned() };
        silent(&RULE, &with(Kind::Image, true, twice));
    }
}
