//! Commands in sentences: `platy tags NAME` is what to type in a shell; on the screen it is a key.

use super::{Action, Context, Keymap};

/// A command, and the keys that do the same.
struct Known {
    /// The words behind `platy`.
    words: &'static str,
    /// The keys, in the order in which they are pressed.
    keys: &'static [Action],
}

/// The longest words first, where one begins like another.
const KNOWN: [Known; 12] = [
    Known { words: "tag rm", keys: &[Action::Tags, Action::DeleteTags] },
    Known { words: "tag cp", keys: &[Action::Tags, Action::CopyTag] },
    Known { words: "tags", keys: &[Action::Tags] },
    Known { words: "undo", keys: &[Action::Drafts, Action::UndoPush] },
    Known { words: "edit", keys: &[Action::EditList, Action::Fix] },
    Known { words: "login", keys: &[Action::Login] },
    Known { words: "check", keys: &[Action::Truth, Action::Toggle] },
    Known { words: "evidence", keys: &[Action::Evidence] },
    Known { words: "files", keys: &[Action::Files] },
    Known { words: "cat", keys: &[Action::Files, Action::FilesOpen] },
    Known { words: "blame", keys: &[Action::Files, Action::FilesBlame] },
    Known { words: "inspect --raw", keys: &[Action::Raw] },
];

/// A sentence with keys in the place of the commands that have some here: those whose first key is
/// listened to in `contexts`. All else stays as it is.
pub(super) fn with_keys(text: &str, keymap: &Keymap, contexts: &[Context]) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, tail)) = rest.split_once("`platy ") {
        let Some((command, after)) = tail.split_once('`') else { break };
        out.push_str(before);
        match keys_of(command, keymap, contexts) {
            Some(keys) => out.push_str(&keys),
            None => out.push_str(&format!("`platy {command}`")),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `D and then u`
fn keys_of(command: &str, keymap: &Keymap, contexts: &[Context]) -> Option<String> {
    let is_it = |known: &&Known| {
        command
            .strip_prefix(known.words)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let known = KNOWN.iter().find(is_it)?;
    let first = known.keys.first()?.info()?;
    if !contexts.contains(&first.context) {
        return None;
    }
    let keys: Option<Vec<String>> = known.keys.iter().map(|key| keymap.label(*key)).collect();
    Some(keys?.join(" and then "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_key_where_it_has_one() {
        let keymap = Keymap::default();
        let said = |text, contexts| with_keys(text, &keymap, contexts);
        let here = &[Context::Explorer, Context::Everywhere][..];
        for (text, expected) in [
            ("list the tags with `platy tags a/b`", "list the tags with t"),
            (
                "a:1 is deleted; `platy undo a:1` puts it back",
                "a:1 is deleted; D and then u puts it back",
            ),
            ("`platy tag rm a:1` deletes it", "t and then x deletes it"),
            ("`platy login h`, or `platy tags`", "I, or t"),
            // What has no key, and what is none of these, stays.
            ("`platy tag mend a:1` writes them", "`platy tag mend a:1` writes them"),
            ("`docker pull a` and `platy", "`docker pull a` and `platy"),
            ("`platy tagsx`", "`platy tagsx`"),
        ] {
            assert_eq!(said(text, here), expected);
        }
        // Of another view's key there is nothing to say.
        let elsewhere = &[Context::Drafts, Context::Everywhere][..];
        assert_eq!(said("`platy tags a` lists them", elsewhere), "`platy tags a` lists them");
        assert_eq!(said("`platy undo a` does", elsewhere), "D and then u does");
    }
}
