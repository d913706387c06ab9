//! What a client gets that does not accept lists, as distribution does it
//! (`registry/handlers/manifests.go`): of a Docker manifest list the linux/amd64 child, of an OCI
//! index nothing. Unlike distribution, a wildcard accepts everything.

use axum::http::{HeaderMap, header};

use crate::oci::{Algorithm, Digest, Document, Manifest, MediaType};
use crate::sandbox::registry::Registry;
use crate::sandbox::store::Stored;

/// What to answer in place of this manifest; `None` if there is nothing for this client.
pub(super) fn answer(
    registry: &Registry,
    name: &str,
    (digest, stored): (Digest, Stored),
    headers: &HeaderMap,
) -> Option<(Digest, Stored)> {
    let media_type = MediaType::parse(&stored.media_type);
    if !media_type.is_index() || accepts(headers, media_type.as_str()) {
        return Some((digest, stored));
    }
    if media_type != MediaType::DockerList {
        return None;
    }
    let list = Document::parse(stored.bytes, Some(&media_type), Algorithm::Sha256).ok()?;
    let Manifest::Index(index) = list.manifest else { return None };
    let child = index.entries.iter().find_map(|entry| {
        let entry = entry.descriptor()?;
        let platform = entry.platform.as_ref()?;
        (platform.os == "linux" && platform.architecture == "amd64").then(|| entry.digest.clone())
    })?;
    let stored =
        registry.store.read(name, |content| content.manifests.get(&child).cloned()).flatten()?;
    Some((child, stored))
}

fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().peekable();
    values.peek().is_none()
        || values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(',')).any(
            |one| {
                let one = one.split(';').next().unwrap_or_default().trim();
                one == "*/*" || one == media_type
            },
        )
}
