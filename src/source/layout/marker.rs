//! The files that make a layout: `oci-layout` and `index.json`.

use serde_json::Value;

use crate::oci::{Class, Failure};

/// The file that marks a layout.
pub(crate) const MARKER: &str = "oci-layout";
/// The file that lists what a layout holds.
pub(crate) const INDEX: &str = "index.json";
/// The most that is read of the marker, in bytes.
pub(crate) const MAX_MARKER: u64 = 64 << 10;

/// That the file `oci-layout` says a version that platy reads (1.x).
pub(crate) fn check_marker(subject: &str, bytes: &[u8]) -> Result<(), Failure> {
    let malformed = |problem: String| {
        Failure::new(Class::Malformed, subject, problem)
            .with_next("a layout's oci-layout holds {\"imageLayoutVersion\":\"1.0.0\"}")
    };
    let json: Value = serde_json::from_slice(bytes)
        .map_err(|error| malformed(format!("it is not valid JSON: {error}")))?;
    let version = json
        .get("imageLayoutVersion")
        .and_then(Value::as_str)
        .ok_or_else(|| malformed("it says no imageLayoutVersion".to_owned()))?;
    if version == "1" || version.starts_with("1.") {
        return Ok(());
    }
    Err(Failure::new(
        Class::Unsupported,
        subject,
        format!("the layout's version is {version:?}; platy reads 1.x"),
    )
    .with_next("copy the image to a layout of version 1.0.0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for (json, class) in [
            (r#"{"imageLayoutVersion":"1.0.0"}"#, None),
            (r#"{"imageLayoutVersion":"1.1.0","more":1}"#, None),
            (r#"{"imageLayoutVersion":"2.0.0"}"#, Some(Class::Unsupported)),
            (r#"{"imageLayoutVersion":"10.0.0"}"#, Some(Class::Unsupported)),
            (r#"{"imageLayoutVersion":1}"#, Some(Class::Malformed)),
            ("{}", Some(Class::Malformed)),
            ("", Some(Class::Malformed)),
        ] {
            let found = check_marker("oci-layout", json.as_bytes()).err();
            assert_eq!(found.map(|failure| failure.class), class, "{json}");
        }
    }
}
