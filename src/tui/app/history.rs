//! The references last opened.

/// How many references the history keeps.
const MAX_HISTORY: usize = 50;

/// Puts a reference at the head of the history, once.
pub(super) fn remember(history: &mut Vec<String>, reference: &str) {
    history.retain(|known| known != reference);
    history.insert(0, reference.to_owned());
    history.truncate(MAX_HISTORY);
}
