//! What characters the terminal shows, as the locale says.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;

use crate::text::{as_called, ascii};

/// Where text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Errors,
}

impl Stream {
    /// The text as it is shown there: with the commands in it as this user types them, and with ASCII
    /// signs on a terminal that shows nothing else.
    pub(super) fn shown<'t>(self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        let text = as_called(text);
        if self.is_ascii() { Cow::Owned(ascii(&text).into_owned()) } else { text }
    }

    /// Whether signs are shown as ASCII there.
    pub(super) fn is_ascii(self) -> bool {
        static ASCII: [OnceLock<bool>; 2] = [const { OnceLock::new() }; 2];
        let [output, errors] = &ASCII;
        let on_terminal = |is_terminal| is_terminal && is_ascii(|name| std::env::var(name).ok());
        *match self {
            Self::Output => output.get_or_init(|| on_terminal(io::stdout().is_terminal())),
            Self::Errors => errors.get_or_init(|| on_terminal(io::stderr().is_terminal())),
        }
    }
}

/// Whether signs beyond ASCII are not to be used: the locale names another character set than UTF-8, or
/// the terminal is Linux's console, whose font lacks most of them. Without any locale UTF-8 is meant:
/// containers have none, and their terminals show it.
pub(super) fn is_ascii(var: impl Fn(&str) -> Option<String>) -> bool {
    // POSIX.1-2024, 8.2: the first of these that is not empty counts.
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(&var);
    let locale = named.into_iter().find(|value| !value.is_empty());
    let is_utf8 = locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    cfg!(unix) && (!is_utf8 || var("TERM").is_some_and(|term| term == "linux"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_not_empty_counts() {
        for (variables, ascii) in [
            (&[][..], false),
            (&[("LANG", "C.UTF-8")], false),
            (&[("LANG", "C")], true),
            (&[("LANG", "de_DE.utf8"), ("LC_ALL", "POSIX")], true),
            (&[("LANG", "de_DE.ISO-8859-1"), ("LC_CTYPE", "UTF-8")], false),
            (&[("LANG", "C"), ("LC_ALL", "")], true),
            (&[("LANG", "C.UTF-8"), ("TERM", "linux")], true),
            (&[("TERM", "xterm")], false),
        ] {
            let var = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(is_ascii(var), ascii && cfg!(unix), "{variables:?}");
        }
    }
}
