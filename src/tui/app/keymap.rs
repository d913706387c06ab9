//! Which key does what: the default file, with the user's merged over it.

use std::collections::HashMap;
use std::fmt;

use super::{Action, Context, Key};

const DEFAULT: &str = include_str!("../../../assets/keys.toml");

/// Keys by context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: HashMap<Action, Vec<Key>>,
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

type File = HashMap<String, HashMap<String, Vec<String>>>;

impl Default for Keymap {
    /// The keys of `assets/keys.toml`.
    fn default() -> Self {
        let mut keymap = Self { keys: HashMap::new() };
        // A test parses the embedded file, so an error cannot reach a user.
        let merged = keymap.merge(DEFAULT);
        debug_assert_eq!(merged, Ok(()));
        keymap
    }
}

impl Keymap {
    /// Merges a file over this map: what it names gets the keys that it gives.
    ///
    /// # Errors
    /// Names the section, action or key that does not exist, or two actions on one key; the map
    /// is then unchanged.
    pub fn merge(&mut self, file: &str) -> Result<(), KeymapError> {
        let parsed: File = toml::from_str(file).map_err(|error| KeymapError(error.to_string()))?;
        let mut merged = self.keys.clone();
        for (section, actions) in parsed {
            let context = Context::ALL
                .into_iter()
                .find(|context| context.name() == section)
                .ok_or_else(|| KeymapError(format!("there is no section [{section}]")))?;
            for (name, keys) in actions {
                let action = Action::named(context, &name)
                    .ok_or_else(|| KeymapError(format!("[{section}] has no action {name:?}")))?;
                let keys = keys
                    .iter()
                    .map(|key| key.parse().map_err(KeymapError))
                    .collect::<Result<Vec<Key>, _>>()?;
                merged.insert(action, keys);
            }
        }
        let merged = Self { keys: merged };
        merged.check()?;
        *self = merged;
        Ok(())
    }

    /// Two actions of one context, or of contexts that listen together, may not share a key.
    fn check(&self) -> Result<(), KeymapError> {
        let together = |a: Context, b: Context| {
            a == b
                || matches!(a, Context::Everywhere | Context::Move)
                || matches!(b, Context::Everywhere | Context::Move)
        };
        let mut used: Vec<(Key, &'static super::Info)> = Vec::new();
        for info in Action::ALL {
            for key in self.keys(info.action) {
                if let Some((_, other)) =
                    used.iter().find(|(k, other)| k == key && together(other.context, info.context))
                {
                    return Err(KeymapError(format!(
                        "the key {key} is given to both {} and {}",
                        other.name, info.name
                    )));
                }
                used.push((*key, info));
            }
        }
        Ok(())
    }

    /// The keys of an action.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// What a key does on a screen that listens to these contexts.
    #[must_use]
    pub fn action(&self, key: Key, contexts: &[Context]) -> Option<Action> {
        Action::ALL
            .iter()
            .filter(|info| contexts.contains(&info.context))
            .find(|info| self.keys(info.action).contains(&key))
            .map(|info| info.action)
    }

    /// The first key of an action as the screens show it.
    #[must_use]
    pub fn label(&self, action: Action) -> Option<String> {
        self.keys(action).first().map(|key| key.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_names_every_action() {
        let keymap = Keymap::default();
        for info in Action::ALL {
            assert!(!keymap.keys(info.action).is_empty(), "{} has no key", info.name);
        }
    }

    #[test]
    fn a_file_replaces_what_it_names_and_nothing_else() {
        let mut keymap = Keymap::default();
        keymap.merge("[explorer]\nsearch = [\"ctrl-s\"]\n").unwrap();
        assert_eq!(keymap.keys(Action::Search), ["ctrl-s".parse().unwrap()]);
        assert_eq!(keymap.keys(Action::Reload), ["r".parse().unwrap()]);
        for (file, problem) in [
            ("[explorer]\nfly = [\"x\"]", "no action \"fly\""),
            ("[moon]\n", "no section [moon]"),
            ("[explorer]\nsearch = [\"hyper\"]", "not the name of a key"),
            ("[explorer]\nsearch = [\"j\"]", "given to both"),
            ("[explorer\n", "expected"),
        ] {
            let before = keymap.clone();
            let error = keymap.merge(file).unwrap_err();
            assert!(error.to_string().contains(problem), "{file}: {error}");
            assert_eq!(keymap, before);
        }
    }
}
