//! Which key does what: the default file, with the user's merged over it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use crossterm::event::KeyCode;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Action, Context, Key};
use crate::text::{WRITTEN, nearest, toml_line, toml_problem};

const DEFAULT: &str = include_str!("../../../assets/keys.toml");
const EMACS: &str = include_str!("../../../assets/keys/emacs.toml");

/// A set of keys that platy brings along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeySet {
    /// Those of `assets/keys.toml`: letters as in vim, and the arrows.
    #[default]
    Vim,
    /// Moving, searching and leaving as in Emacs, over the others.
    Emacs,
}

/// Keys by context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: HashMap<Action, Vec<Key>>,
    /// Whether keys are called by words alone.
    is_ascii: bool,
}

/// What is wrong with a keymap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeymapError(String);

impl fmt::Display for KeymapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeymapError {}

type File = HashMap<Spanned<String>, HashMap<Spanned<String>, Vec<Spanned<String>>>>;

impl Default for Keymap {
    /// The keys of `assets/keys.toml`.
    fn default() -> Self {
        let mut keymap = Self { keys: HashMap::new(), is_ascii: false };
        // A test parses the embedded file, so an error cannot reach a user.
        let merged = keymap.merge(DEFAULT);
        debug_assert_eq!(merged, Ok(()));
        keymap
    }
}

impl Keymap {
    /// The keys of a set.
    #[must_use]
    pub fn of(set: KeySet) -> Self {
        let mut keymap = Self::default();
        if set == KeySet::Emacs {
            // A test parses this file too.
            let merged = keymap.merge(EMACS);
            debug_assert_eq!(merged, Ok(()));
        }
        keymap
    }

    /// Merges a file over this map: what it names gets the keys that it gives.
    ///
    /// # Errors
    /// Names the line and the section, action or key that does not exist, or two actions on one key, and
    /// what to write instead; the map is then unchanged.
    pub fn merge(&mut self, file: &str) -> Result<(), KeymapError> {
        let parsed: File = toml::from_str(file)
            .map_err(|error| KeymapError(toml_problem(file, &error, WRITTEN)))?;
        let at = |span, problem: &str, next: &str| {
            KeymapError(toml_line(file, Some(span), problem, next))
        };
        let mut merged = self.keys.clone();
        let mut places = HashMap::new();
        for (section, actions) in parsed {
            let context = Context::ALL
                .into_iter()
                .find(|context| context.name() == section.get_ref())
                .ok_or_else(|| {
                    let names: Vec<&str> = Context::ALL.iter().map(|it| it.name()).collect();
                    let problem = format!("there is no section [{}]", section.get_ref());
                    at(section.span(), &problem, &format!("the sections are {}", names.join(", ")))
                })?;
            for (name, keys) in actions {
                let action = Action::named(context, name.get_ref()).ok_or_else(|| {
                    let (section, name_of) = (section.get_ref(), name.get_ref());
                    let problem = format!("[{section}] has no action {name_of:?}");
                    at(name.span(), &problem, &other_action(context, name_of))
                })?;
                let parsed = keys
                    .iter()
                    .map(|key| {
                        let parsed = key.get_ref().parse();
                        parsed.map_err(|why: String| at(key.span(), &why, WRITTEN))
                    })
                    .collect::<Result<Vec<Key>, _>>()?;
                places.insert(action, keys.iter().map(Spanned::span).collect());
                merged.insert(action, parsed);
            }
        }
        let merged = Self { keys: merged, is_ascii: self.is_ascii };
        if let Some(twice) = merged.twice() {
            let (problem, next) = (twice.problem(), twice.next());
            let place = twice.place(&merged, &places);
            return Err(KeymapError(toml_line(file, place, &problem, &next)));
        }
        *self = merged;
        Ok(())
    }

    /// Two actions of one context, or of contexts that listen together, may not share a key: the first
    /// that do.
    fn twice(&self) -> Option<Twice> {
        let together = |a: Context, b: Context| {
            a == b
                || matches!(a, Context::Everywhere | Context::Move)
                || matches!(b, Context::Everywhere | Context::Move)
                || matches!((a, b), (Context::Panes, it) | (it, Context::Panes) if it.has_panes())
        };
        let mut used: Vec<(Key, &'static super::Info)> = Vec::new();
        for info in Action::ALL {
            for key in self.keys(info.action) {
                if let Some((_, other)) =
                    used.iter().find(|(k, other)| k == key && together(other.context, info.context))
                {
                    return Some(Twice { key: *key, actions: [*other, info] });
                }
                used.push((*key, info));
            }
        }
        None
    }

    /// The keys of an action.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// What a key does on a screen that listens to these contexts. With shift it does what it does
    /// without, unless it has an action of its own.
    #[must_use]
    pub fn action(&self, key: Key, contexts: &[Context]) -> Option<Action> {
        let of = |key: Key| {
            Action::ALL
                .iter()
                .filter(|info| contexts.contains(&info.context))
                .find(|info| self.keys(info.action).contains(&key))
                .map(|info| info.action)
        };
        of(key).or_else(|| of(key.unshifted()))
    }

    /// The keymap for a terminal that may show ASCII alone: words take other room than signs, so that
    /// they are laid out and not put in their places afterwards.
    #[must_use]
    pub fn in_ascii(self, is_ascii: bool) -> Self {
        Self { is_ascii, ..self }
    }

    /// A key as the screens show it.
    #[must_use]
    pub fn shown(&self, key: Key) -> String {
        if self.is_ascii { key.word() } else { key.label() }
    }

    /// The first key of an action as the screens show it.
    #[must_use]
    pub fn label(&self, action: Action) -> Option<String> {
        self.keys(action).first().map(|key| self.shown(*key))
    }

    /// The same where a sentence may begin with it; empty if there is none.
    #[must_use]
    pub fn spelled(&self, action: Action) -> String {
        match self.keys(action).first() {
            Some(key) if *key == Key::plain(KeyCode::Enter) => "Enter".to_owned(),
            Some(key) => self.shown(*key),
            None => String::new(),
        }
    }

    /// A fixed key of a line that is typed, as the screens show it.
    pub(super) fn fixed(&self, sign: Cow<'static, str>) -> Cow<'static, str> {
        match sign.as_ref() {
            "↵" if self.is_ascii => Cow::Borrowed("enter"),
            _ => sign,
        }
    }
}

/// The places in a file of the keys that it gives to each action.
type Places = HashMap<Action, Vec<Range<usize>>>;

/// A key that two actions have.
struct Twice {
    key: Key,
    actions: [&'static super::Info; 2],
}

impl Twice {
    fn problem(&self) -> String {
        let [a, b] = self.actions;
        format!("the key {} is given to both {} and {}", self.key, a.name, b.name)
    }

    fn next(&self) -> String {
        let [a, b] = self.actions.map(|it| format!("{} of [{}]", it.name, it.context.name()));
        format!("give {a} or {b} another key; an empty list takes its keys away")
    }

    /// Where the file gives it to the one that comes later there. What it gives to neither was given
    /// before it.
    fn place(&self, keymap: &Keymap, places: &Places) -> Option<Range<usize>> {
        let of = |info: &'static super::Info| {
            let at = keymap.keys(info.action).iter().position(|key| *key == self.key)?;
            places.get(&info.action)?.get(at).cloned()
        };
        self.actions.into_iter().filter_map(of).max_by_key(|place| place.start)
    }
}

/// What may be meant by a name that is none of the section's.
fn other_action(context: Context, name: &str) -> String {
    let names = Action::ALL.iter().filter(|info| info.context == context).map(|info| info.name);
    match nearest(name, names) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "`platy help keys` names the actions of each section".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_has_a_key_for_every_action() {
        for set in [KeySet::Vim, KeySet::Emacs] {
            let keymap = Keymap::of(set);
            for info in Action::ALL {
                assert!(!keymap.keys(info.action).is_empty(), "{} has no key", info.name);
            }
        }
    }

    #[test]
    fn a_file_replaces_what_it_names_and_nothing_else() {
        let mut keymap = Keymap::default();
        keymap.merge("[explorer]\nsearch = [\"ctrl-s\"]\n").unwrap();
        assert_eq!(keymap.keys(Action::Search), ["ctrl-s".parse().unwrap()]);
        assert_eq!(keymap.keys(Action::Reload), ["r".parse().unwrap()]);
        keymap.merge("[explorer]\nreload = [\"f5\", \"shift-down\"]\n").unwrap();
        let does =
            |key: &str| keymap.action(key.parse().unwrap(), &[Context::Explorer, Context::Move]);
        assert_eq!((does("f5"), does("shift-down")), (Some(Action::Reload), Some(Action::Reload)));
        assert_eq!((does("shift-f5"), does("shift-up")), (Some(Action::Reload), does("up")));
        for (file, problem) in [
            (
                "[explorer]\nfly = [\"x\"]",
                "line 2: [explorer] has no action \"fly\": `fly = [\"x\"]`; `platy help keys` names",
            ),
            (
                "[explorer]\nreloda = [\"x\"]",
                "[explorer] has no action \"reloda\": `reloda = [\"x\"]`; did you mean reload?",
            ),
            (
                "\n[moon]\n",
                "line 2: there is no section [moon]: `[moon]`; the sections are explorer, move, ",
            ),
            (
                "[explorer]\nsearch = [\n\"hyper\"]",
                "line 3: \"hyper\" is not the name of a key: `\"hyper\"]`; `platy help settings` ",
            ),
            (
                "[explorer]\nsearch = 1",
                "line 2: invalid type: integer `1`, expected a sequence: `search = 1`; `platy help",
            ),
            (
                "[explorer]\nsearch = [\"f2\",\n\"j\"]",
                "line 3: the key j is given to both search and down: `\"j\"]`; give search of [explorer] \
                 or down of [move] another key",
            ),
            // Of two that the file gives, the later one.
            (
                "[explorer]\nreload = [\"f5\"]\nsearch = [\"f5\"]",
                "line 3: the key f5 is given to both search and reload: `search = [\"f5\"]`; give",
            ),
            ("[explorer\n", "line 1: "),
        ] {
            let before = keymap.clone();
            let error = keymap.merge(file).unwrap_err();
            assert!(error.to_string().contains(problem), "{file}: {error}");
            assert!(!error.to_string().contains('\n'), "{error}");
            assert_eq!(keymap, before);
        }
    }
}
