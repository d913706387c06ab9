//! What is the matter with the documents behind a reference, in the order in which engines meet it.

use std::sync::Arc;

use super::super::clients::walk;
use super::super::offer::{Candidate, Content, Facts, Level, Sort};
use super::super::{Offer, Path};
use super::content_type;
use super::descriptors::{of_entry, of_odd, unreadable_digest};
use super::fault::{Fault, Kind, Part};
use super::maker::Maker;
use super::read_as::taken_for;
use crate::oci::{
    Algorithm, Class, ConfigDocument, Descriptor, Digest, Document, Failure, Image, Manifest,
    MediaType, Misfit, Oddity, misfits, sort_of,
};

/// containers/image and oras read as much (`iolimits.MaxManifestBodySize`).
pub(super) const MIB_4: u64 = 4 << 20;
/// containerd reads as much (`MaxManifestSize`, which was to be 4 MiB).
const CONTAINERD_MOST: u64 = 4 * 1048 * 1048;
/// The layers of a Docker manifest (containers/image 5.42.1 manifest/manifest.go).
const DOCKER_LAYERS: [&str; 5] = [
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
];
/// OCI's archives, without what says how they are packed (containerd 2.4.2
/// core/images/mediatypes.go, `DiffCompression`).
const OCI_TARS: [&str; 2] = [
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
];
/// A layer that is a file system to containerd.
const EROFS: &str = "application/vnd.erofs.layer.v1";
/// What only Docker's structure of a config has.
const DOCKER_FIELDS: [&str; 12] = [
    "healthcheck",
    "hostname",
    "domainname",
    "macaddress",
    "image",
    "tty",
    "openstdin",
    "stdinonce",
    "attachstdin",
    "attachstdout",
    "attachstderr",
    "networkdisabled",
];

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
    if let (Some(header), Some(taken)) = (offer.sent.header(), taken_for(offer, maker)) {
        of_header(offer, header, &taken, &mut faults);
    }
    faults.extend(of_document(&offer.oddities, &offer.bytes, &about));
    if let Some(level) = offer.level(&[]) {
        faults.extend(unreadable_digest(level));
    }
    faults
}

/// With the `Content-Type` of the root document, and the type that is read out of it.
fn of_header(offer: &Offer, header: &str, taken: &MediaType, faults: &mut Vec<Fault>) {
    let part = Part::of(&offer.media_type);
    let about = |kind| Fault::about(kind, part, &offer.digest, taken).found(header);
    if header.is_empty() {
        faults.push(about(Kind::Untyped));
        return;
    }
    if let Some(problem) = content_type::problem(header) {
        faults.push(about(Kind::UnreadableHeader).stated(problem));
    }
    if !taken.is_manifest() {
        faults.push(about(Kind::OddlyTyped));
        return;
    }
    if taken.is_schema1() && !offer.media_type.is_schema1() {
        faults.push(about(Kind::SentAsSchema1));
        return;
    }
    let own = offer.own_type.as_ref().filter(|own| own.as_str() != taken.as_str());
    faults.extend(own.map(|own| about(Kind::SentUnlike).found(own.as_str())));
    if offer.media_type.is_index() && taken.is_image_manifest() {
        faults.push(about(Kind::ListSentAsImage).stated("{\"manifests\"}"));
    }
    if offer.media_type.is_image_manifest() && taken.is_index() {
        let fields = image_fields(&offer.bytes);
        let quoted: Vec<String> = fields.iter().map(|it| format!("{it:?}")).collect();
        faults.push(about(Kind::ImageSentAsList).stated(format!("{{{}}}", quoted.join(", "))));
    }
}

/// With an index below the root, as whoever reads it meets it.
pub(super) fn of_nested(candidate: &Candidate) -> Vec<Fault> {
    let Some(document) = &candidate.document else { return Vec::new() };
    let part = Part::of(&document.media_type);
    let about = |kind| Fault::about(kind, part, &document.digest, &document.media_type);
    let mut faults = of_document(&document.oddities, &document.bytes, &about);
    if let Content::Index(level) = &candidate.content {
        faults.extend(unreadable_digest(level));
    }
    faults
}

/// With the fields of an index, or the keys and types of another document.
fn of_document(oddities: &[Oddity], bytes: &[u8], about: &dyn Fn(Kind) -> Fault) -> Vec<Fault> {
    let is_index = about(Kind::OddKeys).part == Part::Index;
    let mut faults = Vec::new();
    for oddity in oddities {
        let fault = match oddity {
            Oddity::ListAndImage if is_index => {
                let fields = image_fields(bytes);
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
    faults.extend(unreadable(oddities).map(|(kind, odd)| about(kind).found(odd)));
    faults
}

/// The first field for which Go refuses a list or a manifest.
fn unreadable(oddities: &[Oddity]) -> Option<(Kind, &Oddity)> {
    let at = |odd: &Oddity| odd.unreadable_at().map(str::to_ascii_lowercase);
    // Fields of image-spec 1.1, which older engines pass over.
    let is_new = |at: &str| at.starts_with("/subject") || at.starts_with("/artifacttype");
    let odd = oddities.iter().filter_map(|odd| Some((at(odd)?, odd)));
    let (at, odd) = odd.min_by_key(|(at, _)| is_new(at))?;
    Some((if is_new(&at) { Kind::UnreadableNewField } else { Kind::UnreadableManifest }, odd))
}

/// With what is at this path, and what it names.
pub(super) fn of_picked(offer: &Offer, path: &Path, maker: Maker) -> Vec<Fault> {
    let mut faults = Vec::new();
    if maker == Maker::DockerRun {
        faults.extend(offer.image(path).into_iter().flat_map(unreadable_config));
        faults.extend(offer.at(path).and_then(features));
        return faults;
    }
    if path.is_empty() {
        let taken = taken_for(offer, maker).unwrap_or_else(|| offer.media_type.clone());
        if !taken.is_index() && !taken.is_image_manifest() && taken != MediaType::OciArtifact {
            let part = Part::of(&offer.media_type);
            faults.push(Fault::about(Kind::SentAsBlob, part, &offer.digest, &taken));
        }
        if offer.media_type.is_index() && !taken.is_index() {
            let kind = if taken.is_image_manifest() { Kind::TakenForImage } else { Kind::Misread };
            let fault = Fault::about(kind, Part::Index, &offer.digest, &taken);
            faults.push(match offer.sent.header() {
                Some("") => fault.found("without a Content-Type"),
                header => fault.found(format!("as {}", header.unwrap_or_default())),
            });
        }
    }
    for depth in 1..=path.len() {
        if let Some(candidate) = path.get(..depth).and_then(|path| offer.at(path)) {
            of_entry(candidate, &mut faults);
            if depth < path.len() {
                faults.extend(of_nested(candidate));
            }
        }
    }
    if let Some(facts) = offer.image(path) {
        let docker = match offer.at(path) {
            Some(entry) if is_told_apart(maker) => entry.sent_type() == MediaType::DockerManifest,
            _ => image_of(facts).is_some_and(|(_, image)| image.docker),
        };
        of_image(facts, docker, &mut faults);
        of_layers(offer, facts, maker, &mut faults);
    }
    if maker == Maker::Oras {
        faults.extend(offer.at(path).and_then(sent_otherwise));
    }
    faults
}

/// Whether it takes a manifest for what the registry sends it as.
fn is_told_apart(maker: Maker) -> bool {
    matches!(maker, Maker::Containers | Maker::Storage)
}

/// A manifest that comes as another type of manifest than its entry says.
fn sent_otherwise(entry: &Candidate) -> Option<Fault> {
    let (digest, sent) = (entry.digest.as_ref()?, entry.sent_type());
    let differs = entry.media_type.is_manifest() && sent != entry.media_type;
    let part = Part::of(&entry.media_type);
    differs.then(|| Fault::about(Kind::SentOtherwise, part, digest, &entry.media_type).found(sent))
}

/// With the manifest and the config of every entry of every index.
pub(super) fn of_everything(offer: &Offer, maker: Maker) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk(offer, |_, candidate| {
        of_fetched(candidate, &mut faults);
        if maker == Maker::Oras {
            faults.extend(sent_otherwise(candidate));
        }
    });
    // Configs of others are fetched, and not read.
    let of_configs = [
        Kind::UnreadableLayers,
        Kind::UnreadableConfig,
        Kind::UnreadableDocker,
        Kind::UnreadableForeign,
    ];
    faults.retain(|fault| !of_configs.contains(&fault.kind));
    faults
}

/// What an engine fetches of an offer beside what it chooses.
pub(super) struct Fetching<'a> {
    pub(super) offer: &'a Offer,
    pub(super) maker: Maker,
    pub(super) fetches: &'a dyn Fn(&Candidate) -> bool,
}

impl Fetching<'_> {
    /// With the entries of an index that are fetched, and those of indexes among them.
    pub(super) fn of_level(&self, level: &Level, left: &mut usize, faults: &mut Vec<Fault>) {
        for entry in level.entries.iter().filter(|it| (self.fetches)(it)) {
            // Indexes can name each other many times over.
            let Some(fewer) = left.checked_sub(1) else { return };
            *left = fewer;
            of_fetched(entry, faults);
            let image = entry.facts().filter(|_| entry.sort() == Sort::Image);
            if let Some(facts) = image.filter(|_| self.maker.unpacks_all()) {
                of_layers(self.offer, facts, self.maker, faults);
            }
            if let Content::Index(level) = &entry.content {
                self.of_level(level, left, faults);
            }
        }
    }
}

/// With what an engine fetches beside what it has chosen.
pub(super) fn of_fetched(candidate: &Candidate, faults: &mut Vec<Fault>) {
    of_entry(candidate, faults);
    if matches!(candidate.content, Content::Index(_)) {
        faults.extend(of_nested(candidate));
    }
    // What the entry calls by another type is not followed, whatever the registry sends it as.
    if let Some(facts) = candidate.facts().filter(|_| candidate.sort() == Sort::Image) {
        let docker = image_of(facts).is_some_and(|(_, image)| image.docker);
        of_image(facts, docker, faults);
    }
}

/// Why content could not be read, as far as engines cannot read it either.
pub(super) fn of_failure(
    failure: &Failure,
    size: Option<u64>,
    digest: &Digest,
    (missing, wrong, unreadable): (Kind, Kind, Kind),
    about: &dyn Fn(Kind) -> Fault,
) -> Option<Fault> {
    match (failure.class, &failure.found) {
        (Class::NotFound, _) => Some(about(missing)),
        (Class::Unreadable, _) => Some(about(unreadable).found(&failure.detail)),
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

fn of_image(facts: &Facts, docker: bool, faults: &mut Vec<Fault>) {
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
    let unread = unreadable(&document.oddities);
    faults.extend(unread.map(|(kind, odd)| about(kind).found(odd)));
    let foreign = |it: &MediaType| !DOCKER_LAYERS.contains(&it.as_str());
    let layer = image.layer_descriptors().find(|layer| docker && foreign(&layer.media_type));
    faults.extend(layer.map(|it| Fault::of(Kind::ForeignLayerInDocker, Part::Layer, it)));
    let odd = image.layers.iter().find_map(|layer| of_odd(layer, Part::Layer));
    faults.extend(
        odd.unwrap_or_default().into_iter().map(|it| it.unwrap_or_else(|| about(Kind::OddLayer))),
    );
    let Some(config) = image.config.descriptor() else {
        let odd = of_odd(&image.config, Part::Config).unwrap_or_default();
        faults.extend(odd.into_iter().map(|it| it.unwrap_or_else(|| about(Kind::NoConfig))));
        return;
    };
    let of_config = |kind| Fault::of(kind, Part::Config, config);
    if config.size == 0 {
        faults.push(of_config(Kind::NoSize));
    }
    if let Some(failure) = &facts.config_failure {
        let unreadable = if facts.has_foreign_config() {
            Kind::UnreadableForeign
        } else {
            Kind::UnreadableLayers
        };
        let missing = (Kind::MissingConfig, Kind::WrongConfig, unreadable);
        let fault = of_failure(failure, Some(config.size), &config.digest, missing, &of_config);
        if let Some(fault) = &fault
            && matches!(fault.kind, Kind::SizeAbove | Kind::SizeBelow)
        {
            faults.push(Fault { kind: Kind::ConfigSize, ..fault.clone() });
        }
        faults.extend(fault);
    }
    if config.digest.algorithm() != Algorithm::Sha256 {
        faults.push(of_config(Kind::Sha512Config));
    }
    if !docker && config.media_type != MediaType::OciConfig {
        // What containers/image calls the type of the artifact.
        let named = image.artifact_type.as_deref().filter(|named| !named.is_empty());
        let named = named.unwrap_or(config.media_type.as_str());
        let mixed = named == MediaType::DockerConfig.as_str();
        let kind = if mixed { Kind::MixedConfig } else { Kind::ForeignConfig };
        faults.push(of_config(kind).found(named));
    }
    faults.extend(unreadable_config(facts));
}

/// The first field of a config for which Go refuses it, of each kind of reader.
fn unreadable_config(facts: &Facts) -> Vec<Fault> {
    let config = image_of(facts).and_then(|(_, image)| image.config.descriptor());
    let Some(config) = config.filter(|it| it.media_type.is_image_config()) else {
        return Vec::new();
    };
    let oddities = facts.config_document.iter().flat_map(|it| &it.oddities);
    let odd: Vec<(Kind, &Oddity)> =
        oddities.filter_map(|odd| Some((reader_of(odd.unreadable_at()?), odd))).collect();
    let kinds = [Kind::UnreadableLayers, Kind::UnreadableConfig, Kind::UnreadableDocker];
    let firsts = kinds.iter().filter_map(|kind| odd.iter().find(|(it, _)| it == kind));
    let about = |kind| Fault::of(kind, Part::Config, config);
    firsts.map(|(kind, odd)| about(*kind).found(odd)).collect()
}

/// Who reads a field of a config: whoever unpacks (containerd 2.4.2 core/unpack/unpacker.go,
/// `unpackConfig`), whoever reads image-spec's structure, or Docker's own alone.
fn reader_of(at: &str) -> Kind {
    let at = at.to_ascii_lowercase();
    let first = at.split('/').nth(1).unwrap_or_default();
    let is_dockers = |name: &&str| at.starts_with(&format!("/config/{name}"));
    if first == "rootfs" || first == "architecture" || first == "variant" || first.starts_with("os")
    {
        Kind::UnreadableLayers
    } else if DOCKER_FIELDS.iter().any(is_dockers) {
        Kind::UnreadableDocker
    } else {
        Kind::UnreadableConfig
    }
}

fn of_layers(offer: &Offer, facts: &Facts, maker: Maker, faults: &mut Vec<Fault>) {
    let Some((_, image)) = image_of(facts) else { return };
    if facts.has_foreign_config() && maker.waits_for_config() {
        faults.extend(of_foreign_config(facts, image, maker));
        return;
    }
    for layer in image.layer_descriptors() {
        if layer.size == 0 {
            faults.push(Fault::of(Kind::NoSize, Part::Layer, layer));
        }
        if layer.digest.algorithm() != Algorithm::Sha256 {
            faults.push(Fault::of(Kind::Sha512Layer, Part::Layer, layer));
        }
        faults.extend(of_layer_type(layer));
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

/// What becomes of the layers of an image whose config is of another type: `Image.Unpack` has its turn
/// afterwards, and finds none of them.
fn of_foreign_config(facts: &Facts, image: &Image, maker: Maker) -> Option<Fault> {
    let ids = &facts.config_document.as_ref()?.config.diff_ids;
    // containerd 1.x counts layers of every type.
    let counts = |it: &&Arc<Descriptor>| maker == Maker::OldClient || it.media_type.is_layer();
    let layers: Vec<_> = image.layer_descriptors().filter(counts).collect();
    if layers.len() != ids.len() {
        let fault = Fault { kind: Kind::ForeignCount, part: Part::Config, ..Fault::default() };
        return Some(fault.stated(ids.len()).found(layers.len()));
    }
    let id = ids.first()?.as_ref().map_or("", Digest::as_str);
    let layer = layers.first()?;
    if !layer.media_type.is_layer() {
        return Some(Fault::of(Kind::NoUnpacker, Part::Layer, layer));
    }
    let fault = Fault::of(Kind::ForeignUnfetched, Part::Layer, layer);
    Some(fault.stated(id).found(facts.config_type.as_ref()?))
}

/// What of a layer's type engines do not unpack.
fn of_layer_type(layer: &Descriptor) -> Vec<Fault> {
    let of = |kind| Fault::of(kind, Part::Layer, layer);
    let name = layer.media_type.as_str();
    let (base, packing) = name.split_once('+').unwrap_or((name, ""));
    if name.ends_with("+encrypted") {
        return vec![of(Kind::Encrypted)];
    }
    if OCI_TARS.contains(&base) {
        let known = ["", "gzip", "zstd"].contains(&packing);
        return if known { Vec::new() } else { vec![of(Kind::TakenForTar)] };
    }
    // An EROFS image begins with zeros, which are an empty archive.
    let sort = sort_of(layer).filter(|_| base != EROFS);
    let mut faults: Vec<Fault> = sort.map(|it| of(Kind::NotATar).found(it)).into_iter().collect();
    if base.starts_with("application/vnd.oci.image.layer.") || base == EROFS {
        faults.push(of(Kind::NoUnpacker));
    }
    faults
}

/// How diff IDs do not fit. Layers of unknown types are left out, as containerd does.
fn of_diff_ids(image: &Image, config: &ConfigDocument) -> Vec<Fault> {
    let ids = &config.config.diff_ids;
    let layers = image.layer_descriptors().filter(|layer| layer.media_type.is_layer()).count();
    let fault = |kind, found: usize| {
        let fault = Fault { kind, part: Part::Config, ..Fault::default() };
        fault.stated(ids.len()).found(found)
    };
    let mut faults = Vec::new();
    if layers != ids.len() {
        let kind = if layers == 0 { Kind::DiffWithoutLayers } else { Kind::DiffCount };
        faults.push(fault(kind, layers));
    }
    if !ids.is_empty() && ids.len() < image.layers.len() {
        faults.push(fault(Kind::DiffFewer, image.layers.len()));
    }
    if layers == ids.len() {
        faults.extend(wrong_diff_id(image, config));
    }
    faults
}

/// The first diff ID that cannot be its layer's.
fn wrong_diff_id(image: &Image, config: &ConfigDocument) -> Option<Fault> {
    let ids = &config.config.diff_ids;
    // What is unpacked is hashed with SHA-256, whatever the config has.
    let other = ids.iter().zip(image.layer_descriptors()).find_map(|(id, layer)| {
        let id = id.as_ref().filter(|id| id.algorithm() != Algorithm::Sha256)?;
        Some(Fault::of(Kind::DiffId, Part::Layer, layer).stated(id).found("sha256:…"))
    });
    if other.is_some() {
        return other;
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
