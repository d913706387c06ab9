//! Annotations that do not keep to the specification (OCI `annotations.md`).

use jiff::Timestamp;

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::select::Path;
use crate::oci::{Annotations, Digest};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "odd-annotations",
    says: "an annotation does not keep to the OCI specification: a key that it reserves and does \
           not define, a time that is not RFC 3339, an address that is not a URL, an empty key",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

/// What the specification reserves.
const RESERVED: &str = "org.opencontainers.";
const IMAGE: &str = "org.opencontainers.image.";
/// What it defines behind [`IMAGE`].
const DEFINED: [&str; 14] = [
    "created",
    "authors",
    "url",
    "documentation",
    "source",
    "version",
    "revision",
    "vendor",
    "licenses",
    "ref.name",
    "title",
    "description",
    "base.digest",
    "base.name",
];
const URLS: [&str; 3] = ["url", "documentation", "source"];
/// Defined by the specification for artifacts (`org.opencontainers.artifact.*`, release
/// candidates of 1.1) and for referrers.
const KNOWN: [&str; 3] = [
    "org.opencontainers.artifact.created",
    "org.opencontainers.artifact.description",
    "org.opencontainers.referrers.filtersApplied",
];

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let mut odd: Vec<String> = problems(&behind.annotations, "the list");
    let mut places: Vec<Path> = odd.iter().take(1).map(|_| Path::new()).collect();
    for entry in &behind.entries {
        let (place, before) = (entry.place(), odd.len());
        odd.extend(problems(&entry.annotations, &format!("the entry of {place}")));
        // Of a bare manifest these are the annotations of the document itself.
        if behind.is_list() {
            odd.extend(problems(&entry.own_annotations, &format!("the manifest of {place}")));
        }
        if odd.len() > before {
            places.push(entry.path.clone());
        }
    }
    if !behind.is_list() {
        for problem in &mut odd {
            *problem = problem.replacen("the list: ", "the manifest: ", 1);
        }
    }
    let title = match odd.len() {
        0 => return Vec::new(),
        1 => "an annotation does not keep to the specification".to_owned(),
        count => format!("{count} annotations do not keep to the specification"),
    };
    let mut finding = RULE
        .finding(Severity::Info, title)
        .saw_all(odd)
        .next("correct them where the image is built; keys of one's own begin with one's domain");
    finding.entries = places;
    vec![finding]
}

fn problems(annotations: &Annotations, place: &str) -> Vec<String> {
    annotations
        .iter()
        .filter_map(|(key, value)| {
            let problem = problem(key, value)?;
            Some(format!("{place}: {key}: {problem}"))
        })
        .collect()
}

fn problem(key: &str, value: &str) -> Option<String> {
    if key.is_empty() {
        return Some("a key must not be empty".to_owned());
    }
    let Some(name) = key.strip_prefix(IMAGE) else {
        let foreign = key.starts_with(RESERVED) && !KNOWN.contains(&key);
        return foreign.then(|| format!("the specification reserves {RESERVED}* for itself"));
    };
    if !DEFINED.contains(&name) {
        return Some("the specification does not define it".to_owned());
    }
    if name == "created" && value.parse::<Timestamp>().is_err() {
        return Some(format!("{value:?} is not a time as RFC 3339 writes it"));
    }
    if URLS.contains(&name) && url::Url::parse(value).is_err() {
        return Some(format!("{value:?} is not a URL"));
    }
    if name == "base.digest" && value.parse::<Digest>().is_err() {
        return Some(format!("{value:?} is not a digest"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, behind, listed, one, silent};
    use super::*;

    #[test]
    fn keys_and_values_are_looked_at() {
        for (key, value, odd) in [
            ("org.opencontainers.image.created", "2024-05-01T12:00:00Z", false),
            ("org.opencontainers.image.created", "2024-05-01T12:00:00.5+02:00", false),
            ("org.opencontainers.image.created", "1 May 2024", true),
            ("org.opencontainers.image.source", "https://example.com/x", false),
            ("org.opencontainers.image.source", "example.com/x", true),
            ("org.opencontainers.image.base.digest", "sha256:12", true),
            ("org.opencontainers.image.licence", "MIT", true),
            ("org.opencontainers.image.title", "", false),
            ("org.opencontainers.mine", "x", true),
            ("org.opencontainers.referrers.filtersApplied", "x", false),
            ("com.example.anything", "at all", false),
            ("vnd.docker.reference.type", "attestation-manifest", false),
            ("", "x", true),
        ] {
            assert_eq!(problem(key, value).is_some(), odd, "{key} {value}");
        }
    }

    #[test]
    fn every_place_is_looked_at() {
        let mut facts = listed("-", &["linux/amd64"]);
        silent(&RULE, &facts);
        let odd = Annotations::from_iter([("org.opencontainers.x".to_owned(), "1".to_owned())]);
        let list = behind(&mut facts);
        list.annotations = odd.clone();
        list.entries[0].annotations = odd.clone();
        list.entries[0].own_annotations = odd.clone();
        let found = one(&RULE, &facts);
        assert_eq!(found.evidence.len(), 3, "{found:?}");
        assert_eq!(found.entries, [vec![], vec![0]], "the list and its entry");
        assert!(found.evidence[2].starts_with("the manifest of no. 1: org."), "{found:?}");

        let mut facts = bare("-", "linux/amd64");
        behind(&mut facts).annotations = odd;
        assert!(one(&RULE, &facts).evidence[0].starts_with("the manifest: "));
    }
}
