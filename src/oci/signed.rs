//! What the digest of a manifest is computed over: its bytes, but for signed schema 1.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Algorithm, Digest, MediaType, json};

/// The digest of a manifest of this type.
///
/// For all types but one that is the digest of the bytes. Signed schema 1 is named by the digest
/// of what was signed, which is the document without its signatures (distribution
/// `manifest-v2-1.md`, libtrust `jsonsign.go`).
#[must_use]
pub fn manifest_digest(
    media_type: Option<&MediaType>,
    algorithm: Algorithm,
    bytes: &[u8],
) -> Digest {
    Digest::of(algorithm, &hashed_part(media_type, bytes))
}

/// The part of a manifest that its digest covers; nothing else of it may be believed.
pub(super) fn hashed_part<'a>(media_type: Option<&MediaType>, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    match media_type {
        Some(MediaType::Schema1Signed) => {
            signed_part(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// The text that was signed: the first `formatLength` bytes and then `formatTail`, as the
/// protected header of the first signature gives them.
fn signed_part(bytes: &[u8]) -> Option<Vec<u8>> {
    let object = json::parse_object(bytes).ok()?;
    let signature = json::array(&object, "signatures").first()?.as_object()?;
    let header: Map<String, Value> =
        serde_json::from_slice(&decoded(&json::string(signature, "protected")?)?).ok()?;
    let length = usize::try_from(header.get("formatLength")?.as_u64()?).ok()?;
    let mut payload = bytes.get(..length)?.to_vec();
    payload.extend(decoded(&json::string(&header, "formatTail")?)?);
    Some(payload)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_left_out_of_the_digest_and_of_nothing_else() {
        let payload = "{\n   \"schemaVersion\": 1\n}";
        let head = "{\n   \"schemaVersion\": 1";
        let header = URL_SAFE_NO_PAD.encode(format!(
            r#"{{"formatLength":{},"formatTail":"{}"}}"#,
            head.len(),
            URL_SAFE_NO_PAD.encode("\n}")
        ));
        let signed = format!("{head},\n   \"signatures\": [{{\"protected\": \"{header}\"}}]\n}}");
        let of = |media_type: &MediaType| {
            manifest_digest(Some(media_type), Algorithm::Sha256, signed.as_bytes())
        };
        assert_eq!(of(&MediaType::Schema1Signed), Digest::sha256(payload.as_bytes()));
        assert_eq!(of(&MediaType::OciManifest), Digest::sha256(signed.as_bytes()));
    }

    #[test]
    fn what_is_no_signature_changes_nothing() {
        for json in [
            "{}",
            r#"{"signatures":[{"protected":"e30"}]}"#,
            r#"{"signatures":[{"protected":"!!"}]}"#,
            r#"{"signatures":7}"#,
            "no json",
        ] {
            let digest = manifest_digest(
                Some(&MediaType::Schema1Signed),
                Algorithm::Sha256,
                json.as_bytes(),
            );
            assert_eq!(digest, Digest::sha256(json.as_bytes()), "{json}");
        }
    }
}
