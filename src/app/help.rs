//! The table of keys as text, for the README.

use super::{Action, Context, Keymap};

/// The key table in Markdown, as the README shows it; a test compares the two.
#[must_use]
pub fn keys_markdown(keymap: &Keymap) -> String {
    let mut out = String::new();
    for context in Context::ALL {
        out.push_str(&format!("| **{}** | |\n", context.title()));
        if out.matches('\n').count() == 1 {
            out = format!("| key | what it does |\n|---|---|\n{out}");
        }
        for info in Action::ALL.iter().filter(|info| info.context == context) {
            let keys: Vec<String> =
                keymap.keys(info.action).iter().map(|key| format!("`{}`", key.label())).collect();
            out.push_str(&format!("| {} | {} |\n", keys.join(" "), info.description));
        }
    }
    out
}
