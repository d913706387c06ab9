//! Colours of printed text: its signs, as the explorer colours them.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::locale::Stream;

/// Whether printed text has colours.
static COLORS: AtomicBool = AtomicBool::new(false);

/// Whether printed text has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorWhen {
    /// On a terminal that shows them, unless NO_COLOR is set; or if CLICOLOR_FORCE is
    #[default]
    Auto,
    /// Also in a pipe
    Always,
    /// Never
    Never,
}

/// What the surroundings say of colours.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    is_terminal: bool,
    is_dumb: bool,
    no_color: bool,
    forced: bool,
}

impl Around {
    fn of_process(is_terminal: bool) -> Self {
        // Both count when they are not empty (no-color.org, bixense.com/clicolors); "0" forces nothing.
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            is_terminal,
            is_dumb: set("TERM").is_some_and(|term| term == "dumb"),
            no_color: set("NO_COLOR").is_some(),
            forced: set("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
        }
    }

    fn has_colors(self, when: ColorWhen) -> bool {
        match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if self.no_color => false,
            ColorWhen::Auto => self.forced || (self.is_terminal && !self.is_dumb),
        }
    }
}

/// Decides whether what is printed from now on has colours.
pub(super) fn decide(when: ColorWhen) {
    let around = Around::of_process(io::stdout().is_terminal());
    COLORS.store(around.has_colors(when), Ordering::Relaxed);
}

/// Whether what clap says has colours, of which no option has been read yet.
pub(super) fn clap_has_colors(is_terminal: bool) -> bool {
    Around::of_process(is_terminal).has_colors(ColorWhen::Auto)
}

/// Whether printed text has colours.
pub(super) fn has_colors() -> bool {
    COLORS.load(Ordering::Relaxed)
}

/// The text as the terminal shows it, with colours if they are wanted.
pub(super) fn painted(text: &str) -> Cow<'_, str> {
    Stream::Output.shown(match has_colors() {
        true => Cow::Owned(text.split_inclusive('\n').map(line).collect()),
        false => Cow::Borrowed(text),
    })
}

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

/// A line whose signs have colours: those that judge wherever they are a word, those of a
/// difference if they begin the line.
fn line(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut is_first = true;
    for word in line.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let color = match bare {
            "✗" => Some(RED),
            "✓" => Some(GREEN),
            "!" | "~" if is_first => Some(YELLOW),
            "●" if is_first => Some(CYAN),
            "+" if is_first => Some(GREEN),
            "-" | "−" if is_first => Some(RED),
            _ => None,
        };
        is_first &= bare.is_empty();
        match color {
            Some(color) => {
                let blank = word.get(bare.len()..).unwrap_or_default();
                out.push_str(&format!("\x1b[{color}m{bare}\x1b[0m{blank}"));
            }
            None => out.push_str(word),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_colours_gets_them_and_who_refuses_them_gets_none() {
        let terminal = Around { is_terminal: true, ..Around::default() };
        let refused = Around { no_color: true, ..terminal };
        let forced = Around { forced: true, ..Around::default() };
        for (around, auto) in [
            (terminal, true),
            (Around::default(), false),
            (Around { is_dumb: true, ..terminal }, false),
            (refused, false),
            (forced, true),
            (Around { forced: true, ..refused }, false),
        ] {
            assert_eq!(around.has_colors(ColorWhen::Auto), auto, "{around:?}");
            assert!(around.has_colors(ColorWhen::Always), "{around:?}");
            assert!(!around.has_colors(ColorWhen::Never), "{around:?}");
        }
    }

    #[test]
    fn signs_have_colours_and_nothing_else_does() {
        for (plain, painted) in [
            ("✗ it fails\n", "\x1b[31m✗\x1b[0m it fails\n"),
            (
                "  no. 1  ✓ linux/amd64  ✗ nothing",
                "  no. 1  \x1b[32m✓\x1b[0m linux/amd64  \x1b[31m✗\x1b[0m nothing",
            ),
            ("  ! odd ! as it is\n", "  \x1b[33m!\x1b[0m odd ! as it is\n"),
            ("  + linux/arm64\n", "  \x1b[32m+\x1b[0m linux/arm64\n"),
            ("- gone - really\n", "\x1b[31m-\x1b[0m gone - really\n"),
            ("● it is so", "\x1b[36m●\x1b[0m it is so"),
            ("a -b +c ✓x - y\n", "a -b +c ✓x - y\n"),
            ("-\n", "\x1b[31m-\x1b[0m\n"),
            ("", ""),
            ("\n", "\n"),
        ] {
            assert_eq!(line(plain), painted);
        }
    }
}
