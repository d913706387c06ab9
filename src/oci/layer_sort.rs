//! Layers that are not tar archives by design.

use super::Descriptor;

/// What a layer is instead of a tar archive, as its descriptor says: `an EROFS image`. `None` for
/// those that are archives, and for those of which nothing is known.
#[must_use]
pub fn sort_of(layer: &Descriptor) -> Option<&'static str> {
    let name = layer.media_type.as_str().to_ascii_lowercase();
    let annotated = |part: &str| layer.annotations.keys().any(|key| key.contains(part));
    Some(if name.ends_with("+encrypted") {
        // ocicrypt: `application/vnd.oci.image.layer.v1.tar+gzip+encrypted`.
        "encrypted"
    } else if name.contains("nydus") || annotated("containerd.io/snapshot/nydus-") {
        // nydus-snapshotter: the blob has its own type, the bootstrap is a tar of its metadata.
        "a part of a nydus image"
    } else if name.contains("squashfs") {
        // stacker: `application/vnd.stacker.image.layer.squashfs+zstd+verity`.
        "a squashfs image"
    } else if name.contains("erofs") {
        // containerd 2.4: `application/vnd.erofs.layer.v1`, with `+zstd`.
        "an EROFS image"
    } else if name.ends_with(".sif") || name.contains(".sif.") {
        // Apptainer: `application/vnd.sylabs.sif.layer.v1.sif`.
        "a SIF image"
    } else if name.starts_with("application/vnd.in-toto") {
        "an in-toto statement"
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Digest, MediaType};

    #[test]
    fn the_media_type_or_an_annotation_tells() {
        let layer = |name: &str| Descriptor::new(MediaType::parse(name), Digest::sha256(b""), 0);
        for (name, sort) in [
            ("application/vnd.oci.image.layer.v1.tar+gzip", None),
            ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", Some("encrypted")),
            ("application/vnd.oci.image.layer.nondistributable.v1.tar", None),
            ("application/vnd.oci.image.layer.nydus.blob.v1", Some("a part of a nydus image")),
            ("application/vnd.stacker.image.layer.squashfs+zstd+verity", Some("a squashfs image")),
            ("application/vnd.erofs.layer.v1", Some("an EROFS image")),
            ("application/vnd.erofs.layer.v1+zstd", Some("an EROFS image")),
            ("application/vnd.sylabs.sif.layer.v1.sif", Some("a SIF image")),
            ("application/vnd.in-toto+json", Some("an in-toto statement")),
            ("application/vnd.example", None),
        ] {
            assert_eq!(sort_of(&layer(name)), sort, "{name}");
        }
        let mut bootstrap = layer("application/vnd.oci.image.layer.v1.tar+gzip");
        let key = "containerd.io/snapshot/nydus-bootstrap";
        bootstrap.annotations.insert(key.to_owned(), "true".to_owned());
        assert_eq!(sort_of(&bootstrap), Some("a part of a nydus image"));
    }
}
