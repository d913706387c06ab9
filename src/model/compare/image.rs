//! Two images: layers, config, history.

use serde_json::Value;

use super::field::{FieldChange, objects};
use super::history::{self, HistoryRow};
use super::layers::{self, LayerChange, LayerRow};
use super::thin::object_without;
use super::{Bytes, Missing, Part, Pointer, Side, config};
use crate::oci::{Descriptor, Manifest};

/// What two images, artifacts or configs differ in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageDiff {
    /// Whether both manifests were there.
    pub compared: bool,
    /// The layers of both, base first.
    pub layers: Vec<LayerRow>,
    /// The fields of the config that differ.
    pub config: Vec<FieldChange>,
    /// Both histories, oldest step first.
    pub history: Vec<HistoryRow>,
    /// The fields of the manifest that differ, but for layers and the config's digest.
    pub manifest: Vec<FieldChange>,
    /// What must be fetched.
    pub bytes: Bytes,
}

impl ImageDiff {
    pub(super) fn of(a: &Part, b: &Part, missing: &mut Vec<Missing>) -> Self {
        let mut out = Self { bytes: Bytes::between(a, b), ..Self::default() };
        if !note_missing(a, b, missing) {
            return out;
        }
        out.compared = true;
        out.layers = layers::rows(&layers::of_part(a), &layers::of_part(b));
        out.manifest = manifest_changes(a, b);
        match (&a.config, &b.config) {
            (Some(x), Some(y)) => {
                if x.digest != y.digest {
                    out.config = config::changes(&x.bytes, &y.bytes);
                }
                out.history = history::rows(Some(x), Some(y));
            }
            _ => out.config = unread_config(a, b),
        }
        if a.config.is_none() && b.config.is_none() {
            out.history.clear();
        }
        out
    }

    /// How many layers differ, and how many there are.
    #[must_use]
    pub fn layers_that_differ(&self) -> (usize, usize) {
        let differ = self.layers.iter().filter(|row| row.change != LayerChange::Same).count();
        (differ, self.layers.len())
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.compared
            && self.layers_that_differ().0 == 0
            && self.layers.iter().all(|row| row.fields.is_empty())
            && self.config.is_empty()
            && self.manifest.is_empty()
            && self.history.iter().all(HistoryRow::is_same)
    }
}

/// Names what is not there; `false` if nothing can be compared.
fn note_missing(a: &Part, b: &Part, missing: &mut Vec<Missing>) -> bool {
    let mut whole = true;
    for (side, part) in [(Side::A, a), (Side::B, b)] {
        if part.has_layers() && part.document.is_none() {
            missing.push(Missing::manifest(side, part));
            whole = false;
        }
    }
    let different =
        config_descriptor(a).map(|it| &it.digest) != config_descriptor(b).map(|it| &it.digest);
    for (side, part) in [(Side::A, a), (Side::B, b)] {
        let wanted = match part.manifest() {
            Some(Manifest::Image(image)) => image.platform_config(),
            _ => None,
        };
        if let Some(wanted) = wanted.filter(|_| different && !part.is_attestation())
            && part.config.is_none()
        {
            missing.push(Missing {
                side,
                what: format!("the config of {}", part.name()),
                digest: Some(wanted.digest.clone()),
                failure: part.failure.clone(),
            });
        }
    }
    whole
}

impl Missing {
    pub(super) fn manifest(side: Side, part: &Part) -> Self {
        Self {
            side,
            what: format!("the manifest of {}", part.name()),
            digest: part.digest().cloned(),
            failure: part.failure.clone(),
        }
    }
}

/// Configs of which not both are there are compared by their digests.
fn unread_config(a: &Part, b: &Part) -> Vec<FieldChange> {
    let digest = |part: &Part| {
        let named = config_descriptor(part).map(|it| it.digest.as_str().to_owned());
        named.or_else(|| part.config.as_ref().map(|it| it.digest.as_str().to_owned()))
    };
    let (a, b) = (digest(a), digest(b));
    if a == b {
        return Vec::new();
    }
    vec![FieldChange::new(Pointer::of(&["digest"]), a.map(Value::from), b.map(Value::from))]
}

fn config_descriptor(part: &Part) -> Option<&Descriptor> {
    match part.manifest() {
        Some(Manifest::Image(image)) => image.config.descriptor().map(AsRef::as_ref),
        _ => None,
    }
}

/// The fields of two manifests that are neither layers nor what the config's digest says.
fn manifest_changes(a: &Part, b: &Part) -> Vec<FieldChange> {
    let object = |part: &Part| {
        let document = part.document.as_ref()?;
        let mut object = object_without(&document.bytes, &["layers", "blobs"])?;
        if let Some(config) = object.get_mut("config").and_then(Value::as_object_mut) {
            config.shift_remove("digest");
            config.shift_remove("size");
            config.shift_remove("data");
        }
        Some(object)
    };
    let mut out = Vec::new();
    if let (Some(a), Some(b)) = (object(a), object(b)) {
        objects(&Pointer::default(), &a, &b, &mut out);
    }
    out
}
