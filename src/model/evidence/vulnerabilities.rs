//! What a scanner found: cosign's and in-toto's predicates
//! (`https://cosign.sigstore.dev/attestation/vuln/v1`, `https://in-toto.io/attestation/vulns`).

use serde::Deserialize;

use super::loose::{Many, Maybe, Text};

/// What a scanner found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vulnerabilities {
    /// The scanner.
    pub scanner: Option<String>,
    /// When it began (RFC 3339, as written).
    pub started: Option<String>,
    /// When it ended (RFC 3339, as written).
    pub finished: Option<String>,
    /// How many results there are, if they are a list.
    pub results: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    scanner: Maybe<Scanner>,
    metadata: Maybe<Metadata>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Scanner {
    uri: Text,
    version: Text,
    result: Results,
}

/// The results: of in-toto a list; of cosign whatever the scanner wrote.
#[derive(Default)]
struct Results(Option<usize>);

impl<'de> Deserialize<'de> for Results {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let many = Many::<Empty>::deserialize(deserializer)?;
        let count = many.list.len() + many.left_out;
        Ok(Self((count > 1).then_some(count)))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Empty {}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    #[serde(alias = "scan_started_on")]
    scan_started_on: Text,
    #[serde(alias = "scan_finished_on")]
    scan_finished_on: Text,
}

/// Reads a predicate.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn vulnerabilities(predicate: &[u8]) -> Result<Vulnerabilities, String> {
    let raw: Raw = serde_json::from_slice(predicate)
        .map_err(|error| format!("not the report of a scanner: {error}"))?;
    let scanner = raw.scanner.0.unwrap_or_default();
    let metadata = raw.metadata.0.unwrap_or_default();
    let named = format!("{} {}", scanner.uri.as_str(), scanner.version.as_str());
    Ok(Vulnerabilities {
        scanner: Some(named.trim().to_owned()).filter(|it| !it.is_empty()),
        started: metadata.scan_started_on.0,
        finished: metadata.scan_finished_on.0,
        results: scanner.result.0,
    })
}
