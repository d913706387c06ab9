//! `manifest.json` of a Docker archive: which files make an image (containers-transports(5),
//! `docker-archive`; moby `image/tarexport`).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::oci::{Descriptor, Document, Entry, Manifest, Platform, PlatformPattern, Reference};

/// An image on its way into a Docker archive.
#[derive(Debug, Clone, Copy)]
pub struct Saving<'a> {
    /// The list or manifest.
    pub root: &'a Document,
    /// All manifests that it leads to.
    pub manifests: &'a [Arc<Document>],
    /// Its name.
    pub name: Option<&'a str>,
}

/// The bytes of `manifest.json`, and what it does not name, in sentences. It has one image for a
/// name: of a list the one of this machine's platform, else the first.
#[must_use]
pub fn saved_file(images: &[Saving<'_>]) -> (Vec<u8>, Vec<String>) {
    let mut notes = Vec::new();
    let mut elements = Vec::new();
    for saving in images {
        let Some((image, platform, of)) = chosen(saving) else {
            notes.push(format!(
                "manifest.json names nothing of {}, which holds no image that Docker before 25 \
                 could load",
                saving.root.digest
            ));
            continue;
        };
        if of > 1 {
            let platform = platform.map_or_else(|| "one image".to_owned(), |it| it.to_string());
            notes.push(format!(
                "manifest.json, by which skopeo and Docker before 25 read an archive, names \
                 {platform} of {of} images; index.json names all"
            ));
        }
        elements.push(image);
    }
    (Value::Array(elements).to_string().into_bytes(), notes)
}

type Chosen = (Value, Option<Platform>, usize);

fn chosen(saving: &Saving<'_>) -> Option<Chosen> {
    let Manifest::Index(index) = &saving.root.manifest else {
        return Some((element(saving.root, saving.name)?, None, 1));
    };
    let entries = index.entries.iter().filter_map(Entry::descriptor);
    let images: Vec<(&Arc<Descriptor>, Value)> = entries
        .filter(|entry| !entry.is_attestation())
        .filter_map(|entry| {
            let document = saving.manifests.iter().find(|it| it.digest == entry.digest)?;
            Some((entry, element(document, saving.name)?))
        })
        .collect();
    let here: Option<PlatformPattern> = format!("linux/{}", architecture()).parse().ok();
    let is_here = |entry: &Descriptor| {
        let platform = entry.platform.as_ref();
        platform.is_some_and(|it| here.as_ref().is_some_and(|here| here.matches(it)))
    };
    let of = images.len();
    let at = images.iter().position(|(entry, _)| is_here(entry)).unwrap_or(0);
    let (entry, element) = images.into_iter().nth(at)?;
    Some((element, entry.platform.clone(), of))
}

/// This machine's architecture as images name it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn element(document: &Document, name: Option<&str>) -> Option<Value> {
    let Manifest::Image(image) = &document.manifest else { return None };
    let config = image.image_config()?;
    let layers: Vec<String> =
        image.layer_descriptors().map(|layer| layer.digest.layout_path()).collect();
    // A tag alone is not a name for `docker load`.
    let names: Option<Vec<String>> = name
        .filter(|name| name.contains([':', '/']))
        .and_then(|name| name.parse::<Reference>().ok())
        .map(|reference| vec![reference.familiar()]);
    Some(json!({ "Config": config.digest.layout_path(), "RepoTags": names, "Layers": layers }))
}
