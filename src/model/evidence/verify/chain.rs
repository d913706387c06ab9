//! Whether a certificate leads to one that is trusted.

use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::model::evidence::certificate::Certificate;

/// Code signing (RFC 5280, 4.2.1.12: 1.3.6.1.5.5.7.3.3), the purpose that Notation asks for
/// (notaryproject/specifications, `signature-specification.md`, "Certificate requirements") and that
/// Fulcio writes.
pub(super) const CODE_SIGNING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 3];
/// Time stamping (RFC 5280, 4.2.1.12: 1.3.6.1.5.5.7.3.8), of timestamp authorities (RFC 3161, 2.3).
pub(super) const TIME_STAMPING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 8];

/// Whether a certificate leads to a trusted one, perhaps through others, and may be used for this,
/// and all of them were valid at a moment.
pub(super) fn leads(
    first: &Certificate,
    others: &[&Certificate],
    trusted: &Certificate,
    time: Timestamp,
    usage: &'static [u8],
) -> bool {
    let der = |it: &Certificate| CertificateDer::from(it.der.to_vec());
    let (leaf, trusted) = (der(first), der(trusted));
    let others: Vec<CertificateDer<'_>> = others.iter().map(|it| der(it)).collect();
    let seconds = u64::try_from(time.as_second()).unwrap_or(0);
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let Ok(anchor) = anchor_from_trusted_cert(&trusted) else { return false };
    let Ok(leaf) = EndEntityCert::try_from(&leaf) else { return false };
    let usage = KeyUsage::required_if_present(usage);
    leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &[anchor], &others, time, usage, None, None)
        .is_ok()
}
