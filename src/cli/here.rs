//! `--here`: what the stores of this machine have of an image already.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::model::here::{Here, lines};
use crate::model::tree::{NodeId, Tree};
use crate::oci::{Failure, Platform, Stocked, StoreKind};
use crate::source::Sources;
use crate::text::{escape, pad, width};

/// For commands that do not read the manifests of all images.
const UNREAD: &str = "no manifest of an image was read; `platy inspect --here` reads them";

/// What the stores of this machine consist of; those that are not here are left out.
#[derive(Debug)]
pub(super) struct Stores(Vec<(StoreKind, Result<Stocked, Failure>)>);

impl Stores {
    /// Asks all of them at once.
    pub(super) async fn ask(sources: &Sources) -> Self {
        let asked = StoreKind::ENGINES
            .map(|kind| async move { Some((kind, sources.stocked(kind).await.transpose()?)) });
        Self(join_all(asked).await.into_iter().flatten().collect())
    }

    /// The lines below a tree or an answer: for each store the images of which it has something.
    pub(super) fn text(&self, tree: &Tree, images: &[NodeId]) -> String {
        self.below("on this machine", tree, images)
    }

    /// The same of one of two images that are compared.
    pub(super) fn of_side(&self, side: &str, tree: &Tree, images: &[NodeId]) -> String {
        self.below(&format!("{side} on this machine"), tree, images)
    }

    fn below(&self, heading: &str, tree: &Tree, images: &[NodeId]) -> String {
        let mut out = format!("\n{heading}\n");
        if self.0.is_empty() {
            out.push_str("  there is no engine with a store that platy reads\n");
        }
        let names = self.0.iter().map(|(kind, _)| width(kind.title())).max().unwrap_or_default();
        for (kind, stocked) in &self.0 {
            let lines = match stocked {
                Ok(stocked) => match lines(tree, images, stocked) {
                    none if none.is_empty() => vec![UNREAD.to_owned()],
                    lines => lines,
                },
                Err(failure) => vec![escape(&failure.to_string()).into_owned()],
            };
            for (at, line) in lines.iter().enumerate() {
                let name = if at == 0 { kind.title() } else { "" };
                out.push_str(&format!("  {}  {line}\n", pad(name, names)));
            }
        }
        out
    }

    /// The same as JSON, with every image.
    pub(super) fn json(&self, tree: &Tree, images: &[NodeId]) -> Value {
        let store = |(kind, stocked): &(StoreKind, Result<Stocked, Failure>)| {
            let (images, left_out, error) = match stocked {
                Ok(stocked) => {
                    let all = images.iter().filter_map(|id| Here::of(tree, *id, stocked));
                    (all.map(|here| image(&here)).collect(), stocked.left_out, None)
                }
                Err(failure) => (Vec::new(), 0, Some(failure)),
            };
            let error = error.map(|failure| {
                json!({ "class": failure.class.as_str(), "message": failure.to_string() })
            });
            json!({
                "store": kind.as_str(), "images": images, "not_asked_about": left_out, "error": error,
            })
        };
        self.0.iter().map(store).collect()
    }
}

fn image(here: &Here) -> Value {
    json!({
        "digest": here.digest,
        "platform": here.platform.as_ref().map(Platform::short),
        "manifest": here.manifest,
        "config": here.config,
        "layers": here.layers,
        "missing_bytes": here.missing,
        "bytes": here.total,
    })
}
