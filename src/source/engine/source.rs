//! One image of an engine as a source.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex as BlockingMutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{Mutex, OnceCell};

use super::api::Engine;
use super::export::export;
use super::place::DockerPlace;
use super::said::Said;
use crate::oci::{Class, Descriptor, Digest, Document, Failure, Location};
use crate::source::layout::FileSource;
use crate::source::{Activity, Answer, BlobStream, Referrer, Source};

/// What an archive is asked for: a platform as JSON, or everything that is here.
type Part = Option<String>;
type Archive = Arc<OnceCell<Arc<FileSource>>>;

/// An image that an engine has.
#[derive(Debug)]
pub(in crate::source) struct DaemonSource {
    location: Location,
    name: String,
    place: DockerPlace,
    activity: Activity,
    engine: OnceCell<Engine>,
    said: Mutex<Option<Arc<Said>>>,
    archives: BlockingMutex<Archives>,
}

#[derive(Debug, Default)]
struct Archives {
    of: HashMap<Part, Archive>,
    /// The part that content belongs to, as far as the manifests read so far say.
    part_of: HashMap<Digest, Part>,
}

impl DaemonSource {
    pub(in crate::source) fn new(
        location: &Location,
        name: &str,
        place: &DockerPlace,
        activity: &Activity,
    ) -> Self {
        Self {
            location: location.clone(),
            name: name.to_owned(),
            place: place.clone(),
            activity: activity.clone(),
            engine: OnceCell::new(),
            said: Mutex::default(),
            archives: BlockingMutex::default(),
        }
    }

    fn archives(&self) -> MutexGuard<'_, Archives> {
        self.archives.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn engine(&self) -> Result<&Engine, Failure> {
        let shown = || self.location.to_string();
        self.engine
            .get_or_try_init(async || {
                let place = self.place.clone();
                let found = tokio::task::spawn_blocking(move || place.endpoint()).await;
                let broken = |_| Failure::new(Class::Cancelled, shown(), "the look broke off");
                let endpoint = found.map_err(broken)?;
                let endpoint = endpoint.map_err(|why| Failure::new(Class::Local, shown(), why))?;
                Engine::at(&endpoint)
            })
            .await
    }

    /// Asks what the name stands for now.
    async fn ask(&self) -> Result<Arc<Said>, Failure> {
        self.ask_again(&mut *self.said.lock().await).await
    }

    async fn ask_again(&self, known: &mut Option<Arc<Said>>) -> Result<Arc<Said>, Failure> {
        let engine = self.engine().await?;
        self.activity.request_sent();
        let path = format!("/images/{}/json?manifests=1", self.name);
        let Some(image) = engine.object(&path).await? else {
            let detail = "the engine has no such image";
            return Err(Failure::new(Class::NotFound, self.location.to_string(), detail)
                .with_next(format!("`docker images` lists them; `docker pull {}`", self.name)));
        };
        let said = Arc::new(Said::of(&image));
        if known.as_ref().is_some_and(|known| **known != *said) {
            *self.archives() = Archives::default();
        }
        Ok(Arc::clone(known.insert(said)))
    }

    /// What it was last said to stand for; those who ask at once ask once.
    async fn said(&self) -> Result<Arc<Said>, Failure> {
        let mut known = self.said.lock().await;
        match &*known {
            Some(said) => Ok(Arc::clone(said)),
            None => self.ask_again(&mut known).await,
        }
    }

    /// The archive of a part, asked for once.
    async fn archive(&self, part: &Part) -> Result<Arc<FileSource>, Failure> {
        let cell = Arc::clone(self.archives().of.entry(part.clone()).or_default());
        let opened = cell.get_or_try_init(async || {
            let engine = self.engine().await?;
            let mut path = format!("/images/{}/get", self.name);
            if let Some(platform) = part {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                path.push('?');
                path.push_str(&query.append_pair("platform", platform).finish());
            }
            let opened = export(engine, &self.location, &path, &self.activity).await?;
            Ok::<_, Failure>(Arc::new(opened))
        });
        Ok(Arc::clone(opened.await?))
    }

    /// What `ask` gets from the archive that has this content. The archive of its platform comes
    /// first; where that lacks it, as engines below API 1.48 ignore the platform in silence and
    /// two entries may have the same one, that of everything.
    async fn ask_archive<'a, T>(
        &self,
        digest: &Digest,
        ask: impl Fn(Arc<FileSource>) -> Answer<'a, T> + Send,
    ) -> Result<T, Failure> {
        let said = self.said().await?;
        let child = said.child(digest);
        if child.is_some_and(|child| !child.is_here) {
            return Err(self.not_here(digest));
        }
        let of_child = child.and_then(|it| it.platform.as_ref()).map(ToString::to_string);
        let part = of_child.or_else(|| self.archives().part_of.get(digest).cloned().flatten());
        if part.is_some() {
            let asked = match self.archive(&part).await {
                Ok(archive) => ask(archive).await,
                Err(failure) => Err(failure),
            };
            match asked {
                Err(failure) if is_lacking(&failure) => {}
                answered => return answered,
            }
        }
        let archive = self.archive(&None).await?;
        match ask(archive).await {
            Err(failure) if failure.class == Class::NotFound => Err(self.not_here(digest)),
            answered => answered,
        }
    }

    /// That the image lists content which the engine did not pull or has removed.
    fn not_here(&self, digest: &Digest) -> Failure {
        let detail = format!("{} lists it, and this engine does not have it", self.location);
        Failure::new(Class::NotHere, digest.to_string(), detail)
            .with_next("`docker pull --platform` gets a platform; `platy NAME` reads the registry")
    }

    fn note(&self, of: &Digest, said: &Said, document: &Document) {
        let platform = said.child(of).and_then(|child| child.platform.as_ref());
        let part = platform.map(ToString::to_string);
        let mut archives = self.archives();
        let part = part.or_else(|| archives.part_of.get(of).cloned().flatten());
        for descriptor in document.manifest.descriptors() {
            archives.part_of.entry(descriptor.digest.clone()).or_insert_with(|| part.clone());
        }
    }
}

/// Whether the engine, or a proxy before it, gives no archive.
fn is_refused(failure: &Failure) -> bool {
    is_lacking(failure) || matches!(failure.class, Class::Forbidden | Class::NotHere)
}

/// Whether another archive may have what this one did not give.
fn is_lacking(failure: &Failure) -> bool {
    matches!(failure.class, Class::NotFound | Class::Server | Class::Malformed)
}

impl Source for DaemonSource {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(async move {
            let said = self.ask().await?;
            if let Some(list) = said.list() {
                return Ok(list);
            }
            match &said.root {
                Some(root) => match self.manifest(root).await {
                    Err(failure) if is_refused(&failure) => said.listed().ok_or(failure),
                    read => read,
                },
                None => {
                    let document = self.archive(&None).await?.root().await?;
                    // With the containerd store the ID is the digest of what was pulled; a
                    // graphdriver's is that of the config.
                    Ok(match said.id == document.digest.as_str() {
                        true => document,
                        false => document.made_by_engine(),
                    })
                }
            }
        })
    }

    fn told_digest(&self) -> Answer<'_, Option<Digest>> {
        Box::pin(async move {
            let said = self.ask().await?;
            Ok(said.root.as_ref().map(|root| root.digest.clone()))
        })
    }

    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async move {
            let digest = &descriptor.digest;
            let ask = |archive: Arc<FileSource>| -> Answer<'a, Document> {
                Box::pin(async move { archive.manifest(descriptor).await })
            };
            let document = self.ask_archive(digest, ask).await?;
            self.note(digest, &*self.said().await?, &document);
            Ok(document)
        })
    }

    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes> {
        Box::pin(async move {
            let ask = |archive: Arc<FileSource>| -> Answer<'a, Bytes> {
                Box::pin(async move { archive.blob(descriptor, cap).await })
            };
            self.ask_archive(&descriptor.digest, ask).await
        })
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        Box::pin(async move {
            let ask = |archive: Arc<FileSource>| -> Answer<'a, BlobStream> {
                let range = range.clone();
                Box::pin(async move { archive.stream(descriptor, range).await })
            };
            self.ask_archive(&descriptor.digest, ask).await
        })
    }

    /// The archive is made for it, as it is for the bytes themselves.
    fn at_hand<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, ()> {
        Box::pin(async move {
            let ask = |archive: Arc<FileSource>| -> Answer<'a, ()> {
                Box::pin(async move { archive.at_hand(descriptor).await })
            };
            self.ask_archive(&descriptor.digest, ask).await
        })
    }

    /// What the archive lists beside the image: attestations that Docker pulled with it. Nothing
    /// is asked of the engine for it alone.
    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(async move {
            let said = self.said().await?;
            let is_list = said.root.as_ref().is_some_and(|root| root.media_type.is_index());
            if is_list && said.child(digest).is_none_or(|child| !child.is_here) {
                return Ok(Vec::new());
            }
            let ask = |archive: Arc<FileSource>| -> Answer<'a, Vec<Referrer>> {
                Box::pin(async move { archive.referrers(digest).await })
            };
            match self.ask_archive(digest, ask).await {
                Err(failure) if failure.class == Class::NotHere => Ok(Vec::new()),
                answered => answered,
            }
        })
    }
}
