//! Public keys, and whether a signature is made with one.

use bytes::Bytes;
use ring::signature::{
    self, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA384_ASN1,
    ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_FIXED,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject as _;
use x509_cert::der::Decode as _;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::model::evidence::base64::encode;
use crate::model::evidence::signature::{Form, Signature};
use crate::oci::Digest;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// What the user calls it: the name of its file.
    pub name: String,
    /// The hint that cosign's bundles have of it: base64 of the SHA-256 of the key (DER).
    pub hint: String,
    kind: Kind,
    /// The key itself, without what says its kind.
    bytes: Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Ed25519,
    Rsa,
}

type Algorithm = &'static dyn VerificationAlgorithm;

impl PublicKey {
    /// Reads a key in PEM (`-----BEGIN PUBLIC KEY-----`).
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn of_pem(name: &str, text: &[u8]) -> Result<Self, String> {
        let der = SubjectPublicKeyInfoDer::from_pem_slice(text)
            .map_err(|error| format!("{name} has no public key in PEM: {error}"))?;
        Self::of_der(name, &der)
    }

    /// Reads a key in DER (subject public key info, RFC 5280).
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn of_der(name: &str, der: &[u8]) -> Result<Self, String> {
        let parsed = SubjectPublicKeyInfoOwned::from_der(der)
            .map_err(|error| format!("{name} is not a public key: {error}"))?;
        let parameters = parsed.algorithm.parameters.as_ref();
        let curve = parameters.and_then(|it| it.decode_as::<ObjectIdentifier>().ok());
        let curve = curve.map_or_else(String::new, |oid| oid.to_string());
        // RFC 5480, RFC 8017, RFC 8410.
        let kind = match (parsed.algorithm.oid.to_string().as_str(), curve.as_str()) {
            ("1.2.840.10045.2.1", "1.2.840.10045.3.1.7") => Kind::P256,
            ("1.2.840.10045.2.1", "1.3.132.0.34") => Kind::P384,
            ("1.3.101.112", _) => Kind::Ed25519,
            ("1.2.840.113549.1.1.1", _) => Kind::Rsa,
            _ => {
                return Err(format!(
                    "{name} is a key of another kind than P-256, P-384, Ed25519 and RSA"
                ));
            }
        };
        Ok(Self {
            name: name.to_owned(),
            hint: hint(der),
            kind,
            bytes: Bytes::copy_from_slice(parsed.subject_public_key.raw_bytes()),
        })
    }

    /// Whether the key made this signature over these bytes.
    #[must_use]
    pub fn made(&self, signature: &Signature, signed: &[u8]) -> bool {
        match signature.form {
            Form::NotationJws | Form::NotationCose => {
                let algorithm = signature.algorithm.as_deref().and_then(|it| self.named(it));
                algorithm.is_some_and(|it| self.verifies(it, signed, &signature.bytes))
            }
            Form::Dsse | Form::Message | Form::SimpleSigning => {
                self.holds(signed, &signature.bytes)
            }
        }
    }

    /// Whether the key made this signature, in whichever way its kind is used.
    pub(super) fn holds(&self, signed: &[u8], signature: &[u8]) -> bool {
        self.usual().iter().any(|algorithm| self.verifies(*algorithm, signed, signature))
    }

    fn verifies(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(algorithm, &self.bytes).verify(signed, signature).is_ok()
    }

    /// The algorithm that Notation's forms name.
    fn named(&self, name: &str) -> Option<Algorithm> {
        Some(match (self.kind, name) {
            (Kind::P256, "ES256") => &ECDSA_P256_SHA256_FIXED,
            (Kind::P384, "ES384") => &ECDSA_P384_SHA384_FIXED,
            (Kind::Rsa, "PS256") => &RSA_PSS_2048_8192_SHA256,
            (Kind::Rsa, "PS384") => &RSA_PSS_2048_8192_SHA384,
            (Kind::Rsa, "PS512") => &RSA_PSS_2048_8192_SHA512,
            _ => return None,
        })
    }

    /// cosign's forms leave it to the key, and hash with SHA-256 whatever the curve (cosign 3.1.3)
    /// or with the curve's own (Sigstore's registry of algorithms).
    fn usual(&self) -> Vec<Algorithm> {
        match self.kind {
            Kind::P256 => vec![&ECDSA_P256_SHA256_ASN1, &ECDSA_P256_SHA384_ASN1],
            Kind::P384 => vec![&ECDSA_P384_SHA256_ASN1, &ECDSA_P384_SHA384_ASN1],
            Kind::Ed25519 => vec![&signature::ED25519],
            Kind::Rsa => vec![
                &RSA_PKCS1_2048_8192_SHA256,
                &RSA_PKCS1_2048_8192_SHA384,
                &RSA_PKCS1_2048_8192_SHA512,
                &RSA_PSS_2048_8192_SHA256,
            ],
        }
    }
}

/// What cosign's bundles say of a key.
fn hint(der: &[u8]) -> String {
    let digest = Digest::sha256(der);
    let hex = digest.hex().as_bytes();
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
    let bytes: Vec<u8> = hex
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |sum: u8, digit| (sum << 4) | value(*digit)))
        .collect();
    encode(&bytes)
}
