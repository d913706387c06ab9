//! What is known of a layer, in the cache: JSON, packed with zstd, with the version of its form.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::model::files::LayerView;
use crate::oci::Digest;

/// Raised with every change of what is in a kept view, of how layers are walked, or of how
/// headers are read.
const VERSION: u32 = 3;
/// The most bytes that a kept view may unpack to.
const MAX_UNPACKED: u64 = 128 << 20;
/// zstd's own default.
const LEVEL: i32 = 3;

#[derive(Serialize)]
struct Writing<'a> {
    diff_id: &'a str,
    view: &'a LayerView,
}

#[derive(Deserialize)]
struct Reading {
    diff_id: String,
    view: LayerView,
}

/// The name under which a view is beside the listings of layers: another for each version and
/// each way of reading names.
pub(super) fn name(layer: &Digest, windows: bool) -> Digest {
    Digest::sha256(format!("view {VERSION} windows={windows} {layer}").as_bytes())
}

/// A view as it is kept; `None` if the layer was not read to its end, so that its digest was
/// not checked.
pub(super) fn pack(view: &LayerView) -> Option<Bytes> {
    let diff_id = view.diff_id().filter(|_| view.is_complete())?.as_str();
    let mut packer = zstd::stream::write::Encoder::new(Vec::new(), LEVEL).ok()?;
    serde_json::to_writer(&mut packer, &Writing { diff_id, view }).ok()?;
    packer.finish().ok().map(Bytes::from)
}

/// A kept view; `None` if it is none.
pub(super) fn unpack(bytes: &[u8]) -> Option<LayerView> {
    use std::io::Read as _;
    let mut json = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(bytes).ok()?;
    decoder.take(MAX_UNPACKED).read_to_end(&mut json).ok()?;
    let Reading { diff_id, mut view } = serde_json::from_slice(&json).ok()?;
    view.complete(Some(diff_id.parse().ok()?));
    Some(view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check::fixture::Image;
    use crate::model::files::LayerState;

    #[test]
    fn a_view_survives() {
        let files = [
            "app linux/arm64+/lib/ld.so",
            "run #!/bin/sh -e",
            "etc/ü data",
            "a -> b",
            "c = app",
            "-gone",
            "-opaque/",
            "bin/",
        ];
        let layers = Image::new("/app", &[&files]).all();
        let LayerState::Read(view) = &layers.layers[0] else { panic!("it was read") };
        let mut view = LayerView::clone(view);
        assert_eq!(pack(&view), None, "its digest was not checked");
        view.complete(Some(Digest::sha256(b"tar")));
        assert_eq!(unpack(&pack(&view).unwrap()), Some(view));
        assert_eq!(unpack(b"{}"), None);
    }
}
