//! Attestations that nobody finds who asks what refers to an image.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::DigestTag;
use crate::text::plural;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "unlisted-attestation",
    says: "the registry has no referrers API, and the tag that stands for an image lists none of its \
           attestations (BuildKit and skopeo write no such tag): who asks what refers to the image \
           finds nothing, and once no list names them any more, garbage collection takes them; `platy \
           tag mend` writes the lists",
    threads: &[],
    needs: "a registry without the referrers API",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let tags = attested.tags.iter();
    let tags: Vec<&DigestTag> = tags.filter(|tag| !tag.unlisted.is_empty()).collect();
    let count: usize = tags.iter().map(|tag| tag.unlisted.len()).sum();
    if count == 0 {
        return Vec::new();
    }
    let verb = if count == 1 { "is" } else { "are" };
    let title = format!(
        "{} {verb} found in the list alone, not by the image",
        plural(count, "attestation")
    );
    let of: Vec<_> = tags.iter().map(|tag| &tag.of).collect();
    let mut finding = RULE.finding(Severity::Info, title).about(facts.images_of(of));
    for tag in tags {
        let names: Vec<&str> = tag.unlisted.iter().map(|digest| digest.short()).collect();
        finding = finding.saw(format!("{} does not list {}", tag.tag, names.join(", ")));
    }
    vec![finding.next("`platy tag mend REF` writes the lists that are missing")]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{attested, with_tag};
    use super::*;

    #[test]
    fn attestations_that_no_tag_lists_are_counted() {
        let entries = ["linux/amd64", "linux/arm64"];
        let mut facts = attested(&entries, &[]);
        with_tag(&mut facts, 0, true, 0);
        silent(&RULE, &facts);
        with_tag(&mut facts, 1, false, 2);
        let finding = one(&RULE, &facts);
        assert_eq!(finding.title, "2 attestations are found in the list alone, not by the image");
        assert_eq!(finding.entries, [[1]]);
    }
}
