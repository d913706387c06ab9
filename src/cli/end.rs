//! What an engine ends with, as the commands write it.

use serde_json::{Value, json};

use super::{DONE, PART, TROUBLE};
use crate::model::diagnose::{End, Served};

/// `pick` of the JSON documents.
pub(super) fn json(end: &End) -> Value {
    json!({ "digest": end.digest, "platform": end.platform_text() })
}

/// The exit code of an engine's answer. What a tool asks for by default is not a fault of the image.
pub(super) fn code(served: &Served, by_default: bool) -> u8 {
    match served {
        Served::Wrong(_) | Served::Nothing(_) if by_default => DONE,
        Served::Right | Served::Depending(_) | Served::Whole => DONE,
        Served::Wrong(_) | Served::Nothing(_) => PART,
        Served::Unknown(_) => TROUBLE,
    }
}
