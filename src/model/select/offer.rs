//! What a reference offers to choose from: the root document and what is known below it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::oci::{
    Algorithm, ConfigDocument, Descriptor, Digest, Document, Entry, Failure, Image,
    MAX_INDEX_DEPTH, Manifest, MediaType, Oddity, Platform, PlatformKeys, Sent, Written,
};

use bytes::Bytes;

use super::platforms::Normal;
use super::selection::{Missing, Need};

/// Positions of children from the root down; the root itself is the empty path.
pub type Path = Vec<usize>;

/// Containers' annotation of an entry whose layers are zstd (containers/image `oci_index.go`).
const ZSTD_ANNOTATION: &str = "io.github.containers.compression.zstd";

/// The most artifacts of a list whose configs are read for their platforms.
const MOST_ARTIFACTS: usize = 16;

/// What is behind a reference, prepared once for any number of selections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The reference as the user wrote it; engines repeat it in their errors.
    pub reference: String,
    /// The root document's digest.
    pub digest: Digest,
    /// The root document's type.
    pub media_type: MediaType,
    /// What the root holds.
    pub content: Content,
    /// The type with which a registry sent the root document.
    pub sent: Sent,
    /// The root document's bytes.
    pub bytes: Bytes,
    /// The type that the root document itself names.
    pub own_type: Option<MediaType>,
    /// What is odd about its JSON.
    pub oddities: Vec<Oddity>,
    /// Whether the registry has these blobs, as far as it was asked.
    pub blobs: HashMap<Digest, bool>,
}

/// What is known of a document's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Not read yet.
    Unread,
    /// An index: its entries.
    Index(Arc<Level>),
    /// An image manifest.
    Image(Arc<Facts>),
    /// An index below as many indexes as platy follows.
    TooDeep,
    /// Something that holds neither entries nor an image.
    Other,
}

/// The entries of one index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Every element of `manifests`, at its position.
    pub(super) entries: Vec<Candidate>,
    /// For each entry the number of its kind: entries of one kind are alike to every judge.
    pub(super) kinds: Vec<usize>,
    /// The position of the first entry of each kind.
    pub(super) firsts: Vec<usize>,
}

/// What is known of an image manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The platform that the config names; `None` if the config has not been read.
    pub config: Option<Platform>,
    /// The config's media type.
    pub config_type: Option<MediaType>,
    /// The config's digest: the image's identity to CRI.
    pub config_digest: Option<Digest>,
    /// The layers' media types.
    pub layer_types: Vec<MediaType>,
    /// The digest of the lowest layer.
    pub first_layer: Option<Digest>,
    /// The manifest.
    pub(super) document: Option<Arc<Document>>,
    /// The config.
    pub(super) config_document: Option<Arc<ConfigDocument>>,
    /// Why the config could not be read.
    pub(super) config_failure: Option<Arc<Failure>>,
    normal: Arc<Normal>,
}

/// One entry of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The digest; `None` for an element that is not a usable descriptor.
    pub digest: Option<Digest>,
    /// What the entry says its content is.
    pub media_type: MediaType,
    /// The platform as the entry writes it.
    pub platform: Option<Platform>,
    /// The keys with which it writes the platform.
    pub platform_keys: PlatformKeys,
    /// Whether the entry says that it is an attestation.
    pub attestation: bool,
    /// Whether the entry says that its layers are zstd.
    pub zstd: bool,
    /// What is known of its content.
    pub content: Content,
    /// How long its content must be, as the entry says.
    pub(super) size: Option<u64>,
    /// What Go reads of an element that is not a usable descriptor.
    pub(super) written: Option<Arc<Written>>,
    /// Why its content could not be read.
    pub(super) failure: Option<Arc<Failure>>,
    /// Its content as it was received.
    pub(super) document: Option<Arc<Document>>,
    /// The platform in the spelling of containerd's library; entries of one platform share it.
    pub(super) normal: Arc<Normal>,
}

/// What an entry's media type makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Index,
    Image,
    /// Neither: schema 1, an artifact manifest, an unknown type, an unusable element.
    Foreign,
}

impl Sort {
    pub(super) fn of(media_type: &MediaType) -> Self {
        if media_type.is_index() {
            Self::Index
        } else if media_type.is_image_manifest() {
            Self::Image
        } else {
            Self::Foreign
        }
    }
}

/// Where documents that were read already can be had from.
pub trait Lookup {
    /// The manifest or index of this digest.
    fn manifest(&self, digest: &Digest) -> Option<Arc<Document>>;
    /// The config of this digest.
    fn config(&self, digest: &Digest) -> Option<Arc<ConfigDocument>>;
    /// Why the manifest or config of this digest could not be read.
    fn failure(&self, _: &Digest) -> Option<Arc<Failure>> {
        None
    }
}

/// Nothing but the root has been read.
impl Lookup for () {
    fn manifest(&self, _: &Digest) -> Option<Arc<Document>> {
        None
    }

    fn config(&self, _: &Digest) -> Option<Arc<ConfigDocument>> {
        None
    }
}

impl Facts {
    /// What is known of an image manifest.
    #[must_use]
    pub fn new(
        config: Option<Platform>,
        config_type: Option<MediaType>,
        layer_types: Vec<MediaType>,
    ) -> Self {
        let normal = Arc::new(config.as_ref().map(Normal::new).unwrap_or_default());
        Self { config, config_type, layer_types, normal, ..Self::default() }
    }

    /// Whether it has an image config that nobody read yet.
    pub(super) fn lacks_config(&self) -> bool {
        self.config_document.is_none()
            && self.config_failure.is_none()
            && self.config_type.as_ref().is_some_and(MediaType::is_image_config)
    }

    /// Whether its config is of another type than an image's.
    pub(super) fn has_foreign_config(&self) -> bool {
        self.config_type.as_ref().is_some_and(|it| !it.is_image_config())
    }

    /// Whether it has a config of another type that nobody read yet.
    fn lacks_foreign_config(&self) -> bool {
        self.has_foreign_config()
            && self.document.is_some()
            && self.config_document.is_none()
            && self.config_failure.is_none()
    }

    /// How many diff IDs its config names: if nobody read that, one for each layer, or none in a
    /// config of another type.
    pub(super) fn diff_ids(&self) -> usize {
        match &self.config_document {
            Some(config) => config.config.diff_ids.len(),
            None if self.document.is_some() && self.has_foreign_config() => 0,
            None => self.layer_types.len(),
        }
    }

    /// The config's platform in the spelling of containerd's library.
    pub(super) fn config_normal(&self) -> Option<&Normal> {
        self.config.as_ref().map(|_| self.normal.as_ref())
    }
}

impl Level {
    /// Prepares the entries of an index.
    #[must_use]
    pub fn new(entries: Vec<Candidate>) -> Self {
        let mut known = HashMap::new();
        let mut firsts = Vec::new();
        let kinds = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| {
                let features = entry.platform_keys.os_features;
                let key = (&entry.platform, features, entry.zstd, entry.is_odd());
                *known.entry(key).or_insert_with(|| {
                    firsts.push(at);
                    firsts.len() - 1
                })
            })
            .collect();
        Self { entries, kinds, firsts }
    }

    /// Every element of `manifests`, at its position.
    #[must_use]
    pub fn entries(&self) -> &[Candidate] {
        &self.entries
    }

    /// The first entry of each kind, with its position.
    pub(super) fn firsts(&self) -> impl Iterator<Item = (usize, &Candidate)> {
        self.firsts.iter().filter_map(|at| Some((*at, self.entries.get(*at)?)))
    }
}

impl Candidate {
    /// An entry and what is known of its content.
    #[must_use]
    pub fn new(descriptor: &Descriptor, content: Content) -> Self {
        Self {
            digest: Some(descriptor.digest.clone()),
            media_type: match &descriptor.written_type {
                Some(written) => MediaType::exact(written),
                None => descriptor.media_type.clone(),
            },
            normal: Arc::new(descriptor.platform.as_ref().map(Normal::new).unwrap_or_default()),
            platform: descriptor.platform.clone(),
            platform_keys: descriptor.platform_keys,
            attestation: descriptor.is_attestation(),
            zstd: descriptor.annotations.get(ZSTD_ANNOTATION).is_some_and(|value| value == "true"),
            content,
            size: Some(descriptor.size),
            written: None,
            failure: None,
            document: None,
        }
    }

    /// An element that is not a usable descriptor, as compact JSON; it keeps its place, and engines
    /// judge it by what Go reads of it.
    #[must_use]
    pub fn odd(raw: &str) -> Self {
        let written = Written::read(raw).map(Arc::new);
        let read = written.as_deref().cloned().unwrap_or_default();
        Self {
            digest: read.digest_text().parse().ok(),
            media_type: MediaType::exact(&read.media_type),
            normal: Arc::new(read.platform.as_ref().map(Normal::new).unwrap_or_default()),
            platform: read.platform,
            platform_keys: read.platform_keys,
            attestation: read.attestation,
            zstd: false,
            content: Content::Unread,
            size: read.size.and_then(|size| u64::try_from(size).ok()),
            written,
            failure: None,
            document: None,
        }
    }

    /// Whether it is an element that nobody can read as a descriptor.
    pub(super) fn is_odd(&self) -> bool {
        self.digest.is_none() && self.written.is_none()
    }

    /// What its media type makes of it.
    pub(super) fn sort(&self) -> Sort {
        if self.is_odd() { Sort::Foreign } else { Sort::of(&self.media_type) }
    }

    /// What it is by the type as which a registry sends its content.
    pub(super) fn sent_sort(&self) -> Sort {
        if self.is_odd() { Sort::Foreign } else { Sort::of(&self.sent_type()) }
    }

    /// The type as which a registry sends its content: what one said, else what the document says
    /// of itself, as registries do; the entry's own if nothing was read.
    pub(super) fn sent_type(&self) -> MediaType {
        let Some(document) = &self.document else { return self.media_type.clone() };
        match document.sent.header() {
            Some(header) => MediaType::essence(header),
            None => document.own_type().unwrap_or_else(|| document.media_type.clone()),
        }
    }

    /// The type of its content to who reads the document alone.
    pub(super) fn own_type(&self) -> MediaType {
        let Some(document) = &self.document else { return self.media_type.clone() };
        document.own_type().unwrap_or_else(|| document.media_type.clone())
    }

    /// Whether its type does not say that it is an image, and nobody looked.
    pub(super) fn is_in_doubt(&self) -> bool {
        let unread = matches!(self.content, Content::Unread) && self.failure.is_none();
        unread && self.digest.is_some() && self.sort() != Sort::Image
    }

    /// What is known of the image behind it.
    pub(super) fn facts(&self) -> Option<&Facts> {
        match &self.content {
            Content::Image(facts) => Some(facts),
            _ => None,
        }
    }

    /// The digest as text, for the engines' errors.
    pub(super) fn digest_text(&self) -> &str {
        match (&self.digest, &self.written) {
            (Some(digest), _) => digest.as_str(),
            (None, Some(written)) => written.digest_text(),
            (None, None) => "",
        }
    }
}

impl Offer {
    /// An offer of content that is at hand, without a document.
    #[must_use]
    pub fn of(reference: &str, digest: Digest, media_type: MediaType, content: Content) -> Self {
        Self {
            reference: reference.to_owned(),
            digest,
            media_type,
            content,
            sent: Sent::Unknown,
            bytes: Bytes::new(),
            own_type: None,
            oddities: Vec::new(),
            blobs: HashMap::new(),
        }
    }

    /// Prepares the root document and all that `lookup` has of what is below it.
    #[must_use]
    pub fn new(reference: &str, root: &Document, lookup: &dyn Lookup) -> Self {
        let mut reader = Reader {
            lookup,
            levels: HashMap::new(),
            images: HashMap::new(),
            normals: HashMap::new(),
        };
        let content = reader.content(root, None, 0);
        Self {
            sent: root.sent.clone(),
            bytes: root.bytes.clone(),
            own_type: root.own_type(),
            oddities: root.oddities.clone(),
            ..Self::of(reference, root.digest.clone(), root.media_type.clone(), content)
        }
    }

    /// The same, where it is known of some blobs whether the registry has them.
    #[must_use]
    pub fn with_blobs(self, blobs: HashMap<Digest, bool>) -> Self {
        Self { blobs, ..self }
    }

    /// The layers of the image at this path that name addresses of their own (`urls`).
    #[must_use]
    pub fn addressed(&self, path: &[usize]) -> Vec<Arc<Descriptor>> {
        let Some(document) = self.image(path).and_then(|facts| facts.document.as_ref()) else {
            return Vec::new();
        };
        let Manifest::Image(image) = &document.manifest else { return Vec::new() };
        image.layer_descriptors().filter(|layer| !layer.urls.is_empty()).cloned().collect()
    }

    /// What was not read yet of the image at this path.
    #[must_use]
    pub fn unread(&self, path: &[usize]) -> Option<Need> {
        let need = |digest, what| Some(Need { path: path.to_vec(), digest, what });
        let digest = match self.at(path) {
            Some(entry) if matches!(entry.content, Content::Unread) => {
                let digest = entry.digest.clone();
                return need(digest, Missing::Manifest).filter(|_| entry.failure.is_none());
            }
            Some(entry) => entry.digest.clone(),
            None => Some(self.digest.clone()),
        };
        let facts = self.image(path)?;
        let lacks = facts.lacks_config() || facts.lacks_foreign_config();
        need(digest, Missing::Config).filter(|_| lacks)
    }

    /// Entries without a platform whose configs are of other types and were not read: they are
    /// taken to name no platform until then.
    pub(super) fn unread_artifacts(&self) -> Vec<Need> {
        let entries = self.level(&[]).map(|level| level.entries.as_slice()).unwrap_or_default();
        let unnamed = entries.iter().enumerate().filter(|(_, entry)| {
            entry.platform.is_none() && entry.facts().is_some_and(Facts::lacks_foreign_config)
        });
        unnamed.filter_map(|(at, _)| self.unread(&[at])).take(MOST_ARTIFACTS).collect()
    }

    /// The type of the config of the image at this path, if it is another than an image's.
    #[must_use]
    pub fn foreign_config(&self, path: &[usize]) -> Option<&MediaType> {
        let facts = self.image(path).filter(|facts| facts.has_foreign_config())?;
        facts.config_type.as_ref()
    }

    /// What is known of the image at this path.
    pub(super) fn image(&self, path: &[usize]) -> Option<&Facts> {
        if path.is_empty() { self.facts() } else { self.at(path)?.facts() }
    }

    /// The entry at this path; `None` for the root and for a path that leads nowhere.
    #[must_use]
    pub fn at(&self, path: &[usize]) -> Option<&Candidate> {
        let (last, index) = path.split_last()?;
        self.level(index)?.entries.get(*last)
    }

    /// The index at this path.
    #[must_use]
    pub fn level(&self, path: &[usize]) -> Option<&Level> {
        let mut content = &self.content;
        for at in path {
            let Content::Index(level) = content else { return None };
            content = &level.entries.get(*at)?.content;
        }
        match content {
            Content::Index(level) => Some(level),
            _ => None,
        }
    }

    /// What is known of the root if it is an image.
    pub(super) fn facts(&self) -> Option<&Facts> {
        match &self.content {
            Content::Image(facts) => Some(facts),
            _ => None,
        }
    }
}

struct Reader<'l> {
    lookup: &'l dyn Lookup,
    /// Indexes that were prepared already, by digest and depth: an index that many entries name
    /// costs once.
    levels: HashMap<(Digest, usize), Arc<Level>>,
    /// The same of images.
    images: HashMap<Digest, Arc<Facts>>,
    /// Platforms in the spelling of containerd's library, each once.
    normals: HashMap<Platform, Arc<Normal>>,
}

impl Reader<'_> {
    fn content(
        &mut self,
        document: &Document,
        shared: Option<&Arc<Document>>,
        depth: usize,
    ) -> Content {
        match &document.manifest {
            Manifest::Index(_) if depth > MAX_INDEX_DEPTH => Content::TooDeep,
            Manifest::Index(index) => {
                let key = (document.digest.clone(), depth);
                if let Some(level) = self.levels.get(&key) {
                    return Content::Index(Arc::clone(level));
                }
                let entries =
                    index.entries.iter().map(|entry| self.candidate(entry, depth)).collect();
                let level = Arc::new(Level::new(entries));
                self.levels.insert(key, Arc::clone(&level));
                Content::Index(level)
            }
            Manifest::Image(image) => {
                if let Some(facts) = self.images.get(&document.digest) {
                    return Content::Image(Arc::clone(facts));
                }
                let config = image.config.descriptor();
                let config_document = config
                    .and_then(|it| self.lookup.config(&it.digest).or_else(|| without_fields(it)));
                let read = config_document.as_ref().map(|it| it.config.platform.clone());
                let facts = Facts::new(
                    read.or_else(|| known_platform(image)),
                    config.map(|config| config.media_type.clone()),
                    image.layer_descriptors().map(|layer| layer.media_type.clone()).collect(),
                );
                let config_digest = config.map(|config| config.digest.clone());
                let first_layer = image.layer_descriptors().next().map(|it| it.digest.clone());
                let failed = config.filter(|_| config_document.is_none());
                let facts = Arc::new(Facts {
                    config_digest,
                    first_layer,
                    config_failure: failed.and_then(|it| self.lookup.failure(&it.digest)),
                    config_document,
                    document: Some(shared.map_or_else(|| Arc::new(document.clone()), Arc::clone)),
                    ..facts
                });
                self.images.insert(document.digest.clone(), Arc::clone(&facts));
                Content::Image(facts)
            }
            Manifest::Artifact(_) | Manifest::Schema1(_) | Manifest::Unknown => Content::Other,
        }
    }

    fn candidate(&mut self, entry: &Entry, depth: usize) -> Candidate {
        match entry {
            Entry::Descriptor(descriptor) => {
                let document = self.lookup.manifest(&descriptor.digest);
                let (content, failure) = match &document {
                    Some(document) => (self.content(document, Some(document), depth + 1), None),
                    None => (Content::Unread, self.lookup.failure(&descriptor.digest)),
                };
                let mut candidate =
                    Candidate { failure, document, ..Candidate::new(descriptor, content) };
                if let Some(platform) = &descriptor.platform {
                    match self.normals.get(platform) {
                        Some(normal) => candidate.normal = Arc::clone(normal),
                        None => {
                            let normal = Arc::clone(&candidate.normal);
                            self.normals.insert(platform.clone(), normal);
                        }
                    }
                }
                candidate
            }
            Entry::Odd { raw, .. } => Candidate::odd(raw),
        }
    }
}

/// The config `{}` of artifacts, which is known by its digest.
fn without_fields(config: &Descriptor) -> Option<Arc<ConfigDocument>> {
    const EMPTY: &[u8] = b"{}";
    if config.size != EMPTY.len() as u64 || config.digest != Digest::sha256(EMPTY) {
        return None;
    }
    ConfigDocument::parse(Bytes::from_static(EMPTY), Algorithm::Sha256).ok().map(Arc::new)
}

/// What an image manifest's config says of the platform, known without reading it: that of an
/// artifact names none, and BuildKit's attestations (0.34) say `unknown/unknown`.
fn known_platform(image: &Image) -> Option<Platform> {
    let config = image.config.descriptor()?;
    let attests =
        |layer: &Arc<Descriptor>| layer.media_type.as_str() == "application/vnd.in-toto+json";
    // Old Docker images have configs of other types (moby#44367).
    let is_named = !config.media_type.as_str().is_empty() && !image.docker;
    if is_named && image.platform_config().is_none() {
        Some(Platform::default())
    } else if image.layer_descriptors().next().is_some() && image.layer_descriptors().all(attests) {
        Some(Platform::new("unknown", "unknown", ""))
    } else {
        None
    }
}
