//! Which form bytes are in, told by what is in them; the type that somebody gave them decides only
//! where they leave it open.

use serde::Deserialize;

use super::decoded::Decoded;
use super::loose::{Many, Maybe, Present, Text};
use super::sbom;

/// The form of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Bundle,
    Dsse,
    Jws,
    Cose,
    SimpleSigning,
    Statement,
    Spdx,
    Spdx3,
    CycloneDx,
    CycloneDxVex,
    CycloneDxXml,
    Syft,
    TagValue,
    OpenVex,
    Provenance,
    Vulnerabilities,
    Chart,
    /// JSON text that holds another document (cosign's SPDX tag-value).
    Quoted,
    Pem,
    PgpSigned,
    Json,
    Text,
    Binary,
}

impl Shape {
    /// Whether bytes of this form are JSON.
    pub(super) fn is_json(self) -> bool {
        match self {
            Self::Cose
            | Self::CycloneDxXml
            | Self::TagValue
            | Self::Pem
            | Self::PgpSigned
            | Self::Text
            | Self::Binary => false,
            Self::Bundle
            | Self::Dsse
            | Self::Jws
            | Self::SimpleSigning
            | Self::Statement
            | Self::Spdx
            | Self::Spdx3
            | Self::CycloneDx
            | Self::CycloneDxVex
            | Self::Syft
            | Self::OpenVex
            | Self::Provenance
            | Self::Vulnerabilities
            | Self::Chart
            | Self::Quoted
            | Self::Json => true,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Probe {
    #[serde(rename = "_type")]
    statement: Text,
    predicate_type: Text,
    media_type: Text,
    payload: Present,
    payload_type: Present,
    signatures: Present,
    protected: Present,
    signature: Present,
    critical: Present,
    verification_material: Present,
    spdx_version: Present,
    #[serde(rename = "@context")]
    context: Many<Text>,
    #[serde(rename = "@graph")]
    graph: Present,
    statements: Present,
    bom_format: Text,
    #[serde(rename = "$schema")]
    schema_url: Text,
    components: Filled,
    vulnerabilities: Filled,
    artifacts: Present,
    schema: Maybe<Schema>,
    build_definition: Present,
    build_type: Present,
    run_details: Present,
    builder: Present,
    scanner: Present,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Schema {
    url: Text,
}

/// Whether a list has elements.
#[derive(Default)]
struct Filled(bool);

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let many = Many::<Empty>::deserialize(deserializer)?;
        Ok(Self(!many.list.is_empty()))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Empty {}

/// What helm calls the config of a chart.
const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";

/// The form of a document.
///
/// # Errors
/// A sentence if it begins as JSON and is not, or if it is in a form whose text cannot be read.
pub(super) fn detect(document: &Decoded, media_type: &str) -> Result<Shape, String> {
    let bytes = &document.text;
    if matches!(bytes.as_ref(), [0xd2, 0x84, ..]) || media_type == "application/cose" {
        return Ok(Shape::Cose);
    }
    let text = String::from_utf8_lossy(bytes);
    let shape = match text.trim_start().bytes().next() {
        Some(b'<') if sbom::is_cyclonedx_xml(&text) => Shape::CycloneDxXml,
        Some(b'A'..=b'Z' | b'a'..=b'z' | b'#') if sbom::is_tag_value(&text) => Shape::TagValue,
        _ if document.problem.is_some() => return Ok(Shape::Binary),
        _ => return of_text(text.trim_start(), media_type),
    };
    match &document.problem {
        Some(problem) => Err(problem.clone()),
        None => Ok(shape),
    }
}

fn of_text(text: &str, media_type: &str) -> Result<Shape, String> {
    match text.bytes().next() {
        Some(b'{') => json(text, media_type),
        Some(b'[') if is_json(text.as_bytes()) => Ok(Shape::Json),
        Some(b'"') if is_json(text.as_bytes()) => Ok(Shape::Quoted),
        _ if text.starts_with("-----BEGIN PGP SIGNED MESSAGE") => Ok(Shape::PgpSigned),
        _ if text.starts_with("-----BEGIN CERTIFICATE") => Ok(Shape::Pem),
        _ if text.contains('\0') => Ok(Shape::Binary),
        _ => Ok(Shape::Text),
    }
}

/// Whether bytes are one JSON value.
#[must_use]
pub fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

fn json(text: &str, media_type: &str) -> Result<Shape, String> {
    let probe: Probe =
        serde_json::from_str(text).map_err(|error| format!("not valid JSON: {error}"))?;
    let is_statement = probe.statement.as_str().starts_with("https://in-toto.io/Statement");
    let context = |part: &str| probe.context.list.iter().any(|it| it.as_str().contains(part));
    let is_cyclonedx = probe.bom_format.as_str() == "CycloneDX"
        || probe.schema_url.as_str().contains("cyclonedx.org");
    Ok(if probe.verification_material.0 || probe.media_type.as_str().contains("sigstore.bundle") {
        Shape::Bundle
    } else if is_statement || probe.predicate_type.0.is_some() {
        Shape::Statement
    } else if probe.payload.0 && probe.protected.0 && probe.signature.0 {
        Shape::Jws
    } else if probe.payload.0 && (probe.payload_type.0 || probe.signatures.0) {
        Shape::Dsse
    } else if probe.critical.0 {
        Shape::SimpleSigning
    } else if probe.spdx_version.0 {
        Shape::Spdx
    } else if context("openvex.dev") && probe.statements.0 {
        Shape::OpenVex
    } else if context("spdx.org") && probe.graph.0 {
        Shape::Spdx3
    } else if is_cyclonedx && probe.vulnerabilities.0 && !probe.components.0 {
        Shape::CycloneDxVex
    } else if is_cyclonedx {
        Shape::CycloneDx
    } else if probe.artifacts.0
        && (probe.schema.0.is_some_and(|schema| schema.url.as_str().contains("syft"))
            || media_type.contains("syft"))
    {
        Shape::Syft
    } else if probe.build_definition.0 && probe.run_details.0
        || probe.build_type.0 && probe.builder.0
    {
        Shape::Provenance
    } else if probe.scanner.0 {
        Shape::Vulnerabilities
    } else if media_type == HELM_CONFIG {
        Shape::Chart
    } else {
        Shape::Json
    })
}
