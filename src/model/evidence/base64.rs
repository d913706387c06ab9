//! Base64 from outside: with or without padding, of either alphabet (proto3 JSON takes both).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// The bytes; or a sentence about `what`, if the text is not base64.
pub(super) fn decode(text: &str, what: &str) -> Result<Bytes, String> {
    let text = text.trim().trim_end_matches('=');
    let engine = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    // Some tools break lines.
    let joined = || text.split_ascii_whitespace().collect::<String>();
    let decoded = engine.decode(text).or_else(|_| engine.decode(joined()));
    decoded.map(Bytes::from).map_err(|error| format!("{what} is not base64: {error}"))
}

/// Standard base64 with padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_is_read() {
        for text in ["+/+/", "-_-_", " +/+/\n", "+/\n+/"] {
            assert_eq!(decode(text, "it").unwrap(), &b"\xfb\xff\xbf"[..], "{text:?}");
        }
        for text in ["YQ==", "YQ", "YR=="] {
            assert_eq!(decode(text, "it").unwrap(), &b"a"[..], "{text}");
        }
        assert_eq!(
            decode("a?b", "the payload").unwrap_err(),
            "the payload is not base64: Invalid symbol 63, offset 1."
        );
    }
}
