//! Entries of transparency logs (Rekor): whether the log of the trusted root took up this signature,
//! and when. What is compared is what sigstore-go 1.4.0 compares (`pkg/verify/tlog.go`).

use bytes::Bytes;
use jiff::Timestamp;
use ring::digest::{SHA256, SHA384, SHA512, digest};
use serde_json::Value;

use super::tree_hash::{leaf, root};
use super::trusted_root::Log;
use crate::model::evidence::base64::{decode, encode};
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::signature::{LogEntry, LogProof, Signature};

/// A signature, the DER of the certificate that it is said to be made with, as an entry has them.
type Signed = (Bytes, Bytes);

/// What a log took up.
struct Claimed {
    signatures: Vec<Signed>,
    /// The hash of what is signed.
    hash: Bytes,
    /// Whether the hash is of the payload of an envelope alone.
    of_payload: bool,
}

/// Whether an entry is one of this log.
pub(super) fn is_of(entry: &LogEntry, log: &Log) -> bool {
    identity(entry).is_some_and(|id| id == log.id)
}

/// The identity of the log: base64 in bundles, hex in annotations.
fn identity(entry: &LogEntry) -> Option<Bytes> {
    let text = entry.log.as_deref()?;
    if text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit()) {
        return hex_bytes(text);
    }
    decode(text, "").ok()
}

/// Checks an entry: that the log vouches for it, and that it is about this signature, made with
/// this certificate over `signed`. Gives the time at which the log took it up, if the log signed
/// that.
///
/// # Errors
/// What is wrong with it, as the end of a sentence about the log's entry.
pub(super) fn check(
    entry: &LogEntry,
    log: &Log,
    signature: &Signature,
    signed: &[u8],
    certificate: &Certificate,
) -> Result<Option<Timestamp>, String> {
    let body = entry.body.as_ref().ok_or("has no body")?;
    let time = entry.promise.as_ref().map(|it| promised(entry, log, body, it)).transpose()?;
    match &entry.proof {
        Some(proof) => proven(proof, log, body)?,
        None if time.is_none() => return Err("has neither a proof nor a promise".to_owned()),
        None => {}
    }
    let claimed = claimed(body)?;
    let own = (&signature.bytes, &certificate.der);
    if !claimed.signatures.iter().any(|(bytes, key)| (bytes, key) == own) {
        return Err("is about another signature or certificate".to_owned());
    }
    let payload = signature.signed_before.as_deref();
    let hashed = if claimed.of_payload { payload.unwrap_or(signed) } else { signed };
    if !is_hash(&claimed.hash, hashed) {
        return Err("is about other content".to_owned());
    }
    Ok(time)
}

/// The log's promise: its signature over body, time, position and log, as canonical JSON (RFC 8785).
fn promised(entry: &LogEntry, log: &Log, body: &[u8], promise: &[u8]) -> Result<Timestamp, String> {
    let (Some(index), Some(seconds)) = (entry.index, entry.integrated) else {
        return Err("has a promise, and no time or position".to_owned());
    };
    let id: String = log.id.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = encode(body);
    let said = format!(
        r#"{{"body":"{body}","integratedTime":{seconds},"logID":"{id}","logIndex":{index}}}"#
    );
    let time = Timestamp::from_second(seconds).map_err(|_| "has no time".to_owned())?;
    if !log.key.holds(said.as_bytes(), promise) {
        return Err(format!("has a promise that {} did not make", log.url));
    }
    if !log.period.holds(time) {
        return Err(format!("is of {time}, when the key of {} did not count", log.url));
    }
    Ok(time)
}

/// The root of a log's tree, as the log signed it: a signed note (C2SP `signed-note` and
/// `tlog-checkpoint` 1.0).
struct Checkpoint<'a> {
    /// Which log.
    origin: &'a str,
    /// How many entries the tree has.
    size: u64,
    /// The hash of its root.
    root: Bytes,
    /// What is signed.
    text: &'a str,
    /// A signature on each line.
    signatures: &'a str,
}

impl<'a> Checkpoint<'a> {
    fn parse(note: &'a str) -> Option<Self> {
        let (text, signatures) = note.split_once("\n\n")?;
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let root = decode(root, "").ok()?;
        Some(Self { origin, size: size.parse().ok()?, root, text, signatures })
    }

    /// Whether the log signed it.
    fn is_by(&self, log: &Log) -> bool {
        let signed = format!("{}\n", self.text);
        self.signatures.lines().filter_map(|line| line.strip_prefix("— ")).any(|line| {
            let bytes = line.rsplit(' ').next().and_then(|it| decode(it, "").ok());
            // The first four bytes say which key.
            bytes.and_then(|it| it.get(4..).map(|it| log.key.holds(signed.as_bytes(), it)))
                == Some(true)
        })
    }
}

/// The proof that the log's tree holds the entry, and the log's signature of the tree's root.
fn proven(proof: &LogProof, log: &Log, body: &[u8]) -> Result<(), String> {
    let wrong = || "has a proof that does not hold".to_owned();
    let root = root(leaf(body), proof.index, proof.size, &proof.hashes).ok_or_else(wrong)?;
    let checkpoint = Checkpoint::parse(&proof.checkpoint).ok_or_else(wrong)?;
    if checkpoint.size != proof.size || checkpoint.root != root {
        return Err(wrong());
    }
    let host = log.url.split_once("://").map_or(log.url.as_str(), |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let origin = checkpoint.origin;
    // Rekor 1 writes the number of its tree behind a name of its own choice; Rekor 2 its host.
    let is_numbered = origin
        .rsplit_once(" - ")
        .is_some_and(|(_, tree)| !tree.is_empty() && tree.bytes().all(|it| it.is_ascii_digit()));
    if !is_numbered && origin != host {
        return Err(format!("has a proof of {origin:?}, not of {}", log.url));
    }
    match checkpoint.is_by(log) {
        true => Ok(()),
        false => Err(format!("has a proof that {} did not sign", log.url)),
    }
}

/// Reads what a log says: the body of an entry, or a checkpoint. Whether it can be read.
pub(crate) fn read_log_entry(input: &[u8]) -> bool {
    let checkpoint = std::str::from_utf8(input).ok().and_then(Checkpoint::parse);
    checkpoint.is_some() || claimed(input).is_ok()
}

/// Reads the body of an entry, by its kind and version.
fn claimed(body: &[u8]) -> Result<Claimed, String> {
    let json: Value = serde_json::from_slice(body).map_err(|_| "is not JSON".to_owned())?;
    let text = |value: &Value, path: &str| value.pointer(path)?.as_str().map(str::to_owned);
    let bytes = |value: &Value, path: &str| decode(&text(value, path)?, "").ok();
    let hex = |value: &Value, path: &str| hex_bytes(&text(value, path)?);
    let list = |path: &str| match json.pointer(path) {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let pem = |value: &Value, path: &str| {
        Certificate::of_pem(&bytes(value, path)?).into_iter().next()?.ok().map(|it| it.der)
    };
    let raw = "/verifier/x509Certificate/rawBytes";
    let (kind, version) = (text(&json, "/kind"), text(&json, "/apiVersion"));
    let (kind, version) = (kind.unwrap_or_default(), version.unwrap_or_default());
    let (signatures, hash, of_payload): (Vec<Option<Signed>>, _, _) =
        match (kind.as_str(), version.as_str()) {
            ("hashedrekord", "0.0.1") => (
                list("/spec/signature")
                    .iter()
                    .map(|it| Some((bytes(it, "/content")?, pem(it, "/publicKey/content")?)))
                    .collect(),
                hex(&json, "/spec/data/hash/value"),
                false,
            ),
            ("dsse", "0.0.1") => (
                list("/spec/signatures")
                    .iter()
                    .map(|it| Some((bytes(it, "/signature")?, pem(it, "/verifier")?)))
                    .collect(),
                hex(&json, "/spec/payloadHash/value"),
                true,
            ),
            // The signature is base64 in base64.
            ("intoto", "0.0.2") => (
                list("/spec/content/envelope/signatures")
                    .iter()
                    .map(|it| {
                        let twice = bytes(it, "/sig")?;
                        let once = decode(std::str::from_utf8(&twice).ok()?, "").ok()?;
                        Some((once, pem(it, "/publicKey")?))
                    })
                    .collect(),
                hex(&json, "/spec/content/payloadHash/value"),
                true,
            ),
            ("hashedrekord", "0.0.2") => (
                list("/spec/hashedRekordV002/signature")
                    .iter()
                    .map(|it| Some((bytes(it, "/content")?, bytes(it, raw)?)))
                    .collect(),
                bytes(&json, "/spec/hashedRekordV002/data/digest"),
                false,
            ),
            ("dsse", "0.0.2") => (
                list("/spec/dsseV002/signatures")
                    .iter()
                    .map(|it| Some((bytes(it, "/content")?, bytes(it, raw)?)))
                    .collect(),
                bytes(&json, "/spec/dsseV002/payloadHash/digest"),
                true,
            ),
            _ => return Err(format!("is of a kind that platy cannot check ({kind} {version})")),
        };
    let hash = hash.ok_or("names no hash of what is signed")?;
    Ok(Claimed { signatures: signatures.into_iter().flatten().collect(), hash, of_payload })
}

fn hex_bytes(text: &str) -> Option<Bytes> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok()).collect()
}

/// Whether this is the hash of that, by the length of the hash.
pub(super) fn is_hash(hash: &[u8], of: &[u8]) -> bool {
    let algorithm = match hash.len() {
        32 => &SHA256,
        48 => &SHA384,
        64 => &SHA512,
        _ => return false,
    };
    digest(algorithm, of).as_ref() == hash
}
