//! Reads all evidence for a reference, and what the images themselves say beside it.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use super::digest_tags::digest_tags;
use super::evidence::{blob, opened};
use super::packages::installed;
use crate::model::evidence::{Attached, Attested, Coverage, Installed, Item, Row, Which};
use crate::model::tree::Tree;
use crate::oci::{Digest, Image, Manifest, PlatformPattern};
use crate::source::Source;
use crate::work::layers::Reader;
use crate::work::load::{self, Wanted};

/// Each image of a list with at most this many entries is asked what refers to it.
pub const REFERRERS_UP_TO: usize = 100;
/// How many pieces of evidence are read at most.
pub const MOST_EVIDENCE: usize = 1_000;

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
    let databases = match reader {
        Some(reader) => databases(reader, &tree, &read).await,
        None => Vec::new(),
    };
    let tags = digest_tags(source, &tree, &coverage, asking.permits).await;
    Attested { coverage, read, databases, tags }
}

/// Reads and opens the wanted pieces of evidence, the first `most` of them.
pub async fn read(
    source: &Arc<dyn Source>,
    coverage: &Coverage,
    permits: usize,
    most: usize,
    wanted: impl Fn(&Item) -> bool,
) -> Vec<Attached> {
    let rows: Vec<Arc<Row>> = coverage.rows.iter().cloned().map(Arc::new).collect();
    let each = rows.iter().flat_map(|row| row.items.iter().map(move |item| (row, item)));
    let work = each.filter(|(_, item)| wanted(item)).take(most).map(|(row, item)| async move {
        let said = match blob(source.as_ref(), item).await {
            Ok((bytes, stated)) => opened(&bytes, stated).await.map(Arc::new),
            Err(failure) => Err(failure.to_string()),
        };
        Attached { row: Arc::clone(row), item: item.clone(), said }
    });
    stream::iter(work).buffered(permits.max(1)).collect().await
}

/// The databases of the images whose SBOMs can be held against them.
async fn databases(
    reader: &Reader,
    tree: &Tree,
    read: &[Attached],
) -> Vec<(Digest, Result<Vec<Installed>, String>)> {
    let mut found: Vec<(Digest, Result<_, String>)> = Vec::new();
    for attached in read {
        let lists = attached.sbom().is_some_and(|sbom| {
            sbom.which() == Which::Image
                && sbom.packages.iter().any(|it| matches!(&*it.kind, "deb" | "apk"))
        });
        let digest = &attached.row.digest;
        if !lists || found.iter().any(|(known, _)| known == digest) {
            continue;
        }
        if let Some(image) = image(tree, &attached.row) {
            let layers: Vec<_> = image.layers.iter().map(|it| it.descriptor().cloned()).collect();
            let said = installed(reader, &layers).await.map_err(|failure| failure.to_string());
            found.push((digest.clone(), said));
        }
    }
    found
}

fn image<'a>(tree: &'a Tree, row: &Row) -> Option<&'a Image> {
    match &tree.node(row.node)?.document()?.manifest {
        Manifest::Image(image) if !row.is_list => Some(image),
        _ => None,
    }
}
