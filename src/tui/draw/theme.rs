//! Themes name meanings; the drawing never names a colour.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

use crate::text::{WRITTEN, toml_line, toml_problem};
use crate::tui::app::Look;
use crate::tui::app::detail::Tone;

const TERMINAL: &str = include_str!("../../../assets/themes/terminal.toml");
const DARK: &str = include_str!("../../../assets/themes/dark.toml");
const LIGHT: &str = include_str!("../../../assets/themes/light.toml");
const CONTRAST: &str = include_str!("../../../assets/themes/contrast.toml");
const PLAIN: &str = include_str!("../../../assets/themes/plain.toml");

macro_rules! meanings {
    ($($meaning:ident $name:literal $doc:literal;)*) => {
        /// What a piece of the screen means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Meaning {
            $(#[doc = $doc] $meaning,)*
        }

        impl Meaning {
            const NAMES: &[&str] = &[$($name,)*];

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
    is_ascii: bool,
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
struct Written {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
}

impl Default for Theme {
    /// The theme of `assets/themes/terminal.toml`.
    fn default() -> Self {
        Self::embedded(TERMINAL)
    }
}

impl Theme {
    /// The theme of this name.
    #[must_use]
    pub fn named(look: Look) -> Self {
        Self::embedded(match look {
            Look::Terminal => TERMINAL,
            Look::Dark => DARK,
            Look::Light => LIGHT,
            Look::Contrast => CONTRAST,
            Look::Plain => PLAIN,
        })
    }

    fn embedded(file: &str) -> Self {
        let mut theme = Self { styles: HashMap::new(), is_ascii: false };
        // A test parses the embedded files, so an error cannot reach a user.
        let merged = theme.merge(file);
        debug_assert_eq!(merged, Ok(()));
        theme
    }

    /// Merges a file over this theme.
    ///
    /// # Errors
    /// Names the line, and the meaning or colour that does not exist; the theme is then unchanged.
    pub fn merge(&mut self, file: &str) -> Result<(), ThemeError> {
        let looks: HashMap<Spanned<String>, Spanned<Written>> = toml::from_str(file)
            .map_err(|error| ThemeError(toml_problem(file, &error, WRITTEN)))?;
        let mut styles = self.styles.clone();
        for (name, look) in looks {
            let at = |span, problem: &str, next: &str| {
                ThemeError(toml_line(file, Some(span), problem, next))
            };
            let meaning = Meaning::named(name.get_ref()).ok_or_else(|| {
                let next = format!("the meanings are {}", Meaning::NAMES.join(", "));
                at(name.span(), &format!("there is no meaning {:?}", name.get_ref()), &next)
            })?;
            let span = look.span();
            let style = look.get_ref().style().map_err(|why| at(span, &why, WRITTEN))?;
            styles.insert(meaning, style);
        }
        self.styles = styles;
        Ok(())
    }

    /// The same for a terminal that shows ASCII alone.
    #[must_use]
    pub fn in_ascii(self, is_ascii: bool) -> Self {
        Self { is_ascii, ..self }
    }

    /// Whether it is for a terminal that shows ASCII alone.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// The style of a meaning.
    #[must_use]
    pub fn style(&self, meaning: Meaning) -> Style {
        self.styles.get(&meaning).copied().unwrap_or_default()
    }
}

impl Written {
    fn style(&self) -> Result<Style, String> {
        let color = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => {
                Color::from_str(text).map(Some).map_err(|_| format!("{text:?} is not a colour"))
            }
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
    fn the_embedded_themes_are_complete_and_the_plain_ones_have_no_colour() {
        let all = Theme::default().styles.len();
        for look in Look::ALL {
            let theme = Theme::named(look);
            assert_eq!(theme.styles.len(), all, "{look:?}");
            if matches!(look, Look::Plain | Look::Contrast) {
                assert!(theme.styles.values().all(|it| (it.fg, it.bg) == (None, None)), "{look:?}");
            }
        }
        assert!(
            Theme::named(Look::Contrast)
                .styles
                .values()
                .all(|it| !it.add_modifier.contains(Modifier::DIM))
        );
    }

    /// Black, white and the grays of the palette are somebody's background: bright black is
    /// Solarized's base03, white its base2.
    #[test]
    fn the_terminal_s_theme_names_no_gray() {
        for style in Theme::default().styles.values() {
            for color in [style.fg, style.bg].into_iter().flatten() {
                assert!(
                    !matches!(color, Color::Black | Color::DarkGray | Color::Gray | Color::White),
                    "{style:?}"
                );
            }
        }
    }

    /// Red, green and blue of one of xterm's colours from 16 on.
    fn rgb(index: u8) -> [f64; 3] {
        if index >= 232 {
            return [f64::from(8 + 10 * u32::from(index - 232)); 3];
        }
        let cube = index - 16;
        [cube / 36, cube / 6 % 6, cube % 6]
            .map(|level| if level == 0 { 0.0 } else { f64::from(55 + 40 * u32::from(level)) })
    }

    /// WCAG 2.1, "relative luminance" and "contrast ratio".
    fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
        let luminance = |color: [f64; 3]| {
            let [r, g, b] = color.map(|part| {
                let part = part / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn colours_can_be_read_on_usual_backgrounds() {
        let black = [0.0; 3];
        let (code, base03) = ([30.0; 3], [0.0, 43.0, 54.0]);
        let (white, base3) = ([255.0; 3], [253.0, 246.0, 227.0]);
        for (look, backgrounds) in
            [(Look::Dark, vec![black, code, base03]), (Look::Light, vec![white, base3])]
        {
            for (meaning, style) in &Theme::named(look).styles {
                let Some(Color::Indexed(front)) = style.fg else { continue };
                let own = match style.bg {
                    Some(Color::Indexed(back)) => vec![rgb(back)],
                    _ => backgrounds.clone(),
                };
                for back in own {
                    let found = contrast(rgb(front), back);
                    assert!(found >= 4.5, "{look:?} {meaning:?} on {back:?}: {found:.2}");
                }
            }
        }
    }

    #[test]
    fn a_file_that_is_wrong_changes_nothing() {
        let mut theme = Theme::default();
        for (file, problem) in [
            (
                "sky = {}",
                "line 1: there is no meaning \"sky\": `sky = {}`; the meanings are text, ",
            ),
            (
                "accent = { fg = \"blurple\" }",
                "a colour: `accent = { fg = \"blurple\" }`; `platy help settings`",
            ),
            ("accent = { shine = true }", "line 1: unknown field"),
        ] {
            let before = theme.clone();
            assert!(theme.merge(file).unwrap_err().to_string().contains(problem), "{file}");
            assert_eq!(theme, before);
        }
        theme.merge("accent = { fg = \"#ff8800\", bold = true }").unwrap();
        assert_eq!(theme.style(Meaning::Accent).fg, Some(Color::Rgb(255, 136, 0)));
    }
}
