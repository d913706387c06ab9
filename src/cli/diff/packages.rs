//! `--packages`: which packages the images have.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::super::output::columns;
use super::IN_A_PIPE;
use crate::model::compare::{
    Comparison, Detail, Missing, PackageChange, PackageOrigin, PackagesDiff, PackagesOf, Side, Sign,
};
use crate::model::evidence::{Coverage, Kind};
use crate::model::tree::{NodeId, Tree};
use crate::oci::{Digest, Document, Failure, Kind as ManifestKind, Manifest};
use crate::source::{Cache, Source};
use crate::text::escape;
use crate::work::layers::Reader;
use crate::work::package_list::compare_packages;

/// Two images, each of a tree.
pub(super) struct Pair {
    pub(super) a: NodeId,
    pub(super) b: NodeId,
}

/// What was found of two images.
pub(super) struct Found {
    names: [String; 2],
    digests: [Digest; 2],
    result: Result<PackagesDiff, Arc<Failure>>,
}

/// The images whose packages are compared: both sides, or of two lists the entries of one platform
/// that have other content.
pub(super) fn pairs(comparison: &Comparison) -> Vec<Pair> {
    match &comparison.detail {
        Detail::Image(_) => vec![Pair { a: comparison.a.node, b: comparison.b.node }],
        Detail::Index(diff) => {
            let rows =
                diff.entries.iter().filter_map(|row| Some((row.a.as_ref()?, row.b.as_ref()?)));
            let differ = rows.filter(|(a, b)| a.digest != b.digest);
            differ.map(|(a, b)| Pair { a: a.node, b: b.node }).collect()
        }
        Detail::Json(_) => Vec::new(),
    }
}

/// Of one list: its first image with each of the others.
pub(super) fn platforms(tree: &Tree) -> Vec<Pair> {
    let rows = Coverage::of(tree).rows.into_iter().map(|row| row.node);
    let mut images = rows.filter(|id| image(tree, *id).is_some());
    let Some(a) = images.next() else { return Vec::new() };
    images.map(|b| Pair { a, b }).collect()
}

/// The document of an image, not of an attestation or artifact.
fn image(tree: &Tree, id: NodeId) -> Option<&Document> {
    let node = tree.node(id)?;
    let document = node.document()?;
    let is_image = matches!(&document.manifest, Manifest::Image(image) if !image.is_artifact());
    (is_image && node.kind() == ManifestKind::Image).then_some(document)
}

/// Compares the packages of each pair, a few pairs at once.
pub(super) async fn compared(
    opened: [&Arc<dyn Source>; 2],
    cache: Option<&Cache>,
    trees: [&Tree; 2],
    pairs: &[Pair],
    permits: usize,
) -> Vec<Found> {
    let [a, b] = opened.map(|source| Reader::new(Arc::clone(source), cache.cloned()));
    let b = b.beside(&a);
    let readers = &[a, b];
    let coverage = trees.map(Coverage::of);
    let wanted = pairs.iter().filter_map(|pair| {
        let [tree_a, tree_b] = trees;
        let [of_a, of_b] = &coverage;
        Some([of(tree_a, of_a, pair.a)?, of(tree_b, of_b, pair.b)?])
    });
    let work = wanted.map(|[(name_a, a), (name_b, b)]| async move {
        let result = compare_packages([&readers[0], &readers[1]], [&a, &b]).await;
        let digests = [a.digest, b.digest];
        Found { names: [name_a, name_b], digests, result: result.map_err(Arc::new) }
    });
    // Each pair asks for both of its sides at once.
    stream::iter(work).buffered((permits / 2).max(1)).collect().await
}

/// An image with the SBOMs that its tree knows.
fn of(tree: &Tree, coverage: &Coverage, id: NodeId) -> Option<(String, PackagesOf)> {
    let document = image(tree, id)?;
    let Manifest::Image(image) = &document.manifest else { return None };
    let row = coverage.rows.iter().find(|row| row.node == id);
    let items = row.into_iter().flat_map(|row| &row.items);
    let wanted = PackagesOf {
        digest: document.digest.clone(),
        sboms: items.filter(|item| item.kind == Kind::Sbom).cloned().collect(),
        layers: image.layers.iter().map(|entry| entry.descriptor().cloned()).collect(),
    };
    let platform = tree.platform_of(id).map(|platform| platform.to_string());
    Some((platform.unwrap_or_else(|| "image".to_owned()), wanted))
}

/// What could not be read, as what is missing from the comparison.
pub(super) fn missing(found: &[Found]) -> impl Iterator<Item = Missing> {
    found.iter().filter_map(|one| {
        let failure = one.result.as_ref().err()?;
        let [a, _] = &one.digests;
        Some(Missing {
            side: Side::A,
            what: format!("the packages of {}", one.title()),
            digest: Some(a.clone()),
            failure: Some(Arc::clone(failure)),
        })
    })
}

/// Whether a package differs, or could not be compared.
pub(super) fn differ(found: &[Found]) -> bool {
    found.iter().any(|one| match &one.result {
        Ok(diff) => !diff.changes.is_empty() || diff.untold.is_some(),
        Err(_) => true,
    })
}

/// What `--packages` adds to the text.
pub(super) fn text(found: &[Found]) -> String {
    if found.is_empty() {
        return "\npackages  no image has other content on the other side\n".to_owned();
    }
    let mut out = String::new();
    for one in found {
        out += &format!("\npackages  {}\n", escape(&one.title()));
        match &one.result {
            Ok(diff) => {
                for (letter, origin) in [("A", &diff.a), ("B", &diff.b)] {
                    out += &format!("{letter}  {}\n", escape(&origin.words()));
                }
                for line in diff.table(columns(IN_A_PIPE)) {
                    out += &format!("{line}\n");
                }
                out += &format!("{}\n", diff.words());
            }
            Err(failure) => out += &format!("not compared: {}\n", escape(&failure.brief())),
        }
    }
    out
}

impl Found {
    /// `linux/arm64`, or both if they are not one.
    fn title(&self) -> String {
        let [a, b] = &self.names;
        if a == b { a.clone() } else { format!("{a} → {b}") }
    }

    pub(super) fn json(&self) -> Value {
        let [a, b] = &self.names;
        let [digest_a, digest_b] = &self.digests;
        let side = |name: &str, digest: &Digest, origin: Option<&PackageOrigin>| json!({ "platform": name, "digest": digest, "from": origin.map(origin_json) });
        let diff = self.result.as_ref().ok();
        let mut counts = BTreeMap::new();
        for (name, sign) in
            [("added", Sign::Added), ("changed", Sign::Changed), ("removed", Sign::Removed)]
        {
            counts.insert(name, diff.map(|diff| diff.count(sign)));
        }
        json!({
            "a": side(a, digest_a, diff.map(|diff| &diff.a)),
            "b": side(b, digest_b, diff.map(|diff| &diff.b)),
            "counts": counts,
            "only": diff.and_then(|diff| diff.only.as_ref()),
            "not_compared": match &self.result {
                Ok(diff) => diff.untold.as_ref().map(|_| diff.words()),
                Err(failure) => Some(failure.to_string()),
            },
            "changes": diff.map(|diff| diff.changes.iter().map(change_json).collect::<Vec<_>>()),
        })
    }
}

/// What `--packages` adds to the JSON document.
pub(super) fn json(found: &[Found]) -> Value {
    found.iter().map(Found::json).collect()
}

fn origin_json(origin: &PackageOrigin) -> Value {
    match origin {
        PackageOrigin::Sbom { manifest, form } => json!({ "sbom": manifest, "form": form }),
        PackageOrigin::Databases { kinds, unread } => {
            json!({ "databases": kinds, "not_read": unread })
        }
    }
}

fn change_json(change: &PackageChange) -> Value {
    let word = match change.sign() {
        Sign::Added => "added",
        Sign::Removed => "removed",
        Sign::Changed | Sign::Same => "changed",
    };
    json!({ "type": change.kind, "name": change.name, "change": word, "a": change.a, "b": change.b })
}
