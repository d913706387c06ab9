//! Diff IDs of a config that do not fit the layers of its manifest, which is known without reading
//! a layer (OCI image-spec `config.md`, `rootfs.diff_ids`; paketo-buildpacks/builder-noble-java-tiny
//! #293; the words are those of containerd 2.4.2 and Docker 29.8).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::oci::Misfit;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "diff-ids-misfit",
    says: "the diff IDs of a config do not fit the layers of its manifest: too many, too few, none, \
           or others than they can be; engines fail when they unpack the image",
    threads: &["paketo-buildpacks/builder-noble-java-tiny#293"],
    needs: "the manifests and their configs",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let wrong: Vec<&Image> = behind.images().filter(|it| !it.misfits.is_empty()).collect();
    let title = match wrong.as_slice() {
        [] => return Vec::new(),
        [image] => format!("the diff IDs of {} do not fit its layers", image.place()),
        all => format!("the diff IDs of {} images do not fit their layers", all.len()),
    };
    let lines = wrong.iter().flat_map(|image| {
        std::iter::once(image.line()).chain(image.misfits.iter().map(ToString::to_string))
    });
    let mut finding = RULE.finding(Severity::Error, title).about(wrong.iter().copied());
    finding = finding.saw_all(lines);
    for (kind, said) in [
        (
            wrong.iter().flat_map(|it| &it.misfits).any(is_count),
            "containerd says `number of layers and diffIDs don't match`, Docker `mismatched image \
             rootfs and manifest layers`",
        ),
        (
            wrong.iter().flat_map(|it| &it.misfits).any(|misfit| !is_count(misfit)),
            "containerd and Docker say `wrong diff id calculated on extraction`",
        ),
    ] {
        if kind {
            finding = finding.saw(said);
        }
    }
    let places: Vec<_> = wrong.iter().map(|image| &image.path).collect();
    vec![finding.saw_all(facts.taken(|image| places.contains(&&image.path))).next(
        "build and push the image anew; a tool that replaces layers or packs them again must write \
         the config's diff_ids with them",
    )]
}

fn is_count(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::Count { .. })
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;
    use crate::oci::Digest;

    #[test]
    fn each_kind_is_told_with_the_words_of_engines() {
        let digest = Digest::sha256(b"x");
        let twice = Misfit::OneBlobTwoIds { layers: (1, 2), digest };
        for (misfit, words) in [
            (Misfit::Count { layers: 2, diff_ids: None }, "don't match"),
            (Misfit::Count { layers: 2, diff_ids: Some(1) }, "don't match"),
            (Misfit::NotADigest { layer: 1 }, "wrong diff id"),
            (twice, "wrong diff id"),
        ] {
            let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
            behind(&mut facts).entries[1].misfits = vec![misfit.clone()];
            let found = one(&RULE, &facts);
            assert_eq!(found.severity, Severity::Error);
            assert_eq!(found.title, "the diff IDs of no. 2 do not fit its layers");
            assert_eq!(found.evidence[1], misfit.to_string());
            assert!(found.evidence[2].contains(words), "{found:?}");
            assert!(
                found.evidence[3].starts_with("no. 2 is taken by 22 engines: Docker"),
                "{found:?}"
            );
        }
    }

    #[test]
    fn diff_ids_that_fit_are_not_told() {
        silent(&RULE, &listed("linux/arm64", &["linux/amd64", "linux/arm64~x", "linux/386~x"]));
    }
}
