//! The source for everything on this machine's disk.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError};

use bytes::Bytes;
use tokio::sync::Mutex;

use super::names::only;
use super::referrers::{self, Subjects};
use super::stream::{put_together, stream};
use super::verified::{check_size, read_verified};
use super::{Choice, Content, Piece, Unpacked, parse_index};
use crate::oci::{
    Class, Descriptor, Digest, Document, Failure, Index, Location, MAX_MANIFEST_READ, index_names,
};
use crate::source::workers::{Stop, Workers};
use crate::source::{Answer, BlobStream, Referrer, Source};

/// Disks gain nothing from more reads at once than this.
const WORKERS: usize = 8;

type Opener = dyn Fn(&Path, &Stop) -> Result<Arc<dyn Content>, Failure> + Send + Sync;

/// A location on this machine's disk. It is opened by the first question; where that fails, the
/// next question tries again.
pub(crate) struct FileSource {
    location: Location,
    path: PathBuf,
    name: Option<String>,
    open: Arc<Opener>,
    content: Mutex<Option<Arc<dyn Content>>>,
    subjects: Arc<BlockingMutex<Subjects>>,
    workers: Workers,
}

impl fmt::Debug for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSource").field("location", &self.location).finish_non_exhaustive()
    }
}

impl FileSource {
    /// A source whose content is opened by `open`, off the async threads, when it is needed.
    pub(crate) fn new(
        location: &Location,
        path: &Path,
        name: Option<&str>,
        open: impl Fn(&Path, &Stop) -> Result<Arc<dyn Content>, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self {
            location: location.clone(),
            path: path.to_owned(),
            name: name.map(str::to_owned),
            open: Arc::new(open),
            content: Mutex::default(),
            subjects: Arc::default(),
            workers: Workers::new(WORKERS),
        }
    }

    async fn content(&self) -> Result<Arc<dyn Content>, Failure> {
        let mut opened = self.content.lock().await;
        match &*opened {
            Some(content) => Ok(Arc::clone(content)),
            None => self.reopen(&mut opened).await,
        }
    }

    /// The content, opened anew where the file has changed.
    async fn current_content(&self) -> Result<Arc<dyn Content>, Failure> {
        let mut opened = self.content.lock().await;
        self.reopen(&mut opened).await
    }

    async fn reopen(
        &self,
        opened: &mut Option<Arc<dyn Content>>,
    ) -> Result<Arc<dyn Content>, Failure> {
        let (known, open) = (opened.clone(), Arc::clone(&self.open));
        let path = self.path.clone();
        let content = self
            .run(move |stop| match known {
                Some(content) if content.is_current() => Ok(content),
                _ => open(&path, stop),
            })
            .await?;
        Ok(Arc::clone(opened.insert(content)))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Stop) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.workers
            .run(work)
            .await
            .unwrap_or_else(|| Err(broken_off(&self.path.display().to_string())))
    }
}

impl Source for FileSource {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(async move {
            let content = self.current_content().await?;
            let name = self.name.clone();
            self.run(move |_| {
                let (document, index) = read_index(&*content)?;
                match content.choose(&index, name.as_deref())? {
                    Choice::Whole => Ok(document),
                    Choice::Several(positions) => {
                        let shown = match positions.len() < index.entries.len() {
                            true => only(&document, &positions).unwrap_or(document),
                            false => document,
                        };
                        Ok(shown.of_separate_images())
                    }
                    Choice::One(descriptor) => read_manifest(&*content, &descriptor),
                }
            })
            .await
        })
    }

    fn names(&self) -> Answer<'_, Vec<(String, Digest)>> {
        Box::pin(async move {
            let content = self.content().await?;
            self.run(move |_| {
                let (_, index) = read_index(&*content)?;
                let names = index_names(&index).into_iter();
                Ok(names.map(|(name, digest)| (name.to_owned(), digest.clone())).collect())
            })
            .await
        })
    }

    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async move {
            let content = self.content().await?;
            let descriptor = descriptor.clone();
            self.run(move |_| read_manifest(&*content, &descriptor)).await
        })
    }

    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes> {
        Box::pin(async move {
            let content = self.content().await?;
            let descriptor = descriptor.clone();
            self.run(move |_| read_verified(&content.find(&descriptor.digest)?, &descriptor, cap))
                .await
        })
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        Box::pin(async move {
            let content = self.content().await?;
            let (wanted, is_whole) = (descriptor.clone(), range.is_none());
            let found = self.run(move |_| find(&*content, &wanted, is_whole)).await?;
            Ok(match found {
                Found::Piece(piece) => stream(piece, descriptor, range, self.workers.clone()),
                Found::Unpacked(unpacked) => put_together(*unpacked),
            })
        })
    }

    fn at_hand<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, ()> {
        Box::pin(async move {
            let content = self.content().await?;
            let wanted = descriptor.clone();
            self.run(move |_| find(&*content, &wanted, true).map(drop)).await
        })
    }

    fn unpacked<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Option<Descriptor>> {
        Box::pin(async move {
            let content = self.content().await?;
            let digest = descriptor.digest.clone();
            self.run(move |_| Ok(content.unpacked(&digest)?.map(|it| it.tar))).await
        })
    }

    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(async move {
            let content = self.content().await?;
            let digest = digest.clone();
            let subjects = Arc::clone(&self.subjects);
            self.run(move |_| {
                let (_, index) = read_index(&*content)?;
                let mut subjects = subjects.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(referrers::find(&*content, &index, &digest, &mut subjects))
            })
            .await
        })
    }
}

/// Where the bytes of a blob are.
enum Found {
    /// As they are.
    Piece(Piece),
    /// In what was unpacked, if its tar is the blob itself.
    Unpacked(Box<Unpacked>),
}

fn find(content: &dyn Content, wanted: &Descriptor, is_whole: bool) -> Result<Found, Failure> {
    let unpacked = content.unpacked(&wanted.digest)?;
    let is_wanted =
        |tar: &Descriptor| is_whole && tar.digest == wanted.digest && tar.size == wanted.size;
    if let Some(unpacked) = unpacked.filter(|it| is_wanted(&it.tar)) {
        return Ok(Found::Unpacked(Box::new(unpacked)));
    }
    let piece = content.find(&wanted.digest)?;
    check_size(&piece, wanted)?;
    Ok(Found::Piece(piece))
}

fn read_index(content: &dyn Content) -> Result<(Document, Index), Failure> {
    let piece = content.index()?;
    let (document, index) = parse_index(piece.subject(), piece.read_all(MAX_MANIFEST_READ)?)?;
    Ok((document.with_made(piece.is_made()), index))
}

/// A manifest of some content, of the descriptor's size and digest.
pub(crate) fn read_manifest(
    content: &dyn Content,
    descriptor: &Descriptor,
) -> Result<Document, Failure> {
    document_of(&content.find(&descriptor.digest)?, descriptor)
}

/// A manifest, of the descriptor's size and digest.
pub(crate) fn document_of(piece: &Piece, descriptor: &Descriptor) -> Result<Document, Failure> {
    let bytes = read_verified(piece, descriptor, MAX_MANIFEST_READ)?;
    let algorithm = descriptor.digest.algorithm();
    let document = Document::parse(bytes.clone(), Some(&descriptor.media_type), algorithm);
    document.map(|it| it.with_made(piece.is_made())).map_err(|problem| {
        Failure::new(
            crate::oci::unread(&bytes),
            piece.subject(),
            format!("as {} it is wrong: {problem}", descriptor.media_type.title()),
        )
        .with_next("its bytes match its digest, so it was made like this; check what made it")
    })
}

/// That the program ends while work is under way.
pub(super) fn broken_off(subject: &str) -> Failure {
    Failure::new(Class::Cancelled, subject, "the reading was broken off").with_next("try again")
}
