//! A store, opened for one image.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Value, json};

use super::image::{Image, MANIFEST, file_of};
use super::list::layers;
use super::places::StorePlaces;
use super::spec::Spec;
use super::tar_split::Split;
use crate::oci::{
    Algorithm, Class, Descriptor, Digest, Document, Failure, Index, MAX_MANIFEST_READ, MediaType,
    keys, listed,
};
use crate::source::layout::{Choice, Content, Piece, Unpacked, io_failure, missing_blob};
use crate::source::regular;
use crate::source::short_name::candidates;

/// The most bytes that are read of `images.json` and `layers.json`.
pub(super) const MAX_TABLE: u64 = 64 << 20;

/// One image of the stores of this machine.
pub(in crate::source) struct StoreContent {
    /// What was asked for.
    shown: String,
    /// The folder `DRIVER-images`, and the file that lists the images with its time.
    images: PathBuf,
    table: (PathBuf, Option<SystemTime>),
    image: Image,
    /// The key of the manifest that was asked for.
    key: String,
}

/// The images of one store.
pub(super) struct Table {
    pub(super) images: PathBuf,
    file: PathBuf,
    changed: Option<SystemTime>,
    pub(super) all: Vec<Image>,
}

impl StoreContent {
    /// Finds an image by its name, its ID or a digest.
    pub(in crate::source) fn open(
        shown: &str,
        spec: Option<&str>,
        name: &str,
        places: &StorePlaces,
    ) -> Result<Self, Failure> {
        let spec = spec.map(Spec::parse);
        let roots = spec.as_ref().map_or_else(|| places.roots(), |spec| vec![spec.root.clone()]);
        let driver = spec.as_ref().and_then(|spec| spec.driver.as_deref());
        let mut tables = Vec::new();
        for root in &roots {
            tables.extend(tables_of(root, driver)?);
        }
        if tables.is_empty() {
            let roots: Vec<String> = roots.iter().map(|it| it.display().to_string()).collect();
            let detail = format!("there is no store of podman or CRI-O in {}", roots.join(", "));
            return Err(Failure::new(Class::NotFound, shown, detail).with_next(
                "name the store, containers-storage:[FOLDER]NAME, or run platy as its user",
            ));
        }
        find(shown, name, tables)
    }
}

/// What lists the images of a store, one for each driver that was used in it.
pub(super) fn tables_of(root: &Path, driver: Option<&str>) -> Result<Vec<Table>, Failure> {
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unread(root, &error)),
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let of = name.strip_suffix("-images");
            of.is_some_and(|of| driver.is_none_or(|driver| driver == of))
        })
        .collect();
    folders.sort();
    let mut tables = Vec::new();
    for images in folders {
        let file = images.join("images.json");
        let changed = fs::metadata(&file).and_then(|it| it.modified()).ok();
        let bytes = match regular::read(&file, MAX_TABLE) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unread(&file, &error)),
        };
        let all = serde_json::from_slice(&bytes).map_err(|error| {
            let detail = format!("it is not the list of images that platy knows: {error}");
            Failure::new(Class::Malformed, file.display().to_string(), detail)
                .with_next("the store may be of a newer version, or damaged: `podman system check`")
        })?;
        tables.push(Table { images, file, changed, all });
    }
    Ok(tables)
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    let failure = io_failure(path.display(), error);
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            failure.with_next("run platy as the user of the store, or in `podman unshare`")
        }
        _ => failure,
    }
}

fn find(shown: &str, name: &str, tables: Vec<Table>) -> Result<StoreContent, Failure> {
    let (name, digest) = match name.split_once('@') {
        Some((name, digest)) => (name, digest.parse::<Digest>().ok()),
        None => (name, None),
    };
    let names = candidates(name);
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        for (place, image) in table.all.iter().enumerate() {
            if let Some(by) = matches(image, name, &names, digest.as_ref())
                && !found.iter().any(|(_, _, known)| *known == by)
            {
                found.push((at, place, by));
            }
        }
    }
    // A name as it was written goes before what it may stand for.
    if let Some(exact) = found.iter().position(|(_, _, by)| by == name) {
        found = vec![found.swap_remove(exact)];
    }
    if found.len() > 1 {
        let mut names: Vec<String> = found.into_iter().map(|(_, _, by)| by).collect();
        names.sort_unstable();
        let detail = format!("{name} is the name of several images here");
        return Err(Failure::new(Class::Unsupported, shown, detail)
            .with_next(format!("name one in full: {}", listed(&names))));
    }
    let Some((at, place, _)) = found.pop() else {
        let known = tables.iter().flat_map(|table| table.all.iter().flat_map(Image::names));
        let known: Vec<&String> = known.collect();
        let next = match known.is_empty() {
            true => "the store holds no image with a name".to_owned(),
            false => format!("it has: {}", listed(&known)),
        };
        let detail = format!("no image here is named {name}");
        return Err(Failure::new(Class::NotFound, shown, detail).with_next(next));
    };
    let table = tables.into_iter().nth(at);
    let opened = table.and_then(|table| {
        let image = table.all.get(place)?.clone();
        let key = match &digest {
            Some(digest) => image.manifest_key(digest)?.to_owned(),
            None => MANIFEST.to_owned(),
        };
        let table_file = (table.file, table.changed);
        Some(StoreContent {
            shown: shown.to_owned(),
            images: table.images,
            table: table_file,
            image,
            key,
        })
    });
    opened.ok_or_else(|| missing_blob(shown.to_owned(), "the store"))
}

/// By what an image is meant: a name that it has, or its ID.
fn matches(image: &Image, name: &str, names: &[String], digest: Option<&Digest>) -> Option<String> {
    if let Some(digest) = digest {
        image.manifest_key(digest)?;
        let repository = |it: &str| it.rsplit_once(':').map_or(it, |(path, _)| path).to_owned();
        let meant: Vec<String> = names.iter().map(|it| repository(it)).collect();
        let named = image.names().iter().any(|it| meant.contains(&repository(it)));
        return (name.is_empty() || named).then(|| image.id.clone());
    }
    if let Some(named) = names.iter().find(|it| image.is_named(it)) {
        return Some(named.clone());
    }
    let id = name.strip_prefix("sha256:").unwrap_or(name);
    let is_id = id.len() >= 4 && id.bytes().all(|it| it.is_ascii_hexdigit());
    (is_id && image.id.starts_with(id)).then(|| image.id.clone())
}

impl StoreContent {
    fn document(&self, key: &str) -> Result<Piece, Failure> {
        let path = file_of(&self.images, &self.image, key);
        Piece::file(&path, path.display().to_string())
    }

    fn root(&self) -> Result<Document, Failure> {
        let piece = self.document(&self.key)?;
        Document::parse(piece.read_all(MAX_MANIFEST_READ)?, None, Algorithm::Sha256).map_err(
            |problem| {
                Failure::new(Class::Malformed, piece.subject(), format!("it is {problem}"))
                    .with_next("the store may be damaged: `podman system check`")
            },
        )
    }

    /// What the store says of a layer.
    fn layer(&self, digest: &Digest) -> Option<Value> {
        layers(&self.images).into_iter().find(|layer| {
            let is = |key: &str| layer.get(key).and_then(Value::as_str) == Some(digest.as_str());
            is("compressed-diff-digest") || is("diff-digest")
        })
    }

    /// Where the parts of a layer are (`drivers/overlay/overlay.go`, `drivers/vfs/driver.go`).
    fn split(&self, layer: &Value) -> Option<Split> {
        let id = layer.get("id")?.as_str()?;
        let is_name = !id.is_empty() && id.bytes().all(|it| it.is_ascii_alphanumeric());
        let driver = self.images.to_str()?.strip_suffix("-images")?;
        let files = match Path::new(driver).file_name()?.to_str()? {
            "overlay" => Path::new(driver).join(id).join("diff"),
            "vfs" => Path::new(driver).join("dir").join(id),
            _ => return None,
        };
        let table = PathBuf::from(format!("{driver}-layers")).join(format!("{id}.tar-split.gz"));
        (is_name && table.is_file() && files.is_dir()).then_some(Split { table, files })
    }
}

/// The tar within a layer, as the store names it.
fn tar_of(layer: &Value) -> Option<Descriptor> {
    let digest = layer.get("diff-digest")?.as_str()?.parse().ok()?;
    let media_type = MediaType::parse("application/vnd.oci.image.layer.v1.tar");
    Some(Descriptor::new(media_type, digest, layer.get("diff-size")?.as_u64()?))
}

impl Content for StoreContent {
    /// An index of the one image, since a store has none.
    fn index(&self) -> Result<Piece, Failure> {
        let root = self.root()?;
        let names = self.image.names();
        let annotations = match names.first() {
            Some(name) => json!({ (keys::IMAGE_NAME): name }),
            None => json!({}),
        };
        let index = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": [{
                "mediaType": root.media_type.as_str(),
                "digest": root.digest.as_str(),
                "size": root.size(),
                "annotations": annotations,
            }],
        });
        Ok(Piece::memory(self.shown.clone(), Bytes::from(index.to_string())))
    }

    fn find(&self, digest: &Digest) -> Result<Piece, Failure> {
        if let Some(key) = self.image.key_of(digest) {
            return self.document(key);
        }
        if self.layer(digest).is_some() {
            let detail = "the store has this layer unpacked only: the bytes that its digest is of \
                          are gone";
            return Err(Failure::new(Class::Unsupported, digest.to_string(), detail).with_next(
                "read it in the registry, or pack it anew: `skopeo copy containers-storage:… \
                 oci:FOLDER`, which gives it another digest",
            ));
        }
        Err(missing_blob(digest.to_string(), "the store"))
    }

    fn unpacked(&self, digest: &Digest) -> Result<Option<Unpacked>, Failure> {
        let unpacked = self.layer(digest).and_then(|layer| {
            let (tar, split) = (tar_of(&layer)?, self.split(&layer)?);
            Some(Unpacked { tar, read: Box::new(move |take| split.read(take)) })
        });
        Ok(unpacked)
    }

    fn choose(&self, _: &Index, _: Option<&str>) -> Result<Choice, Failure> {
        let root = self.root()?;
        let size = root.size();
        Ok(Choice::One(Arc::new(Descriptor::new(root.media_type, root.digest, size))))
    }

    fn is_current(&self) -> bool {
        let (file, changed) = &self.table;
        fs::metadata(file).and_then(|it| it.modified()).ok() == *changed
    }
}
