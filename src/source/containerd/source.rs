//! One image of containerd as a source.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::try_join_all;
use tokio::sync::Mutex;

use super::blobs::Blobs;
use super::connection::Connection;
use super::content::Remote;
use super::found::{Found, find};
use super::place::ContainerdPlace;
use crate::oci::{
    Class, Descriptor, Digest, Document, Failure, Location, MAX_MANIFEST_READ, Manifest, MediaType,
    Referrer, Via,
};
use crate::source::layout::{FileSource, Piece, document_of, read_verified};
use crate::source::{Activity, Answer, BlobStream, Source};

/// The labels by which containerd keeps what refers to an image (containerd 2.4.2
/// `core/images/handlers.go`).
const REFERRER: &str = "containerd.io/gc.ref.content.referrer.";

/// The labels by which containerd keeps the layers of an image that it has unpacked, on the config
/// (containerd 2.4.2 `core/unpack/unpacker.go`).
const UNPACKED: &str = "containerd.io/gc.ref.snapshot.";
/// Questions about layers at once.
const AT_ONCE: usize = 16;

/// An image that containerd has.
#[derive(Debug)]
pub(in crate::source) struct ContainerdSource {
    location: Location,
    name: String,
    place: ContainerdPlace,
    activity: Activity,
    connection: Mutex<Option<Connection>>,
    opened: Mutex<Option<Arc<Opened>>>,
}

/// An image that was found, and where its content is read.
#[derive(Debug)]
struct Opened {
    found: Found,
    remote: Remote,
    /// The disk, if this user may read it there.
    disk: Option<FileSource>,
}

impl ContainerdSource {
    pub(in crate::source) fn new(
        location: &Location,
        name: &str,
        place: &ContainerdPlace,
        activity: &Activity,
    ) -> Self {
        Self {
            location: location.clone(),
            name: name.to_owned(),
            place: place.clone(),
            activity: activity.clone(),
            connection: Mutex::default(),
            opened: Mutex::default(),
        }
    }

    async fn connection(&self) -> Result<Connection, Failure> {
        let mut known = self.connection.lock().await;
        if let Some(connection) = known.as_ref().filter(|it| !it.is_closed()) {
            return Ok(connection.clone());
        }
        let place = self.place.clone();
        let sockets = tokio::task::spawn_blocking(move || place.sockets()).await;
        let sockets = sockets.unwrap_or_default();
        let Some(socket) = sockets.first() else {
            let detail = "no socket of containerd is known";
            return Err(Failure::new(Class::Local, self.location.to_string(), detail)
                .with_next("set CONTAINERD_ADDRESS to its path"));
        };
        Ok(known.insert(Connection::open(socket).await?).clone())
    }

    /// Asks what the name stands for now.
    async fn ask(&self) -> Result<Arc<Opened>, Failure> {
        self.ask_again(&mut *self.opened.lock().await).await
    }

    async fn ask_again(&self, known: &mut Option<Arc<Opened>>) -> Result<Arc<Opened>, Failure> {
        let connection = self.connection().await?;
        self.activity.request_sent();
        let shown = self.location.to_string();
        let found = find(&connection, &shown, &self.name, self.place.namespace()).await;
        let found = found.map_err(|failure| self.elsewhere(failure))?;
        if let Some(opened) = known.as_ref().filter(|opened| opened.found == found) {
            return Ok(Arc::clone(opened));
        }
        let remote = Remote {
            connection,
            namespace: found.namespace.clone(),
            activity: self.activity.clone(),
        };
        let disk = match remote.folder().await? {
            Some(folder) => {
                let image = found.root.clone();
                let shown = shown.clone();
                let look = move || Blobs::readable(&shown, &folder, &image);
                tokio::task::spawn_blocking(look).await.ok().flatten()
            }
            None => None,
        };
        let disk = disk.map(|blobs| {
            FileSource::new(&self.location, Path::new(&shown), None, move |_, _| {
                Ok(Arc::new(blobs.clone()))
            })
        });
        Ok(Arc::clone(known.insert(Arc::new(Opened { found, remote, disk }))))
    }

    /// What it was last found to be; those who ask at once ask once.
    async fn opened(&self) -> Result<Arc<Opened>, Failure> {
        let mut known = self.opened.lock().await;
        match &*known {
            Some(opened) if !opened.remote.connection.is_closed() => Ok(Arc::clone(opened)),
            _ => self.ask_again(&mut known).await,
        }
    }

    /// A name that is not here may be in another containerd of this machine.
    fn elsewhere(&self, failure: Failure) -> Failure {
        let others = self.place.sockets();
        let Some(other) = others.get(1).filter(|_| failure.class == Class::NotFound) else {
            return failure;
        };
        let next = failure.next.clone().unwrap_or_default();
        failure.with_next(format!(
            "{next}; another containerd listens here: CONTAINERD_ADDRESS={}",
            other.display()
        ))
    }
}

impl Opened {
    /// That the namespace has this content: the disk holds that of all namespaces.
    async fn check(&self, digest: &Digest) -> Result<(), Failure> {
        match self.remote.info(digest).await? {
            Some(_) => Ok(()),
            None => Err(self.not_here(digest)),
        }
    }

    /// The same of a blob.
    async fn check_blob(&self, blob: &Descriptor) -> Result<(), Failure> {
        self.check(&blob.digest).await.map_err(|failure| match failure.class {
            Class::NotHere => self.blob_not_here(blob),
            _ => failure,
        })
    }

    /// A small blob, or a manifest. Not verified yet.
    async fn piece(&self, descriptor: &Descriptor, cap: u64) -> Result<Piece, Failure> {
        let bytes = self.remote.whole(descriptor, cap).await?;
        Ok(Piece::memory(descriptor.digest.to_string(), bytes))
    }

    /// That the image lists content which containerd did not pull or has removed.
    fn not_here(&self, digest: &Digest) -> Failure {
        let Found { namespace, name, .. } = &self.found;
        let detail = format!("{name} lists it, and containerd does not have it in {namespace}");
        Failure::new(Class::NotHere, digest.to_string(), detail).with_next(format!(
            "`ctr -n {namespace} images pull --platform` gets a platform; `platy {name}` reads the \
             registry"
        ))
    }

    /// The same of a blob. A statement is part of an attestation, without which the image can do.
    fn blob_not_here(&self, blob: &Descriptor) -> Failure {
        let failure = self.not_here(&blob.digest);
        match blob.media_type {
            MediaType::InToto => failure.with_next(
                "it is a statement of an attestation, which containerd pulls without its content: \
                 `--no-attestations` copies the image without it",
            ),
            _ => failure,
        }
    }

    /// [`Self::not_here`] of what is missing.
    fn judged<T>(&self, digest: &Digest, read: Result<T, Failure>) -> Result<T, Failure> {
        match read {
            Err(failure) if failure.class == Class::NotFound => Err(self.not_here(digest)),
            read => read,
        }
    }

    async fn manifest(&self, descriptor: &Descriptor) -> Result<Document, Failure> {
        self.check(&descriptor.digest).await?;
        let read = match &self.disk {
            Some(disk) => disk.manifest(descriptor).await,
            None => match self.piece(descriptor, MAX_MANIFEST_READ).await {
                Ok(piece) => {
                    document_of(&piece, descriptor).map(|document| document.with_made(false))
                }
                Err(failure) => Err(failure),
            },
        };
        let document = self.judged(&descriptor.digest, read)?;
        let lacking = self.lacking(&document).await?;
        Ok(document.lacking(lacking))
    }

    /// The layers of an image that containerd does not have: `ctr images pull` (2.4.2) gets the
    /// manifests of all platforms and the layers of one. Those that were unpacked may be gone as
    /// they were, and are here.
    async fn lacking(&self, document: &Document) -> Result<Vec<Digest>, Failure> {
        let Manifest::Image(image) = &document.manifest else { return Ok(Vec::new()) };
        if let Some(config) = image.config.descriptor()
            && let Some(info) = self.remote.info(&config.digest).await?
            && info.labels.keys().any(|key| key.starts_with(UNPACKED))
        {
            return Ok(Vec::new());
        }
        let mut seen = HashSet::new();
        let mut layers: Vec<Digest> = Vec::new();
        for layer in image.layer_descriptors() {
            if seen.insert(&layer.digest) {
                layers.push(layer.digest.clone());
            }
        }
        let mut lacking = Vec::new();
        for some in layers.chunks(AT_ONCE) {
            let mut asked = Vec::new();
            for digest in some {
                asked.push(self.remote.info(digest));
            }
            for (digest, info) in some.iter().zip(try_join_all(asked).await?) {
                if info.is_none() {
                    lacking.push(digest.clone());
                }
            }
        }
        Ok(lacking)
    }

    /// A manifest that refers to `subject`, as the referrers API gives it.
    async fn referrer(
        &self,
        digest: &Digest,
        subject: &Digest,
    ) -> Result<Option<Referrer>, Failure> {
        let Some(info) = self.remote.info(digest).await? else { return Ok(None) };
        let size = u64::try_from(info.size).unwrap_or_default();
        // Which type it has, only its bytes say.
        let unknown = Descriptor::new(MediaType::OciManifest, digest.clone(), size);
        let document = self.manifest(&unknown).await?;
        let refers = document.manifest.subject().is_some_and(|it| it.digest == *subject);
        Ok(refers.then(|| {
            let mut descriptor = Descriptor::new(document.media_type.clone(), digest.clone(), size);
            descriptor.artifact_type = document.manifest.artifact_type().map(str::to_owned);
            descriptor.annotations = document.manifest.annotations().cloned().unwrap_or_default();
            Referrer { descriptor: Arc::new(descriptor), via: Via::SameIndex }
        }))
    }
}

impl Source for ContainerdSource {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(async move {
            let opened = self.ask().await?;
            opened.manifest(&opened.found.root).await
        })
    }

    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async move { self.opened().await?.manifest(descriptor).await })
    }

    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes> {
        Box::pin(async move {
            let opened = self.opened().await?;
            opened.check_blob(descriptor).await?;
            let read = match &opened.disk {
                Some(disk) => disk.blob(descriptor, cap).await,
                None => match opened.piece(descriptor, cap).await {
                    Ok(piece) => read_verified(&piece, descriptor, cap),
                    Err(failure) => Err(failure),
                },
            };
            opened.judged(&descriptor.digest, read)
        })
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        Box::pin(async move {
            let opened = self.opened().await?;
            opened.check_blob(descriptor).await?;
            let begun = match &opened.disk {
                Some(disk) => disk.stream(descriptor, range).await,
                None => opened.remote.stream(descriptor, range).await,
            };
            opened.judged(&descriptor.digest, begun)
        })
    }

    fn at_hand<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, ()> {
        Box::pin(async move {
            let opened = self.opened().await?;
            opened.check_blob(descriptor).await?;
            match &opened.disk {
                Some(disk) => opened.judged(&descriptor.digest, disk.at_hand(descriptor).await),
                None => Ok(()),
            }
        })
    }

    /// What containerd keeps with the image: the labels of its content name them.
    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(async move {
            let opened = self.opened().await?;
            let Some(info) = opened.remote.info(digest).await? else { return Ok(Vec::new()) };
            let mut named: Vec<(&String, &String)> =
                info.labels.iter().filter(|(key, _)| key.starts_with(REFERRER)).collect();
            named.sort();
            let mut referrers = Vec::new();
            for (_, named) in named {
                let Ok(named) = named.parse() else { continue };
                referrers.extend(opened.referrer(&named, digest).await?);
            }
            Ok(referrers)
        })
    }
}
