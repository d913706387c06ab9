//! The user's files in platy's configuration folder: `config.toml`, `keys.toml` and `theme.toml`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::defaults::{CONFIG, Defaults, MAX_SETTINGS, unreadable};
use super::locale;
use crate::source::regular;
use crate::tui::app::{Keymap, Look, OwnCommand};
use crate::tui::draw::Theme;
use crate::tui::run;

/// Keys, themes and commands of the user's own.
pub(super) struct Settings {
    pub(super) keymap: Keymap,
    pub(super) themes: Vec<Theme>,
    pub(super) own: Vec<OwnCommand>,
}

impl Settings {
    /// The defaults with the user's files merged over them.
    ///
    /// # Errors
    /// A sentence that names the file, the line and its text, and the next step.
    pub(super) fn read(defaults: &Defaults) -> Result<Self, String> {
        let dir = run::config_dir();
        let keymap = keymap(defaults, dir.as_deref())?;
        let themes = themes(dir.as_deref())?;
        let own = defaults.commands(&keymap)?;
        Ok(Self { keymap, themes, own })
    }
}

fn keymap(defaults: &Defaults, dir: Option<&Path>) -> Result<Keymap, String> {
    let mut keymap = Keymap::of(defaults.keys()).in_ascii(is_ascii());
    merge(dir, KEYS, |file| keymap.merge(file).map_err(|error| error.to_string()))?;
    Ok(keymap)
}

/// The plain theme stays without colours.
fn themes(dir: Option<&Path>) -> Result<Vec<Theme>, String> {
    let is_ascii = is_ascii();
    let named = |look| Theme::named(look).in_ascii(is_ascii);
    let mut themes: Vec<Theme> = Look::ALL.into_iter().map(named).collect();
    merge(dir, THEME, |file| {
        let all = Look::ALL.into_iter().zip(&mut themes);
        let mut colored = all.filter(|(look, _)| *look != Look::Plain).map(|(_, theme)| theme);
        colored.try_for_each(|theme| theme.merge(file)).map_err(|error| error.to_string())
    })?;
    Ok(themes)
}

const KEYS: &str = "keys.toml";
const THEME: &str = "theme.toml";

fn is_ascii() -> bool {
    locale::is_ascii(|name| std::env::var(name).ok())
}

fn merge(
    dir: Option<&Path>,
    name: &str,
    merge: impl FnOnce(&str) -> Result<(), String>,
) -> Result<(), String> {
    let Some(path) = dir.map(|dir| dir.join(name)) else { return Ok(()) };
    match regular::text(&path, MAX_SETTINGS) {
        Ok(file) => merge(&file).map_err(|problem| format!("{}: {problem}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unreadable(&path, &error)),
    }
}

/// One of the files, as it was found.
pub(super) struct SettingsFile {
    pub(super) path: PathBuf,
    pub(super) exists: bool,
    /// What is wrong with it, with its name, the line and the next step.
    pub(super) problem: Option<String>,
}

/// What each of the files is like; none if the system names no folder for them.
pub(super) fn survey(defaults: &Result<Defaults, String>) -> Vec<SettingsFile> {
    let Some(dir) = run::config_dir() else { return Vec::new() };
    // Keys are looked at even if it is not known which set they are merged over.
    let none = Defaults::default();
    let given = defaults.as_ref().unwrap_or(&none);
    let keymap = keymap(given, Some(&dir));
    let own = keymap.as_ref().ok().and_then(|keymap| given.commands(keymap).err());
    [
        (CONFIG, defaults.as_ref().err().cloned().or(own)),
        (KEYS, keymap.err()),
        (THEME, themes(Some(&dir)).err()),
    ]
    .into_iter()
    .map(|(name, problem)| {
        let path = dir.join(name);
        SettingsFile { exists: path.symlink_metadata().is_ok(), path, problem }
    })
    .collect()
}
