//! The whole comparison.

use super::field::{FieldChange, changes, text_map};
use super::{
    Bytes, Change, Encoder, ImageDiff, IndexDiff, Missing, Part, PartKind, Pointer, Relation, Side,
};
use crate::model::tree::NodeId;
use crate::oci::{Digest, Kind, MediaType};
use crate::text::escape;

/// What two nodes differ in.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The first side.
    pub a: Head,
    /// The second side.
    pub b: Head,
    /// How the second side is related to the first one.
    pub relation: Relation,
    /// What differs within.
    pub detail: Detail,
    /// What would have been compared and was not there.
    pub missing: Vec<Missing>,
}

/// What one side is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What it is.
    pub kind: PartKind,
    /// The digest, if it has one.
    pub digest: Option<Digest>,
    /// The media type, if it has one.
    pub media_type: Option<MediaType>,
    /// The size of the content itself in bytes.
    pub size: Option<u64>,
    /// Its platform, if it has one.
    pub platform: Option<String>,
    /// Of a list: who encodes lists as it is encoded.
    pub encoder: Option<Encoder>,
    /// Its node in the tree.
    pub node: NodeId,
}

/// What differs within two nodes, by what they are.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// Two indexes, or an index and an image.
    Index(Box<IndexDiff>),
    /// Two images, artifacts or configs.
    Image(Box<ImageDiff>),
    /// Anything else, as JSON; of blobs, their descriptors.
    Json(Vec<FieldChange>),
}

impl Detail {
    /// What must be fetched, if that was found out.
    #[must_use]
    pub fn bytes(&self) -> Option<Bytes> {
        match self {
            Self::Index(diff) => Some(diff.bytes),
            Self::Image(diff) => Some(diff.bytes),
            Self::Json(_) => None,
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        match self {
            Self::Index(diff) => diff.is_equal(),
            Self::Image(diff) => diff.is_equal(),
            Self::Json(fields) => fields.is_empty(),
        }
    }
}

impl Comparison {
    /// Whether both sides have one digest.
    #[must_use]
    pub fn same_digest(&self) -> bool {
        self.a.digest.is_some() && self.a.digest == self.b.digest
    }

    /// Whether nothing differs but perhaps the way in which the JSON is written. Content that is
    /// not there is never taken for equal.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.same_digest()
            || (self.detail.is_equal() && self.a.kind == self.b.kind && self.missing.is_empty())
    }

    /// What was compared, in the words of the command line's JSON: `index`, `image`, `config` or
    /// `json`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.detail {
            Detail::Index(_) => "index",
            Detail::Image(_)
                if self.a.kind == PartKind::Config && self.b.kind == PartKind::Config =>
            {
                "config"
            }
            Detail::Image(_) => "image",
            Detail::Json(_) => "json",
        }
    }

    /// How many entries changed in this way; an image has none.
    #[must_use]
    pub fn count(&self, change: Change) -> usize {
        match &self.detail {
            Detail::Index(diff) => diff.entries.iter().filter(|it| it.change == change).count(),
            Detail::Image(_) | Detail::Json(_) => 0,
        }
    }
}

impl Head {
    fn of(part: &Part) -> Self {
        let media_type = part
            .document
            .as_ref()
            .map(|it| it.media_type.clone())
            .or_else(|| part.descriptor.as_ref().map(|it| it.media_type.clone()));
        let size = part.descriptor.as_ref().map(|it| it.size);
        Self {
            kind: part.kind,
            digest: part.digest().cloned(),
            media_type,
            size: size.or_else(|| part.document.as_ref().map(|it| it.size())),
            platform: part.platform().map(|it| it.to_string()),
            encoder: part
                .document
                .as_ref()
                .filter(|_| part.is_index())
                .and_then(|document| Encoder::of(&document.bytes)),
            node: part.node,
        }
    }

    /// What it is in words: `index`, `image linux/arm64`. Harmless for a terminal.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.platform {
            Some(platform) if self.kind != PartKind::Config => {
                format!("{} {}", self.kind.as_str(), escape(platform))
            }
            _ => self.kind.as_str().to_owned(),
        }
    }
}

/// Compares two nodes.
#[must_use]
pub fn compare(a: &Part, b: &Part) -> Comparison {
    let mut missing = Vec::new();
    let detail = detail(a, b, &mut missing);
    let same_digest = a.digest().is_some() && a.digest() == b.digest();
    if same_digest {
        // Nothing that was left unread could differ.
        missing.retain(|it| it.failure.is_some());
    }
    Comparison {
        a: Head::of(a),
        b: Head::of(b),
        relation: Relation::between(a, b),
        detail,
        missing,
    }
}

/// Compares by what both sides are.
pub(super) fn detail(a: &Part, b: &Part, missing: &mut Vec<Missing>) -> Detail {
    let layered = |part: &Part| part.has_layers() || part.kind == PartKind::Config;
    if (a.is_index() || b.is_index()) && is_manifest(a) && is_manifest(b) {
        return Detail::Index(Box::new(IndexDiff::of(a, b, missing)));
    }
    if layered(a) && layered(b) {
        return Detail::Image(Box::new(ImageDiff::of(a, b, missing)));
    }
    Detail::Json(json(a, b, missing))
}

fn is_manifest(part: &Part) -> bool {
    matches!(part.kind, PartKind::Manifest(kind) if kind != Kind::Unknown)
}

/// Two documents of any sort, or the descriptors of two blobs.
fn json(a: &Part, b: &Part, missing: &mut Vec<Missing>) -> Vec<FieldChange> {
    let mut out = Vec::new();
    if a.kind == PartKind::Blob && b.kind == PartKind::Blob {
        let describe = |part: &Part| {
            let descriptor = part.descriptor.as_ref()?;
            Some(serde_json::json!({
                "mediaType": descriptor.media_type.as_str(),
                "digest": descriptor.digest.as_str(),
                "size": descriptor.size,
                "annotations": text_map(&descriptor.annotations),
            }))
        };
        if let (Some(a), Some(b)) = (describe(a), describe(b)) {
            changes(&Pointer::default(), &a, &b, &mut out);
        }
        return out;
    }
    let mut whole = true;
    for (side, part) in [(Side::A, a), (Side::B, b)] {
        if part.bytes().is_none() {
            missing.push(Missing::manifest(side, part));
            whole = false;
        }
    }
    match (a.json(), b.json()) {
        (Some(a), Some(b)) => changes(&Pointer::default(), &a, &b, &mut out),
        _ if whole && a.bytes() != b.bytes() => {
            // Not JSON on both sides: the digests are all that can be compared by field.
            let digest = |part: &Part| part.digest().map(|it| it.as_str().into());
            out.push(FieldChange::new(Pointer::of(&["digest"]), digest(a), digest(b)));
        }
        _ => {}
    }
    out
}
