//! DSSE envelopes (secure-systems-lab/dsse, protocol 1.0).

use bytes::Bytes;
use serde::Deserialize;

use super::opened::Inner;
use crate::model::evidence::base64::decode;
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::loose::{Many, Text};
use crate::model::evidence::signature::{Form, Signature, Signer};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Raw {
    payload: Text,
    #[serde(rename = "payloadType")]
    payload_type: Text,
    signatures: Many<RawSignature>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawSignature {
    sig: Text,
    keyid: Text,
    /// in-toto's ITE-7: a certificate in the place of a key.
    cert: Text,
}

/// Opens an envelope.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn dsse(bytes: &[u8]) -> Result<Inner, String> {
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| format!("not valid JSON: {error}"))?;
    open(raw)
}

pub(super) fn open(raw: Raw) -> Result<Inner, String> {
    let text = raw.payload.0.ok_or("the envelope has no payload")?;
    let payload = decode(&text, "the payload of the envelope")?;
    // Both of a large SBOM, and what is signed beside them, are more than there is room for.
    drop(text);
    let payload_type = raw.payload_type.0.unwrap_or_default();
    let signed = encoding(&payload_type, &payload);
    let mut signatures = Vec::new();
    for one in raw.signatures.list {
        let bytes = decode(one.sig.as_str(), "the signature of the envelope")?;
        let mut signature = Signature::new(Form::Dsse, signed.clone(), bytes);
        signature.signed_before = Some(payload.clone());
        if let Some(hint) = one.keyid.0 {
            signature.signer = Signer::Hint(hint);
        }
        if let Some(pem) = one.cert.0 {
            signature = signature.with_chain(Certificate::of_pem(pem.as_bytes()));
        }
        signatures.push(signature);
    }
    Ok(Inner { content: Some(payload), content_type: payload_type, signatures })
}

/// What is signed: the pre-authentication encoding of type and payload.
fn encoding(payload_type: &str, payload: &[u8]) -> Bytes {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_that_of_the_protocol() {
        // The example of DSSE's protocol.md.
        assert_eq!(
            encoding("http://example.com/HelloWorld", b"hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn broken_envelopes_are_told_of() {
        for (json, expected) in [
            ("{", "not valid JSON: EOF while parsing an object at line 1 column 1"),
            ("{}", "the envelope has no payload"),
            (r#"{"payload":"§"}"#, "the payload of the envelope is not base64: "),
            (r#"{"payload":"","signatures":[]}"#, "the envelope has no payload"),
            (
                r#"{"payload":"YQ==","signatures":[{"sig":"!"}]}"#,
                "the signature of the envelope is not base64: ",
            ),
        ] {
            let error = dsse(json.as_bytes()).unwrap_err();
            assert!(error.starts_with(expected), "{json}: {error}");
        }
    }
}
