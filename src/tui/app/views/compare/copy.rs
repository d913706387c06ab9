//! What can be copied of a comparison.

use serde_json::Value;

use super::{CompareView, Sides};
use crate::model::compare::{Part, patch, text, unified};
use crate::oci::Digest;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::point::Point;
use crate::tui::app::{CopyItem, CopyMenu};

/// The cells of a line of the text that is copied.
const CELLS: usize = 140;
/// Of larger documents no patch is made while somebody waits.
const MAX_DOCUMENT: usize = 1 << 20;

impl CompareView {
    /// The menu of what can be copied; the first line is the text.
    pub(super) fn copies(&self, sides: Sides<'_>) -> CopyMenu {
        const NOT_LOADED: &str = "not loaded yet";
        let part = |point: &Point, side: Option<&OpenedRef>| {
            let tree = &side?.tree;
            Part::of_tree(tree, point.find(tree)?)
        };
        let [name_a, name_b] = self.names();
        let found = self.found();
        let parts = part(&self.a, sides[0]).zip(part(&self.b, sides[1]));
        let both = parts.as_ref().filter(|_| found.is_some()).ok_or(NOT_LOADED);
        let item = |what: &str, text| CopyItem::new(what, text);
        let digest = |digest: Option<&Option<Digest>>| {
            digest.and_then(Option::as_ref).map(ToString::to_string).ok_or(NOT_LOADED)
        };
        CopyMenu {
            title: format!("{name_a} and {name_b}"),
            items: vec![
                item(
                    "comparison as text",
                    found.map(|it| text(it, [name_a, name_b], CELLS)).ok_or(NOT_LOADED),
                ),
                item("JSON patch", both.and_then(|(a, b)| patch_of(a.bytes(), b.bytes()))),
                item("config's JSON patch", both.and_then(|(a, b)| config_patch(a, b))),
                item(
                    "unified diff",
                    both.and_then(|(a, b)| {
                        small(a.bytes(), b.bytes())?;
                        Ok(unified(a, b, name_a, name_b))
                    }),
                ),
                item("digest of A", digest(found.map(|it| &it.a.digest))),
                item("digest of B", digest(found.map(|it| &it.b.digest))),
            ],
        }
    }
}

fn config_patch(a: &Part, b: &Part) -> Result<String, &'static str> {
    match (&a.config, &b.config) {
        (Some(a), Some(b)) => patch_of(Some(&a.bytes), Some(&b.bytes)),
        _ => Err("only between images whose configs are loaded"),
    }
}

fn small<'a>(
    a: Option<&'a [u8]>,
    b: Option<&'a [u8]>,
) -> Result<(&'a [u8], &'a [u8]), &'static str> {
    let (a, b) = a.zip(b).ok_or("there is no JSON on both sides")?;
    if a.len().max(b.len()) > MAX_DOCUMENT {
        return Err("more than 1 MiB; platy diff --raw prints what differs");
    }
    Ok((a, b))
}

fn patch_of(a: Option<&[u8]>, b: Option<&[u8]>) -> Result<String, &'static str> {
    let (a, b) = small(a, b)?;
    let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
    let (a, b) = json(a).zip(json(b)).ok_or("it is not JSON")?;
    Ok(serde_json::to_string_pretty(&patch(&a, &b)).unwrap_or_default())
}
