//! The name by which the user calls platy.

use std::borrow::Cow;
use std::sync::OnceLock;

/// How sentences and pages name it.
const NAME: &str = "platy";

static CALLED: OnceLock<&'static str> = OnceLock::new();

/// Says once, before anything is printed, by what words the user calls platy: `docker platy`.
pub fn call(name: &'static str) {
    // The first name is the one that was typed.
    let _ = CALLED.set(name);
}

/// The words by which the user calls platy.
#[must_use]
pub fn called() -> &'static str {
    CALLED.get().copied().unwrap_or(NAME)
}

/// The sentence with the commands between its backquotes as this user types them.
#[must_use]
pub fn as_called<'t>(text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
    renamed(text.into(), called(), |before| before.ends_with('`'))
}

/// A line of a shell, or an example in a page, with the commands as this user types them.
#[must_use]
pub fn line_as_called<'t>(line: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
    renamed(line.into(), called(), begins_command)
}

/// Whether a command begins behind this part of a shell's line.
fn begins_command(before: &str) -> bool {
    let bare = before.trim_end_matches(' ');
    bare.is_empty() || bare.ends_with(['\n', '|', ';', '&']) || before.ends_with(['(', '`'])
}

/// The text with another name where `begins` says that a command begins.
fn renamed<'t>(text: Cow<'t, str>, name: &str, begins: impl Fn(&str) -> bool) -> Cow<'t, str> {
    if name == NAME {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = 0;
    for (at, _) in text.match_indices(NAME) {
        let before = text.get(..at).unwrap_or_default();
        let behind = text.get(at + NAME.len()..).unwrap_or_default();
        if behind.starts_with([' ', '`']) && begins(before) {
            out.push_str(text.get(rest..at).unwrap_or_default());
            out.push_str(name);
            rest = at + NAME.len();
        }
    }
    out.push_str(text.get(rest..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCKER: &str = "docker platy";

    #[test]
    fn commands_in_sentences_have_the_name_that_the_user_types() {
        let of = |text: &'static str| renamed(text.into(), DOCKER, |it| it.ends_with('`'));
        for (text, named) in [
            ("`platy undo a` puts it back", "`docker platy undo a` puts it back"),
            ("platy: look with `platy tags x`", "platy: look with `docker platy tags x`"),
            ("`platy` and `platy-why.1` of platy", "`docker platy` and `platy-why.1` of platy"),
            ("platy reads it", "platy reads it"),
        ] {
            assert_eq!(of(text), named);
        }
        assert_eq!(renamed("`platy undo`".into(), NAME, |_| true), "`platy undo`");
    }

    #[test]
    fn lines_of_a_shell_have_it_where_a_command_begins() {
        let of = |text: &'static str| renamed(text.into(), DOCKER, begins_command);
        for (line, named) in [
            ("  platy tag cp a b", "  docker platy tag cp a b"),
            ("pass show x | platy login y", "pass show x | docker platy login y"),
            ("source <(platy completions bash)", "source <(docker platy completions bash)"),
            ("Examples:\n  platy cat a b", "Examples:\n  docker platy cat a b"),
            ("cargo run -p platy -- demo", "cargo run -p platy -- demo"),
            ("ln -s \"$(command -v platy)\" x", "ln -s \"$(command -v platy)\" x"),
            ("see `platy help`", "see `docker platy help`"),
        ] {
            assert_eq!(of(line), named);
        }
    }
}
