//! What the stores of this machine have.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::content::{MAX_TABLE, Table, tables_of};
use super::image::{Image, MANIFEST, file_of};
use super::places::StorePlaces;
use crate::oci::{
    Algorithm, ConfigDocument, Document, Failure, LocalImage, Location, MAX_CONFIG_READ,
    MAX_MANIFEST_READ, Platform, Stocked,
};
use crate::source::layout::Piece;
use crate::source::regular;

/// The most images whose documents are read.
const MOST: usize = 500;

/// The named images of all stores; `None` if there is no store. Blocks.
pub(in crate::source) fn images(places: &StorePlaces) -> Result<Option<Vec<LocalImage>>, Failure> {
    let tables = tables(places)?;
    let mut all = Vec::new();
    let mut read = 0;
    for table in &tables {
        for image in table.all.iter().filter(|image| !image.names().is_empty()) {
            read += 1;
            let (platforms, size) = match read <= MOST {
                true => looked_into(&table.images, image),
                false => (Vec::new(), None),
            };
            all.extend(image.names().iter().map(|name| LocalImage {
                location: Location::Store { store: None, name: name.clone() },
                platforms: platforms.clone(),
                size,
            }));
        }
    }
    Ok((!tables.is_empty()).then_some(all))
}

/// What all stores consist of; `None` if there is no store. Blocks.
pub(in crate::source) fn stocked(places: &StorePlaces) -> Result<Option<Stocked>, Failure> {
    let tables = tables(places)?;
    let mut stocked = Stocked::default();
    for table in &tables {
        for image in &table.all {
            stocked.digests.extend(image.documents().map(|(_, digest)| digest));
        }
        for layer in layers(&table.images) {
            let digest = |key: &str| layer.get(key)?.as_str()?.parse().ok();
            stocked.digests.extend(digest("compressed-diff-digest"));
            stocked.diff_ids.extend(digest("diff-digest"));
        }
    }
    Ok((!tables.is_empty()).then_some(stocked))
}

fn tables(places: &StorePlaces) -> Result<Vec<Table>, Failure> {
    let mut tables = Vec::new();
    for root in places.roots() {
        tables.extend(tables_of(&root, None)?);
    }
    Ok(tables)
}

/// The layers of a store, as `layers.json` has them.
pub(super) fn layers(images: &Path) -> Vec<Value> {
    let folder = images.to_str().and_then(|it| it.strip_suffix("-images")).unwrap_or_default();
    let mut all = Vec::new();
    for name in ["layers.json", "volatile-layers.json"] {
        let file = PathBuf::from(format!("{folder}-layers")).join(name);
        let Ok(bytes) = regular::read(&file, MAX_TABLE) else { continue };
        if let Ok(Value::Array(layers)) = serde_json::from_slice(&bytes) {
            all.extend(layers);
        }
    }
    all
}

/// The platform of an image, and the size of its layers as they were pulled.
fn looked_into(images: &Path, image: &Image) -> (Vec<Platform>, Option<u64>) {
    let read = |key: &str, most: u64| {
        let path = file_of(images, image, key);
        Piece::file(&path, path.display().to_string()).and_then(|piece| piece.read_all(most)).ok()
    };
    let manifest = read(MANIFEST, MAX_MANIFEST_READ)
        .and_then(|bytes| Document::parse(bytes, None, Algorithm::Sha256).ok());
    let config = read(&format!("sha256:{}", image.id), MAX_CONFIG_READ)
        .and_then(|bytes| ConfigDocument::parse(bytes, Algorithm::Sha256).ok());
    let platform = config.map(|config| config.config.platform.clone());
    let size = manifest.map(|document| {
        let mut known = HashSet::new();
        let all = document.manifest.descriptors();
        let sizes = all.filter(|it| known.insert(it.digest.clone())).map(|it| it.size);
        sizes.fold(0, u64::saturating_add)
    });
    (platform.into_iter().filter(|platform| !platform.is_unknown()).collect(), size)
}
