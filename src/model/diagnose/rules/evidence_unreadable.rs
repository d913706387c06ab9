//! Evidence that cannot be read.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Attached, Place};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "evidence-unreadable",
    says: "a signature, statement or SBOM cannot be read: cut, not the form that it says, or beyond \
           the limits; nobody can verify it",
    threads: &[],
    needs: "what refers to the list and its images, and those blobs",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    // What a local engine lists and did not pull is whole elsewhere.
    let entries = facts.behind.as_deref().map(|behind| behind.entries.as_slice());
    let is_elsewhere = |it: &Attached| {
        let entries = entries.unwrap_or_default().iter();
        entries.filter(|entry| entry.is_elsewhere).any(|entry| entry.digest == it.item.manifest)
    };
    let broken: Vec<_> = attested
        .read
        .iter()
        .filter_map(|it| Some((it, it.said.as_ref().err()?)))
        .filter(|(it, _)| !is_elsewhere(it))
        .collect();
    let title = match broken.as_slice() {
        [] => return Vec::new(),
        [(one, _)] => format!("{} cannot be read", one.name()),
        all => format!("{} pieces of evidence cannot be read", all.len()),
    };
    // Seen: crane 0.22.1's registry takes no list of referrers that names what is gone, so that cosign
    // 3.1.3 cannot sign anew.
    let is_listed = |it: &Attached| it.item.is_gone && it.item.places.contains(&Place::FallbackTag);
    let next = if broken.iter().any(|(it, _)| is_listed(it)) {
        "take what is gone out of the list of referrers (`platy edit` of the tag sha256-… that names \
         it), then attach it again"
    } else {
        "attach it again; `platy evidence REF --print KIND --envelope` prints its bytes"
    };
    vec![
        RULE.finding(Severity::Warning, title)
            .about_the_list(broken.iter().any(|(it, _)| it.row.is_list))
            .about(facts.images_of(broken.iter().map(|(it, _)| &it.row.digest)))
            .saw_all(broken.iter().map(|(it, why)| format!("{}: {why}", it.name())))
            .next(next),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{behind, one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, sbom};
    use super::*;

    #[test]
    fn cut_documents_are_found() {
        let whole = |_: &[String]| sbom("image", "all");
        silent(&RULE, &attested(&["linux/amd64"], &[Attach::to(0, whole)]));
        let cut = |_: &[String]| sbom("image", "all")[..40].to_owned();
        let mut facts = attested(&["linux/amd64", "unknown/unknown"], &[Attach::to(0, cut)]);
        let finding = one(&RULE, &facts);
        assert!(finding.evidence[0].contains("not valid JSON"), "{finding:?}");
        assert!(finding.next_step.starts_with("attach it again"), "{finding:?}");
        let Fact::Known(known) = &mut facts.attested else { unreachable!() };
        (known.read[0].item.is_gone, known.read[0].item.places) = (true, vec![Place::FallbackTag]);
        let next = one(&RULE, &facts).next_step;
        assert!(next.starts_with("take what is gone out of the list of referrers"), "{next}");
        // The engine did not pull it.
        let manifest = facts.attested.known().unwrap().read[0].item.manifest.clone();
        let entry = &mut behind(&mut facts).entries[1];
        (entry.digest, entry.is_elsewhere) = (manifest, true);
        silent(&RULE, &facts);
    }
}
