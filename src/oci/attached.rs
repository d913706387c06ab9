//! What is attached to an image by a tag made of its digest, and how attached things are named.

use super::{Annotations, Descriptor, Entry, Manifest, keys};

/// What stands under a tag that a program made of a digest.
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

/// Where predicate types stand: in what Sigstore bundles, BuildKit and Cosign write (cosign 3.1.3,
/// BuildKit 0.34.2).
const PREDICATES: [&str; 3] =
    ["dev.sigstore.bundle.predicateType", keys::PREDICATE_TYPE, "predicateType"];
const TITLE: &str = "org.opencontainers.image.title";
/// Types that say nothing of what is attached (oras 1.3.6 writes them if none is given).
const EMPTY: [&str; 3] = [
    "application/vnd.unknown.artifact.v1",
    "application/vnd.unknown.config.v1+json",
    "application/vnd.oci.empty.v1+json",
];

/// What an attached manifest is, in a few words: by the predicates that it states, else by its
/// title, its type or its layers' type. `manifest` is its content, once it is there; the
/// annotations of fallback lists are often missing, and stand there.
#[must_use]
pub fn attached_name(descriptor: Option<&Descriptor>, manifest: Option<&Manifest>) -> String {
    let stated = descriptor.and_then(|it| it.artifact_type.as_deref());
    let stated = stated.or_else(|| manifest.and_then(Manifest::artifact_type));
    let layers: Vec<&Descriptor> = match manifest {
        Some(Manifest::Image(image)) => image.layer_descriptors().map(AsRef::as_ref).collect(),
        Some(Manifest::Artifact(it)) => {
            it.blobs.iter().filter_map(Entry::descriptor).map(AsRef::as_ref).collect()
        }
        _ => Vec::new(),
    };
    let own = [descriptor.map(|it| &it.annotations), manifest.and_then(Manifest::annotations)];
    let own = own.into_iter().flatten();
    let annotations: Vec<&Annotations> =
        own.chain(layers.iter().map(|layer| &layer.annotations)).collect();
    let bundle = stated.is_some_and(|it| it.starts_with("application/vnd.dev.sigstore.bundle"));
    let mut words: Vec<String> = annotations.iter().filter_map(|it| predicate(it)).collect();
    if bundle && words.is_empty() && annotations.iter().any(|it| signs(it)) {
        words.push("signature".to_owned());
    }
    words.dedup();
    if !words.is_empty() {
        let words = words.join(", ");
        return if bundle { format!("{words} (bundle)") } else { words };
    }
    let stated = stated.filter(|it| !EMPTY.contains(it));
    let of_layer = layers.first().map(|layer| layer.media_type.as_str());
    let kind = match stated.or(of_layer.filter(|it| !EMPTY.contains(it))) {
        Some("application/vnd.cncf.notary.signature") => "signature (notation)",
        Some(text) => short_type(text),
        None => "artifact",
    };
    match annotations.iter().find_map(|it| it.get(TITLE)) {
        Some(title) => format!("{kind} {title}"),
        None => kind.to_owned(),
    }
}

/// What a layer of something attached is: its predicate, else its title.
#[must_use]
pub fn layer_note(layer: &Descriptor) -> Option<&str> {
    let predicate = PREDICATES.iter().find_map(|key| layer.annotations.get(*key));
    predicate.or_else(|| layer.annotations.get(TITLE)).map(String::as_str)
}

fn signs(annotations: &Annotations) -> bool {
    annotations.get("dev.sigstore.bundle.content").is_some_and(|it| it == "message-signature")
}

fn predicate(annotations: &Annotations) -> Option<String> {
    let text = PREDICATES.iter().find_map(|key| annotations.get(*key))?;
    Some(predicate_name(text))
}

/// A predicate type in a word or two.
#[must_use]
pub fn predicate_name(predicate: &str) -> String {
    const KNOWN: [(&str, &str); 9] = [
        ("slsa.dev/provenance", "provenance"),
        ("slsaprovenance", "provenance"),
        ("slsa.dev/verification_summary", "verification summary"),
        ("spdx", "sbom spdx"),
        ("cyclonedx", "sbom cyclonedx"),
        ("openvex", "vex"),
        ("cosign/sign/", "signature"),
        ("vuln", "vulnerabilities"),
        ("test-result", "test result"),
    ];
    let lower = predicate.to_ascii_lowercase();
    if let Some((_, name)) = KNOWN.iter().find(|(part, _)| lower.contains(part)) {
        return (*name).to_owned();
    }
    // The last part that is not a version.
    let parts = predicate.trim_end_matches('/').rsplit('/');
    let is_version = |part: &str| {
        let part = part.strip_prefix('v').unwrap_or(part);
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    parts.into_iter().find(|part| !is_version(part)).unwrap_or(predicate).to_owned()
}

/// A media type without what all of them begin with.
fn short_type(text: &str) -> &str {
    let text = text.strip_prefix("application/").unwrap_or(text);
    text.strip_prefix("vnd.").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As cosign 3.1.3, notation 1.3.2, oras 1.3.6 and regctl 0.11.7 write them.
    #[test]
    fn attached_things_are_named_by_what_they_say() {
        let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        for (artifact_type, annotations, name) in [
            (
                bundle,
                &[(PREDICATES[0], "https://sigstore.dev/cosign/sign/v1")][..],
                "signature (bundle)",
            ),
            (bundle, &[(PREDICATES[0], "https://slsa.dev/provenance/v1")], "provenance (bundle)"),
            (bundle, &[(PREDICATES[0], "https://spdx.dev/Document")], "sbom spdx (bundle)"),
            (bundle, &[(PREDICATES[0], "https://openvex.dev/ns/v0.2.0")], "vex (bundle)"),
            (bundle, &[("dev.sigstore.bundle.content", "message-signature")], "signature (bundle)"),
            (bundle, &[], "dev.sigstore.bundle.v0.3+json"),
            ("application/vnd.cncf.notary.signature", &[], "signature (notation)"),
            ("application/spdx+json", &[(TITLE, "sbom.spdx.json")], "spdx+json sbom.spdx.json"),
            ("application/vnd.unknown.artifact.v1", &[(TITLE, "note.txt")], "artifact note.txt"),
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
        for (predicate, name) in [
            ("https://example.com/review/v1", "review"),
            ("https://cosign.sigstore.dev/attestation/vuln/v1", "vulnerabilities"),
            ("https://cyclonedx.org/bom", "sbom cyclonedx"),
            ("custom", "custom"),
        ] {
            assert_eq!(predicate_name(predicate), name);
        }
    }
}
