//! What is the matter with the documents behind a reference, in the order in which engines meet it.

use super::super::clients::walk;
use super::super::offer::{Candidate, Facts};
use super::super::{Offer, Path};
use super::fault::{Fault, Kind, Part};
use super::maker::Maker;
use super::read_as::taken_for;
use crate::oci::{
    Algorithm, Class, ConfigDocument, Digest, Document, Failure, Image, Manifest, MediaType,
    Misfit, Oddity, misfits,
};

/// containers/image and oras read as much (`iolimits.MaxManifestBodySize`).
const MIB_4: u64 = 4 << 20;
/// containerd reads as much (`MaxManifestSize`, which was to be 4 MiB).
const CONTAINERD_MOST: u64 = 4 * 1048 * 1048;

/// With the root document, as this maker reads it.
pub(super) fn of_root(offer: &Offer, maker: Maker) -> Vec<Fault> {
    if maker == Maker::DockerRun {
        return Vec::new();
    }
    let part = Part::of(&offer.media_type);
    let about = |kind| Fault::about(kind, part, &offer.digest, &offer.media_type);
    let size = offer.bytes.len() as u64;
    let mut faults = Vec::new();
    if size > MIB_4 {
        faults.push(about(Kind::Above4MiB).found(size));
    }
    if size > CONTAINERD_MOST {
        faults.push(about(Kind::AboveContainerd).found(size));
    }
    match (offer.sent.header(), taken_for(offer, maker)) {
        (Some(""), Some(_)) => faults.push(about(Kind::Untyped)),
        (Some(header), Some(taken)) if !taken.is_manifest() => {
            let fault = Fault::about(Kind::OddlyTyped, part, &offer.digest, &taken);
            faults.push(fault.found(header));
        }
        _ => {}
    }
    let is_index = offer.media_type.is_index();
    for oddity in &offer.oddities {
        let fault = match oddity {
            Oddity::ListAndImage if is_index => {
                let fields = image_fields(&offer.bytes);
                let quoted: Vec<String> = fields.iter().map(|it| format!("{it:?}")).collect();
                about(Kind::MixedIndex)
                    .stated(format!("{{{}}}", quoted.join(", ")))
                    .found(fields.join(", "))
            }
            Oddity::OtherKind { says } if is_index => about(Kind::IndexCalledImage).found(says),
            Oddity::Repeated { .. } | Oddity::Spellings { .. } | Oddity::OtherCase { .. } => {
                about(Kind::OddKeys).found(oddity)
            }
            _ => continue,
        };
        faults.push(fault);
    }
    faults
}

/// With what is at this path, and what it names.
pub(super) fn of_picked(offer: &Offer, path: &Path, maker: Maker) -> Vec<Fault> {
    if maker == Maker::DockerRun {
        return offer.at(path).and_then(features).into_iter().collect();
    }
    let mut faults = Vec::new();
    if path.is_empty() {
        let taken = taken_for(offer, maker).unwrap_or_else(|| offer.media_type.clone());
        if offer.media_type.is_index() && !taken.is_index() {
            let fault = Fault::about(Kind::Misread, Part::Index, &offer.digest, &taken);
            faults.push(match offer.sent.header() {
                Some("") => fault.found("without a Content-Type"),
                header => fault.found(format!("as {}", header.unwrap_or_default())),
            });
        }
    }
    for depth in 1..=path.len() {
        if let Some(candidate) = path.get(..depth).and_then(|path| offer.at(path)) {
            of_entry(candidate, &mut faults);
        }
    }
    if let Some(facts) = offer.image(path) {
        of_image(facts, &mut faults);
        of_layers(offer, facts, &mut faults);
    }
    faults
}

/// With the manifest and the config of every entry of every index.
pub(super) fn of_everything(offer: &Offer) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk(offer, |_, candidate| {
        of_entry(candidate, &mut faults);
        if let Some(facts) = candidate.facts() {
            of_image(facts, &mut faults);
        }
    });
    faults.retain(|fault| fault.kind != Kind::UnreadableConfig);
    faults
}

fn of_entry(candidate: &Candidate, faults: &mut Vec<Fault>) {
    let Some(digest) = &candidate.digest else { return };
    let part = Part::of(&candidate.media_type);
    let about = |kind| Fault::about(kind, part, digest, &candidate.media_type);
    if candidate.size == Some(0) {
        faults.push(about(Kind::NoSize));
    }
    if let Some(failure) = &candidate.failure {
        let missing = (Kind::MissingManifest, Kind::WrongManifest);
        faults.extend(of_failure(failure, candidate.size, digest, missing, &about));
    } else if digest.algorithm() == Algorithm::Sha512 {
        faults.push(about(Kind::Sha512Manifest));
    }
}

/// Why content could not be read, as far as engines cannot read it either.
fn of_failure(
    failure: &Failure,
    size: Option<u64>,
    digest: &Digest,
    (missing, wrong): (Kind, Kind),
    about: &dyn Fn(Kind) -> Fault,
) -> Option<Fault> {
    match (failure.class, &failure.found) {
        (Class::NotFound, _) => Some(about(missing)),
        (Class::DigestMismatch, Some(found)) if found.digest != *digest => {
            Some(about(wrong).found(&found.digest))
        }
        (Class::DigestMismatch, Some(found)) => {
            let stated = size?;
            let kind = if stated > found.size { Kind::SizeAbove } else { Kind::SizeBelow };
            Some(about(kind).stated(stated).found(found.size))
        }
        _ => None,
    }
}

fn of_image(facts: &Facts, faults: &mut Vec<Fault>) {
    let Some((document, image)) = image_of(facts) else { return };
    let about = |kind| Fault::about(kind, Part::Manifest, &document.digest, &document.media_type);
    for oddity in &document.oddities {
        match oddity {
            Oddity::ListAndImage => faults.push(about(Kind::MixedManifest)),
            Oddity::OtherKind { says } => {
                faults.push(about(Kind::ManifestCalledIndex).found(says));
            }
            _ => {}
        }
    }
    let oci = |it: &MediaType| it.as_str().starts_with("application/vnd.oci.");
    let layer = image.layer_descriptors().find(|layer| image.docker && oci(&layer.media_type));
    faults.extend(layer.map(|it| Fault::of(Kind::OciLayerInDocker, Part::Layer, it)));
    let Some(config) = image.config.descriptor() else { return };
    let of_config = |kind| Fault::of(kind, Part::Config, config);
    if config.size == 0 {
        faults.push(of_config(Kind::NoSize));
    }
    if let Some(failure) = &facts.config_failure {
        let missing = (Kind::MissingConfig, Kind::WrongConfig);
        faults.extend(of_failure(failure, Some(config.size), &config.digest, missing, &of_config));
    }
    let odd = facts.config_document.iter().flat_map(|it| &it.oddities);
    let odd = odd.filter(|_| config.media_type.is_image_config()).find(|it| it.is_unreadable());
    faults.extend(odd.map(|oddity| of_config(Kind::UnreadableConfig).found(oddity)));
}

fn of_layers(offer: &Offer, facts: &Facts, faults: &mut Vec<Fault>) {
    let Some((_, image)) = image_of(facts) else { return };
    for layer in image.layer_descriptors() {
        if layer.size == 0 {
            faults.push(Fault::of(Kind::NoSize, Part::Layer, layer));
        }
        let Some(address) = layer.urls.first() else { continue };
        let text = layer.media_type.as_str();
        let is_foreign = text.contains("foreign") || text.contains("nondistributable");
        // Registries do not have what may not be distributed.
        let is_there = offer.blobs.get(&layer.digest).copied().unwrap_or(!is_foreign);
        if is_there {
            continue;
        }
        let kind = if is_foreign { Kind::AtAddress } else { Kind::OrdinaryAtAddress };
        faults.push(Fault::of(kind, Part::Layer, layer).found(address));
        if let Some(host) = private_host(address) {
            let fault = Fault::of(Kind::AtPrivateAddress, Part::Layer, layer);
            faults.push(fault.stated(host).found(address));
        }
    }
    if let Some(config) = &facts.config_document {
        faults.extend(of_diff_ids(image, config));
    }
}

/// How diff IDs do not fit. Layers of unknown types are left out, as containerd does.
fn of_diff_ids(image: &Image, config: &ConfigDocument) -> Option<Fault> {
    let files = || image.layer_descriptors().filter(|layer| layer.media_type.is_layer());
    let ids = &config.config.diff_ids;
    let count = files().count();
    if count > 0 && count != ids.len() {
        let fault = Fault { kind: Kind::DiffCount, part: Part::Config, ..Fault::default() };
        return Some(fault.stated(ids.len()).found(count));
    }
    let unknown = || "sha256:…".to_owned();
    misfits(image, &config.config).iter().find_map(|misfit| {
        let (layer, stated, found) = match misfit {
            Misfit::Count { .. } => return None,
            Misfit::NotADigest { layer } => (*layer, unknown(), unknown()),
            Misfit::Uncompressed { layer, digest, diff_id } => {
                (*layer, diff_id.to_string(), digest.to_string())
            }
            Misfit::OneBlobTwoIds { layers: (_, layer), .. } => {
                let id = ids.get(layer.checked_sub(1)?)?.as_ref()?;
                (*layer, id.to_string(), unknown())
            }
        };
        let descriptor = image.layers.get(layer.checked_sub(1)?)?.descriptor()?;
        Some(Fault::of(Kind::DiffId, Part::Layer, descriptor).stated(stated).found(found))
    })
}

/// Docker starts nothing whose config asks for features of the system.
fn features(candidate: &Candidate) -> Option<Fault> {
    let facts = candidate.facts()?;
    let platform = facts.config.as_ref().filter(|it| !it.os_features.is_empty())?;
    let image = facts.config_digest.as_ref().or(candidate.digest.as_ref())?;
    let fault = Fault::about(Kind::Features, Part::Config, image, &candidate.media_type);
    // As Go prints the structure.
    let written = format!(
        "{{{} {} {} [{}] {}}}",
        platform.architecture,
        platform.os,
        platform.os_version,
        platform.os_features.join(" "),
        platform.variant
    );
    Some(fault.stated(written).found(platform.os_features.join(", ")))
}

fn image_of(facts: &Facts) -> Option<(&Document, &Image)> {
    let document = facts.document.as_deref()?;
    match &document.manifest {
        Manifest::Image(image) => Some((document, image)),
        _ => None,
    }
}

/// The fields of an image that a document has, in any case, as containers/image counts them.
fn image_fields(bytes: &[u8]) -> Vec<&'static str> {
    let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(bytes) else {
        return Vec::new();
    };
    let has = |field: &str| {
        object.iter().any(|(key, value)| key.eq_ignore_ascii_case(field) && !value.is_null())
    };
    ["config", "fsLayers", "history", "layers", "signatures"]
        .into_iter()
        .filter(|field| has(field))
        .collect()
}

/// The host of an address, if it is on this machine or in a private network.
fn private_host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    let private = match name.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Err(_) => name == "localhost",
    };
    private.then(|| name.to_owned())
}
