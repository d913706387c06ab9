//! A key as the keymap names it.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers; shift is part of the character for letters and signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Control and alt; shift only beside keys that are not characters.
    pub modifiers: KeyModifiers,
}

const NAMES: [(KeyCode, &str, &str); 15] = [
    (KeyCode::Enter, "enter", "↵"),
    (KeyCode::Esc, "esc", "esc"),
    (KeyCode::Tab, "tab", "tab"),
    (KeyCode::BackTab, "backtab", "shift-tab"),
    (KeyCode::Backspace, "backspace", "backspace"),
    (KeyCode::Delete, "delete", "delete"),
    (KeyCode::Insert, "insert", "insert"),
    (KeyCode::Up, "up", "↑"),
    (KeyCode::Down, "down", "↓"),
    (KeyCode::Left, "left", "←"),
    (KeyCode::Right, "right", "→"),
    (KeyCode::Home, "home", "home"),
    (KeyCode::End, "end", "end"),
    (KeyCode::PageUp, "pageup", "page up"),
    (KeyCode::PageDown, "pagedown", "page down"),
];

/// The modifiers, in the order in which they are written.
const MODIFIERS: [(KeyModifiers, &str); 3] = [
    (KeyModifiers::CONTROL, "ctrl-"),
    (KeyModifiers::ALT, "alt-"),
    (KeyModifiers::SHIFT, "shift-"),
];

/// The highest function key that terminals send.
const FUNCTION_KEYS: u8 = 24;

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::NONE }
    }

    /// The character that the key types, if it types one.
    #[must_use]
    pub fn character(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The same key without shift.
    #[must_use]
    pub fn unshifted(self) -> Self {
        Self { modifiers: self.modifiers - KeyModifiers::SHIFT, ..self }
    }

    /// The key as screens and help show it: `↵`, `ctrl-d`, `G`.
    #[must_use]
    pub fn label(self) -> String {
        self.spell(|(_, _, label)| label)
    }

    /// The key that is shown like this.
    #[must_use]
    pub fn labelled(label: &str) -> Option<Self> {
        let named = NAMES.into_iter().find(|(_, _, it)| *it == label);
        named.map(|(code, _, _)| Self::plain(code)).or_else(|| label.parse().ok())
    }

    /// The same without signs: `enter`, `up`.
    #[must_use]
    pub fn word(self) -> String {
        self.spell(|(_, name, label)| if label.is_ascii() { label } else { name })
    }

    fn spell(self, word: impl Fn((KeyCode, &'static str, &'static str)) -> &'static str) -> String {
        let held = MODIFIERS.into_iter().filter(|(modifier, _)| self.modifiers.contains(*modifier));
        let mut text: String = held.map(|(_, name)| name).collect();
        match self.code {
            KeyCode::Char(' ') => text.push_str("space"),
            KeyCode::Char(c) => text.push(c),
            KeyCode::F(number) => text.push_str(&format!("f{number}")),
            code => match NAMES.into_iter().find(|(named, _, _)| *named == code) {
                Some(names) => text.push_str(word(names)),
                None => text.push_str(&format!("{code:?}").to_lowercase()),
            },
        }
        text
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT;
        let modifiers = match event.code {
            KeyCode::Char(c) if c.is_control() => KeyModifiers::NONE,
            KeyCode::Char(_) | KeyCode::BackTab => event.modifiers & held,
            _ => event.modifiers & (held | KeyModifiers::SHIFT),
        };
        Self { code: event.code, modifiers }
    }
}

/// The name in a keymap file: `enter`, `ctrl-d`, `G`, `shift-f5`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spell(|(_, name, _)| name))
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        while let Some((modifier, after)) = MODIFIERS.into_iter().find_map(|(modifier, name)| {
            let after = rest.strip_prefix(name).filter(|after| !after.is_empty())?;
            Some((modifier, after))
        }) {
            modifiers |= modifier;
            rest = after;
        }
        let mut characters = rest.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(c), None) => KeyCode::Char(c),
            _ if rest == "space" => KeyCode::Char(' '),
            _ => NAMES
                .into_iter()
                .find(|(_, name, _)| *name == rest)
                .map(|(code, _, _)| code)
                .or_else(|| function_key(rest))
                .ok_or_else(|| format!("{text:?} is not the name of a key"))?,
        };
        match code {
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => {
                Ok(Self { code: KeyCode::BackTab, modifiers }.unshifted())
            }
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::SHIFT) => {
                Err(if c.is_lowercase() {
                    format!("{text:?}: write the letter that it types, {}", c.to_uppercase())
                } else {
                    format!("{text:?}: write the sign that it types, without shift-")
                })
            }
            _ => Ok(Self { code, modifiers }),
        }
    }
}

/// `f1` to `f24`.
fn function_key(name: &str) -> Option<KeyCode> {
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    (1..=FUNCTION_KEYS).contains(&number).then_some(KeyCode::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for name in [
            "enter",
            "ctrl-d",
            "G",
            "?",
            "space",
            "pagedown",
            "alt-x",
            "ctrl-alt-up",
            "-",
            "f1",
            "f12",
            "alt-f4",
            "shift-f5",
            "shift-up",
            "ctrl-shift-end",
            "alt-G",
            "insert",
            "f",
        ] {
            assert_eq!(name.parse::<Key>().unwrap().to_string(), name);
        }
        assert!("ctrl".parse::<Key>().is_err());
        for name in ["", "f0", "f25", "F1", "shift-", "shift-g", "shift-G", "shift-?"] {
            assert!(name.parse::<Key>().is_err(), "{name}");
        }
        assert_eq!("shift-tab".parse::<Key>(), "backtab".parse());
    }

    #[test]
    fn shift_is_part_of_the_character() {
        let event = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Key::from(event), "G".parse().unwrap());
        let event = KeyEvent::new(KeyCode::F(5), KeyModifiers::SHIFT | KeyModifiers::ALT);
        assert_eq!(Key::from(event), "alt-shift-f5".parse().unwrap());
        let event = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::from(event), "backtab".parse().unwrap());
    }
}
