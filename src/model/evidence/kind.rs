//! What evidence is for, told by the types that manifests, descriptors and statements give.

use std::fmt;

/// What evidence is for: the columns of the coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
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

impl Kind {
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

impl fmt::Display for Kind {
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
    match Kind::of_predicate(text) {
        Kind::Signature => "cosign signature".to_owned(),
        Kind::Provenance => named("SLSA provenance"),
        Kind::Vex if text.contains("openvex") => named("OpenVEX"),
        Kind::Sbom if text.contains("spdx") => named("SPDX"),
        Kind::Sbom if text.contains("cyclonedx") => named("CycloneDX"),
        Kind::Sbom if text.contains("syft") => "syft".to_owned(),
        Kind::Vex | Kind::Sbom | Kind::Other => {
            let parts: Vec<&str> = text.rsplit('/').filter(|part| !part.is_empty()).collect();
            match parts.as_slice() {
                [version, name, ..] if is_version(version) => format!("{name} {version}"),
                [name, ..] => (*name).to_owned(),
                [] => text.to_owned(),
            }
        }
    }
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
            ("https://slsa.dev/provenance/v1", Kind::Provenance, "SLSA provenance v1"),
            ("https://slsa.dev/provenance/v0.2", Kind::Provenance, "SLSA provenance v0.2"),
            ("https://spdx.dev/Document", Kind::Sbom, "SPDX"),
            ("https://spdx.dev/Document/v2.3", Kind::Sbom, "SPDX v2.3"),
            ("https://cyclonedx.org/bom", Kind::Sbom, "CycloneDX"),
            ("https://cyclonedx.org/bom/v1.4", Kind::Sbom, "CycloneDX v1.4"),
            ("https://syft.dev/bom", Kind::Sbom, "syft"),
            ("https://openvex.dev/ns", Kind::Vex, "OpenVEX"),
            ("https://openvex.dev/ns/v0.2.0", Kind::Vex, "OpenVEX v0.2.0"),
            ("https://sigstore.dev/cosign/sign/v1", Kind::Signature, "cosign signature"),
            ("https://cosign.sigstore.dev/attestation/vuln/v1", Kind::Other, "vuln v1"),
            ("https://slsa.dev/verification_summary/v1", Kind::Other, "verification_summary v1"),
            ("https://in-toto.io/attestation/test-result/v0.1", Kind::Other, "test-result v0.1"),
            ("custom", Kind::Other, "custom"),
            ("", Kind::Other, ""),
        ] {
            assert_eq!(Kind::of_predicate(predicate), kind, "{predicate}");
            assert_eq!(predicate_name(predicate), name, "{predicate}");
        }
    }

    #[test]
    fn types_tell_what_they_are_for_or_do_not() {
        for (media_type, kind) in [
            ("application/vnd.cncf.notary.signature", Some(Kind::Signature)),
            ("application/vnd.dev.cosign.simplesigning.v1+json", Some(Kind::Signature)),
            ("application/jose+json", Some(Kind::Signature)),
            ("application/cose", Some(Kind::Signature)),
            ("application/vnd.cncf.helm.chart.provenance.v1.prov", Some(Kind::Signature)),
            ("application/spdx+json", Some(Kind::Sbom)),
            ("text/spdx", Some(Kind::Sbom)),
            ("application/vnd.cyclonedx+xml", Some(Kind::Sbom)),
            ("application/vnd.syft+json", Some(Kind::Sbom)),
            ("application/vnd.dev.cosign.artifact.sbom.v1+json", Some(Kind::Sbom)),
            ("application/openvex+json", Some(Kind::Vex)),
            ("application/vnd.in-toto.provenance+dsse", Some(Kind::Provenance)),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", None),
            ("application/vnd.in-toto+json", None),
            ("application/vnd.dsse.envelope.v1+json", None),
            ("application/vnd.docker.attestation.manifest.v1+json", None),
            ("application/vnd.oci.image.layer.v1.tar+gzip", None),
        ] {
            assert_eq!(Kind::of_type(media_type), kind, "{media_type}");
        }
    }
}
