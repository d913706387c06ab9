//! Plain lists: one image a line; `#` begins a comment.

use super::mention::{MAX_MENTIONS, Mention, Named};

pub(super) fn read(text: &str) -> Vec<Mention> {
    text.lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let name = line.split('#').next().unwrap_or_default().trim();
            let name = name.strip_prefix("- ").unwrap_or(name).trim();
            let mention = || Mention::plain(Named::of(name), at + 1, String::new());
            (!name.is_empty()).then(mention)
        })
        .take(MAX_MENTIONS + 1)
        .collect()
}
