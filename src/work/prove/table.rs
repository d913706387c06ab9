//! All images of a tree.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use super::prover::{Proven, Prover};
use crate::model::check::{Claim, Row};
use crate::model::diagnose::{Behind, Fact, Facts};
use crate::model::select::Path;
use crate::model::tree::Tree;
use crate::oci::{Digest, Failure, Manifest, PlatformPattern};
use crate::work::load::MOST_READ;

/// What is wanted of the images behind a reference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Only images of these platforms.
    pub only: Option<PlatformPattern>,
    /// How many images are read at once.
    pub permits: usize,
}

/// The most rows of a table: as many images as are read of one reference.
const MOST_ROWS: usize = MOST_READ;

/// The truth table: a row for each image, in the order of the list.
#[derive(Debug, Default)]
pub struct Table {
    /// The rows.
    pub rows: Vec<Told>,
    /// How many bytes of layers arrived.
    pub bytes_read: u64,
    /// How many bytes the layers have that were read whole before, so that they were not read
    /// again.
    pub bytes_known: u64,
    /// How many bytes the layers of these images have; those that images share count once.
    pub bytes: u64,
}

/// One row and where it belongs.
#[derive(Debug)]
pub struct Told {
    /// Where the image is in the list; empty for a bare manifest.
    pub path: Path,
    /// Its digest.
    pub digest: Digest,
    /// What was read.
    pub proven: Proven,
}

impl Table {
    /// Reads what the images of a tree say; without a prover only what their labels say.
    pub async fn of(tree: &Tree, behind: &Behind, prover: Option<&Prover>, wish: &Wish) -> Self {
        let wanted = |image: &&crate::model::diagnose::Image| match &wish.only {
            None => true,
            Some(only) => image.said().is_some_and(|platform| only.matches(platform)),
        };
        let images = || behind.images().filter(wanted).take(MOST_ROWS);
        let work = images().map(|image| async move {
            Told {
                path: image.path.clone(),
                digest: image.digest.clone(),
                proven: told(tree, image, prover).await,
            }
        });
        let mut told = stream::iter(work).buffered(wish.permits.max(1));
        // Growing by doubling would take half as much again, of thousands.
        let mut rows: Vec<Told> = Vec::with_capacity(images().count());
        while let Some(row) = told.next().await {
            rows.push(row);
        }
        drop(told);
        let mut sizes: HashMap<&Digest, u64> = HashMap::new();
        for image in images() {
            sizes.extend(image.layers.known().into_iter().flatten().map(|(it, size)| (it, *size)));
        }
        let proofs = rows.iter().filter_map(|told| told.proven.row.proof.as_ref().ok());
        Self {
            bytes_known: proofs.map(|it| it.bytes_known).fold(0, u64::saturating_add),
            rows,
            bytes_read: prover.map_or(0, Prover::bytes),
            bytes: sizes.values().fold(0, |sum: u64, size| sum.saturating_add(*size)),
        }
    }

    /// Adds the rows to the facts about the same images.
    pub fn add_to(&self, facts: &mut Facts) {
        let Some(behind) = &mut facts.behind else { return };
        let behind = Arc::make_mut(behind);
        let rows: HashMap<&Path, &Told> = self.rows.iter().map(|told| (&told.path, told)).collect();
        for image in &mut behind.entries {
            if let Some(told) = rows.get(&image.path) {
                image.truth = Fact::Known(Arc::clone(&told.proven.row));
                image.broken.extend(told.proven.broken.iter().cloned());
            }
        }
    }

    /// What kept images from being read.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.rows.iter().filter_map(|told| told.proven.failure.as_ref())
    }
}

async fn told(
    tree: &Tree,
    image: &crate::model::diagnose::Image,
    prover: Option<&Prover>,
) -> Proven {
    let claim = Claim {
        list: image.platform.clone(),
        config: image.config.known().cloned(),
        created_by: image.history.iter().cloned().map(Some).collect(),
    };
    let id = tree.at_path(&image.path);
    let document = id.and_then(|id| tree.node(id)).and_then(|node| node.document());
    let manifest = document.map(|document| &document.manifest);
    let config = id.and_then(|id| tree.config_document(id));
    let unread = |why: Arc<str>| Proven {
        row: Arc::new(Row::new(claim.clone(), Err(why))),
        broken: Vec::new(),
        failure: None,
    };
    match (prover, manifest, config) {
        (None, ..) if claim.config.is_some() => {
            Proven { row: Arc::new(Row::of_labels(claim)), broken: Vec::new(), failure: None }
        }
        (Some(prover), Some(Manifest::Image(image)), Some(config)) => {
            prover.prove(claim, image, &config.config).await
        }
        (_, Some(Manifest::Schema1(_)), _) => {
            unread("it is an image of schema 1, whose layers platy does not read".into())
        }
        _ => unread(
            image
                .manifest
                .shared()
                .or_else(|| image.config.shared())
                .map_or_else(|| "it has no image config".into(), Arc::clone),
        ),
    }
}
