//! Opens a blob through its envelopes to what it holds.

use bytes::Bytes;
use serde::Deserialize;

use super::certificate::Certificate;
use super::chart::{Chart, chart};
use super::decoded::decoded;
use super::detect::{Shape, detect, is_json};
use super::envelope::{self, Inner};
use super::limits::{MAX_BLOB, MAX_ENVELOPES};
use super::loose::Text;
use super::provenance::{Provenance, provenance};
use super::sbom::{self, Sbom};
use super::signature::Signature;
use super::statement::{Statement, Subject};
use super::vex::{Vex, cyclonedx_vex, openvex};
use super::vulnerabilities::{Vulnerabilities, vulnerabilities};
use super::{Kind, predicate_name};
use crate::oci::Annotations;
use crate::text::bytes as size;

/// What somebody said of a blob before it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    /// Its media type.
    pub media_type: String,
    /// The annotations of its descriptor: cosign keeps signatures there.
    pub annotations: Annotations,
}

/// A blob, opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The envelopes around what it holds, outermost first, by name.
    pub envelopes: Vec<&'static str>,
    /// The signatures of those envelopes.
    pub signatures: Vec<Signature>,
    /// What it speaks of.
    pub subjects: Vec<Subject>,
    /// The predicate type of its statement.
    pub predicate_type: Option<String>,
    /// The version of the statement's form, as written.
    pub statement_type: Option<String>,
    /// What the signer added to a signature over a digest.
    pub notes: Vec<(String, String)>,
    /// Whether the blob itself is JSON: an object, an array or a string.
    pub is_json: bool,
    /// What is in the envelopes, byte for byte: the statement, or the blob itself.
    pub document: Bytes,
    /// What it holds.
    pub body: Body,
}

/// What a blob holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Body {
    /// Nothing but a signature.
    Signature,
    /// How something was built.
    Provenance(Box<Provenance>),
    /// What something consists of.
    Sbom(Box<Sbom>),
    /// Which vulnerabilities matter.
    Vex(Box<Vex>),
    /// What a scanner found.
    Vulnerabilities(Box<Vulnerabilities>),
    /// The config of a Helm chart.
    Chart(Box<Chart>),
    /// Certificates.
    Certificates(Vec<Result<Certificate, String>>),
    /// A statement whose predicate platy does not know.
    Predicate,
    /// JSON of no kind that platy knows.
    Json,
    /// Text; the flag says that it is signed in itself (PGP).
    Text {
        /// Whether it is signed in itself.
        signed: bool,
    },
    /// Neither JSON nor text.
    #[default]
    Binary,
}

impl Evidence {
    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.body {
            Body::Signature | Body::Text { signed: true } => Kind::Signature,
            Body::Provenance(_) => Kind::Provenance,
            Body::Sbom(_) => Kind::Sbom,
            Body::Vex(_) => Kind::Vex,
            _ => self.predicate_type.as_deref().map_or(Kind::Other, Kind::of_predicate),
        }
    }

    /// What it is, in a few words: `SBOM (SPDX 2.3)`, `SLSA provenance v1`.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.body {
            Body::Signature => match self.signatures.first() {
                Some(signature) => format!("signature ({})", signature.form.word()),
                None => "signature".to_owned(),
            },
            Body::Sbom(sbom) => {
                let version = sbom.version.strip_prefix("SPDX-").unwrap_or(&sbom.version);
                let word = sbom.format.word();
                let word = if word == "SPDX 3" { "SPDX" } else { word };
                format!("SBOM ({word} {version})")
            }
            Body::Vex(vex) => format!("VEX ({})", vex.form),
            Body::Provenance(_) => match &self.predicate_type {
                Some(predicate) => predicate_name(predicate),
                None => "SLSA provenance".to_owned(),
            },
            Body::Vulnerabilities(_) => "report of a scanner".to_owned(),
            Body::Chart(_) => "config of a Helm chart".to_owned(),
            Body::Certificates(_) => "certificates".to_owned(),
            Body::Predicate => {
                let predicate = self.predicate_type.as_deref().unwrap_or_default();
                format!("statement ({})", predicate_name(predicate))
            }
            Body::Json => "JSON".to_owned(),
            Body::Text { signed: true } => "signed text (PGP)".to_owned(),
            Body::Text { signed: false } => "text".to_owned(),
            Body::Binary => "binary data".to_owned(),
        }
    }
}

/// Opens a blob.
///
/// # Errors
/// A sentence about the first thing that cannot be read: an envelope, base64, a document that is
/// cut.
pub fn open(bytes: &Bytes, stated: &Stated) -> Result<Evidence, String> {
    if bytes.len() as u64 > MAX_BLOB {
        let (is, most) = (size(bytes.len() as u64), size(MAX_BLOB));
        return Err(format!("it is not opened: it has {is}, and at most {most} are read"));
    }
    let mut evidence = Evidence { document: bytes.clone(), ..Evidence::default() };
    let mut media_type = stated.media_type.clone();
    for depth in 0..=MAX_ENVELOPES {
        let text = decoded(&evidence.document);
        let shape = detect(&text, &media_type)?;
        let document = text.text;
        if depth == 0 {
            // JSON has no mark before it (RFC 8259, 8.1).
            evidence.is_json = shape.is_json() && document.len() == bytes.len();
        }
        if matches!(shape, Shape::Text | Shape::Binary)
            && is_json_type(&media_type)
            && !is_json(&document)
        {
            return Err(format!("it is not JSON, which its type ({media_type}) says"));
        }
        let inner = match shape {
            Shape::Dsse => {
                evidence.envelopes.push("DSSE envelope");
                envelope::dsse(&document)?
            }
            Shape::Bundle => {
                evidence.envelopes.push("Sigstore bundle");
                let (inner, digest) = envelope::bundle(&document)?;
                if let Some(hex) = digest {
                    evidence.subjects.push(Subject::of_digest(&format!("sha256:{hex}"), None));
                }
                inner
            }
            Shape::Jws => {
                evidence.envelopes.push("JSON web signature");
                envelope::jws(&document)?
            }
            Shape::Cose => {
                evidence.envelopes.push("COSE signature");
                envelope::cose(&document)?
            }
            _ => {
                evidence.body = body(&mut evidence, shape, &document, stated)?;
                hold_to_its_type(&evidence, &media_type)?;
                add_annotations(&mut evidence, stated);
                return Ok(evidence);
            }
        };
        let Inner { content, content_type, signatures } = inner;
        evidence.signatures.extend(signatures);
        let Some(content) = content else {
            evidence.body = Body::Signature;
            return Ok(evidence);
        };
        if let Some(subject) = notary_target(&content, &content_type) {
            evidence.subjects.push(subject);
            evidence.document = content;
            evidence.body = Body::Signature;
            return Ok(evidence);
        }
        evidence.document = content;
        media_type = content_type;
    }
    Err(format!("envelopes are inside each other more than {MAX_ENVELOPES} deep"))
}

/// Whether a media type is one of JSON (RFC 6839, 3.1).
fn is_json_type(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
}

/// What a media type or predicate type may name of what is read here, and what it is called.
const NAMED: [(&str, &str); 5] = [
    ("spdx", "SPDX"),
    ("cyclonedx", "CycloneDX"),
    ("syft", "syft JSON"),
    ("openvex", "OpenVEX"),
    ("slsa.dev/provenance", "SLSA provenance"),
];

/// What is said to be an SBOM, VEX or provenance and cannot be read as that does not pass as something
/// unknown.
fn hold_to_its_type(evidence: &Evidence, media_type: &str) -> Result<(), String> {
    let (named, what) = match &evidence.body {
        Body::Json | Body::Text { signed: false } | Body::Binary => (media_type, "type"),
        Body::Predicate => {
            (evidence.predicate_type.as_deref().unwrap_or_default(), "predicate type")
        }
        _ => return Ok(()),
    };
    let is_named = |(part, _): &&(&str, &str)| named.to_ascii_lowercase().contains(part);
    match NAMED.iter().find(is_named) {
        Some((_, form)) => Err(format!("it is not {form}, which its {what} ({named}) says")),
        None => Ok(()),
    }
}

/// cosign keeps the certificate of an old attestation in the annotations of its layer.
fn add_annotations(evidence: &mut Evidence, stated: &Stated) {
    if evidence.envelopes.is_empty() || stated.annotations.is_empty() {
        return;
    }
    let signatures = std::mem::take(&mut evidence.signatures).into_iter();
    evidence.signatures =
        signatures.map(|it| envelope::with_annotations(it, &stated.annotations)).collect();
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NotaryPayload {
    target_artifact: Option<NotaryTarget>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NotaryTarget {
    digest: Text,
}

/// What Notation signs (notaryproject/specifications, `signature-specification.md`).
fn notary_target(content: &Bytes, content_type: &str) -> Option<Subject> {
    if !content_type.starts_with("application/vnd.cncf.notary.payload") {
        return None;
    }
    let payload: NotaryPayload = serde_json::from_slice(content).ok()?;
    let digest = payload.target_artifact?.digest.0?;
    Some(Subject::of_digest(&digest, None))
}

fn body(
    evidence: &mut Evidence,
    shape: Shape,
    document: &Bytes,
    stated: &Stated,
) -> Result<Body, String> {
    Ok(match shape {
        Shape::SimpleSigning => {
            evidence.envelopes.push("cosign payload");
            let (signatures, claim) = envelope::simple(document, &stated.annotations)?;
            evidence.signatures.extend(signatures);
            if let Some(digest) = claim.digest {
                evidence.subjects.push(Subject::of_digest(&digest, claim.name));
            }
            evidence.notes = claim.notes;
            Body::Signature
        }
        Shape::Statement => statement(evidence, document)?,
        Shape::Pem => Body::Certificates(Certificate::of_pem(document)),
        shape => plain(shape, document)?.unwrap_or_else(|| unknown(shape)),
    })
}

/// A document that is in no statement.
fn plain(shape: Shape, document: &Bytes) -> Result<Option<Body>, String> {
    let sbom = |sbom: Sbom| Body::Sbom(Box::new(sbom));
    let vex = |vex: Vex| Body::Vex(Box::new(vex));
    Ok(Some(match shape {
        Shape::Spdx => sbom(sbom::spdx(document)?),
        Shape::Spdx3 => sbom(sbom::spdx3(document)?),
        Shape::TagValue => sbom(sbom::tag_value(&text(document))?),
        Shape::CycloneDx => sbom(sbom::cyclonedx(document)?),
        // As with JSON: what has components is an SBOM, and a list of vulnerabilities alone is VEX.
        Shape::CycloneDxXml => match sbom::cyclonedx_xml(document)? {
            (parsed, Some(found)) if parsed.packages.is_empty() => vex(found),
            (parsed, _) => sbom(parsed),
        },
        Shape::Syft => sbom(sbom::syft(document)?),
        Shape::OpenVex => vex(openvex(document)?),
        Shape::CycloneDxVex => vex(cyclonedx_vex(document)?),
        Shape::Provenance => Body::Provenance(Box::new(provenance(&text(document))?)),
        Shape::Vulnerabilities => Body::Vulnerabilities(Box::new(vulnerabilities(document)?)),
        Shape::Chart => Body::Chart(Box::new(chart(document)?)),
        Shape::Quoted => return quoted(document),
        _ => return Ok(None),
    }))
}

fn text(document: &Bytes) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(document)
}

/// A document written as a JSON string.
fn quoted(document: &Bytes) -> Result<Option<Body>, String> {
    let Ok(inner) = serde_json::from_slice::<String>(document) else { return Ok(None) };
    let inner = Bytes::from(inner);
    let text = decoded(&inner);
    match detect(&text, "") {
        Ok(Shape::Quoted) | Err(_) => Ok(None),
        Ok(shape) => plain(shape, &text.text),
    }
}

fn unknown(shape: Shape) -> Body {
    match shape {
        Shape::PgpSigned => Body::Text { signed: true },
        Shape::Text => Body::Text { signed: false },
        Shape::Binary => Body::Binary,
        _ => Body::Json,
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Custom {
    data: Text,
}

fn statement(evidence: &mut Evidence, document: &Bytes) -> Result<Body, String> {
    let mut statement = Statement::parse(document)?;
    evidence.subjects.extend(statement.subjects());
    evidence.statement_type = statement.kind.0.take();
    evidence.predicate_type = statement.predicate_type.0.take();
    let predicate_type = evidence.predicate_type.clone().unwrap_or_default();
    let Some(predicate) = statement.predicate.map(serde_json::value::RawValue::get) else {
        return Ok(match Kind::of_predicate(&predicate_type) {
            Kind::Signature => Body::Signature,
            _ => Body::Predicate,
        });
    };
    // A part of the document, not a copy: an SBOM in a statement may have 24 MB.
    let bytes = document.slice_ref(predicate.as_bytes());
    Ok(match Kind::of_predicate(&predicate_type) {
        Kind::Signature => Body::Signature,
        Kind::Provenance => Body::Provenance(Box::new(provenance(predicate)?)),
        _ => {
            let shape = detect(&decoded(&bytes), "").unwrap_or(Shape::Json);
            match plain(shape, &bytes)? {
                Some(body) => body,
                None => custom(&bytes).unwrap_or(Body::Predicate),
            }
        }
    })
}

/// cosign's `--type custom`: text in a field, whatever the file was.
fn custom(predicate: &Bytes) -> Option<Body> {
    let data = serde_json::from_slice::<Custom>(predicate).ok()?.data.0?;
    let text = decoded(&Bytes::from(data));
    plain(detect(&text, "").ok()?, &text.text).ok()?
}
