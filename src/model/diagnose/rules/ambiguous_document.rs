//! A document that its readers may take for different things: a list and an image at once
//! (CVE-2021-41190), a key more than once, keys that differ in case only.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, OddDocument, Severity};
use crate::oci::Oddity;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "ambiguous-document",
    says: "a document is a list and an image at once, has a key more than once, or keys that differ \
           in case only: its readers take it for different things, or refuse it",
    threads: &[],
    needs: "the list, its manifests and configs",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let other_case: fn(&Oddity) -> bool = |odd| matches!(odd, Oddity::OtherCase { .. });
    [
        about(facts, Oddity::is_ambiguous, Severity::Error, "can be read in two ways"),
        about(facts, other_case, Severity::Warning, "has keys in another case"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn about(
    facts: &Facts,
    test: fn(&Oddity) -> bool,
    severity: Severity,
    what: &str,
) -> Option<Finding> {
    let odd = &facts.behind.as_ref()?.odd;
    let told: Vec<&OddDocument> =
        odd.iter().filter(|document| document.oddities.iter().any(test)).collect();
    let title = match told.as_slice() {
        [] => return None,
        [one] => format!("{} {what}", one.name()),
        all => format!("{} documents {}", all.len(), what.replacen("has ", "have ", 1)),
    };
    let mut finding = RULE.finding(severity, title);
    finding.entries = told.iter().map(|document| document.path.clone()).collect();
    let found =
        || told.iter().flat_map(|document| document.oddities.iter().filter(|odd| test(odd)));
    let lines = told.iter().flat_map(|document| {
        let odd = document.oddities.iter().filter(|odd| test(odd));
        odd.map(|odd| format!("{} {}: {odd}", document.name(), document.digest))
    });
    finding = finding.saw_all(lines);
    let mixed = |odd: &Oddity| matches!(odd, Oddity::ListAndImage | Oddity::OtherKind { .. });
    if found().any(mixed) {
        finding = finding.saw(
            "containerd and Docker refuse it, podman and skopeo refuse the fields of both (since \
             CVE-2021-41190); others take it for what its media type says",
        );
    }
    if found().any(|odd| *odd == Oddity::Null) {
        finding = finding.saw(
            "podman makes an image of a config that is `null`; containerd and Docker miss the diff \
             IDs of its layers",
        );
    }
    if found().any(|odd| !mixed(odd) && *odd != Oddity::Null) {
        finding = finding.saw(
            "programs in Go, which most engines are, take a key in any case, and the last of \
             several; other readers take the first, or refuse the document",
        );
    }
    Some(finding.next(
        "make the document anew with a tool that writes each field once and as the specification \
         spells it, and push it",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;
    use crate::oci::{Digest, Kind};

    fn odd(path: &[usize], is_config: bool, oddity: Oddity) -> OddDocument {
        OddDocument {
            path: path.to_vec(),
            is_config,
            kind: if path.is_empty() { Kind::Index } else { Kind::Image },
            digest: Digest::sha256(b"odd"),
            oddities: vec![oddity],
        }
    }

    fn found(documents: Vec<OddDocument>) -> Finding {
        let mut facts = listed("-", &["linux/amd64", "linux/arm64"]);
        behind(&mut facts).odd = documents;
        one(&RULE, &facts)
    }

    #[test]
    fn a_document_with_two_readings_is_an_error() {
        let twice = || Oddity::Repeated { at: "/layers".to_owned() };
        let finding = found(vec![odd(&[], false, Oddity::ListAndImage)]);
        assert_eq!(finding.title, "the list can be read in two ways");
        assert_eq!(finding.severity, Severity::Error);
        assert!(finding.evidence[1].contains("CVE-2021-41190"), "{finding:?}");
        assert_eq!(finding.entries, [Vec::<usize>::new()]);
        let finding = found(vec![odd(&[1], true, twice())]);
        assert_eq!(finding.title, "the config of no. 2 can be read in two ways");
        assert!(finding.evidence[1].contains("the last of several"), "{finding:?}");
        let finding = found(vec![odd(&[0], false, twice()), odd(&[1], false, twice())]);
        assert_eq!(finding.title, "2 documents can be read in two ways");
    }

    #[test]
    fn another_case_alone_is_a_warning() {
        let other = Oddity::OtherCase { at: "/OS".to_owned(), field: "os" };
        let finding = found(vec![odd(&[0], true, other)]);
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.title, "the config of no. 1 has keys in another case");
    }

    #[test]
    fn plain_documents_and_wrong_types_are_not_told() {
        let mut facts = listed("-", &["linux/amd64"]);
        silent(&RULE, &facts);
        let time = Oddity::NotATime { at: "/created".to_owned(), text: String::new() };
        behind(&mut facts).odd = vec![odd(&[0], true, time)];
        silent(&RULE, &facts);
    }
}
