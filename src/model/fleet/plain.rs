//! Plain lists: one image a line; `#` begins a comment.

use super::mention::{Mention, Named, Served};

pub(super) fn read(text: &str) -> Vec<Mention> {
    text.lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let name = line.split('#').next().unwrap_or_default().trim();
            let name = name.strip_prefix("- ").unwrap_or(name).trim();
            (!name.is_empty()).then(|| Mention {
                named: Named::of(name),
                line: at + 1,
                owner: String::new(),
                served: Served::Targets,
                pod: None,
                running: None,
            })
        })
        .collect()
}
