//! Docker's first manifests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::oci::{Digest, MediaType};
use crate::sandbox::{Layer, RepositoryStore};

/// Puts a manifest of these layers under the tag `schema1`, in libtrust's pretty form of a JSON
/// web signature. The signature itself is made up. The digest is that of the text without the
/// signatures, as Docker has it (distribution, `manifest-v2-1.md`).
pub(super) fn schema1(repository: &RepositoryStore, layers: &[Layer]) {
    let mut blobs = Vec::new();
    let mut history = Vec::new();
    let mut parent: Option<Digest> = None;
    for (number, layer) in layers.iter().enumerate() {
        repository.put_blob_as(layer.digest(), layer.bytes().clone());
        let before = parent.as_ref().map_or("", Digest::hex).to_owned();
        let id = Digest::sha256(format!("{before}{}", layer.diff_id()).as_bytes());
        let mut step = json!({
            "id": id.hex(),
            "created": "2015-06-01T12:00:00Z",
            "container_config": { "Cmd": [layer.created_by()] },
        });
        if let Some(step) = step.as_object_mut() {
            if !before.is_empty() {
                step.insert("parent".to_owned(), json!(before));
            }
            if number + 1 == layers.len() {
                step.insert("architecture".to_owned(), json!("amd64"));
                step.insert("os".to_owned(), json!("linux"));
                step.insert("config".to_owned(), json!({ "Cmd": ["/usr/local/bin/old"] }));
            }
        }
        // The newest comes first.
        blobs.insert(0, json!({ "blobSum": layer.digest() }));
        history.insert(0, json!({ "v1Compatibility": step.to_string() }));
        parent = Some(id);
    }
    let body = json!({
        "schemaVersion": 1,
        "name": repository.name(),
        "tag": "schema1",
        "architecture": "amd64",
        "fsLayers": blobs,
        "history": history,
    });
    let payload = format!("{body:#}");
    let digest = Digest::sha256(payload.as_bytes());
    repository.put_manifest_as(&digest, MediaType::Schema1Signed.as_str(), signed(&payload));
    repository.tag("schema1", &digest);
}

/// The payload with a block of signatures before its last brace.
fn signed(payload: &str) -> String {
    const TAIL: &str = "\n}";
    let head = payload.strip_suffix(TAIL).unwrap_or(payload);
    let protected = json!({
        "formatLength": head.len(),
        "formatTail": URL_SAFE_NO_PAD.encode(TAIL),
        "time": "2015-06-01T12:00:00Z",
    });
    let signatures: Value = json!([{
        "header": {
            "jwk": {
                "crv": "P-256",
                "kid": "PLAT:YPLA:TYPL:ATYP:LATY:PLAT:YPLA:TYPL:ATYP:LATY:PLAT:YPLA",
                "kty": "EC",
                "x": URL_SAFE_NO_PAD.encode([1; 32]),
                "y": URL_SAFE_NO_PAD.encode([2; 32]),
            },
            "alg": "ES256",
        },
        "signature": URL_SAFE_NO_PAD.encode([3; 64]),
        "protected": URL_SAFE_NO_PAD.encode(protected.to_string()),
    }]);
    format!("{head},\n  \"signatures\": {}{TAIL}", signatures)
}
