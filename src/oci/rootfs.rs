//! Whether the diff IDs of a config fit the layers of its manifest, as far as that is known
//! without reading a layer (OCI image-spec v1.1, `config.md`, `rootfs`).

use std::fmt;

use super::{Descriptor, Digest, Image, ImageConfig};

/// The chain IDs of layers, the lowest first: each stands for a layer on all those below it
/// (OCI image-spec v1.1 `config.md`, "Layer ChainID").
#[must_use]
pub fn chain_ids(diff_ids: &[Digest]) -> Vec<Digest> {
    let mut chains: Vec<Digest> = Vec::with_capacity(diff_ids.len());
    for id in diff_ids {
        chains.push(match chains.last() {
            Some(below) => Digest::sha256(format!("{below} {id}").as_bytes()),
            None => id.clone(),
        });
    }
    chains
}

/// What does not fit. Engines fail when they unpack such an image; layers are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// There are more or fewer diff IDs than layers.
    Count {
        /// How many layers the manifest has.
        layers: usize,
        /// How many diff IDs the config has; `None`: it has no `rootfs.diff_ids`.
        diff_ids: Option<usize>,
    },
    /// A diff ID is not a digest.
    NotADigest {
        /// The layer.
        layer: usize,
    },
    /// A layer is not compressed, so its diff ID must be its digest, and is not.
    Uncompressed {
        /// The layer.
        layer: usize,
        /// Its digest.
        digest: Digest,
        /// What the config says.
        diff_id: Digest,
    },
    /// One blob is two layers, and has two diff IDs.
    OneBlobTwoIds {
        /// The two layers.
        layers: (usize, usize),
        /// The blob's digest.
        digest: Digest,
    },
}

/// What does not fit between a manifest and its config. Nothing is looked for in an artifact, and
/// in an image with a layer that is not a layer of files.
#[must_use]
pub fn misfits(image: &Image, config: &ImageConfig) -> Vec<Misfit> {
    let files = |layer: &&std::sync::Arc<super::Descriptor>| layer.media_type.is_layer();
    let layers = image.layers.len();
    if image.is_artifact() || !image.layer_descriptors().all(|layer| files(&layer)) {
        return Vec::new();
    }
    let ids = &config.diff_ids;
    if ids.len() != layers {
        let diff_ids = (!ids.is_empty()).then_some(ids.len());
        return vec![Misfit::Count { layers, diff_ids }];
    }
    let mut found = Vec::new();
    let mut seen: Vec<(usize, &Digest, &Digest)> = Vec::new();
    for (at, (entry, id)) in image.layers.iter().zip(ids).enumerate() {
        let layer = at + 1;
        let Some(id) = id else {
            found.push(Misfit::NotADigest { layer });
            continue;
        };
        let Some(descriptor) = entry.descriptor() else { continue };
        let digest = &descriptor.digest;
        if is_plain(descriptor) && digest.algorithm() == id.algorithm() && digest != id {
            let (digest, diff_id) = (digest.clone(), id.clone());
            found.push(Misfit::Uncompressed { layer, digest, diff_id });
        }
        match seen.iter().find(|(_, blob, _)| *blob == digest) {
            Some((first, _, other)) if *other != id && other.algorithm() == id.algorithm() => {
                let layers = (*first, layer);
                found.push(Misfit::OneBlobTwoIds { layers, digest: digest.clone() });
            }
            Some(_) => {}
            None => seen.push((layer, digest, id)),
        }
    }
    found
}

/// Whether a layer is known not to be compressed. Docker's type for that is written on compressed
/// layers too, and engines then look into them (containerd 2.4.2 core/images/mediatypes.go,
/// `DiffCompression`; seen with 2.4.2 and 1.6.20): a tar is made of blocks.
fn is_plain(layer: &Descriptor) -> bool {
    const BLOCK: u64 = 512;
    match layer.media_type.as_str() {
        "application/vnd.oci.image.layer.v1.tar"
        | "application/vnd.oci.image.layer.nondistributable.v1.tar" => true,
        "application/vnd.docker.image.rootfs.diff.tar"
        | "application/vnd.docker.image.rootfs.foreign.diff.tar" => {
            layer.size.is_multiple_of(BLOCK)
        }
        _ => false,
    }
}

/// The fact, in a sentence without a full stop.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, noun: &str| crate::text::plural(count, noun);
        match self {
            Self::Count { layers, diff_ids: None } => write!(
                f,
                "the manifest has {}, and the config has no `rootfs.diff_ids`",
                counted(*layers, "layer")
            ),
            Self::Count { layers, diff_ids: Some(ids) } => write!(
                f,
                "the manifest has {}, and the config has {}",
                counted(*layers, "layer"),
                counted(*ids, "diff ID")
            ),
            Self::NotADigest { layer } => {
                write!(f, "the diff ID of layer {layer} is not a digest")
            }
            Self::Uncompressed { layer, digest, diff_id } => write!(
                f,
                "layer {layer} is not compressed, so its diff ID must be its digest, {digest}; the \
                 config says {diff_id}"
            ),
            Self::OneBlobTwoIds { layers: (one, other), digest } => {
                write!(f, "layers {one} and {other} are one blob, {digest}, with two diff IDs")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Manifest, MediaType};
    use serde_json::json;

    const GZIP: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    const PLAIN: &str = "application/vnd.docker.image.rootfs.diff.tar";

    fn digest(text: &str) -> Digest {
        Digest::sha256(text.as_bytes())
    }

    // Compressed layers can have Docker's type for plain ones too, and the diff ID of an
    // encrypted layer is that of what is inside.
    #[test]
    fn a_chain_is_of_a_layer_and_all_below_it() {
        let [a, b] = [Digest::sha256(b"a"), Digest::sha256(b"b")];
        let both = Digest::sha256(format!("{a} {b}").as_bytes());
        assert_eq!(chain_ids(&[a.clone(), b.clone()]), [a.clone(), both]);
        assert_ne!(chain_ids(&[b, a]).last(), chain_ids(&[]).last());
    }

    #[test]
    fn only_what_is_plain_for_sure_must_be_its_diff_id() {
        let layer =
            |name: &str, size: u64| Descriptor::new(MediaType::parse(name), digest("x"), size);
        let oci = "application/vnd.oci.image.layer.v1.tar";
        for (name, size, plain) in [
            (PLAIN, 2048, true),
            (PLAIN, 136, false),
            (oci, 136, true),
            (&format!("{oci}+gzip"), 2048, false),
            (&format!("{oci}+gzip+encrypted"), 2048, false),
            (&format!("{oci}+xz"), 2048, false),
            ("application/vnd.oci.image.layer.nydus.blob.v1", 2048, false),
        ] {
            assert_eq!(is_plain(&layer(name, size)), plain, "{name}, {size} bytes");
        }
    }

    fn found(layers: &[(&str, &str)], ids: Option<&[&str]>) -> Vec<String> {
        let layers: Vec<_> = layers
            .iter()
            .map(|(name, media_type)| {
                json!({ "mediaType": media_type, "digest": digest(name).as_str(), "size": 512 })
            })
            .collect();
        let config = json!({
            "mediaType": MediaType::DockerConfig.as_str(), "digest": digest("c").as_str(), "size": 1,
        });
        let manifest = json!({ "config": config, "layers": layers }).to_string();
        let Ok(Manifest::Image(image)) =
            Manifest::parse(&MediaType::DockerManifest, manifest.as_bytes())
        else {
            panic!("{manifest}")
        };
        let ids = ids.map(|ids| -> Vec<String> {
            let id = |name: &&str| match *name {
                "odd" => "odd".to_owned(),
                name => digest(name).to_string(),
            };
            ids.iter().map(id).collect()
        });
        let config = json!({ "rootfs": { "type": "layers", "diff_ids": ids } }).to_string();
        let config = ImageConfig::parse(config.as_bytes()).unwrap();
        misfits(&image, &config).iter().map(ToString::to_string).collect()
    }

    // The kinds of paketo-buildpacks/builder-noble-java-tiny#293, and what containerd 2.4.2 says of
    // counts: `number of layers and diffIDs don't match: 2 != 1`.
    #[test]
    fn what_does_not_fit_is_named() {
        let none: &[&str] = &[];
        assert_eq!(found(&[("a", GZIP), ("b", PLAIN)], Some(&["A", "b"])), none);
        assert_eq!(found(&[("a", GZIP), ("a", GZIP)], Some(&["A", "A"])), none);
        assert_eq!(found(&[("a", GZIP), ("b", GZIP)], Some(&["A", "A"])), none);
        assert_eq!(found(&[], None), none);
        assert_eq!(found(&[("a", "application/vnd.in-toto+json")], None), none);
        let missing = "the manifest has 1 layer, and the config has no `rootfs.diff_ids`";
        assert_eq!(found(&[("a", GZIP)], None), [missing]);
        assert_eq!(found(&[("a", GZIP)], Some(&[])), [missing]);
        let few = "the manifest has 2 layers, and the config has 1 diff ID";
        assert_eq!(found(&[("a", GZIP), ("b", GZIP)], Some(&["A"])), [few]);
        let odd = "the diff ID of layer 2 is not a digest";
        assert_eq!(found(&[("a", GZIP), ("b", GZIP)], Some(&["A", "odd"])), [odd]);
        let plain = found(&[("a", GZIP), ("b", PLAIN)], Some(&["A", "B"]));
        assert!(plain[0].starts_with("layer 2 is not compressed"), "{plain:?}");
        let twice = found(&[("a", GZIP), ("a", GZIP)], Some(&["A", "B"]));
        assert!(twice[0].starts_with("layers 1 and 2 are one blob"), "{twice:?}");
        assert_eq!(
            found(&[], Some(&["A"])),
            ["the manifest has 0 layers, and the config has 1 diff ID"]
        );
    }
}
