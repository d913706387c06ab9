//! Reads all evidence for a reference, and what the images themselves say beside it.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use futures_util::{StreamExt as _, stream};
use tokio::sync::Semaphore;

use super::digest_tags::digest_tags;
use super::evidence::{blob_of, fetch, opened, stated};
use super::packages::installed;
use crate::model::evidence::{
    Attached, Attested, Body, Coverage, Databases, Evidence, Item, MAX_BLOB, Row,
};
use crate::model::tree::Tree;
use crate::oci::{Descriptor, Digest, PlatformPattern};
use crate::source::Source;
use crate::text;
use crate::work::layers::Reader;
use crate::work::load::{self, Wanted};

/// How many pieces of evidence are read at most.
pub const MOST_EVIDENCE: usize = 1_000;
/// The most packages of all SBOMs of a reference together.
const MOST_PACKAGES: usize = 100_000;
/// How many blobs are opened at once: what comes of one is up to three times as large.
const OPENED_AT_ONCE: usize = 2;

/// What is read.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// Only images of these platforms, and the list.
    pub only: Option<PlatformPattern>,
    /// How many requests are on their way at once.
    pub permits: usize,
    /// Each image of a list with at most this many entries is asked about; of larger ones only
    /// the list.
    pub up_to: usize,
    /// How many blobs are read at most.
    pub most: usize,
    /// The package databases of these images only are read; `None`: of all.
    pub installed_in: Option<HashSet<Digest>>,
}

/// Reads the evidence that there is: what refers to the list and its images is asked for, and each
/// blob read. With a reader, the package databases of images whose SBOMs list such packages are
/// read too.
pub async fn attest(
    source: &Arc<dyn Source>,
    tree: Tree,
    reader: Option<&Reader>,
    asking: &Asking,
) -> Attested {
    let wanted = Wanted { referrers_up_to: Some(asking.up_to), permits: asking.permits };
    let tree = load::whole(source, tree, wanted).await;
    let mut coverage = Coverage::of(&tree);
    coverage.rows.retain(|row| match (&asking.only, &row.platform) {
        (Some(only), Some(platform)) => only.matches(platform),
        (Some(_), None) => row.is_list,
        (None, _) => true,
    });
    let read = read(source, &coverage, asking.permits, asking.most, Item::has_blob).await;
    let mut attested = Attested { coverage, read, ..Attested::default() };
    if let Some(reader) = reader {
        let mut unread = attested.unread_databases(&tree);
        if let Some(wanted) = &asking.installed_in {
            unread.retain(|(digest, _)| wanted.contains(digest));
        }
        attested.databases = databases(reader, unread).await;
    }
    attested.tags = digest_tags(source, &tree, &attested.coverage, asking.permits).await;
    attested
}

/// Reads and opens the wanted pieces of evidence, the first `most` of them. What is more than there
/// is room for is left out, and says so.
pub async fn read(
    source: &Arc<dyn Source>,
    coverage: &Coverage,
    permits: usize,
    most: usize,
    wanted: impl Fn(&Item) -> bool,
) -> Vec<Attached> {
    let mut pieces: Vec<(Arc<Row>, Item)> = Vec::new();
    for row in coverage.rows.iter().cloned().map(Arc::new) {
        let items = row.items.iter().filter(|item| wanted(item)).cloned();
        pieces.extend(items.map(|item| (Arc::clone(&row), item)));
    }
    pieces.truncate(most);
    let room = &Room::default();
    let work = pieces.into_iter().map(|(row, item)| {
        let source = Arc::clone(source);
        async move {
            let said = room.read(source.as_ref(), &item).await;
            Attached { row, item, said }
        }
    });
    stream::iter(work).buffered(permits.max(1)).collect().await
}

/// What all evidence of a reference takes together.
struct Room {
    bytes: AtomicU64,
    packages: AtomicUsize,
    opening: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        let opening = Semaphore::new(OPENED_AT_ONCE);
        Self { bytes: AtomicU64::new(0), packages: AtomicUsize::new(0), opening }
    }
}

impl Room {
    async fn read(&self, source: &dyn Source, item: &Item) -> Result<Arc<Evidence>, String> {
        let blob = blob_of(source, item).await.map_err(|failure| failure.to_string())?;
        // One that is too large by itself is not read, and takes no room from the others.
        let size = if blob.size > MAX_BLOB { 0 } else { blob.size };
        if self.bytes.fetch_add(size, Ordering::Relaxed).saturating_add(size) > MAX_BLOB {
            let most = text::bytes(MAX_BLOB);
            return Err(format!("with it, the evidence of this reference has more than {most}"));
        }
        let bytes = fetch(source, &blob).await.map_err(|failure| failure.to_string())?;
        let _one = self.opening.acquire().await;
        let evidence = opened(&bytes, stated(&blob)).await?;
        let packages = match &evidence.body {
            Body::Sbom(sbom) => sbom.packages.len(),
            _ => 0,
        };
        if self.packages.fetch_add(packages, Ordering::Relaxed) + packages > MOST_PACKAGES {
            let most = text::count(MOST_PACKAGES as u64);
            return Err(format!(
                "with it, the SBOMs of this reference list more than {most} packages"
            ));
        }
        Ok(Arc::new(evidence))
    }
}

/// Reads the package databases of images, each given with its layers, one image after the other: what
/// they say, or why they could not be read.
pub async fn databases(
    reader: &Reader,
    images: Vec<(Digest, Vec<Option<Arc<Descriptor>>>)>,
) -> Vec<(Digest, Result<Databases, String>)> {
    let mut found = Vec::with_capacity(images.len());
    for (digest, layers) in images {
        let said = installed(reader, &layers).await.map_err(|failure| failure.to_string());
        found.push((digest, said));
    }
    found
}
