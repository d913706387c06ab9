//! Tags that stand for digests, and hold the images themselves.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::DigestTag;
use crate::text::plural;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "stray-tag",
    says: "tags named after digests hold the images themselves, as `cosign copy` 3.1.3 leaves them: \
           without the referrers API readers look there for what refers to an image, and find the \
           image; `platy tag mend` deletes them",
    threads: &[],
    needs: "the tags of a small repository",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let strays: Vec<&DigestTag> = attested.tags.iter().filter(|tag| tag.is_stray).collect();
    if strays.is_empty() {
        return Vec::new();
    }
    let title = format!(
        "{} that should list what refers to an image {} the image itself",
        plural(strays.len(), "tag"),
        if strays.len() == 1 { "holds" } else { "hold" }
    );
    let of: Vec<_> = strays.iter().map(|tag| &tag.of).collect();
    let mut finding = RULE.finding(Severity::Info, title).about(facts.images_of(of));
    for tag in strays {
        finding = finding.saw(format!("{} → {}", tag.tag, tag.of));
    }
    vec![finding.next("`platy tag mend REF` deletes them; the images stay by their other names")]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{attested, with_tag};
    use super::*;

    #[test]
    fn tags_that_hold_their_own_image_are_found() {
        let entries = ["linux/amd64", "linux/arm64"];
        let mut facts = attested(&entries, &[]);
        with_tag(&mut facts, 0, false, 1);
        silent(&RULE, &facts);
        with_tag(&mut facts, 1, true, 0);
        let finding = one(&RULE, &facts);
        assert_eq!(
            finding.title,
            "1 tag that should list what refers to an image holds the image itself"
        );
        assert_eq!(finding.entries, [[1]]);
    }
}
