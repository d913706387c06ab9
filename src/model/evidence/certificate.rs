//! X.509 certificates, and what Fulcio writes into those of Sigstore.

use bytes::Bytes;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_cert::der::asn1::{Ia5String, ObjectIdentifier, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, SubjectAltName};
use x509_cert::time::Time;

/// How many certificates of one chain are read.
const MAX_CHAIN: usize = 32;

/// A certificate, with what people ask of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its bytes (DER).
    pub der: Bytes,
    /// The name that it is for (RFC 4514).
    pub subject: String,
    /// The name of who issued it (RFC 4514).
    pub issuer: String,
    /// From when it is valid.
    pub not_before: Option<Timestamp>,
    /// Until when it is valid.
    pub not_after: Option<Timestamp>,
    /// Its alternative names: mail addresses, URIs, names of Sigstore accounts.
    pub names: Vec<String>,
    /// The kind of its key: `P-256`, `RSA`, `Ed25519`, or an object identifier.
    pub key: String,
    /// The key itself (subject public key info, DER).
    pub public_key: Bytes,
    /// Whether it may issue others.
    pub is_ca: bool,
    /// What Fulcio says of who signed, by the names of its list of extensions.
    pub claims: Vec<(&'static str, String)>,
}

/// The extensions of Fulcio (`docs/oid-info.md` of sigstore/fulcio 1.8): the last part of the
/// object identifier 1.3.6.1.4.1.57264.1.x, and its name. The first six are plain text, the others
/// DER strings.
const FULCIO: [(u32, &str); 23] = [
    (1, "issuer"),
    (2, "workflow trigger"),
    (3, "workflow commit"),
    (4, "workflow name"),
    (5, "workflow repository"),
    (6, "workflow ref"),
    (7, "other name"),
    (8, "issuer"),
    (9, "build signer"),
    (10, "build signer commit"),
    (11, "runner"),
    (12, "source repository"),
    (13, "source commit"),
    (14, "source ref"),
    (15, "source repository id"),
    (16, "source owner"),
    (17, "source owner id"),
    (18, "build config"),
    (19, "build config commit"),
    (20, "build trigger"),
    (21, "run"),
    (22, "source visibility"),
    (23, "deployment environment"),
];
/// What the identifiers of Fulcio's extensions begin with.
const FULCIO_ARC: &str = "1.3.6.1.4.1.57264.1.";
/// The alternative name of accounts that have no mail address (`docs/oid-info.md`).
const OTHER_NAME: &str = "1.3.6.1.4.1.57264.1.7";

impl Certificate {
    /// Reads a certificate (DER).
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn parse(der: &Bytes) -> Result<Self, String> {
        let parsed = x509_cert::Certificate::from_der(der)
            .map_err(|error| format!("the certificate cannot be read: {error}"))?;
        let body = parsed.tbs_certificate();
        let mut read = Self {
            der: der.clone(),
            subject: body.subject().to_string(),
            issuer: body.issuer().to_string(),
            not_before: moment(&body.validity().not_before),
            not_after: moment(&body.validity().not_after),
            names: Vec::new(),
            key: key_name(body.subject_public_key_info()),
            public_key: body
                .subject_public_key_info()
                .to_der()
                .map_err(|error| format!("the certificate's key cannot be read: {error}"))?
                .into(),
            is_ca: false,
            claims: Vec::new(),
        };
        for extension in body.extensions().into_iter().flatten() {
            read.take(extension);
        }
        Ok(read)
    }

    /// All certificates of a PEM text, in its order.
    #[must_use]
    pub fn of_pem(text: &[u8]) -> Vec<Result<Self, String>> {
        CertificateDer::pem_slice_iter(text)
            .take(MAX_CHAIN)
            .map(|found| match found {
                Ok(der) => Self::parse(&Bytes::copy_from_slice(&der)),
                Err(error) => Err(format!("the certificate is not PEM: {error}")),
            })
            .collect()
    }

    /// The certificates of a chain (DER), the first 32 of them.
    pub(super) fn chain(
        chain: impl IntoIterator<Item = Result<Bytes, String>>,
    ) -> Vec<Result<Self, String>> {
        let parse = |der: Result<Bytes, String>| der.and_then(|der| Self::parse(&der));
        chain.into_iter().take(MAX_CHAIN).map(parse).collect()
    }

    /// What Fulcio says under this name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&str> {
        self.claims.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Who signed: the first alternative name, else the subject.
    #[must_use]
    pub fn identity(&self) -> &str {
        self.names.first().map_or(self.subject.as_str(), String::as_str)
    }

    /// Whether it was valid at a moment.
    #[must_use]
    pub fn is_valid_at(&self, moment: Timestamp) -> bool {
        self.not_before.is_some_and(|from| from <= moment)
            && self.not_after.is_some_and(|until| moment <= until)
    }

    fn take(&mut self, extension: &Extension) {
        let id = extension.extn_id.to_string();
        let value = extension.extn_value.as_bytes();
        if let Some(number) = id.strip_prefix(FULCIO_ARC).and_then(|it| it.parse::<u32>().ok()) {
            let known = FULCIO.iter().find(|(known, _)| *known == number);
            if let Some((_, name)) = known
                && self.claim(name).is_none()
            {
                let plain = number <= 6;
                let text = if plain { text(value) } else { der_text(value) };
                self.claims.extend(text.map(|text| (*name, text)));
            }
            return;
        }
        match id.as_str() {
            // Subject alternative name and basic constraints (RFC 5280, 4.2.1.6 and 4.2.1.9).
            "2.5.29.17" => {
                if let Ok(names) = SubjectAltName::from_der(value) {
                    self.names = names.0.iter().filter_map(alternative).collect();
                }
            }
            "2.5.29.19" => {
                self.is_ca = BasicConstraints::from_der(value).is_ok_and(|it| it.ca);
            }
            _ => {}
        }
    }
}

fn alternative(name: &GeneralName) -> Option<String> {
    let text = |it: &Ia5String| it.as_str().to_owned();
    match name {
        GeneralName::Rfc822Name(it)
        | GeneralName::DnsName(it)
        | GeneralName::UniformResourceIdentifier(it) => Some(text(it)),
        GeneralName::DirectoryName(it) => Some(it.to_string()),
        GeneralName::OtherName(it) if it.type_id.to_string() == OTHER_NAME => {
            it.value.decode_as::<Utf8StringRef<'_>>().ok().map(|it| it.as_str().to_owned())
        }
        _ => None,
    }
}

fn moment(time: &Time) -> Option<Timestamp> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
    Timestamp::from_second(seconds).ok()
}

fn text(value: &[u8]) -> Option<String> {
    std::str::from_utf8(value).ok().map(str::to_owned)
}

fn der_text(value: &[u8]) -> Option<String> {
    Utf8StringRef::from_der(value).map(|it| it.as_str().to_owned()).ok().or_else(|| text(value))
}

/// What a key is called, by the identifiers of RFC 5480, RFC 8017 and RFC 8410.
fn key_name(key: &x509_cert::spki::SubjectPublicKeyInfoOwned) -> String {
    let algorithm = key.algorithm.oid.to_string();
    let curve = || {
        let parameters = key.algorithm.parameters.as_ref();
        let oid = parameters.and_then(|it| it.decode_as::<ObjectIdentifier>().ok());
        oid.map_or_else(String::new, |oid| oid.to_string())
    };
    match algorithm.as_str() {
        "1.2.840.10045.2.1" => match curve().as_str() {
            "1.2.840.10045.3.1.7" => "P-256".to_owned(),
            "1.3.132.0.34" => "P-384".to_owned(),
            "1.3.132.0.35" => "P-521".to_owned(),
            other => format!("elliptic curve {other}"),
        },
        "1.2.840.113549.1.1.1" => "RSA".to_owned(),
        "1.3.101.112" => "Ed25519".to_owned(),
        other => other.to_owned(),
    }
}
