//! cosign's first form of a signature: a payload (containers/image "simple signing") that names the
//! digest, and annotations of the layer with the rest (cosign's `specs/SIGNATURE_SPEC.md`).

use bytes::Bytes;
use serde::Deserialize;

use super::opened::Claim;
use crate::model::evidence::base64::decode;
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::loose::{Maybe, Pairs, Text};
use crate::model::evidence::signature::{Form, LogEntry, Signature};
use crate::oci::Annotations;

/// The keys of the annotations.
const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
const CERTIFICATE: &str = "dev.sigstore.cosign/certificate";
const CHAIN: &str = "dev.sigstore.cosign/chain";
const LOG: &str = "dev.sigstore.cosign/bundle";
const TIMESTAMP: &str = "dev.sigstore.cosign/rfc3161timestamp";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    critical: Maybe<Critical>,
    optional: Pairs,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Critical {
    identity: Pairs,
    image: Pairs,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct RawLog {
    signed_entry_timestamp: Text,
    payload: Maybe<LogPayload>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stamp {
    #[serde(rename = "SignedRFC3161Timestamp")]
    signed: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LogPayload {
    body: Text,
    integrated_time: Option<i64>,
    log_index: Option<u64>,
    #[serde(rename = "logID")]
    log: Text,
}

/// Reads a payload with the annotations of its layer.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn simple(
    bytes: &Bytes,
    annotations: &Annotations,
) -> Result<(Vec<Signature>, Claim), String> {
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| format!("not valid JSON: {error}"))?;
    let critical = raw.critical.0.unwrap_or_default();
    let claim = Claim {
        digest: critical.image.get("docker-manifest-digest").map(str::to_owned),
        name: critical.identity.get("docker-reference").map(str::to_owned),
        notes: raw.optional.0,
    };
    let signature = match annotations.get(SIGNATURE).filter(|text| !text.is_empty()) {
        Some(text) => Some(decode(text, "the signature in the annotation")?),
        None => None,
    };
    let signature = signature.map(|signature| {
        let signature = Signature::new(Form::SimpleSigning, bytes.clone(), signature);
        with_annotations(signature, annotations)
    });
    Ok((signature.into_iter().collect(), claim))
}

/// Adds the certificates, the log entry and the timestamp that the annotations of a layer carry.
pub(in crate::model::evidence) fn with_annotations(
    mut signature: Signature,
    annotations: &Annotations,
) -> Signature {
    let pem = |key: &str| {
        annotations.get(key).map_or_else(Vec::new, |text| Certificate::of_pem(text.as_bytes()))
    };
    let mut chain = pem(CERTIFICATE);
    if !chain.is_empty() {
        chain.extend(pem(CHAIN));
        signature = signature.with_chain(chain);
    }
    if let Some(text) = annotations.get(LOG)
        && let Ok(raw) = serde_json::from_str::<RawLog>(text)
        && let Some(payload) = raw.payload.0
    {
        let bytes = |text: &Text| text.0.as_deref().and_then(|text| decode(text, "").ok());
        signature.log.push(LogEntry {
            index: payload.log_index,
            integrated: payload.integrated_time,
            body: bytes(&payload.body),
            promise: bytes(&raw.signed_entry_timestamp),
            log: payload.log.0,
            kind: None,
            proof: None,
        });
    }
    if let Some(text) = annotations.get(TIMESTAMP)
        && let Ok(stamp) = serde_json::from_str::<Stamp>(text)
    {
        signature.timestamps.extend(decode(stamp.signed.as_str(), "").ok());
    }
    signature
}
