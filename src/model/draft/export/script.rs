//! What the tools' scripts share: the head, quoting, comments.

use std::fmt::Write as _;

use super::super::{Draft, Target};
use super::{Tool, Verdict};

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
            let command = tool.command();
            let _ = writeln!(script.0, "set -e");
            let _ = writeln!(
                script.0,
                "command -v {command} >/dev/null || {{ echo '{command} is not here; this script \
                 was checked with {tool} {version}' >&2; exit 127; }}"
            );
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

/// Words as a POSIX shell takes them.
pub(super) fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    quoted.join(" ")
}

/// A word that a POSIX shell takes as it is.
pub(super) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    // Line breaks do no harm to a terminal, and a command substitution would lose those at the end.
    if crate::text::escape(&word.replace('\n', "")) == word.replace('\n', "") {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    // What a terminal would obey is spelled out for printf, and so is a dash at the beginning.
    let body = word.trim_end_matches('\n');
    let mut spelled = String::new();
    let mut buffer = [0; 4];
    for (at, c) in body.chars().enumerate() {
        if (c.is_ascii_graphic() || c == ' ') && !"\\'%".contains(c) && (at > 0 || c != '-') {
            spelled.push(c);
        } else {
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(spelled, "\\{byte:03o}");
            }
        }
    }
    let breaks = "\n".repeat(word.len() - body.len());
    let breaks = if breaks.is_empty() { breaks } else { format!("'{breaks}'") };
    format!("\"$(printf '{spelled}')\"{breaks}")
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_every_word_as_it_is() {
        let words = [
            "plain",
            "it's",
            "$(x) `y`",
            "a\"b\\c",
            "",
            "*",
            "~",
            "é",
            "\u{1b}[31m%s\\'",
            "a\nb",
            "$(x)\u{7}",
            "-\u{1b}[0m",
            "--flag=a\nb",
            "two\n\n",
            "\u{7}\n\n",
        ];
        let script = words.map(quote).join(" ");
        assert!(!script.contains('\u{1b}'));
        let out = std::process::Command::new("sh")
            .args(["-c", &format!("printf '%s\\0' {script}")])
            .output()
            .unwrap();
        let found: Vec<String> = String::from_utf8(out.stdout)
            .unwrap()
            .split_terminator('\0')
            .map(str::to_owned)
            .collect();
        assert_eq!(found, words);
    }
}
