//! The error codes of the distribution specification, in oci-client's vocabulary.

use oci_distribution::errors::OciErrorCode;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error;

use crate::oci::Failure;

/// The code that a registry wrote; one of its own is [`OciErrorCode::Other`].
pub(super) fn kind(code: &str) -> OciErrorCode {
    let known = OciErrorCode::deserialize(code.into_deserializer());
    known.unwrap_or_else(|_: Error| OciErrorCode::Other(code.to_owned()))
}

/// Whether a registry gave this code as a reason.
pub(crate) fn says(failure: &Failure, wanted: &OciErrorCode) -> bool {
    failure.codes.iter().any(|code| kind(&code.code) == *wanted)
}

/// Whether the registry refuses the `urls` of a layer (distribution 3.1.2: 500, and only the detail
/// says it).
pub(crate) fn refuses_addresses(failure: &Failure) -> bool {
    failure.codes.iter().any(|code| {
        let detail = code.detail.as_deref().unwrap_or_default();
        code.message.contains("invalid URL on layer") || detail.contains("invalid URL on layer")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_specification_or_the_registrys_own() {
        for (code, expected) in [
            ("MANIFEST_BLOB_UNKNOWN", OciErrorCode::ManifestBlobUnknown),
            ("BLOB_UPLOAD_INVALID", OciErrorCode::BlobUploadInvalid),
            ("TOOMANYREQUESTS", OciErrorCode::Toomanyrequests),
            ("QUOTA_EXCEEDED", OciErrorCode::Other("QUOTA_EXCEEDED".to_owned())),
            ("", OciErrorCode::Other(String::new())),
        ] {
            assert_eq!(kind(code), expected);
        }
    }
}
