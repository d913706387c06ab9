//! An unsaved draft as text: the draft itself, and where it was to be pushed.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::draft::Draft;

#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    #[serde(default)]
    target: String,
    #[serde(borrow)]
    draft: &'a RawValue,
}

/// The text that is kept of a draft.
pub(super) fn write(draft: &Draft, target: &str) -> String {
    let saved = draft.save();
    let Ok(draft) = serde_json::from_str::<&RawValue>(&saved) else { return saved };
    let kept = Kept { target: target.to_owned(), draft };
    serde_json::to_string(&kept).unwrap_or(saved)
}

/// The draft in a text, and its target.
///
/// # Errors
/// In words: the text is not a draft of this version.
pub(super) fn read(text: &str) -> Result<(Draft, String), String> {
    let kept: Kept<'_> =
        serde_json::from_str(text).map_err(|error| format!("it cannot be read: {error}"))?;
    let draft = Draft::restore(kept.draft.get()).map_err(|error| error.to_string())?;
    Ok((draft, kept.target))
}
