//! Reads the package databases of an image out of its layers.

use std::sync::Arc;

use crate::model::evidence::{
    APK_INSTALLED, DPKG_FOLDER, DPKG_STATUS, Databases, MOST_INSTALLED, RpmDatabase, apk, dpkg,
    rpm_places,
};
use crate::model::files::{Files, Lookup, Path, Resolved};
use crate::oci::{Class, Descriptor, Failure};
use crate::work::layers::Reader;

/// The largest database that is read, in bytes (64 MiB).
const MAX_DATABASE: u64 = 64 << 20;
/// How many files of a folder of packages are read.
const MAX_FILES: usize = 10_000;

/// What the package databases of an image say. All of its layers (the lowest first) are read, once
/// each.
///
/// # Errors
/// Why a layer, or a database in it, cannot be read.
pub async fn installed(
    reader: &Reader,
    layers: &[Option<Arc<Descriptor>>],
) -> Result<Databases, Failure> {
    let _turn = reader.turn().await;
    let mut listings = Vec::with_capacity(layers.len());
    for layer in layers {
        listings.push(match layer {
            Some(layer) => Some(reader.listing(layer, &mut |_| ()).await?),
            None => None,
        });
    }
    let merged = tokio::task::spawn_blocking(move || Files::merge(listings)).await;
    let files = merged.map_err(|_| {
        Failure::new(Class::Cancelled, "the files of the image", "the merging broke off")
    })?;
    let mut found = Databases { installed: Vec::new(), unread: rpm(&files) };
    for path in databases(&files)? {
        let Some(text) = read(reader, layers, &files, &path).await? else { continue };
        let is_apk = path.as_bytes().ends_with(b"installed");
        found.installed.extend(if is_apk { apk(&text) } else { dpkg(&text) });
        if found.installed.len() > MOST_INSTALLED {
            return Err(too_many(&path, MOST_INSTALLED, "package"));
        }
    }
    Ok(found)
}

/// What is read in part is not compared: the rest would seem to be missing.
fn too_many(path: &Path, most: usize, what: &str) -> Failure {
    let most = crate::text::plural(most, what);
    Failure::new(Class::TooLarge, path.text(), format!("it has more than {most}"))
}

/// The databases of RPM that are there.
fn rpm(files: &Files) -> Vec<RpmDatabase> {
    let mut found: Vec<RpmDatabase> = Vec::new();
    for (place, form) in rpm_places() {
        if let Ok(path) = Path::parse(place.as_bytes())
            && let Resolved::Found(path, _) = files.resolve(&path, true)
        {
            // Several places may lead to one.
            let path = path.text().into();
            if found.iter().all(|known| known.path != path) {
                found.push(RpmDatabase { form, path });
            }
        }
    }
    found
}

/// The databases of dpkg and apk that are there.
fn databases(files: &Files) -> Result<Vec<Path>, Failure> {
    let parse = |text: &str| Path::parse(text.as_bytes()).ok();
    let names = std::iter::once(DPKG_STATUS).chain(APK_INSTALLED);
    let mut found: Vec<Path> = Vec::new();
    for path in names.filter_map(parse) {
        // Through links: `lib` is one to `usr/lib` if a system has merged them.
        if let Resolved::Found(path, _) = files.resolve(&path, true)
            && !found.contains(&path)
        {
            found.push(path);
        }
    }
    if let Some(path) = parse(DPKG_FOLDER)
        && let Lookup::Found(folder) = files.lookup(&path)
    {
        let inside = files.children(folder.id).map(|file| files.path(file));
        // Beside each package distroless has its checksums (`NAME.md5sums`).
        let packages = inside.filter(|path| !path.as_bytes().ends_with(b".md5sums"));
        let others = found.len();
        found.extend(packages.take(MAX_FILES + 1));
        if found.len() - others > MAX_FILES {
            return Err(too_many(&path, MAX_FILES, "file"));
        }
    }
    Ok(found)
}

async fn read(
    reader: &Reader,
    layers: &[Option<Arc<Descriptor>>],
    files: &Files,
    path: &Path,
) -> Result<Option<String>, Failure> {
    let Lookup::Found(found) = files.lookup(path) else { return Ok(None) };
    let Some((layer, entry)) = found.content else { return Ok(None) };
    let Some(layer) = layers.get(layer).and_then(Option::as_ref) else { return Ok(None) };
    let file = reader.file(layer, &entry, MAX_DATABASE).await?;
    if !file.whole {
        let detail = format!("it is larger than {}", crate::text::bytes(MAX_DATABASE));
        return Err(Failure::new(Class::TooLarge, path.text(), detail));
    }
    Ok(Some(String::from_utf8_lossy(&file.bytes).into_owned()))
}
