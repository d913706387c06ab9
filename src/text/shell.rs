//! Words for a POSIX shell.

use std::fmt::Write as _;

/// A word that a POSIX shell takes as it is.
#[must_use]
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    // Line breaks do no harm to a terminal, and a command substitution would lose those at the end.
    if super::escape(&word.replace('\n', "")) == word.replace('\n', "") {
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
