//! Whether a log of certificates took up a certificate: the timestamps that such logs sign, which
//! the certificate holds (RFC 6962, 3.2 and 3.3).

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use x509_cert::der::{Tag, TagNumber};

use super::der::{CONTEXT_3, OCTETS, SEQUENCE, piece, pieces, written};
use super::trusted_root::TrustedRoot;
use crate::model::evidence::certificate::Certificate;

/// The extension that holds the timestamps (RFC 6962, 3.3).
const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.2";

/// A certificate without its timestamps, as the logs saw it, and the timestamps.
struct Split {
    body: Vec<u8>,
    timestamps: Vec<u8>,
}

/// Whether one of the logs vouches for a certificate that this issuer made.
pub(super) fn vouched(certificate: &Certificate, issuer: &Certificate, root: &TrustedRoot) -> bool {
    let Some(split) = split(&certificate.der) else { return false };
    let issuer = digest(&SHA256, &issuer.public_key);
    let mut list = Bytes(&split.timestamps);
    let Some(mut list) = list.block(2).map(Bytes) else { return false };
    while let Some(one) = list.block(2) {
        if is_vouched(one, issuer.as_ref(), &split.body, root) == Some(true) {
            return true;
        }
    }
    false
}

/// Takes a certificate apart as its logs saw it. Whether it holds timestamps.
pub(crate) fn read_certificate(der: &[u8]) -> bool {
    let is_read = Certificate::parse(&der.to_vec().into()).is_ok();
    is_read && split(der).is_some_and(|split| Bytes(&split.timestamps).block(2).is_some())
}

/// Whether a timestamp is signed by a log of the root (RFC 6962, 3.2).
fn is_vouched(one: &[u8], issuer: &[u8], body: &[u8], root: &TrustedRoot) -> Option<bool> {
    let mut rest = Bytes(one);
    let version = rest.take(1)?;
    let id = rest.take(32)?;
    let time = rest.take(8)?;
    let extensions = rest.block(2)?;
    // The algorithms of hash and signature; the log's key decides.
    rest.take(2)?;
    let signature = rest.block(2)?;
    let length = u32::try_from(body.len()).ok()?.to_be_bytes();
    let extensions_length = u16::try_from(extensions.len()).ok()?.to_be_bytes();
    let signed = [
        version,
        // A timestamp of a certificate, of one before its timestamps.
        &[0],
        time,
        &[0, 1],
        issuer,
        length.get(1..)?,
        body,
        &extensions_length,
        extensions,
    ]
    .concat();
    let time = i64::try_from(u64::from_be_bytes(time.try_into().ok()?)).ok()?;
    let time = Timestamp::from_millisecond(time).ok()?;
    let mut logs = root.certificate_logs.iter().filter(|log| log.id == id);
    Some(logs.any(|log| log.period.holds(time) && log.key.holds(&signed, signature)))
}

/// Takes the timestamps out of a certificate.
fn split(der: &[u8]) -> Option<Split> {
    let parts = pieces(piece(der)?.of(SEQUENCE)?)?;
    let fields = pieces(parts.first()?.of(SEQUENCE)?)?;
    let (last, fields) = fields.split_last()?;
    let (mut kept, mut timestamps) = (Vec::new(), None);
    for extension in pieces(piece(last.of(CONTEXT_3)?)?.of(SEQUENCE)?)? {
        let inside = pieces(extension.of(SEQUENCE)?)?;
        if inside.first()?.identifier()? == TIMESTAMPS {
            let value = piece(inside.last()?.of(OCTETS)?)?.of(OCTETS)?;
            timestamps = Some(value.to_vec());
        } else {
            kept.extend_from_slice(extension.whole);
        }
    }
    let kept = written(Tag::Sequence, &kept)?;
    let tag = Tag::ContextSpecific { constructed: true, number: TagNumber(3) };
    let mut body: Vec<u8> = fields.iter().flat_map(|it| it.whole).copied().collect();
    body.extend(written(tag, &kept)?);
    Some(Split { body: written(Tag::Sequence, &body)?, timestamps: timestamps? })
}

/// Bytes that are taken from their beginning.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A block after its length, which has this many bytes.
    fn block(&mut self, width: usize) -> Option<&'a [u8]> {
        let length =
            self.take(width)?.iter().fold(0, |sum: usize, it| (sum << 8) | usize::from(*it));
        self.take(length)
    }
}
