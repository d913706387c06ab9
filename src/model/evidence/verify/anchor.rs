//! Certificates that a user trusts, and whether a chain leads to one of them.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::model::evidence::certificate::Certificate;

/// Code signing (RFC 5280, 4.2.1.12: 1.3.6.1.5.5.7.3.3), the purpose that Notation asks for
/// (notaryproject/specifications, `signature-specification.md`, "Certificate requirements").
const CODE_SIGNING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 3];

/// A certificate that the user trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// What the user calls it: the name of its file.
    pub name: String,
    certificate: Certificate,
}

impl Anchor {
    /// Reads the certificates of a file (PEM); each is trusted.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn of_pem(name: &str, text: &[u8]) -> Result<Vec<Self>, String> {
        let found = Certificate::of_pem(text);
        if found.is_empty() {
            return Err(format!("{name} has no certificate in PEM"));
        }
        let one = |certificate: Result<Certificate, String>| match certificate {
            Ok(certificate) => Ok(Self { name: name.to_owned(), certificate }),
            Err(problem) => Err(format!("{name}: {problem}")),
        };
        found.into_iter().map(one).collect()
    }

    /// Whether a chain, the signer's certificate first, leads here: the certificate is the signer's
    /// own, or issued it, perhaps through others of the chain. All of them were valid at `time`.
    pub(super) fn holds(&self, chain: &[&Certificate], time: Timestamp) -> bool {
        let Some((first, others)) = chain.split_first() else { return false };
        if first.der == self.certificate.der {
            return first.is_valid_at(time);
        }
        let der = |it: &Certificate| CertificateDer::from(it.der.to_vec());
        let (leaf, own) = (der(first), der(&self.certificate));
        let others: Vec<CertificateDer<'_>> = others.iter().map(|it| der(it)).collect();
        let seconds = u64::try_from(time.as_second()).unwrap_or(0);
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let Ok(anchor) = anchor_from_trusted_cert(&own) else { return false };
        let Ok(leaf) = EndEntityCert::try_from(&leaf) else { return false };
        let usage = KeyUsage::required_if_present(CODE_SIGNING);
        leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &[anchor], &others, time, usage, None, None)
            .is_ok()
    }

    /// The certificate's bytes (DER).
    #[must_use]
    pub fn der(&self) -> &Bytes {
        &self.certificate.der
    }
}
