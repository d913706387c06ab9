//! An entry that is not like its siblings: another kind of document, or of quite another size.

use std::collections::BTreeMap;

use super::super::rule::{Find, Rule};
use super::super::{Behind, Facts, Finding, Image, Severity};
use crate::oci::{Kind, Platform};
use crate::text;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "size-outlier",
    says: "an entry is not like the others: it is not an image, or its layers are many times larger \
           or smaller than those of its siblings",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

/// So many times larger or smaller than the middle one.
const FAR: u64 = 8;

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let mut found = Vec::new();
    if behind.images().next().is_some() {
        let others = behind.entries.iter().filter(|it| is_no_image(it) && !is_referrer(it, behind));
        found.extend(not_images(&others.collect::<Vec<_>>()));
    }
    let mut systems: BTreeMap<&str, Vec<&Image>> = BTreeMap::new();
    for image in behind.images() {
        if let Some(platform) = image.said() {
            systems.entry(&platform.os).or_default().push(image);
        }
    }
    found.extend(of_other_sizes(systems.into_values().flat_map(outliers).collect()));
    found
}

fn not_images(entries: &[&Image]) -> Option<Finding> {
    let title = match entries {
        [] => return None,
        [one] => format!("{} is not an image", one.place()),
        all => format!("{} entries are not images", all.len()),
    };
    let lines = entries.iter().map(|entry| format!("{}: {}", entry.line(), entry.kind.as_str()));
    let finding = RULE.finding(Severity::Warning, title).about(entries.iter().copied());
    Some(finding.saw_all(lines).next(
        "engines run images only: attach it to an image as a referrer, or leave it if whoever reads \
         the list expects it",
    ))
}

fn of_other_sizes(odd: Vec<(&Image, String)>) -> Option<Finding> {
    let title = match odd.len() {
        0 => return None,
        1 => "one entry is not like the others".to_owned(),
        count => format!("{count} entries are not like the others"),
    };
    let finding = RULE
        .finding(Severity::Warning, title)
        .about(odd.iter().map(|(entry, _)| *entry))
        .saw_all(odd.into_iter().map(|(_, line)| line))
        .next("compare its layers with those of another entry: is something missing in it?");
    Some(finding)
}

/// Whether it refers to another entry, which is a rule of its own.
fn is_referrer(entry: &Image, list: &Behind) -> bool {
    let subject = entry.subject.as_ref();
    subject.is_some_and(|subject| list.entries.iter().any(|other| other.digest == *subject))
}

fn is_no_image(entry: &Image) -> bool {
    !matches!(entry.kind, Kind::Image | Kind::Attestation | Kind::Index | Kind::Schema1)
        && entry.manifest.known().is_some()
        && !entry.platform.as_ref().is_some_and(Platform::is_unknown)
        && !is_companion(entry)
}

/// Whether it is there for another entry: SOCI puts an index of an image's layers beside the image,
/// under the same platform (soci-snapshotter 0.16 `soci convert`).
fn is_companion(entry: &Image) -> bool {
    let named = entry.artifact_type.as_deref();
    named.is_some_and(|named| named.starts_with("application/vnd.amazon.soci.index."))
}

fn outliers(images: Vec<&Image>) -> Vec<(&Image, String)> {
    let sized: Vec<(&Image, u64)> = images
        .into_iter()
        .filter_map(|image| Some((image, image.size().filter(|size| *size > 0)?)))
        .collect();
    let mut sizes: Vec<u64> = sized.iter().map(|(_, size)| *size).collect();
    sizes.sort_unstable();
    // Of two, nobody can say which one is odd.
    let Some(&middle) = sizes.get(sizes.len() / 2).filter(|_| sizes.len() > 2) else {
        return Vec::new();
    };
    let far = |size: u64| size > middle.saturating_mul(FAR) || size < middle / FAR;
    sized
        .iter()
        .filter(|(_, size)| far(*size))
        .map(|(image, size)| {
            let (size, middle) = (text::bytes(*size), text::bytes(middle));
            let line = image.line();
            let line =
                format!("{line}: its layers have {size}; the middle of the others is {middle}");
            (*image, line)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;

    #[test]
    fn the_odd_one_is_found() {
        let facts = listed(
            "-",
            &["linux/amd64~a*20", "linux/arm64~b*22", "linux/s390x~c*1", "linux/386~d*19"],
        );
        let found = one(&RULE, &facts);
        assert_eq!(found.evidence.len(), 1);
        assert!(found.evidence[0].starts_with("no. 3"), "{found:?}");

        let mut facts = listed("-", &["linux/amd64", "linux/arm64"]);
        behind(&mut facts).entries[1].kind = Kind::Artifact;
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "no. 2 is not an image");
        assert!(found.evidence[0].ends_with(": artifact"), "{found:?}");
        assert!(found.next_step.contains("as a referrer"), "{found:?}");
        // What refers to another entry is the rule's for referrers.
        let image = behind(&mut facts).entries[0].digest.clone();
        behind(&mut facts).entries[1].subject = Some(image);
        silent(&RULE, &facts);
    }

    #[test]
    fn alike_or_too_few_are_no_finding() {
        silent(&RULE, &listed("-", &["linux/amd64~a*20", "linux/arm64~b*1"]));
        silent(&RULE, &listed("-", &["linux/amd64~a*3", "linux/arm64~b*2", "linux/386~c*4"]));
        // Windows is larger than everything else.
        let mixed = ["linux/amd64~a*1", "linux/arm64~b*1", "linux/386~c*1", "windows/amd64~d*90"];
        silent(&RULE, &listed("-", &mixed));
    }
}
