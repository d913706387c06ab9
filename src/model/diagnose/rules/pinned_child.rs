//! The reference pins the digest of one platform's manifest, not of the list.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Severity, fit};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "pinned-child",
    says: "the reference pins the digest of one platform's manifest instead of the list's, so \
           that every machine gets that platform",
    threads: &[],
    needs: "a reference with a digest; sibling tags say whose entry it is",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    // With a tag beside it, both agree, and the tag itself is a bare manifest.
    let Some(pinned) = behind.pinned.as_ref().filter(|_| behind.tag.is_none()) else {
        return Vec::new();
    };
    let Some(image) = behind.images().next().filter(|_| !behind.is_list()) else {
        return Vec::new();
    };
    let parents: Vec<_> = facts
        .siblings
        .known()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter(|sibling| {
            sibling.entries.known().is_some_and(|it| it.iter().any(|(digest, _)| digest == pinned))
        })
        .collect();
    let platform = image.config.known();
    let fits = facts.wanted().zip(platform).map(|(host, platform)| fit(&host, platform));
    let severity = match fits {
        Some(Fit::Native) => Severity::Info,
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let what = platform.map_or("one platform".to_owned(), ToString::to_string);
    let mut finding = RULE
        .finding(severity, format!("the digest is that of {what}, not of a list"))
        .saw(format!("{pinned} is {} for {what}", behind.media_type.title()))
        .saw_all(parents.iter().map(|tag| {
            format!("it is an entry of the list that the tag {} names: {}", tag.tag, tag.answer)
        }))
        .next(match (parents.first(), &behind.repository) {
            (Some(parent), Some(repository)) => {
                format!("pin the list: {repository}@{}", parent.answer.digest)
            }
            (_, Some(repository)) => {
                format!("pin the digest of the list: `platy digest {repository}:TAG` prints it")
            }
            _ => "pin the digest of the list".to_owned(),
        });
    if parents.is_empty() {
        let why = facts.siblings.missing().unwrap_or("no tag that was looked at has it");
        finding = finding.unseen(format!("the list that it belongs to: {why}"));
    }
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, bare_as, listed, one, silent};
    use super::super::super::{Answered, Fact, Sibling};
    use super::*;
    use crate::oci::{Digest, MediaType};

    #[test]
    fn a_pinned_child_and_its_list_are_named() {
        let mut facts = bare_as("example.com/app@DIGEST", "linux/arm64", "linux/amd64");
        let found = one(&RULE, &facts);
        assert_eq!((found.severity, found.unknown.len()), (Severity::Error, 1));
        let child = facts.behind.as_ref().unwrap().digest.clone();
        let list = Digest::sha256(b"list");
        facts.siblings = Fact::Known(vec![Sibling {
            tag: "1.2".into(),
            answer: Answered { digest: list.clone(), media_type: MediaType::OciIndex },
            entries: Fact::Known(vec![(child, None)]),
        }]);
        let found = one(&RULE, &facts);
        assert!(found.unknown.is_empty() && found.next_step.ends_with(list.as_str()), "{found:?}");
    }

    #[test]
    fn tags_and_lists_are_not_pinned() {
        silent(&RULE, &bare("linux/arm64", "linux/amd64"));
        silent(&RULE, &listed("linux/arm64", &["linux/amd64"]));
    }
}
