//! Sigstore bundles 0.1 to 0.3 (sigstore/protobuf-specs, `sigstore_bundle.proto`).

use bytes::Bytes;
use serde::Deserialize;

use super::dsse;
use super::opened::Inner;
use crate::model::evidence::base64::decode;
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::loose::{Many, Maybe, Text};
use crate::model::evidence::signature::{Form, LogEntry, LogProof, Signature, Signer};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw {
    verification_material: Maybe<Material>,
    dsse_envelope: Maybe<dsse::Raw>,
    message_signature: Maybe<Message>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Material {
    public_key: Maybe<PublicKey>,
    certificate: Maybe<RawBytes>,
    #[serde(rename = "x509CertificateChain")]
    chain: Maybe<Chain>,
    tlog_entries: Many<RawEntry>,
    timestamp_verification_data: Maybe<Timestamps>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PublicKey {
    hint: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawBytes {
    raw_bytes: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Chain {
    certificates: Many<RawBytes>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Timestamps {
    rfc3161_timestamps: Many<Stamp>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Stamp {
    signed_timestamp: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawEntry {
    log_index: Number,
    log_id: Maybe<LogId>,
    kind_version: Maybe<KindVersion>,
    integrated_time: Number,
    inclusion_promise: Maybe<Promise>,
    inclusion_proof: Maybe<Proof>,
    canonicalized_body: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LogId {
    key_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KindVersion {
    kind: Text,
    version: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Promise {
    signed_entry_timestamp: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Proof {
    log_index: Number,
    tree_size: Number,
    hashes: Many<Text>,
    checkpoint: Maybe<Checkpoint>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Checkpoint {
    envelope: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Message {
    message_digest: Maybe<MessageDigest>,
    signature: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MessageDigest {
    digest: Text,
}

/// A number, which proto3 JSON writes as a string.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Written(String),
    #[default]
    None,
}

impl Number {
    fn get(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Written(text) => text.parse().ok(),
            Self::None => None,
        }
    }
}

/// Opens a bundle. The second part is the digest that a message signature is over (hex).
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn bundle(bytes: &[u8]) -> Result<(Inner, Option<String>), String> {
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| format!("not valid JSON: {error}"))?;
    let material = raw.verification_material.0.unwrap_or_default();
    let (mut inner, digest) = match (raw.dsse_envelope.0, raw.message_signature.0) {
        (Some(envelope), _) => (dsse::open(envelope)?, None),
        (None, Some(message)) => {
            let digest = message.message_digest.0.unwrap_or_default().digest;
            let digest = decode(digest.as_str(), "the digest of the bundle")?;
            let bytes = decode(message.signature.as_str(), "the signature of the bundle")?;
            let hex = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let signature = Signature::new(Form::Message, Bytes::new(), bytes);
            let inner =
                Inner { content: None, content_type: String::new(), signatures: vec![signature] };
            (inner, Some(hex))
        }
        (None, None) => return Err("the bundle has neither an envelope nor a signature".to_owned()),
    };
    add(&mut inner.signatures, material);
    Ok((inner, digest))
}

/// Puts what the bundle says of the signer to its signatures.
fn add(signatures: &mut [Signature], material: Material) {
    let raw = |it: RawBytes| decode(it.raw_bytes.as_str(), "the certificate of the bundle");
    let alone = material.certificate.0.into_iter();
    let chained = material.chain.0.into_iter().flat_map(|chain| chain.certificates.list);
    let chain = Certificate::chain(alone.chain(chained).map(raw));
    let hint = material.public_key.0.and_then(|key| key.hint.0);
    let log: Vec<LogEntry> = material.tlog_entries.list.into_iter().map(entry).collect();
    let stamps = material.timestamp_verification_data.0.unwrap_or_default();
    let stamps = stamps.rfc3161_timestamps.list.into_iter();
    let timestamps: Vec<Bytes> =
        stamps.filter_map(|it| decode(it.signed_timestamp.as_str(), "").ok()).collect();
    for signature in signatures {
        if let Some(hint) = &hint {
            signature.signer = Signer::Hint(hint.clone());
        }
        signature.log.clone_from(&log);
        signature.timestamps.clone_from(&timestamps);
        *signature = signature.clone().with_chain(chain.clone());
    }
}

fn entry(raw: RawEntry) -> LogEntry {
    let kind = raw.kind_version.0.unwrap_or_default();
    let bytes = |text: &Text| text.0.as_deref().and_then(|text| decode(text, "").ok());
    LogEntry {
        index: raw.log_index.get().and_then(|index| u64::try_from(index).ok()),
        integrated: raw.integrated_time.get().filter(|time| *time != 0),
        log: raw.log_id.0.and_then(|id| id.key_id.0),
        kind: kind.kind.0.map(|name| format!("{name} {}", kind.version.as_str()).trim().to_owned()),
        body: bytes(&raw.canonicalized_body),
        promise: raw.inclusion_promise.0.and_then(|promise| bytes(&promise.signed_entry_timestamp)),
        proof: raw.inclusion_proof.0.and_then(proof),
    }
}

fn proof(raw: Proof) -> Option<LogProof> {
    let number = |it: &Number| it.get().and_then(|it| u64::try_from(it).ok());
    let hashes = raw.hashes.strings().into_iter().map(|hash| decode(&hash, "").ok());
    Some(LogProof {
        // proto3 JSON may leave out what is 0.
        index: number(&raw.log_index).unwrap_or(0),
        size: number(&raw.tree_size)?,
        hashes: hashes.collect::<Option<_>>()?,
        checkpoint: raw.checkpoint.0?.envelope.0?,
    })
}
