//! Notation's JSON web signatures (notaryproject/specifications, `signature-envelope-jws.md`).

use bytes::Bytes;
use serde::Deserialize;

use super::opened::Inner;
use crate::model::evidence::base64::decode;
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::loose::{Many, Maybe, Text};
use crate::model::evidence::signature::{Form, Signature};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    payload: Text,
    protected: Text,
    header: Maybe<Unprotected>,
    signature: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Unprotected {
    x5c: Many<Text>,
    #[serde(rename = "io.cncf.notary.signingAgent")]
    agent: Text,
    #[serde(rename = "io.cncf.notary.timestampSignature")]
    timestamp: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Protected {
    alg: Text,
    cty: Text,
    #[serde(rename = "io.cncf.notary.signingTime")]
    signed_at: Text,
    #[serde(rename = "io.cncf.notary.authenticSigningTime")]
    authentic: Text,
    #[serde(rename = "io.cncf.notary.expiry")]
    expires: Text,
}

/// Opens a signature.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn jws(bytes: &[u8]) -> Result<Inner, String> {
    let not_json = |error: serde_json::Error| format!("not valid JSON: {error}");
    let raw: Raw = serde_json::from_slice(bytes).map_err(not_json)?;
    let payload = decode(raw.payload.as_str(), "the payload of the signature")?;
    let header = decode(raw.protected.as_str(), "the header of the signature")?;
    let bytes = decode(raw.signature.as_str(), "the signature")?;
    let header: Protected = serde_json::from_slice(&header)
        .map_err(|error| format!("the header of the signature is not valid JSON: {error}"))?;
    // RFC 7515, 5.1: both parts as they were written, with a dot between.
    let signed = Bytes::from(format!("{}.{}", raw.protected.as_str(), raw.payload.as_str()));
    let unprotected = raw.header.0.unwrap_or_default();
    let chain = unprotected.x5c.strings();
    let chain = chain.iter().map(|text| decode(text, "the certificate of the signature"));
    let mut signature = Signature::new(Form::NotationJws, signed, bytes)
        .with_chain(Certificate::chain(chain.collect::<Vec<_>>()));
    signature.algorithm = header.alg.0;
    signature.signed_at = header.authentic.0.or(header.signed_at.0);
    signature.expires = header.expires.0;
    signature.agent = unprotected.agent.0;
    signature.timestamps.extend(unprotected.timestamp.0.and_then(|it| decode(&it, "").ok()));
    let content_type = header.cty.0.unwrap_or_default();
    Ok(Inner { content: Some(payload), content_type, signatures: vec![signature] })
}
