//! Provenance that tells of another base than the image begins with.

use super::super::behind::Image;
use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Attached, Body, Build, Work};
use crate::oci::Digest;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "provenance-base",
    says: "the provenance of an image (BuildKit, `mode=max`) says that it is built on a base image \
           whose layers it does not begin with, or of steps that make more or fewer layers than it \
           has, or the same in another order: it tells how something else was made",
    threads: &[],
    needs: "the image, and provenance with the layers of its steps",
    find: Find::Facts(find),
};

/// What the provenance says, and what the image has.
struct Lie<'a> {
    by: &'a Attached,
    image: &'a Image,
    said: String,
}

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let lies: Vec<Lie<'_>> = attested.read.iter().filter_map(|it| lie(facts, it)).collect();
    let title = match lies.as_slice() {
        [] => return Vec::new(),
        [one] => format!("{} tells of another build", one.by.name()),
        all => format!("the provenance of {} images tells of other builds", all.len()),
    };
    let mut finding = RULE.finding(Severity::Error, title).about(lies.iter().map(|lie| lie.image));
    for lie in &lies {
        finding = finding.saw(format!("{}: {}", lie.by.row.name(), lie.said));
    }
    vec![finding.next("build it again with its provenance; `platy blame REF` shows what it says")]
}

fn lie<'a>(facts: &'a Facts, by: &'a Attached) -> Option<Lie<'a>> {
    let Body::Provenance(provenance) = &by.evidence()?.body else { return None };
    let build = provenance.build.as_deref()?;
    let image = facts.images_of([&by.row.digest]).into_iter().next()?;
    let layers = image.layers.known()?;
    let layers: Vec<&Digest> = layers.iter().map(|(digest, _)| digest).collect();
    Some(Lie { by, image, said: said(build, &layers)? })
}

/// What the provenance says otherwise than the layers; `None` if both fit, or it does not tell.
fn said(build: &Build, layers: &[&Digest]) -> Option<String> {
    let spine = build.spine();
    // The end of a build only hands on a result; the step before it is the last that makes one.
    let whole = spine.iter().find(|step| step.work != Work::Other)?;
    whole.chains(0).next()?;
    let has =
        |count: usize| if count == 1 { "1 layer".to_owned() } else { format!("{count} layers") };
    // The same result may be packed in several ways, each with its list.
    if whole.chains(0).all(|chain| chain.len() != layers.len()) {
        let made = whole.chains(0).next()?.len();
        return Some(format!(
            "the steps make {}, and the image has {}",
            has(made),
            has(layers.len())
        ));
    }
    let is_swapped = |(at, layer): &(usize, &&Digest)| {
        whole.chains(0).any(|chain| chain.contains(layer))
            && !whole.chains(0).any(|chain| chain.get(*at) == Some(layer))
    };
    if let Some((at, layer)) = layers.iter().enumerate().find(is_swapped) {
        return Some(format!(
            "the steps make the layers in another order: {} is layer {} of the image, and not of \
             what they make",
            layer.short(),
            at + 1
        ));
    }
    // Layers that were packed anew after the build (`force-compression`, `rewrite-timestamp`) are not
    // among those that the provenance names, and tell nothing.
    let is_named = |layer: &Digest| {
        let all = build.steps.iter().flat_map(|step| &step.layers);
        all.flat_map(|(_, chain)| chain).any(|named| named == layer)
    };
    if !layers.iter().any(|layer| is_named(layer)) {
        return None;
    }
    let base = spine.last()?;
    let Work::Image(fetched) = &base.work else { return None };
    let begins = |chain: &[Digest]| {
        chain.len() <= layers.len() && chain.iter().zip(layers).all(|(one, other)| one == *other)
    };
    let first = base.chains(0).next()?;
    if base.chains(0).any(begins) {
        return None;
    }
    let named = first.first()?;
    Some(format!(
        "{} begins with the layer {}, and the image with {}",
        fetched.name,
        named.short(),
        layers.first()?.short()
    ))
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, statement};
    use super::*;
    use serde_json::{Value, json};

    const ENTRIES: [&str; 2] = ["linux/amd64", "linux/arm64"];

    fn layer(name: &str) -> String {
        Digest::sha256(name.as_bytes()).to_string()
    }

    /// Provenance of a build on an image with this layer, and the layers of its result.
    fn built(digest: &str, base: &str, result: &[&str]) -> String {
        let layers = |names: &[&str]| -> Value {
            json!([names.iter().map(|name| json!({ "digest": layer(name) })).collect::<Vec<_>>()])
        };
        let base_image = format!("docker-image://docker.io/library/debian:12@{}", layer("debian"));
        let predicate = json!({
            "buildDefinition": {
                "buildType": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
                "internalParameters": { "buildConfig": { "llbDefinition": [
                    { "id": "step0", "op": { "Op": { "source": { "identifier": base_image } } } },
                    {
                        "id": "step1",
                        "inputs": ["step0:0"],
                        "op": { "Op": { "exec": { "mounts": [{ "input": 0, "dest": "/" }] } } },
                    },
                    { "id": "step2", "inputs": ["step1:0"], "op": {} },
                ] } },
            },
            "runDetails": { "metadata": { "buildkit_metadata": { "layers": {
                "step0:0": layers(&[base]),
                "step1:0": layers(result),
            } } } },
        });
        statement(digest, "https://slsa.dev/provenance/v1", &predicate.to_string())
    }

    fn of_arm64(base: &'static str, result: &'static [&'static str]) -> Facts {
        let amd64 = |digests: &[String]| {
            built(&digests[0], "base linux/amd64", &["base linux/amd64", "app linux/amd64"])
        };
        let arm64 = move |digests: &[String]| built(&digests[1], base, result);
        attested(&ENTRIES, &[Attach::to(0, amd64), Attach::to(1, arm64)])
    }

    #[test]
    fn another_base_or_another_number_of_layers_is_found() {
        silent(&RULE, &of_arm64("base linux/arm64", &["base linux/arm64", "app linux/arm64"]));
        // Packed anew after the build: no layer of the image is named.
        silent(&RULE, &of_arm64("x", &["x", "y"]));
        // The base alone was packed anew, and so was the rest: what is named is of another stage.
        let found = one(&RULE, &of_arm64("x", &["x", "app linux/arm64"]));
        assert_eq!(found.entries, [[1]]);
        assert!(found.title.ends_with("of linux/arm64 tells of another build"), "{}", found.title);
        assert!(found.evidence[0].contains("debian:12 begins with the layer"), "{found:?}");
        // The base is the same, and what is on top of it is not in its order.
        let found =
            one(&RULE, &of_arm64("app linux/arm64", &["app linux/arm64", "base linux/arm64"]));
        assert!(found.evidence[0].contains("in another order"), "{found:?}");
        let found = one(&RULE, &of_arm64("x", &["x", "y", "z"]));
        assert_eq!(
            found.evidence,
            ["linux/arm64: the steps make 3 layers, and the image has 2 layers"]
        );
    }
}
