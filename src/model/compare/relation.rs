//! How two nodes are related as wholes.

use super::{Part, layers};
use crate::oci::Manifest;

/// How the second side is related to the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// The same content: one digest.
    Identical,
    /// The second side is in the first one.
    ChildOf {
        /// What it is there, in words: `linux/arm64`, `config`.
        name: String,
    },
    /// The first side is in the second one.
    Contains {
        /// What it is there, in words.
        name: String,
    },
    /// The second side is the first one, a list, flattened to one platform: the same config and
    /// layers under another manifest.
    FlattenedFrom {
        /// The platform that was kept.
        name: String,
    },
    /// The same the other way round: the first side is the second one, a list, flattened.
    FlattenedTo {
        /// The platform that was kept.
        name: String,
    },
    /// None of these.
    Different,
}

impl Relation {
    /// The word of the command line's JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::ChildOf { .. } => "child_of",
            Self::Contains { .. } => "contains",
            Self::FlattenedFrom { .. } => "flattened_from",
            Self::FlattenedTo { .. } => "flattened_to",
            Self::Different => "different",
        }
    }

    pub(super) fn between(a: &Part, b: &Part) -> Self {
        if a.digest().is_some() && a.digest() == b.digest() {
            return Self::Identical;
        }
        if let Some(name) = find(a, b) {
            return Self::ChildOf { name };
        }
        if let Some(name) = find(b, a) {
            return Self::Contains { name };
        }
        if let Some(name) = flattened(a, b) {
            return Self::FlattenedFrom { name };
        }
        if let Some(name) = flattened(b, a) {
            return Self::FlattenedTo { name };
        }
        Self::Different
    }
}

/// What `inner` is in `outer`.
fn find(outer: &Part, inner: &Part) -> Option<String> {
    let digest = inner.digest()?;
    let in_image = match outer.manifest() {
        Some(Manifest::Image(image)) => {
            let is = |entry: &crate::oci::Entry| {
                entry.descriptor().is_some_and(|it| it.digest == *digest)
            };
            if is(&image.config) {
                Some("config".to_owned())
            } else {
                image.layers.iter().position(is).map(|at| format!("layer {}", at + 1))
            }
        }
        _ => None,
    };
    in_image.or_else(|| {
        outer.entries.iter().find_map(|entry| {
            if entry.digest() == Some(digest) {
                return Some(entry.name());
            }
            let within = find(entry, inner)?;
            Some(if entry.is_index() { within } else { format!("{within} of {}", entry.name()) })
        })
    })
}

/// The entry of a list that an image has config and layers of.
fn flattened(list: &Part, image: &Part) -> Option<String> {
    if !list.is_index() || !image.has_layers() || image.is_attestation() {
        return None;
    }
    list.entries.iter().find_map(|entry| {
        if entry.is_index() {
            return flattened(entry, image);
        }
        (!entry.is_attestation() && same_image(entry, image)).then(|| entry.name())
    })
}

/// The same config, or the same platform and files under another one.
fn same_image(a: &Part, b: &Part) -> bool {
    let config = |part: &Part| match part.manifest() {
        Some(Manifest::Image(image)) => image.config.descriptor().map(|it| it.digest.clone()),
        _ => None,
    };
    match (config(a), config(b)) {
        (Some(x), Some(y)) if x == y => return true,
        (Some(_), Some(_)) => {}
        _ => return false,
    }
    let (x, y) = (layers::of_part(a), layers::of_part(b));
    let files = |sides: &[super::LayerSide]| -> Vec<_> {
        sides.iter().map(|it| it.diff_id.clone().or_else(|| it.digest().cloned())).collect()
    };
    !x.is_empty()
        && files(&x) == files(&y)
        && a.platform().map(|it| it.short()) == b.platform().map(|it| it.short())
}
