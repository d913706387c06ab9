//! An authority, a log of signatures, a log of certificates and a timestamp authority of the tests'
//! own, and what they make: signatures without keys, as Sigstore has them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, PublicKeyData as _, SanType, SerialNumber, SigningKey as _, date_time_ymd,
};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

pub const IDENTITY: &str =
    "https://github.com/owner/name/.github/workflows/release.yml@refs/tags/v1";
pub const ISSUER: &str = "https://token.actions.githubusercontent.com";
pub const LOG: &str = "https://rekor.example.org";
/// Inside of what its certificates live: 2026-11-01T12:00:00Z.
pub const SIGNED: i64 = 1_793_534_400;
/// 2026-11-05T12:00:00Z, days behind it.
pub const LATER: i64 = SIGNED + 4 * 86_400;

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// DER: a tag, the length, and the parts.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let length = match length {
        0..0x80 => vec![length as u8],
        0x80..0x100 => vec![0x81, length as u8],
        _ => [&[0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [vec![tag], length, content].concat()
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", b64(der))
}

/// One who issues certificates.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
    der: Vec<u8>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        (params.not_before, params.not_after) =
            (date_time_ymd(2026, 1, 1), date_time_ymd(2036, 1, 1));
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { params, key, der }
    }

    fn issue(&self, params: &CertificateParams, key: &KeyPair) -> Vec<u8> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        params.signed_by(key, &issuer).unwrap().der().to_vec()
    }

    fn in_root(&self) -> Value {
        json!({
            "uri": "https://authority.example.org",
            "certChain": { "certificates": [{ "rawBytes": b64(&self.der) }] },
            "validFor": { "start": "2026-01-01T00:00:00Z" },
        })
    }
}

/// What signs logs.
fn in_root(url: &str, key: &KeyPair) -> Value {
    let spki = key.subject_public_key_info();
    json!({
        "baseUrl": url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": b64(&spki),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": { "start": "2026-01-01T00:00:00Z" },
        },
        "logId": { "keyId": b64(sha256(&spki)) },
    })
}

/// All of them.
pub struct World {
    authority: Authority,
    stampers: Authority,
    log: KeyPair,
    certificates: KeyPair,
}

/// A certificate of a few hours and its key.
pub struct Signer {
    pub der: Vec<u8>,
    pub key: KeyPair,
}

impl World {
    pub fn new() -> Self {
        Self {
            authority: Authority::new("the authority"),
            stampers: Authority::new("the timestamp authority"),
            log: KeyPair::generate().unwrap(),
            certificates: KeyPair::generate().unwrap(),
        }
    }

    /// The trusted root of all of them.
    pub fn root(&self) -> Value {
        json!({
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "certificateAuthorities": [self.authority.in_root()],
            "timestampAuthorities": [self.stampers.in_root()],
            "tlogs": [in_root(LOG, &self.log)],
            "ctlogs": [in_root("https://ct.example.org", &self.certificates)],
        })
    }

    /// A certificate of 2026-11-01 to 2026-11-02 for an identity, which the log of certificates took
    /// up if `vouched`.
    pub fn signer(&self, identity: &str, issuer: &str, vouched: bool) -> Signer {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from_slice(&[7; 8]));
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.subject_alt_names = vec![SanType::URI(identity.try_into().unwrap())];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
        (params.not_before, params.not_after) =
            (date_time_ymd(2026, 11, 1), date_time_ymd(2026, 11, 2));
        let fulcio = &[1, 3, 6, 1, 4, 1, 57264, 1, 8];
        let text = der(0x0c, &[issuer.as_bytes()]);
        params.custom_extensions.push(CustomExtension::from_oid_content(fulcio, text));
        if vouched {
            // What the log saw is the certificate without its word.
            let before = self.authority.issue(&params, &key);
            let word = self.vouch(&before);
            let timestamps = &[1, 3, 6, 1, 4, 1, 11129, 2, 4, 2];
            let word = der(0x04, &[&word]);
            params.custom_extensions.push(CustomExtension::from_oid_content(timestamps, word));
        }
        Signer { der: self.authority.issue(&params, &key), key }
    }

    /// The log's word for a certificate (RFC 6962, 3.2): a list of one timestamp.
    fn vouch(&self, certificate: &[u8]) -> Vec<u8> {
        // The first field of a certificate is what is signed of it.
        let body = &certificate[4..];
        let length = usize::from(u16::from_be_bytes([body[2], body[3]])) + 4;
        let body = &body[..length];
        let time = u64::try_from(SIGNED * 1_000).unwrap().to_be_bytes();
        let issuer = sha256(&self.authority.key.subject_public_key_info());
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        let signed = [&[0, 0][..], &time, &[0, 1], &issuer, &length[1..], body, &[0, 0]].concat();
        let signature = self.certificates.sign(&signed).unwrap();
        let block =
            |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
        let id = sha256(&self.certificates.subject_public_key_info());
        let one = [&[0][..], &id, &time, &[0, 0], &[4, 3], &block(&signature)].concat();
        block(&block(&one))
    }

    /// A bundle: a statement about a digest in an envelope, signed, with an entry of the log.
    pub fn bundle(&self, signer: &Signer, digest: &str, seen: &Seen) -> Value {
        let statement = json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "digest": { "sha256": digest.strip_prefix("sha256:").unwrap() } }],
            "predicateType": "https://sigstore.dev/cosign/sign/v1",
            "predicate": {},
        });
        let payload = statement.to_string();
        let kind = "application/vnd.in-toto+json";
        let signed = format!("DSSEv1 {} {kind} {} {payload}", kind.len(), payload.len());
        let signature = signer.key.sign(signed.as_bytes()).unwrap();
        let mut bundle = json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": { "certificate": { "rawBytes": b64(&signer.der) } },
            "dsseEnvelope": {
                "payload": b64(&payload),
                "payloadType": kind,
                "signatures": [{ "sig": b64(&signature) }],
            },
        });
        let body = if seen.second {
            json!({
                "apiVersion": "0.0.2",
                "kind": "hashedrekord",
                "spec": { "hashedRekordV002": {
                    "data": { "algorithm": "SHA2_256", "digest": b64(sha256(signed.as_bytes())) },
                    "signature": { "content": b64(&signature), "verifier": {
                        "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                        "x509Certificate": { "rawBytes": b64(&signer.der) },
                    } },
                } },
            })
        } else {
            json!({
                "apiVersion": "0.0.1",
                "kind": "dsse",
                "spec": {
                    "payloadHash": { "algorithm": "sha256", "value": hex(&sha256(payload.as_bytes())) },
                    "signatures": [{ "signature": b64(&signature), "verifier": b64(pem(&signer.der)) }],
                },
            })
        };
        if let Some(entry) = self.entry(&body.to_string(), seen) {
            bundle["verificationMaterial"]["tlogEntries"] = json!([entry]);
        }
        if let Some(time) = seen.stamped {
            let stamp = self.stamp(&signature, time);
            bundle["verificationMaterial"]["timestampVerificationData"] =
                json!({ "rfc3161Timestamps": [{ "signedTimestamp": b64(stamp) }] });
        }
        bundle
    }

    fn entry(&self, body: &str, seen: &Seen) -> Option<Value> {
        let id = sha256(&self.log.subject_public_key_info());
        let mut entry = json!({
            "logIndex": "1234",
            "logId": { "keyId": b64(&id) },
            "kindVersion": { "kind": "dsse", "version": "0.0.1" },
            "canonicalizedBody": b64(body),
        });
        if let Some(time) = seen.promised {
            let said = format!(
                r#"{{"body":"{}","integratedTime":{time},"logID":"{}","logIndex":1234}}"#,
                b64(body),
                hex(&id)
            );
            let promise = b64(self.log.sign(said.as_bytes()).unwrap());
            entry["integratedTime"] = json!(time.to_string());
            entry["inclusionPromise"] = json!({ "signedEntryTimestamp": promise });
        }
        if let Some(origin) = seen.proven {
            // A tree of three entries, of which this is the last.
            let leaf = sha256(&[&[0], body.as_bytes()].concat());
            let others = sha256(b"the root of the two before");
            let root = sha256(&[&[1][..], &others, &leaf].concat());
            let text = format!("{origin}\n3\n{}\n", b64(&root));
            let signature = self.log.sign(text.as_bytes()).unwrap();
            let note = b64([&[1, 2, 3, 4], &signature[..]].concat());
            entry["inclusionProof"] = json!({
                "logIndex": "2",
                "treeSize": "3",
                "rootHash": b64(&root),
                "hashes": [b64(&others)],
                "checkpoint": { "envelope": format!("{text}\n— {origin} {note}\n") },
            });
        }
        (seen.promised.is_some() || seen.proven.is_some()).then_some(entry)
    }

    /// A timestamp of a signature (RFC 3161), as a response.
    fn stamp(&self, signature: &[u8], time: &str) -> Vec<u8> {
        const SHA_256: &[u8] = &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
        const STAMPED: &[u8] = &[6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 16, 1, 4];
        const SIGNED_DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2];
        const CONTENT_TYPE: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 3];
        const MESSAGE_DIGEST: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 4];
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::TimeStamping];
        (params.not_before, params.not_after) =
            (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
        let certificate = self.stampers.issue(&params, &key);
        let algorithm = der(0x30, &[SHA_256]);
        let imprint = der(0x30, &[&algorithm, &der(4, &[&sha256(signature)])]);
        let content = der(
            0x30,
            &[&[2, 1, 1], &[6, 2, 0x2a, 3], &imprint, &[2, 1, 9], &der(0x18, &[time.as_bytes()])],
        );
        let attribute = |kind: &[u8], value: &[u8]| der(0x30, &[kind, &der(0x31, &[value])]);
        let attributes = [
            attribute(CONTENT_TYPE, STAMPED),
            attribute(MESSAGE_DIGEST, &der(4, &[&sha256(&content)])),
        ]
        .concat();
        let made = key.sign(&der(0x31, &[&attributes])).unwrap();
        let signer = der(
            0x30,
            &[
                &[2, 1, 1],
                &der(0x30, &[]),
                &algorithm,
                &der(0xa0, &[&attributes]),
                &der(0x30, &[SHA_256]),
                &der(4, &[&made]),
            ],
        );
        let inside = der(0x30, &[STAMPED, &der(0xa0, &[&der(4, &[&content])])]);
        let signed = der(
            0x30,
            &[
                &[2, 1, 3],
                &der(0x31, &[&algorithm]),
                &inside,
                &der(0xa0, &[&certificate]),
                &der(0x31, &[&signer]),
            ],
        );
        let token = der(0x30, &[SIGNED_DATA, &der(0xa0, &[&signed])]);
        der(0x30, &[&der(0x30, &[&[2, 1, 0]]), &token])
    }
}

/// Who saw a signature when it was made.
#[derive(Clone, Copy, Default)]
pub struct Seen {
    /// The log, which promised to take it up, at this time.
    pub promised: Option<i64>,
    /// The log, whose tree of this name has it.
    pub proven: Option<&'static str>,
    /// Whether the entry is of the second version of Rekor.
    pub second: bool,
    /// The timestamp authority, at this time.
    pub stamped: Option<&'static str>,
}
