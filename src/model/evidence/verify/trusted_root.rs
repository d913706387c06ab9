//! Sigstore's trusted root: the certificate authorities, logs and timestamp authorities that a user
//! trusts (sigstore/protobuf-specs 0.5, `sigstore_trustroot.proto`).

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;

use super::PublicKey;
use crate::model::evidence::base64::decode;
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::loose::{Many, Maybe, Text};

/// What the type of such a file begins with; a version follows, in one of two ways.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.trustedroot";

/// A trusted root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedRoot {
    /// What the user calls it: the name of its file.
    pub name: String,
    /// Who issues certificates (Fulcio).
    pub(super) authorities: Vec<Authority>,
    /// Who stamps times (RFC 3161).
    pub(super) stampers: Vec<Authority>,
    /// Logs of signatures (Rekor).
    pub(super) logs: Vec<Log>,
    /// Logs of certificates (RFC 6962).
    pub(super) certificate_logs: Vec<Log>,
}

/// Who issues certificates or timestamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authority {
    /// Where it is, or what it is called.
    pub(super) name: String,
    /// The certificate that is trusted.
    pub(super) anchor: Certificate,
    /// Those between it and what it issues, perhaps with the issuer's own.
    pub(super) others: Vec<Certificate>,
    /// When it counts.
    pub(super) period: Period,
}

/// A log, with the key by which it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Log {
    /// Where it is.
    pub(super) url: String,
    /// Its identity.
    pub(super) id: Bytes,
    /// Its key.
    pub(super) key: PublicKey,
    /// When it counts.
    pub(super) period: Period,
}

/// From when to when something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Period {
    pub(super) fn holds(self, time: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= time) && self.end.is_none_or(|end| time <= end)
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw {
    media_type: Text,
    tlogs: Many<RawLog>,
    ctlogs: Many<RawLog>,
    certificate_authorities: Many<RawAuthority>,
    timestamp_authorities: Many<RawAuthority>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawLog {
    base_url: Text,
    public_key: Maybe<RawKey>,
    log_id: Maybe<RawId>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawKey {
    raw_bytes: Text,
    valid_for: Maybe<RawPeriod>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawId {
    key_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPeriod {
    start: Text,
    end: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawAuthority {
    uri: Text,
    cert_chain: Maybe<RawChain>,
    valid_for: Maybe<RawPeriod>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawChain {
    certificates: Many<RawCertificate>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawCertificate {
    raw_bytes: Text,
}

impl TrustedRoot {
    /// Reads a file with one trusted root, or several, one after the other (`gh attestation
    /// trusted-root` prints two).
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn parse(name: &str, text: &[u8]) -> Result<Self, String> {
        let mut root = Self { name: name.to_owned(), ..Self::default() };
        for raw in serde_json::Deserializer::from_slice(text).into_iter::<Raw>() {
            let raw = raw.map_err(|error| format!("{name} is not a trusted root: {error}"))?;
            if !raw.media_type.as_str().starts_with(MEDIA_TYPE) {
                return Err(format!(
                    "{name} is not a trusted root of Sigstore: its mediaType is {:?}, not {MEDIA_TYPE}…",
                    raw.media_type.as_str()
                ));
            }
            root.add(raw).map_err(|problem| format!("{name}: {problem}"))?;
        }
        if root.authorities.is_empty() {
            return Err(format!("{name} names no certificate authority that issues certificates"));
        }
        Ok(root)
    }

    fn add(&mut self, raw: Raw) -> Result<(), String> {
        for (found, to) in [
            (raw.certificate_authorities, &mut self.authorities),
            (raw.timestamp_authorities, &mut self.stampers),
        ] {
            for one in found.list {
                to.push(authority(one)?);
            }
        }
        for (found, to) in [(raw.tlogs, &mut self.logs), (raw.ctlogs, &mut self.certificate_logs)] {
            for one in found.list {
                to.extend(log(one)?);
            }
        }
        Ok(())
    }
}

fn period(raw: Maybe<RawPeriod>) -> Result<Period, String> {
    let raw = raw.0.unwrap_or_default();
    let time = |text: Text| match text.0 {
        Some(text) => text.parse().map(Some).map_err(|_| format!("{text:?} is not a time")),
        None => Ok(None),
    };
    Ok(Period { start: time(raw.start)?, end: time(raw.end)? })
}

fn authority(raw: RawAuthority) -> Result<Authority, String> {
    let chain = raw.cert_chain.0.unwrap_or_default().certificates.list.into_iter();
    let certificates = chain
        .map(|it| Certificate::parse(&decode(it.raw_bytes.as_str(), "a certificate")?))
        .collect::<Result<Vec<_>, String>>()?;
    let Some((anchor, others)) = certificates.split_last() else {
        return Err("an authority has no certificate".to_owned());
    };
    Ok(Authority {
        name: raw.uri.0.unwrap_or_else(|| anchor.subject.clone()),
        anchor: anchor.clone(),
        others: others.to_vec(),
        period: period(raw.valid_for)?,
    })
}

/// A log; `None` if its key is of a kind that nothing here can check: what it vouches for is not
/// verified then.
fn log(raw: RawLog) -> Result<Option<Log>, String> {
    let url = raw.base_url.0.unwrap_or_default();
    let raw_key = raw.public_key.0.unwrap_or_default();
    let key = decode(raw_key.raw_bytes.as_str(), "the key of a log")?;
    let id = decode(raw.log_id.0.unwrap_or_default().key_id.as_str(), "the identity of a log")?;
    let period = period(raw_key.valid_for)?;
    let key = PublicKey::of_der(&url, &key).ok();
    Ok(key.map(|key| Log { url, id, key, period }))
}
