//! Notation's COSE signatures (notaryproject/specifications, `signature-envelope-cose.md`).

use bytes::Bytes;
use coset::cbor::Value;
use coset::iana::EnumI64 as _;
use coset::{
    CborSerializable as _, ContentType, CoseSign1, Header, Label, RegisteredLabelWithPrivate,
    TaggedCborSerializable as _, iana,
};
use jiff::Timestamp;

use super::opened::Inner;
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::signature::{Form, Signature};

/// Opens a signature.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn cose(bytes: &[u8]) -> Result<Inner, String> {
    let parsed = CoseSign1::from_tagged_slice(bytes)
        .or_else(|_| CoseSign1::from_slice(bytes))
        .map_err(|error| format!("not a COSE signature: {error}"))?;
    let protected = &parsed.protected.header;
    let chain = certificates(value(&parsed.unprotected, &Label::Int(33)));
    let text = |header: &Header, key: &str| match value(header, &label(key)) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let mut signature = Signature::new(
        Form::NotationCose,
        parsed.tbs_data(&[]).into(),
        parsed.signature.clone().into(),
    )
    .with_chain(Certificate::chain(chain.into_iter().map(Ok)));
    signature.algorithm = protected.alg.as_ref().map(algorithm);
    signature.signed_at = moment(protected, "io.cncf.notary.authenticSigningTime")
        .or_else(|| moment(protected, "io.cncf.notary.signingTime"));
    signature.expires = moment(protected, "io.cncf.notary.expiry");
    signature.agent = text(&parsed.unprotected, "io.cncf.notary.signingAgent");
    let stamp = value(&parsed.unprotected, &label("io.cncf.notary.timestampSignature"));
    if let Some(Value::Bytes(stamp)) = stamp {
        signature.timestamps.push(stamp.clone().into());
    }
    let content_type = match &protected.content_type {
        Some(ContentType::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let content = parsed.payload.map(Bytes::from);
    Ok(Inner { content, content_type, signatures: vec![signature] })
}

fn label(text: &str) -> Label {
    Label::Text(text.to_owned())
}

fn value<'a>(header: &'a Header, wanted: &Label) -> Option<&'a Value> {
    header.rest.iter().find(|(label, _)| label == wanted).map(|(_, value)| value)
}

/// `x5chain` (RFC 9360): one certificate, or a list of them.
fn certificates(value: Option<&Value>) -> Vec<Bytes> {
    let one = |value: &Value| value.as_bytes().map(|der| Bytes::copy_from_slice(der));
    match value {
        Some(Value::Array(list)) => list.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A time: CBOR's tag 1 around seconds since 1970, or a text of RFC 3339 in tag 0.
fn moment(header: &Header, key: &str) -> Option<String> {
    match value(header, &label(key))? {
        Value::Tag(_, inner) => match inner.as_ref() {
            Value::Integer(seconds) => {
                let seconds = i64::try_from(*seconds).ok()?;
                Some(Timestamp::from_second(seconds).ok()?.to_string())
            }
            Value::Text(text) => Some(text.clone()),
            _ => None,
        },
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The name that JSON web signatures give the algorithm (RFC 9053).
fn algorithm(algorithm: &RegisteredLabelWithPrivate<iana::Algorithm>) -> String {
    match algorithm {
        RegisteredLabelWithPrivate::Assigned(known) => match known {
            iana::Algorithm::ES256 => "ES256".to_owned(),
            iana::Algorithm::ES384 => "ES384".to_owned(),
            iana::Algorithm::ES512 => "ES512".to_owned(),
            iana::Algorithm::PS256 => "PS256".to_owned(),
            iana::Algorithm::PS384 => "PS384".to_owned(),
            iana::Algorithm::PS512 => "PS512".to_owned(),
            iana::Algorithm::EdDSA => "EdDSA".to_owned(),
            other => format!("COSE algorithm {}", other.to_i64()),
        },
        RegisteredLabelWithPrivate::PrivateUse(number) => format!("COSE algorithm {number}"),
        RegisteredLabelWithPrivate::Text(text) => text.clone(),
    }
}
