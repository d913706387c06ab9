//! Plain lists: one image a line; `#` begins a comment.

use super::mention::{Mention, Named};
use super::mentions::Mentions;

pub(super) fn read(text: &str, found: &mut Mentions) {
    found.extend(text.lines().enumerate().filter_map(|(at, line)| {
        let name = line.split('#').next().unwrap_or_default().trim();
        let name = name.strip_prefix("- ").unwrap_or(name).trim();
        let mention = || Mention::plain(Named::of(name), at + 1, String::new());
        (!name.is_empty()).then(mention)
    }));
}
