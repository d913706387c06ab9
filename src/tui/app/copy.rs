//! What can be copied of a node.

use super::Clip;
use super::detail::{Line, Tone};
use super::opened::OpenedRef;
use crate::model::pull::{PullLine, Wanted, pull_lines};
use crate::model::tree::{NodeId, Tree, What};
use crate::oci::Kind;
use crate::text::escape;

const NOT_LOADED: &str = "not loaded yet";
const NO_REGISTRY: &str = "only for images in a registry";

/// One thing to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyItem {
    /// What it is, in words.
    pub what: String,
    /// The text; `Err` says why there is none.
    pub text: Result<String, &'static str>,
    /// What its line shows; `None`: the text, or why there is none.
    pub note: Option<Line>,
}

/// The menu of what can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyMenu {
    /// What it is about, in words.
    pub title: String,
    /// The lines.
    pub items: Vec<CopyItem>,
}

impl CopyMenu {
    /// The menu for a node.
    #[must_use]
    pub fn of(open: &OpenedRef, node: NodeId) -> Self {
        Self { title: title(open, node), items: items(open, node) }
    }
}

impl CopyItem {
    /// An item whose line shows its text.
    pub(super) fn new(what: impl Into<String>, text: Result<String, &'static str>) -> Self {
        Self { what: what.into(), text, note: None }
    }

    /// What is copied, and what it is of; or why it cannot be.
    pub(super) fn clip(&self, title: &str) -> Result<Clip, &'static str> {
        let text = self.text.clone()?;
        Ok(Clip { what: format!("{} of {title}", self.what), text })
    }
}

/// The full digest of a node.
pub(super) fn digest(open: &OpenedRef, node: NodeId) -> Result<Clip, &'static str> {
    let title = title(open, node);
    items(open, node).first().ok_or("nothing to copy")?.clip(&title)
}

fn title(open: &OpenedRef, id: NodeId) -> String {
    let tree = &open.tree;
    let Some(node) = tree.node(id) else { return String::new() };
    match &node.what {
        What::Manifest { .. } => match (node.kind(), tree.platform_of(id)) {
            (Kind::Image | Kind::Schema1, Some(platform)) => platform.to_string(),
            (Kind::Unknown, _) => "the manifest".to_owned(),
            (kind, _) => format!("the {}", kind.as_str()),
        },
        What::Config { .. } => "the config".to_owned(),
        What::Layer { number, .. } => format!("{} {number}", tree.noun(id)),
        What::Referrers { .. } => "the image referred to".to_owned(),
        What::Odd { .. } => "the odd entry".to_owned(),
    }
}

/// Whether a node is a signature, an SBOM or the like: it refers to an image and is not one.
fn refers(tree: &Tree, id: NodeId) -> bool {
    let mut above = tree.ancestors(id).filter_map(|id| tree.node(id));
    above.any(|node| matches!(node.what, What::Referrers { .. }))
}

fn items(open: &OpenedRef, id: NodeId) -> Vec<CopyItem> {
    let tree = &open.tree;
    let Some(node) = tree.node(id) else { return Vec::new() };
    let digest = match &node.what {
        What::Referrers { of } => Some(of.clone()),
        _ => node.digest().cloned(),
    };
    let reference = open.location.reference();
    let is_manifest = matches!(node.what, What::Manifest { .. });
    let at_digest = |with_tag: bool| -> Result<String, &'static str> {
        let reference = reference.ok_or(NO_REGISTRY)?;
        let digest = digest.clone().ok_or(NOT_LOADED)?;
        if !is_manifest {
            return Err("only for manifests");
        }
        let mut at = reference.repository.at(digest);
        if with_tag && id != tree.root() {
            // A reference with both is what the tag holds; engines and platy refuse another digest.
            return Err("only of what the tag names");
        }
        if with_tag {
            at.tag = Some(reference.tag.clone().ok_or("the reference has no tag")?);
        }
        Ok(at.familiar())
    };
    let raw = match &node.what {
        What::Manifest { document, .. } => {
            document.as_ref().map(|it| it.bytes.as_ref()).ok_or(NOT_LOADED)
        }
        What::Config { document, .. } => {
            document.as_ref().map(|it| it.bytes.as_ref()).ok_or(NOT_LOADED)
        }
        What::Odd { raw, .. } => Ok(raw.as_bytes()),
        What::Layer { .. } | What::Referrers { .. } => Err("it has no JSON"),
    };
    let mut items = vec![
        CopyItem::new("digest", digest.as_ref().map(ToString::to_string).ok_or(NOT_LOADED)),
        CopyItem::new("repository@digest", at_digest(false)),
        CopyItem::new("repository:tag@digest", at_digest(true)),
        CopyItem::new(
            "raw JSON",
            raw.and_then(|bytes| {
                std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "it is not UTF-8 text")
            }),
        ),
    ];
    match pullable(open, id) {
        Ok(lines) => {
            items.extend(lines.into_iter().map(pull_item));
        }
        Err(why) => items.push(CopyItem::new("pull commands", Err(why))),
    }
    items
}

/// A line that gets an image, with what it may get instead.
fn pull_item(line: PullLine) -> CopyItem {
    let note = line.not_named.map(|version| {
        let words = format!("! does not name {version}, may get another entry  ");
        let words = Line::of(Tone::Warning, escape(&words).into_owned());
        words.with(Tone::Muted, escape(&line.text).into_owned())
    });
    CopyItem { note, ..CopyItem::new(line.what, Ok(line.text)) }
}

/// The lines that get the image that a node belongs to, or the list that it is.
fn pullable(open: &OpenedRef, id: NodeId) -> Result<Vec<PullLine>, &'static str> {
    const NOT_PULLED: &str = "only for images and lists";
    let tree = &open.tree;
    let reference = open.location.reference().ok_or(NO_REGISTRY)?;
    let is_list = tree.node(id).is_some_and(|node| node.kind() == Kind::Index);
    let top = match is_list {
        true => id,
        false => tree.image_at(id).ok_or(NOT_PULLED)?.0,
    };
    let node = tree.node(top).ok_or(NOT_PULLED)?;
    if !matches!(node.kind(), Kind::Image | Kind::Index) || refers(tree, top) {
        return Err(NOT_PULLED);
    }
    let platform = if is_list { None } else { tree.platform_of(top) };
    Ok(pull_lines(&Wanted {
        reference,
        digest: node.digest().ok_or(NOT_LOADED)?,
        is_tagged: top == tree.root(),
        platform: platform.as_ref(),
        is_list,
    }))
}
