//! Sentences with places that a fault fills in: `{digest}`, `{part}`, `{url}`, …

use super::super::Offer;
use super::fault::{Fault, Part};
use crate::oci::Reference;

/// A sentence with its places filled in.
pub(super) fn filled(sentence: &str, fault: &Fault, offer: &Offer) -> String {
    let mut out = String::with_capacity(sentence.len() + 128);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((place, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        rest = behind;
        match place {
            "digest" => out.push_str(&fault.digest),
            "media_type" => out.push_str(&fault.media_type),
            "stated" => out.push_str(&fault.stated),
            "found" => out.push_str(&fault.found),
            "part" => out.push_str(fault.part.name()),
            "reference" => out.push_str(&offer.reference),
            "repository" => out.push_str(repository(&offer.reference)),
            "url" => out.push_str(&url(fault, offer)),
            other => {
                out.push('{');
                out.push_str(other);
                out.push('}');
            }
        }
    }
    out.push_str(rest);
    out
}

/// The reference without tag and digest.
pub(in super::super) fn repository(reference: &str) -> &str {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    let path = name.rfind('/').map_or(0, |slash| slash + 1);
    match name.get(path..).and_then(|last| last.find(':')) {
        Some(colon) => name.get(..path + colon).unwrap_or(name),
        None => name,
    }
}

/// Where the registry has the content; the root by its tag.
fn url(fault: &Fault, offer: &Offer) -> String {
    let Ok(reference) = offer.reference.parse::<Reference>() else { return fault.digest.clone() };
    let host = &reference.repository.host;
    let scheme = if host.is_loopback() { "http" } else { "https" };
    let name = if host.is_docker_hub() { "registry-1.docker.io" } else { host.as_str() };
    let folder = match fault.part {
        Part::Index | Part::Manifest => "manifests",
        Part::Config | Part::Layer => "blobs",
    };
    let of_root = fault.digest == offer.digest.as_str();
    let last = reference.tag.as_deref().filter(|_| of_root).unwrap_or(&fault.digest);
    let url = format!("{scheme}://{name}/v2/{}/{folder}/{last}", reference.repository.path);
    url.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lose_tag_and_digest_but_not_the_port() {
        for (reference, name) in [
            ("example.com/lab:latest", "example.com/lab"),
            ("localhost:5000/lab", "localhost:5000/lab"),
            ("localhost:5000/a/lab:1@sha256:00", "localhost:5000/a/lab"),
            ("alpine", "alpine"),
        ] {
            assert_eq!(repository(reference), name);
        }
    }
}
