//! Certificates that are trusted because the user gave them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// Checks certificates against the system's roots and those that the user gave.
///
/// A self-signed certificate that the user gave, and that a server shows as its own, is the anchor
/// itself: accepted for its own names and its own time, though it says that it is an authority, as
/// `openssl req -x509` writes it. Go's crypto/x509 and OpenSSL accept that (so skopeo and curl do);
/// webpki calls it `CaUsedAsEndEntity`.
///
/// Reading the system's roots takes about as long as a near registry's answer, so that it is done
/// while the connection is made, and only if there is a certificate to check.
#[derive(Debug)]
pub(super) struct Anchored {
    provider: Arc<CryptoProvider>,
    given: Vec<CertificateDer<'static>>,
    usual: OnceLock<Result<Verifier, Error>>,
}

impl Anchored {
    pub(super) fn new(given: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Self {
        Self { provider, given, usual: OnceLock::new() }
    }

    /// Begins to read the system's roots, on a thread of its own, unless that was done.
    pub(super) fn begin(self: &Arc<Self>) {
        if self.usual.get().is_none() {
            let anchored = Arc::clone(self);
            // Without a thread they are read when they are needed.
            let _ = std::thread::Builder::new().spawn(move || drop(anchored.usual()));
        }
    }

    /// What checks certificates as usual; waits until the roots are read.
    ///
    /// # Errors
    /// If there are no roots at all.
    fn usual(&self) -> Result<&Verifier, Error> {
        let read = self.usual.get_or_init(|| {
            let (given, provider) = (self.given.clone(), Arc::clone(&self.provider));
            if given.is_empty() {
                Verifier::new(provider)
            } else {
                Verifier::new_with_extra_roots(given, provider)
            }
        });
        let no_roots =
            |error: &Error| Error::Other(OtherError(Arc::new(NoRoots(error.to_string()))));
        read.as_ref().map_err(no_roots)
    }
}

/// That the system has no roots, found out when a certificate was to be checked.
#[derive(Debug)]
pub(super) struct NoRoots(pub(super) String);

impl fmt::Display for NoRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoRoots {}

impl ServerCertVerifier for Anchored {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual()?.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match usual {
            Err(error) if is_authority(&error) && self.given.iter().any(|it| it == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            usual => usual,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether a certificate was refused only because it is an authority's. webpki checks the time
/// before that.
pub(super) fn is_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    format!("{:?}", other.0) == "CaUsedAsEndEntity"
}
