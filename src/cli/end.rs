//! What an engine ends with, as the commands write it.

use serde_json::{Value, json};

use super::{DONE, PART, TROUBLE};
use crate::model::diagnose::{End, Served};

/// `pick` of the JSON documents.
pub(super) fn json(end: &End) -> Value {
    json!({ "digest": end.digest, "platform": end.platform_text() })
}

/// The exit code.
pub(super) fn code(served: &Served) -> u8 {
    match served {
        Served::Right | Served::Whole => DONE,
        Served::Wrong(_) | Served::Nothing(_) => PART,
        Served::Unknown(_) => TROUBLE,
    }
}
