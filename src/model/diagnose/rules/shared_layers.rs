//! The same layers under two architectures: a base that is pinned to one platform.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::facts::listed;
use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::model::select::platforms::Normal;
use crate::oci::Digest;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "shared-layers",
    says: "two architectures have the same layers, or the same base layer: a base image that is \
           pinned to one platform, by digest or by `FROM --platform`",
    threads: &[],
    needs: "the list and its manifests",
    find: Find::Facts(find),
};

/// A tar archive without files, packed as Docker and as Go pack it: every architecture has it.
const EMPTY: [&str; 2] = [
    "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4",
    "sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1",
];

/// The most findings of this rule.
const MOST: usize = 10;

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let mut groups: IndexMap<&Digest, Vec<&Image>> = IndexMap::new();
    for image in behind.images() {
        if let Some(base) = real_layers(image).next() {
            groups.entry(base).or_default().push(image);
        }
    }
    groups
        .into_iter()
        .filter(|(_, images)| architectures(images).len() > 1)
        .take(MOST)
        .filter_map(|(base, images)| {
            let names = listed(&architectures(&images).into_iter().collect::<Vec<_>>());
            let first: Vec<&Digest> =
                images.iter().take(1).flat_map(|it| real_layers(it)).collect();
            let all = images.iter().all(|image| real_layers(image).eq(first.iter().copied()));
            if !all && images.iter().all(|image| begins_from_scratch(image)) {
                return None;
            }
            let title = if all {
                format!("{names} have the same layers")
            } else {
                format!("{names} begin with the same base layer")
            };
            let made = images.iter().find_map(|image| base_step(image));
            let finding = RULE
                .finding(Severity::Warning, title)
                .about(images.iter().copied())
                .saw_all(images.iter().map(|image| image.line()))
                .saw(match made {
                    Some(made) if !made.is_empty() => format!("the base layer {base}: {made}"),
                    _ => format!("the base layer {base}"),
                })
                .next(
                    "look at FROM in the Dockerfile: a digest there must be the list's, and \
                     `--platform` must not be fixed; images that hold only data may share layers",
                );
            Some(finding)
        })
        .collect()
}

/// Whether the base layer is that of an image `FROM scratch`: made by a step that copies files,
/// makes a folder, or adds a file below the root. Base images begin with an ADD of a root, or with
/// what another builder writes. ko and jib lay data over a base, which has steps of its own.
fn begins_from_scratch(image: &Image) -> bool {
    let step = base_step(image).unwrap_or_default();
    let step = step.strip_prefix("/bin/sh -c #(nop)").unwrap_or(step).trim_start();
    let begins = |words: &[&str]| words.iter().any(|word| step.starts_with(word));
    let below = || {
        let target = step.trim_end_matches("# buildkit").split_whitespace().last();
        target.is_some_and(|target| !["/", ".", "./", "/."].contains(&target))
    };
    begins(&["COPY ", "WORKDIR ", "ko ", "jib-"]) || (begins(&["ADD "]) && below())
}

/// What made the base layer, by the history: the step at the place of the first layer with files.
fn base_step(image: &Image) -> Option<&str> {
    let base = real_layers(image).next()?;
    let layers = image.layers.known().map(Vec::as_slice).unwrap_or_default();
    let place = layers.iter().position(|(digest, _)| digest == base)?;
    image.history.get(place).map(String::as_str)
}

fn real_layers(image: &Image) -> impl Iterator<Item = &Digest> {
    let layers = image.layers.known().map(Vec::as_slice).unwrap_or_default();
    layers.iter().map(|(digest, _)| digest).filter(|digest| !EMPTY.contains(&digest.as_str()))
}

fn architectures(images: &[&Image]) -> BTreeSet<String> {
    let platforms = images.iter().filter_map(|image| image.said());
    let named = platforms.map(|platform| Normal::new(platform).architecture);
    named.filter(|architecture| !architecture.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;

    #[test]
    fn one_base_for_two_architectures_is_found() {
        let facts = listed("linux/arm64", &["linux/amd64~same", "linux/arm64~same", "linux/s390x"]);
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "amd64 and arm64 have the same layers");
        assert!(found.evidence.join("\n").contains("ADD same"), "{:?}", found.evidence);

        let mut facts = facts;
        let entries = &mut behind(&mut facts).entries;
        entries[1].layers = entries[1].layers.known().map_or_else(Default::default, |layers| {
            super::super::super::Fact::Known(layers[..1].to_vec())
        });
        assert_eq!(one(&RULE, &facts).title, "amd64 and arm64 begin with the same base layer");
    }

    // Two images FROM scratch that copy the same certificates first (found with BuildKit 0.34).
    #[test]
    fn images_from_scratch_have_no_base_in_common() {
        for (step, found) in [
            ("COPY /etc/ssl/certs/ca.crt /etc/ssl/certs/ # buildkit", 0),
            ("/bin/sh -c #(nop) COPY file:1 in / ", 0),
            ("WORKDIR /app", 0),
            ("COPY --chown=65532:65532 /ca.crt /etc/ssl/ # buildkit", 0),
            ("/bin/sh -c #(nop) ADD file:1 in /etc/ssl/certs/ ", 0),
            ("ADD https://example.com/ca.pem /etc/ssl/certs/ca.pem # buildkit", 0),
            // ko v0.19 and jib 3.4 on an empty base: data and dependencies are for every machine.
            ("ko build ko://example.com/app", 0),
            ("jib-gradle-plugin:3.4.0", 0),
            ("ADD rootfs.tar.gz / # buildkit", 1),
            ("/bin/sh -c #(nop) ADD file:1 in / ", 1),
            ("# debian.sh --arch 'amd64' out/ 'bookworm'", 1),
            ("", 1),
        ] {
            let mut facts = listed("-", &["linux/amd64~same", "linux/arm64~same"]);
            let entries = &mut behind(&mut facts).entries;
            for (entry, own) in entries.iter_mut().zip([b"a", b"b"]) {
                entry.history[0] = step.to_owned();
                let mut layers = entry.layers.known().unwrap().clone();
                layers[1].0 = Digest::sha256(own);
                entry.layers = super::super::super::Fact::Known(layers);
            }
            let findings = super::super::super::fixture::find(&RULE, &facts);
            assert_eq!(findings.len(), found, "{step}");
        }
    }

    // BuildKit makes an empty layer of `WORKDIR /`: the step of the base is the one behind it.
    #[test]
    fn the_step_of_the_base_is_that_of_the_first_layer_with_files() {
        let mut facts = listed("-", &["linux/amd64~same", "linux/arm64~same"]);
        let entries = &mut behind(&mut facts).entries;
        for (entry, own) in entries.iter_mut().zip([b"a", b"b"]) {
            entry.history =
                ["WORKDIR /", "ADD rootfs.tar.gz /", "COPY app /"].map(Into::into).into();
            let mut layers = entry.layers.known().unwrap().clone();
            layers[1].0 = Digest::sha256(own);
            layers.insert(0, (EMPTY[1].parse().unwrap(), 32));
            entry.layers = super::super::super::Fact::Known(layers);
        }
        let found = one(&RULE, &facts);
        assert!(found.evidence.join("\n").contains("ADD rootfs"), "{found:?}");
    }

    #[test]
    fn variants_of_one_architecture_may_share() {
        silent(
            &RULE,
            &listed("-", &["linux/amd64~a", "linux/amd64/v3~a", "linux/x86_64~a", "linux/arm64"]),
        );
    }
}
