//! What the tools' scripts share: the head, quoting, comments.

use std::fmt::Write as _;

use super::super::{Draft, Target};
use super::{Tool, Verdict};
use crate::text::quote;

/// Lines for a shell.
pub(super) struct Script(String);

impl Script {
    /// Begins with the verdict, and stops at the first error.
    pub(super) fn new(draft: &Draft, tool: Tool, verdict: &Verdict, first: &[String]) -> Self {
        let mut script = Self(String::new());
        let version = tool.version();
        script.comment(&format!("{tool} {version}: {verdict}"));
        script.comment(&format!("the list that is meant: {}", draft.document().digest));
        for sentence in first {
            script.comment(sentence);
        }
        if !matches!(verdict, Verdict::Cannot(_)) {
            let (command, ask) = (tool.command(), tool.asks_version());
            let _ = writeln!(script.0, "set -e");
            let _ = writeln!(
                script.0,
                "{ask} >/dev/null 2>&1 || {{ echo '{command} is not here; this script was checked \
                 with {tool} {version}' >&2; exit 127; }}"
            );
            script.line(&says_if_older(tool));
        }
        script
    }

    /// A line that the shell passes over, harmless for a terminal.
    pub(super) fn comment(&mut self, text: &str) {
        let text = crate::text::escape(text).replace(['\n', '\r'], " ");
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "# {text}");
    }

    /// A command.
    pub(super) fn command(&mut self, words: &[String]) {
        self.line(&quoted(words));
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) {
        let _ = writeln!(self.0, "{text}");
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Tells of a version that is older than the one that the verdict was checked with.
fn says_if_older(tool: Tool) -> String {
    let (command, ask, version) = (tool.command(), tool.asks_version(), tool.version());
    let older = format!(
        "{command} \" v \" is older than {version}, with which this script was checked: it may keep less"
    );
    format!(
        "{ask} 2>&1 | awk 'match($0, /[0-9]+[.][0-9]+[.][0-9]+/) {{ v = substr($0, RSTART, RLENGTH); \
         split(v, a, \".\"); split(\"{version}\", b, \".\"); for (i = 1; i < 4; i++) if (a[i] + 0 != \
         b[i] + 0) {{ if (a[i] + 0 < b[i] + 0) print \"{older}\"; exit }} exit }}' >&2"
    )
}

/// Words as a POSIX shell takes them.
pub(super) fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    quoted.join(" ")
}

/// The words of a command.
pub(super) fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}

/// `repository:tag` of each tag.
pub(super) fn tags(target: &Target) -> Vec<String> {
    target.tags.iter().map(|tag| target.repository.tagged(tag).to_string()).collect()
}

/// A value for a flag that splits at commas (pflag's StringSlice): quoted where that matters.
pub(super) fn csv(value: &str) -> String {
    if value.contains([',', '"', '\n', '\r']) || value.starts_with(' ') {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}
