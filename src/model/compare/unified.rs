//! The difference as text: a unified diff of the pretty-printed JSON.

use similar::TextDiff;

use super::{Part, PartKind};
use crate::oci::json_value;

/// The content as pretty-printed JSON; as it is if it is not JSON.
#[must_use]
pub fn pretty(bytes: &[u8]) -> String {
    match json_value(bytes) {
        Some(value) => serde_json::to_string_pretty(&value).unwrap_or_default() + "\n",
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A unified diff of two nodes; of two images, of their manifests and then of their configs.
/// Empty if the text is the same. Not escaped.
#[must_use]
pub fn unified(a: &Part, b: &Part, name_a: &str, name_b: &str) -> String {
    let text = |part: &Part| part.bytes().map(pretty).unwrap_or_default();
    let mut out = one(&text(a), &text(b), name_a, name_b);
    let is_manifest = |part: &Part| matches!(part.kind, PartKind::Manifest(_));
    if is_manifest(a)
        && is_manifest(b)
        && let (Some(x), Some(y)) = (&a.config, &b.config)
    {
        let config = |name: &str| format!("{name} config");
        out += &one(&pretty(&x.bytes), &pretty(&y.bytes), &config(name_a), &config(name_b));
    }
    out
}

fn one(a: &str, b: &str, name_a: &str, name_b: &str) -> String {
    TextDiff::from_lines(a, b).unified_diff().header(name_a, name_b).to_string()
}
