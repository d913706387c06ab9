//! What evidence is for, told by the types that manifests, descriptors and statements give.

use std::fmt;

use super::{Annotations, keys};

/// What evidence is for: the columns of the coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// Somebody vouches for a digest.
    Signature,
    /// How an image was built.
    Provenance,
    /// What an image consists of.
    Sbom,
    /// Which vulnerabilities matter.
    Vex,
    /// Something else.
    Other,
}

/// The annotations that name a predicate type: of Sigstore's bundles, of BuildKit's and Cosign's
/// layers (cosign 3.1.3, BuildKit 0.34.2).
const PREDICATES: [&str; 3] =
    ["dev.sigstore.bundle.predicateType", keys::PREDICATE_TYPE, "predicateType"];
/// What is in a Sigstore bundle: `dsse-envelope` or `message-signature`.
const CONTENT: &str = "dev.sigstore.bundle.content";

/// The predicate type that annotations name.
#[must_use]
pub fn stated_predicate(annotations: &Annotations) -> Option<&str> {
    PREDICATES.iter().find_map(|key| annotations.get(*key)).map(String::as_str)
}

impl EvidenceKind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Signature, Self::Provenance, Self::Sbom, Self::Vex, Self::Other];

    /// What a statement of this predicate type is for.
    #[must_use]
    pub fn of_predicate(predicate_type: &str) -> Self {
        let text = predicate_type.to_ascii_lowercase();
        let has = |part: &str| text.contains(part);
        if has("sigstore.dev/cosign/sign") {
            Self::Signature
        } else if has("slsa.dev/provenance") || has("in-toto.io/provenance") {
            Self::Provenance
        } else if has("openvex.dev") || has("/vex") || has("csaf") {
            Self::Vex
        } else if has("spdx.dev") || has("cyclonedx.org") || has("syft.dev") || has("/sbom") {
            Self::Sbom
        } else {
            Self::Other
        }
    }

    /// What content of this media type or artifact type is for; `None` if the type alone does not
    /// tell: an envelope, a statement, an archive.
    #[must_use]
    pub fn of_type(media_type: &str) -> Option<Self> {
        let text = media_type.to_ascii_lowercase();
        let has = |part: &str| text.contains(part);
        if has("vex") || has("csaf") {
            Some(Self::Vex)
        } else if has("spdx") || has("cyclonedx") || has("syft") || has("sbom") {
            Some(Self::Sbom)
        } else if has("helm.chart.provenance")
            || has("simplesigning")
            || has("signature")
            || has("cosign.artifact.sig")
            || text == "application/jose+json"
            || text == "application/cose"
        {
            Some(Self::Signature)
        } else if has("provenance") {
            Some(Self::Provenance)
        } else {
            None
        }
    }

    /// What annotations tell: by the predicate type that they name, or as the content of a bundle.
    #[must_use]
    pub fn of_annotations(annotations: &Annotations) -> Option<Self> {
        match stated_predicate(annotations) {
            Some(predicate) => Some(Self::of_predicate(predicate)),
            None => annotations
                .get(CONTENT)
                .is_some_and(|it| it == "message-signature")
                .then_some(Self::Signature),
        }
    }

    /// Its name in JSON and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Provenance => "provenance",
            Self::Sbom => "sbom",
            Self::Vex => "vex",
            Self::Other => "other",
        }
    }

    /// The word for it, as in a heading.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Provenance => "provenance",
            Self::Sbom => "SBOM",
            Self::Vex => "VEX",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for EvidenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The short name of a predicate type: `SLSA provenance v1`, `SPDX`, or the last parts of another
/// type.
#[must_use]
pub fn predicate_name(predicate_type: &str) -> String {
    let text = predicate_type.trim_end_matches('/');
    let version = text.rsplit('/').next().filter(|part| is_version(part));
    let named = |name: &str| match version {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    };
    match EvidenceKind::of_predicate(text) {
        EvidenceKind::Signature => "cosign signature".to_owned(),
        EvidenceKind::Provenance => named("SLSA provenance"),
        EvidenceKind::Vex if text.contains("openvex") => named("OpenVEX"),
        EvidenceKind::Sbom if text.contains("spdx") => named("SPDX"),
        EvidenceKind::Sbom if text.contains("cyclonedx") => named("CycloneDX"),
        EvidenceKind::Sbom if text.contains("syft") => "syft".to_owned(),
        EvidenceKind::Vex | EvidenceKind::Sbom | EvidenceKind::Other => {
            let parts: Vec<&str> = text.rsplit('/').filter(|part| !part.is_empty()).collect();
            match parts.as_slice() {
                [version, name, ..] if is_version(version) => format!("{name} {version}"),
                [name, ..] => (*name).to_owned(),
                [] => text.to_owned(),
            }
        }
    }
}

/// The short name of a media type or artifact type: `SPDX`, `Notation signature`, or the type
/// without what all of them begin with.
#[must_use]
pub fn type_name(media_type: &str) -> &str {
    for (part, name) in [
        ("simplesigning", "cosign signature"),
        ("cosign.artifact.sig", "cosign signature"),
        ("notary.signature", "Notation signature"),
        ("jose+json", "Notation signature"),
        ("application/cose", "Notation signature"),
        ("sigstore.bundle", "Sigstore bundle"),
        ("spdx", "SPDX"),
        ("cyclonedx", "CycloneDX"),
        ("syft", "syft"),
        ("openvex", "OpenVEX"),
    ] {
        if media_type.contains(part) {
            return name;
        }
    }
    let text = media_type.strip_prefix("application/").unwrap_or(media_type);
    text.strip_prefix("vnd.").unwrap_or(text)
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').unwrap_or(part).starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_tell_what_they_are_for() {
        for (predicate, kind, name) in [
            ("https://slsa.dev/provenance/v1", EvidenceKind::Provenance, "SLSA provenance v1"),
            ("https://slsa.dev/provenance/v0.2", EvidenceKind::Provenance, "SLSA provenance v0.2"),
            ("https://spdx.dev/Document", EvidenceKind::Sbom, "SPDX"),
            ("https://spdx.dev/Document/v2.3", EvidenceKind::Sbom, "SPDX v2.3"),
            ("https://cyclonedx.org/bom", EvidenceKind::Sbom, "CycloneDX"),
            ("https://cyclonedx.org/bom/v1.4", EvidenceKind::Sbom, "CycloneDX v1.4"),
            ("https://syft.dev/bom", EvidenceKind::Sbom, "syft"),
            ("https://openvex.dev/ns", EvidenceKind::Vex, "OpenVEX"),
            ("https://openvex.dev/ns/v0.2.0", EvidenceKind::Vex, "OpenVEX v0.2.0"),
            ("https://sigstore.dev/cosign/sign/v1", EvidenceKind::Signature, "cosign signature"),
            ("https://cosign.sigstore.dev/attestation/vuln/v1", EvidenceKind::Other, "vuln v1"),
            (
                "https://slsa.dev/verification_summary/v1",
                EvidenceKind::Other,
                "verification_summary v1",
            ),
            (
                "https://in-toto.io/attestation/test-result/v0.1",
                EvidenceKind::Other,
                "test-result v0.1",
            ),
            ("custom", EvidenceKind::Other, "custom"),
            ("", EvidenceKind::Other, ""),
        ] {
            assert_eq!(EvidenceKind::of_predicate(predicate), kind, "{predicate}");
            assert_eq!(predicate_name(predicate), name, "{predicate}");
        }
    }

    #[test]
    fn types_tell_what_they_are_for_or_do_not() {
        for (media_type, kind) in [
            ("application/vnd.cncf.notary.signature", Some(EvidenceKind::Signature)),
            ("application/vnd.dev.cosign.simplesigning.v1+json", Some(EvidenceKind::Signature)),
            ("application/jose+json", Some(EvidenceKind::Signature)),
            ("application/cose", Some(EvidenceKind::Signature)),
            ("application/vnd.cncf.helm.chart.provenance.v1.prov", Some(EvidenceKind::Signature)),
            ("application/spdx+json", Some(EvidenceKind::Sbom)),
            ("text/spdx", Some(EvidenceKind::Sbom)),
            ("application/vnd.cyclonedx+xml", Some(EvidenceKind::Sbom)),
            ("application/vnd.syft+json", Some(EvidenceKind::Sbom)),
            ("application/vnd.dev.cosign.artifact.sbom.v1+json", Some(EvidenceKind::Sbom)),
            ("application/openvex+json", Some(EvidenceKind::Vex)),
            ("application/vnd.in-toto.provenance+dsse", Some(EvidenceKind::Provenance)),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", None),
            ("application/vnd.in-toto+json", None),
            ("application/vnd.dsse.envelope.v1+json", None),
            ("application/vnd.docker.attestation.manifest.v1+json", None),
            ("application/vnd.oci.image.layer.v1.tar+gzip", None),
        ] {
            assert_eq!(EvidenceKind::of_type(media_type), kind, "{media_type}");
        }
    }
}
