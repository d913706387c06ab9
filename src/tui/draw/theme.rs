//! Themes name meanings; the drawing never names a colour.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::tui::app::detail::Tone;

const DEFAULT: &str = include_str!("../../../assets/themes/default.toml");
const PLAIN: &str = include_str!("../../../assets/themes/plain.toml");

macro_rules! meanings {
    ($($meaning:ident $name:literal $doc:literal;)*) => {
        /// What a piece of the screen means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Meaning {
            $(#[doc = $doc] $meaning,)*
        }

        impl Meaning {
            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$meaning),)*
                    _ => None,
                }
            }
        }
    };
}

meanings! {
    Text "text" "Plain text.";
    Muted "muted" "Names of fields, units, what is beside the point.";
    Strong "strong" "What stands out.";
    Accent "accent" "The accent.";
    Title "title" "The program's name and headings.";
    Danger "danger" "A failure.";
    Warning "warning" "Something odd.";
    Good "good" "Something good.";
    Rule "rule" "Rules between the parts of a screen.";
    Selection "selection" "What is under the cursor.";
    SelectionElsewhere "selection-elsewhere" "What is under the cursor of a pane without focus.";
    Match "match" "What a search found.";
    Differs "differs" "What differs from the others.";
    Added "added" "What only the second side has.";
    Removed "removed" "What only the first side has.";
    Changed "changed" "What both sides have, but not alike.";
    Key "key" "A key in the bottom line.";
    JsonKey "json-key" "The key of a JSON object.";
    JsonString "json-string" "A JSON string.";
    JsonValue "json-value" "A JSON number, `true`, `false` or `null`.";
}

impl From<Tone> for Meaning {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Text => Self::Text,
            Tone::Muted => Self::Muted,
            Tone::Strong => Self::Strong,
            Tone::Accent => Self::Accent,
            Tone::Danger => Self::Danger,
            Tone::Warning => Self::Warning,
            Tone::Good => Self::Good,
            Tone::JsonKey => Self::JsonKey,
            Tone::JsonString => Self::JsonString,
            Tone::JsonValue => Self::JsonValue,
        }
    }
}

/// A style for each meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    styles: HashMap<Meaning, Style>,
}

/// What is wrong with a theme file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeError(String);

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ThemeError {}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
}

impl Default for Theme {
    /// The theme of `assets/themes/default.toml`.
    fn default() -> Self {
        Self::embedded(DEFAULT)
    }
}

impl Theme {
    /// A theme without colours, for NO_COLOR.
    #[must_use]
    pub fn plain() -> Self {
        Self::embedded(PLAIN)
    }

    fn embedded(file: &str) -> Self {
        let mut theme = Self { styles: HashMap::new() };
        // A test parses the embedded files, so an error cannot reach a user.
        let merged = theme.merge(file);
        debug_assert_eq!(merged, Ok(()));
        theme
    }

    /// Merges a file over this theme.
    ///
    /// # Errors
    /// Names the meaning or colour that does not exist; the theme is then unchanged.
    pub fn merge(&mut self, file: &str) -> Result<(), ThemeError> {
        let looks: HashMap<String, Look> =
            toml::from_str(file).map_err(|error| ThemeError(error.to_string()))?;
        let mut styles = self.styles.clone();
        for (name, look) in looks {
            let meaning = Meaning::named(&name)
                .ok_or_else(|| ThemeError(format!("there is no meaning {name:?}")))?;
            styles.insert(meaning, look.style()?);
        }
        self.styles = styles;
        Ok(())
    }

    /// The style of a meaning.
    #[must_use]
    pub fn style(&self, meaning: Meaning) -> Style {
        self.styles.get(&meaning).copied().unwrap_or_default()
    }
}

impl Look {
    fn style(&self) -> Result<Style, ThemeError> {
        let color = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => Color::from_str(text)
                .map(Some)
                .map_err(|_| ThemeError(format!("{text:?} is not a colour"))),
        };
        let mut style = Style::default();
        if let Some(fg) = color(&self.fg)? {
            style = style.fg(fg);
        }
        if let Some(bg) = color(&self.bg)? {
            style = style.bg(bg);
        }
        for (set, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ] {
            if set {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_themes_are_complete_and_the_plain_one_has_no_colour() {
        let (default, plain) = (Theme::default(), Theme::plain());
        assert_eq!(default.styles.len(), plain.styles.len());
        for style in plain.styles.values() {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn a_file_that_is_wrong_changes_nothing() {
        let mut theme = Theme::default();
        for (file, problem) in [
            ("sky = {}", "no meaning \"sky\""),
            ("accent = { fg = \"blurple\" }", "not a colour"),
            ("accent = { shine = true }", "unknown field"),
        ] {
            let before = theme.clone();
            assert!(theme.merge(file).unwrap_err().to_string().contains(problem), "{file}");
            assert_eq!(theme, before);
        }
        theme.merge("accent = { fg = \"#ff8800\", bold = true }").unwrap();
        assert_eq!(theme.style(Meaning::Accent).fg, Some(Color::Rgb(255, 136, 0)));
    }
}
