//! What is attached to an image by a tag made of its digest, and how attached things are named.

use super::{
    Annotations, Descriptor, Entry, EvidenceKind, Manifest, keys, predicate_name, stated_predicate,
    type_name,
};

/// What the manifest is that a tag names which a program made of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// The list of what refers to it (OCI distribution-spec, "Referrers Tag Schema").
    Referrers,
    /// Cosign's signatures, `.sig` (Cosign's `SIGNATURE_SPEC.md`).
    Signature,
    /// Cosign's attestations, `.att`.
    Attestations,
    /// What `cosign attach sbom` wrote, `.sbom`.
    Sbom,
}

/// What Cosign puts behind the tag that it makes of a digest.
const COSIGN: [(&str, Attached); 3] =
    [(".sig", Attached::Signature), (".att", Attached::Attestations), (".sbom", Attached::Sbom)];

impl Attached {
    /// What it is called; `of sha256:…` follows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Referrers => "referrers",
            Self::Signature => "signature",
            Self::Attestations => "attestations",
            Self::Sbom => "SBOM",
        }
    }
}

/// What a tag that was made of a digest is, and the digest, as far as the tag has it: that of
/// sha512 is cut at 64 digits. `None` for any other tag.
#[must_use]
pub fn digest_tag(tag: &str) -> Option<(Attached, String)> {
    let cosign = COSIGN.iter().find_map(|(suffix, what)| Some((tag.strip_suffix(suffix)?, *what)));
    let (made, what) = cosign.unwrap_or((tag, Attached::Referrers));
    let (algorithm, hex) = made.split_once('-')?;
    let is_hex = hex.len() == 64
        && hex.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    (matches!(algorithm, "sha256" | "sha512") && is_hex)
        .then(|| (what, format!("{algorithm}:{hex}")))
}

/// Types that say nothing of what is attached (oras 1.3.6 writes them if none is given).
const EMPTY: [&str; 3] = [
    "application/vnd.unknown.artifact.v1",
    "application/vnd.unknown.config.v1+json",
    "application/vnd.oci.empty.v1+json",
];

/// What is known of something attached: its types, and what its annotations say.
struct Said<'a> {
    /// What it says that it is: the manifest's word before that of the list, which a registry may
    /// have from the config (the registry of go-containerregistry 0.22.1, `pkg/registry`).
    stated: Option<&'a str>,
    layers: Vec<&'a Descriptor>,
    /// Of the descriptor, the manifest and its layers.
    annotations: Vec<&'a Annotations>,
}

impl<'a> Said<'a> {
    fn of(descriptor: Option<&'a Descriptor>, manifest: Option<&'a Manifest>) -> Self {
        let own = manifest.and_then(Manifest::artifact_type);
        let listed = descriptor.and_then(|it| it.artifact_type.as_deref());
        let types = || own.into_iter().chain(listed);
        let stated = types().find(|it| !EMPTY.contains(it)).or_else(|| types().next());
        let layers: Vec<&Descriptor> = match manifest {
            Some(Manifest::Image(image)) => image.layer_descriptors().map(AsRef::as_ref).collect(),
            Some(Manifest::Artifact(it)) => {
                it.blobs.iter().filter_map(Entry::descriptor).map(AsRef::as_ref).collect()
            }
            _ => Vec::new(),
        };
        let own = [descriptor.map(|it| &it.annotations), manifest.and_then(Manifest::annotations)];
        let of_layers = layers.iter().map(|layer| &layer.annotations);
        let annotations = own.into_iter().flatten().chain(of_layers).collect();
        Self { stated, layers, annotations }
    }

    /// The types that tell something: its own, else that of its first layer.
    fn telling_type(&self) -> Option<&'a str> {
        let of_layer = self.layers.first().map(|layer| layer.media_type.as_str());
        let mut types = self.stated.into_iter().chain(of_layer);
        types.find(|it| !EMPTY.contains(it))
    }
}

/// What something attached is for, each kind once: by the predicates that it states, else by its
/// types. Empty if nothing tells.
#[must_use]
pub fn attached_kinds(
    descriptor: Option<&Descriptor>,
    manifest: Option<&Manifest>,
) -> Vec<EvidenceKind> {
    let said = Said::of(descriptor, manifest);
    let stated = said.annotations.iter().filter_map(|it| EvidenceKind::of_annotations(it));
    let mut kinds: Vec<EvidenceKind> = stated.collect();
    if kinds.is_empty() {
        let of_layers = said.layers.iter().map(|layer| layer.media_type.as_str());
        kinds.extend(said.stated.into_iter().chain(of_layers).filter_map(EvidenceKind::of_type));
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What an attached manifest is, in a few words: by the predicates that it states, else by its
/// title, its type or its layers' type. `manifest` is its content, once it is there; the
/// annotations of fallback lists are often missing, and are there.
#[must_use]
pub fn attached_name(descriptor: Option<&Descriptor>, manifest: Option<&Manifest>) -> String {
    let said = Said::of(descriptor, manifest);
    let bundle =
        said.stated.is_some_and(|it| it.starts_with("application/vnd.dev.sigstore.bundle"));
    let word = |annotations: &&Annotations| match stated_predicate(annotations) {
        Some(predicate) => {
            Some(with_kind(EvidenceKind::of_predicate(predicate), &predicate_name(predicate)))
        }
        None => EvidenceKind::of_annotations(annotations).map(|kind| kind.word().to_owned()),
    };
    let mut words: Vec<String> = said.annotations.iter().filter_map(word).collect();
    words.dedup();
    if !words.is_empty() {
        let words = words.join(", ");
        return if bundle { format!("{words} (bundle)") } else { words };
    }
    let name = said.telling_type().map_or_else(
        || "artifact".to_owned(),
        |text| match EvidenceKind::of_type(text) {
            Some(kind) => with_kind(kind, type_name(text)),
            None => type_name(text).to_owned(),
        },
    );
    match said.annotations.iter().find_map(|it| it.get(keys::TITLE)) {
        Some(title) => format!("{name} {title}"),
        None => name,
    }
}

/// `SBOM SPDX`: what a name does not say by itself.
fn with_kind(kind: EvidenceKind, name: &str) -> String {
    match kind {
        EvidenceKind::Sbom | EvidenceKind::Vex => format!("{kind} {name}"),
        EvidenceKind::Signature | EvidenceKind::Provenance | EvidenceKind::Other => name.to_owned(),
    }
}

/// What a layer of something attached is: its predicate, else its title.
#[must_use]
pub fn layer_note(layer: &Descriptor) -> Option<&str> {
    let title = || layer.annotations.get(keys::TITLE).map(String::as_str);
    stated_predicate(&layer.annotations).or_else(title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::MediaType;

    const PREDICATE: &str = "dev.sigstore.bundle.predicateType";

    /// As cosign 3.1.3, notation 1.3.2, oras 1.3.6 and regctl 0.11.7 write them.
    #[test]
    fn attached_things_are_named_by_what_they_say() {
        let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        for (artifact_type, annotations, name) in [
            (
                bundle,
                &[(PREDICATE, "https://sigstore.dev/cosign/sign/v1")][..],
                "cosign signature (bundle)",
            ),
            (
                bundle,
                &[(PREDICATE, "https://slsa.dev/provenance/v1")],
                "SLSA provenance v1 (bundle)",
            ),
            (bundle, &[(PREDICATE, "https://spdx.dev/Document")], "SBOM SPDX (bundle)"),
            (
                bundle,
                &[(PREDICATE, "https://openvex.dev/ns/v0.2.0")],
                "VEX OpenVEX v0.2.0 (bundle)",
            ),
            (bundle, &[("dev.sigstore.bundle.content", "message-signature")], "signature (bundle)"),
            (bundle, &[], "Sigstore bundle"),
            ("application/vnd.cncf.notary.signature", &[], "Notation signature"),
            (
                "application/spdx+json",
                &[(keys::TITLE, "sbom.spdx.json")],
                "SBOM SPDX sbom.spdx.json",
            ),
            (
                "application/vnd.unknown.artifact.v1",
                &[(keys::TITLE, "note.txt")],
                "artifact note.txt",
            ),
        ] {
            let json = serde_json::json!({
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": format!("sha256:{}", "ab".repeat(32)),
                "size": 1,
                "artifactType": artifact_type,
                "annotations": annotations.iter().map(|(key, value)| (*key, *value))
                    .collect::<std::collections::HashMap<_, _>>(),
            });
            let descriptor = Descriptor::from_object(json.as_object().unwrap()).unwrap();
            assert_eq!(attached_name(Some(&descriptor), None), name);
        }
    }

    #[test]
    fn a_manifest_says_what_it_is_whatever_the_list_says() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let blob =
            |kind: &str| serde_json::json!({ "mediaType": kind, "digest": digest, "size": 2 });
        let empty = "application/vnd.oci.empty.v1+json";
        let named = |own: &str, listed: &str| {
            let mut json = serde_json::json!({
                "config": blob(empty),
                "layers": [blob("application/vnd.oci.image.layer.v1.tar")],
            });
            if !own.is_empty() {
                json["artifactType"] = serde_json::json!(own);
            }
            let manifest = Manifest::parse(&MediaType::OciManifest, json.to_string().as_bytes());
            let mut entry = blob(MediaType::OciManifest.as_str());
            entry["artifactType"] = serde_json::json!(listed);
            let descriptor = Descriptor::from_object(entry.as_object().unwrap()).unwrap();
            let manifest = manifest.unwrap();
            let kinds = attached_kinds(Some(&descriptor), Some(&manifest));
            (attached_name(Some(&descriptor), Some(&manifest)), kinds)
        };
        let spdx = ("SBOM SPDX".to_owned(), vec![EvidenceKind::Sbom]);
        assert_eq!(named("application/spdx+json", empty), spdx);
        assert_eq!(named("application/spdx+json", "application/vnd.example.thing"), spdx);
        assert_eq!(named("", "application/spdx+json"), spdx, "an empty config says nothing");
    }
}
