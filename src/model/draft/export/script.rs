//! What the tools' scripts share: quoting, comments, where an entry is.

use std::fmt::Write as _;

use super::super::{Draft, Entry, Target};
use crate::oci::Location;

/// Lines for a shell.
pub(super) struct Script(String);

impl Script {
    /// Begins with the digest that platy makes: other tools encode lists in ways of their own.
    pub(super) fn new(draft: &Draft, tool: &str) -> Self {
        let mut script = Self(String::new());
        let digest = &draft.document().digest;
        script.comment(&format!(
            "{tool} encodes the list itself, so its digest may differ from platy's {digest}"
        ));
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
        let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
        let _ = writeln!(self.0, "{}", quoted.join(" "));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A word that a POSIX shell takes as it is.
pub(super) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if crate::text::escape(word) == word {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    // What a terminal would obey is spelled out for printf. Line breaks at the end are lost, as
    // with every command substitution.
    let mut spelled = String::new();
    let mut buffer = [0; 4];
    for c in word.chars() {
        if (c.is_ascii_graphic() || c == ' ') && !"\\'%".contains(c) {
            spelled.push(c);
        } else {
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(spelled, "\\{byte:03o}");
            }
        }
    }
    format!("\"$(printf '{spelled}')\"")
}

/// The words of a command.
pub(super) fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}

/// The entries that are in the list.
pub(super) fn entries(draft: &Draft) -> Vec<Entry> {
    draft.entries().into_iter().filter(|entry| entry.position.is_some()).collect()
}

/// The name of an entry's manifest in a registry. One that is elsewhere is named where it will be
/// in the target's repository, under a comment that says how it gets there.
pub(super) fn source(script: &mut Script, entry: &Entry, target: &Target) -> Option<String> {
    let digest = entry.descriptor.as_ref()?.digest.clone();
    let named = target.repository.at(digest.clone()).to_string();
    match entry.from.as_ref() {
        Location::Registry(reference) => Some(reference.repository.at(digest).to_string()),
        other => {
            script.comment(&format!("{digest} is in {other}: copy it to {named} first"));
            Some(named)
        }
    }
}

/// `repository:tag` of each tag.
pub(super) fn tags(target: &Target) -> Vec<String> {
    target.tags.iter().map(|tag| target.repository.tagged(tag).to_string()).collect()
}

/// Whether the platform in the list is not the one that a tool would take from the config.
pub(super) fn differs_from_config(entry: &Entry) -> bool {
    match (entry.platform(), &entry.config) {
        (Some(platform), Some(config)) => platform != config,
        _ => false,
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
