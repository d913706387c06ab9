//! The layouts, archives and folders of `dir:` in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::layout::{MARKER, Piece, Plain, parse_index};
use crate::oci::{
    Algorithm, Document, Entry, Failure, LocalImage, Location, MAX_MANIFEST_READ, Manifest,
    Platform,
};

/// The most entries of a folder that are looked at.
const MOST: usize = 2000;
/// The most files of a layout whose sizes are added up.
const MOST_BLOBS: usize = 5000;

/// What is in `folder`, and the folder itself if it is a layout. Blocks.
pub(super) fn images(folder: &Path) -> Vec<LocalImage> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST);
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.') && !name.contains(':'))
        .collect();
    names.sort_unstable();
    let paths = names.into_iter().map(|name| (folder.join(&name), format!("./{name}")));
    [(folder.to_owned(), ".".to_owned())]
        .into_iter()
        .chain(paths)
        .filter_map(|(path, shown)| image(&path, &shown))
        .collect()
}

/// What a file or folder is; `None` if it is neither.
fn image(path: &Path, shown: &str) -> Option<LocalImage> {
    let about = fs::metadata(path).ok()?;
    let location = Location::Path { path: PathBuf::from(shown), name: None };
    if about.is_dir() {
        if path.join(MARKER).is_file() {
            return Some(LocalImage {
                location,
                platforms: platforms(path),
                size: Some(size_of(path)),
            });
        }
        // Any web page's folder may hold a manifest.json; skopeo writes `version` beside it.
        let is_plain = Plain::is_in(path) && path.join("version").is_file();
        return is_plain.then(|| LocalImage { location, platforms: Vec::new(), size: None });
    }
    let name = path.file_name()?.to_str()?;
    let is_archive = matches!(name.parse(), Ok(Location::Path { .. }));
    (about.is_file() && is_archive).then(|| LocalImage {
        location,
        platforms: Vec::new(),
        size: Some(about.len()),
    })
}

/// The platforms that the lists and entries of a layout name.
fn platforms(layout: &Path) -> Vec<Platform> {
    let mut found = Vec::new();
    let mut add = |platform: Option<&Platform>| {
        if let Some(platform) = platform.filter(|it| !it.is_unknown())
            && !found.contains(platform)
        {
            found.push(platform.clone());
        }
    };
    let read = |path: &Path| -> Result<_, Failure> {
        Piece::file(path, path.display().to_string())?.read_all(MAX_MANIFEST_READ)
    };
    let index = layout.join("index.json");
    let parsed = read(&index).and_then(|bytes| parse_index(&index.display().to_string(), bytes));
    let Ok((_, index)) = parsed else { return found };
    for entry in index.entries.iter().filter_map(Entry::descriptor) {
        add(entry.platform.as_ref());
        let inner = read(&layout.join(entry.digest.layout_path())).ok();
        let inner = inner.and_then(|bytes| Document::parse(bytes, None, Algorithm::Sha256).ok());
        if let Some(Manifest::Index(list)) = inner.map(|document| document.manifest) {
            let entries = list.entries.iter().filter_map(Entry::descriptor);
            entries.for_each(|entry| add(entry.platform.as_ref()));
        }
    }
    found
}

/// The bytes of a layout's blobs.
fn size_of(layout: &Path) -> u64 {
    let files = fs::read_dir(layout.join("blobs/sha256")).into_iter().flatten().flatten();
    let sizes = files.take(MOST_BLOBS).filter_map(|file| Some(file.metadata().ok()?.len()));
    sizes.fold(0, u64::saturating_add)
}
