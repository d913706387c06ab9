//! Certificates that a user trusts, and whether a chain leads to one of them.

use bytes::Bytes;
use jiff::Timestamp;

use super::chain::{CODE_SIGNING, leads};
use crate::model::evidence::certificate::Certificate;

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
        leads(first, others, &self.certificate, time, CODE_SIGNING)
    }

    /// The certificate's bytes (DER).
    #[must_use]
    pub fn der(&self) -> &Bytes {
        &self.certificate.der
    }
}
