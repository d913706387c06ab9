//! Plain words: phrases that were mended once do not come back, in no text of the project.

use std::fs;
use std::path::{Path, PathBuf};

/// Phrases that nobody would say; each was in a text of platy.
const PHRASES: [&str; 14] = [
    "keep one of both",
    "which of both is true",
    "the cause is another",
    "cannot be told,",
    "cannot be told.",
    "cannot be told:",
    "another machine is asked about",
    "the keys are with",
    "\"take it\"",
    "\"leave it\"",
    "Who has all of",
    "entries that are none",
    "look whether",
    "what is not for that machine",
];
/// What may follow "is no": `is no longer`, `is no larger than`.
const AFTER_NO: [&str; 8] =
    ["longer", "more", "less", "fewer", "larger", "smaller", "slower", "faster"];
/// What may follow "stand": `stands for`, `stands in for`, `stands out`.
const AFTER_STAND: [&str; 4] = ["for", "in", "out", "alone"];

/// Texts of the project: code, tests, manual, front door, findings; not what tools printed.
fn texts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md"), root.join("CHANGELOG.md")];
    let mut folders: Vec<PathBuf> =
        ["src", "tests", "assets", ".github", "findings"].map(|it| root.join(it)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let end = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
            if path.is_dir() {
                let generated = ["data", "fuzz", "traces"];
                if !path.file_name().is_some_and(|it| generated.iter().any(|name| it == *name)) {
                    folders.push(path);
                }
            } else if ["rs", "md", "toml", "sh", "yaml", "yml"].contains(&end) {
                found.push(path);
            }
        }
    }
    found.retain(|path| !path.ends_with("tests/words.rs"));
    found
}

/// The text without line breaks and the marks of comments, so that a phrase is found that is broken
/// between two lines.
fn flowing(text: &str) -> String {
    let lines = text.lines().map(|line| {
        line.trim().trim_start_matches(['/', '!', '#', '*']).trim_end_matches('\\').trim()
    });
    lines.collect::<Vec<_>>().join(" ")
}

fn word_after<'t>(words: &[&'t str], at: usize) -> &'t str {
    let word = words.get(at + 1).unwrap_or(&"").trim_start_matches(|c: char| !c.is_alphanumeric());
    word.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// What of a text is not plain, with a few words around it.
fn odd(text: &str) -> Vec<String> {
    let flowing = flowing(text);
    let mut found: Vec<String> =
        PHRASES.iter().filter(|it| flowing.contains(*it)).map(|it| (*it).to_owned()).collect();
    let words: Vec<&str> = flowing.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let around = || words[at.saturating_sub(3)..(at + 4).min(words.len())].join(" ");
        let is_verb = ["is", "are", "was", "were"].contains(word);
        let before = words.get(at.wrapping_sub(1)).map_or(String::new(), |it| it.to_lowercase());
        let there = before.ends_with("there");
        let is_no = is_verb && !there && words.get(at + 1) == Some(&"no");
        if is_no && !AFTER_NO.contains(&word_after(&words, at + 1)) {
            found.push(around());
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if ["stand", "stands"].contains(&bare) && !AFTER_STAND.contains(&word_after(&words, at)) {
            found.push(around());
        }
    }
    found
}

#[test]
fn phrases_that_were_mended_do_not_come_back() {
    let texts = texts();
    assert!(texts.len() > 500, "{}", texts.len());
    let mut found = Vec::new();
    for path in texts {
        let text = fs::read_to_string(&path).unwrap();
        found.extend(odd(&text).into_iter().map(|it| format!("{}: {it}", path.display())));
    }
    assert!(found.is_empty(), "say it plainly:\n{}", found.join("\n"));
}

#[test]
fn a_phrase_is_found_across_lines_and_an_idiom_is_not() {
    for odd_text in [
        "/// A name is\n/// no path.",
        "// Where the\n// parts stand.",
        "look\n    whether",
        "they are no use",
    ] {
        assert!(!odd(odd_text).is_empty(), "{odd_text}");
    }
    for plain in ["there is no path", "it is no longer", "what they stand for", "stand-in"] {
        assert_eq!(odd(plain), Vec::<String>::new(), "{plain}");
    }
}
