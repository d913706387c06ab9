//! The table of keys as text: for the README, and for the page of keys.

use ratatui::layout::Rect;

use super::{Action, Areas, Context, Keymap, OwnCommand, Pane};
use crate::text::{escape, width, wrap};

/// A line of the page of keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelpLine {
    /// The heading of a context; the rest is then empty.
    pub title: &'static str,
    /// The keys of an action.
    pub keys: String,
    /// What they do.
    pub words: String,
}

/// Where the words of the page of keys begin.
#[must_use]
pub fn help_keys_width(keymap: &Keymap, own: &[OwnCommand]) -> usize {
    let actions = Action::ALL.iter().map(|info| width(&labels(keymap, info.action)));
    let cells = actions.chain(own.iter().map(|own| width(&keymap.shown(own.key))));
    cells.max().unwrap_or(0) + 2
}

/// The page of keys, every key that works by context, and the commands of the user's own, laid out for
/// a width.
#[must_use]
pub fn help_lines(keymap: &Keymap, own: &[OwnCommand], cells: usize) -> Vec<HelpLine> {
    let room = cells.saturating_sub(help_keys_width(keymap, own)).max(10);
    let mut lines = Vec::new();
    for context in Context::ALL {
        if !lines.is_empty() {
            lines.push(HelpLine::default());
        }
        lines.push(HelpLine { title: context.title(), ..HelpLine::default() });
        for info in Action::ALL.iter().filter(|info| info.context == context) {
            let mut keys = labels(keymap, info.action);
            for words in wrap(info.description, room) {
                lines.push(HelpLine { keys: std::mem::take(&mut keys), words, title: "" });
            }
        }
    }
    if !own.is_empty() {
        lines.push(HelpLine::default());
        lines.push(HelpLine { title: "Commands of config.toml", ..HelpLine::default() });
    }
    for own in own {
        let mut keys = keymap.shown(own.key);
        for words in wrap(&escape(&own.name), room) {
            lines.push(HelpLine { keys: std::mem::take(&mut keys), words, title: "" });
        }
    }
    lines
}

/// How far the page of keys can be scrolled in a terminal of this size.
pub(super) fn last_scroll(keymap: &Keymap, own: &[OwnCommand], size: (u16, u16)) -> usize {
    let body = Areas::of(size.0, size.1, Pane::Tree).body;
    lines_for(keymap, own, body).len().saturating_sub(usize::from(body.height))
}

/// Where the page of keys begins for a screen that listens to this context: at its own keys.
pub(super) fn first_scroll(
    keymap: &Keymap,
    own: &[OwnCommand],
    size: (u16, u16),
    context: Context,
) -> usize {
    let body = Areas::of(size.0, size.1, Pane::Tree).body;
    let lines = lines_for(keymap, own, body);
    let at = lines.iter().position(|line| line.title == context.title()).unwrap_or(0);
    at.min(last_scroll(keymap, own, size))
}

fn lines_for(keymap: &Keymap, own: &[OwnCommand], body: Rect) -> Vec<HelpLine> {
    help_lines(keymap, own, usize::from(body.width.saturating_sub(6)))
}

fn labels(keymap: &Keymap, action: Action) -> String {
    let keys: Vec<String> = keymap.keys(action).iter().map(|key| keymap.shown(*key)).collect();
    keys.join("  ")
}

/// The key table in Markdown, as the README shows it; a test compares the two.
#[must_use]
pub fn keys_markdown(keymap: &Keymap) -> String {
    let mut out = String::new();
    for context in Context::ALL {
        out.push_str(&format!("| **{}** `[{}]` | | |\n", context.title(), context.name()));
        if out.matches('\n').count() == 1 {
            out = format!("| key | what it does | name |\n|---|---|---|\n{out}");
        }
        for info in Action::ALL.iter().filter(|info| info.context == context) {
            let keys: Vec<String> =
                keymap.keys(info.action).iter().map(|key| format!("`{}`", key.label())).collect();
            out.push_str(&format!(
                "| {} | {} | `{}` |\n",
                keys.join(" "),
                info.description,
                info.name
            ));
        }
    }
    out
}
