//! Timestamps of timestamp authorities (RFC 3161, in the signed data of RFC 5652).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::PublicKey;
use super::chain::{TIME_STAMPING, leads};
use super::der::{CONTEXT_0, OCTETS, Piece, SEQUENCE, SET, piece, pieces};
use super::log::is_hash;
use super::trusted_root::{Authority, TrustedRoot};
use crate::model::evidence::certificate::Certificate;

/// Signed data, and what is stamped (RFC 5652, 5.1; RFC 3161, 2.4.2).
const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const STAMPED: &str = "1.2.840.113549.1.9.16.1.4";
/// The attributes that are signed (RFC 5652, 11).
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";

/// A timestamp, taken apart.
struct Stamp<'a> {
    /// What the authority signed, and the signature.
    attributes: Vec<u8>,
    signature: &'a [u8],
    /// The certificates that came along.
    certificates: Vec<Certificate>,
    /// The hash of what was stamped.
    hash: &'a [u8],
    time: Timestamp,
}

/// Checks a timestamp of a signature: gives the time, and who stamped it.
///
/// # Errors
/// What is wrong with it, as the end of a sentence about the timestamp.
pub(super) fn check<'a>(
    token: &[u8],
    signature: &[u8],
    root: &'a TrustedRoot,
) -> Result<(Timestamp, &'a str), String> {
    let stamp = read(token).ok_or("cannot be read")?;
    if !is_hash(stamp.hash, signature) {
        return Err("is of another signature".to_owned());
    }
    let by = root.stampers.iter().find(|it| it.period.holds(stamp.time) && stamp.is_by(it));
    match by {
        Some(by) => Ok((stamp.time, &by.name)),
        None => Err(format!("is by no authority of {}", root.name)),
    }
}

impl Stamp<'_> {
    fn is_by(&self, authority: &Authority) -> bool {
        let own = std::iter::once(&authority.anchor).chain(&authority.others);
        let all: Vec<&Certificate> = self.certificates.iter().chain(own).collect();
        all.iter().any(|signer| {
            let key = PublicKey::of_der(&signer.subject, &signer.public_key);
            if !key.is_ok_and(|key| key.holds(&self.attributes, self.signature)) {
                return false;
            }
            let valid = authority.anchor.is_valid_at(self.time);
            let is_anchor = signer.der == authority.anchor.der;
            valid
                && (is_anchor && !signer.is_ca
                    || leads(signer, &all, &authority.anchor, self.time, TIME_STAMPING))
        })
    }
}

/// When a timestamp says that it was made; nothing of it is checked.
pub(crate) fn read_timestamp(token: &[u8]) -> Option<Timestamp> {
    read(token).map(|stamp| stamp.time)
}

/// Takes a timestamp apart: a response (`TimeStampResp`) or the token in it.
fn read(bytes: &[u8]) -> Option<Stamp<'_>> {
    let outer = piece(bytes)?;
    let mut parts = pieces(outer.of(SEQUENCE)?)?;
    // A response: the status, then the token.
    if let [status, token] = *parts.as_slice()
        && status.tag == SEQUENCE
    {
        parts = pieces(token.of(SEQUENCE)?)?;
    }
    let [kind, content] = *parts.as_slice() else { return None };
    if kind.identifier()? != SIGNED_DATA {
        return None;
    }
    let signed = pieces(piece(content.of(CONTEXT_0)?)?.of(SEQUENCE)?)?;
    let [_version, _algorithms, inside, more @ ..] = signed.as_slice() else { return None };
    let [kind, octets] = *pieces(inside.of(SEQUENCE)?)?.as_slice() else { return None };
    if kind.identifier()? != STAMPED {
        return None;
    }
    let content = piece(octets.of(CONTEXT_0)?)?.of(OCTETS)?;
    let certificates = more.iter().find_map(|it| it.of(CONTEXT_0)).map(pieces);
    let certificates = certificates.flatten().unwrap_or_default().into_iter();
    let signers = pieces(more.iter().find_map(|it| it.of(SET))?)?;
    let [signer] = *signers.as_slice() else { return None };
    let (attributes, signature) = signer_info(signer, content)?;
    let (hash, time) = stamped(content)?;
    Some(Stamp {
        attributes,
        signature,
        certificates: certificates
            .filter_map(|it| Certificate::parse(&it.whole.to_vec().into()).ok())
            .collect(),
        hash,
        time,
    })
}

/// The signed attributes of a signer (RFC 5652, 5.3 and 5.4), which must name the content.
fn signer_info<'a>(signer: Piece<'a>, content: &[u8]) -> Option<(Vec<u8>, &'a [u8])> {
    let parts = pieces(signer.of(SEQUENCE)?)?;
    let [_version, _signer, _digest, attributes, _algorithm, signature, ..] = parts.as_slice()
    else {
        return None;
    };
    let value = |wanted: &str| {
        pieces(attributes.of(CONTEXT_0)?)?.into_iter().find_map(|it| {
            let [kind, values] = *pieces(it.of(SEQUENCE)?)?.as_slice() else { return None };
            (kind.identifier()? == wanted).then(|| piece(values.of(SET)?)).flatten()
        })
    };
    if value(CONTENT_TYPE)?.identifier()? != STAMPED
        || !is_hash(value(MESSAGE_DIGEST)?.of(OCTETS)?, content)
    {
        return None;
    }
    // They are signed as the set that they are, without the tag that they have here.
    let mut signed = attributes.whole.to_vec();
    *signed.first_mut()? = SET;
    Some((signed, signature.of(OCTETS)?))
}

/// The hash and the time of what is stamped (`TSTInfo`).
fn stamped(content: &[u8]) -> Option<(&[u8], Timestamp)> {
    let parts = pieces(piece(content)?.of(SEQUENCE)?)?;
    let [_version, _policy, imprint, _serial, time, ..] = parts.as_slice() else { return None };
    let [_algorithm, hash] = *pieces(imprint.of(SEQUENCE)?)?.as_slice() else { return None };
    // A generalised time in UTC, perhaps with parts of a second.
    let text = std::str::from_utf8(time.value).ok()?.strip_suffix('Z')?;
    let whole = text.split('.').next()?;
    let time = DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    Some((hash.of(OCTETS)?, time.to_zoned(TimeZone::UTC).ok()?.timestamp()))
}
