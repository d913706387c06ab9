//! The commands of the table.

use std::process::Output;

use serde_json::Value;

use super::{Kind, is_class};

/// A command with its words; `A`, `B`, `C`, `L` and `M` stand for references, the last three on a
/// registry without the fault, `R` and `H` for the repository and the host of `A`. `L` has a large
/// layer, `M` one of middle size.
pub struct Command {
    pub name: &'static str,
    words: &'static [&'static str],
    pub writes: Writes,
    pub after_a_push: bool,
    /// Whether it comes back whenever a registry asks it to, however often that is.
    pub obeys_waits: bool,
    /// The words that the name of a fault begins with for this command to meet it.
    pub only: &'static str,
}

/// Which tag a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    Nothing,
    /// `A`, where the fault is.
    Here,
    /// `C`, where the fault is not.
    There,
    /// `A` is deleted.
    Gone,
    /// The tag `new` gets what `A` holds.
    New,
    /// The same, and `A` is deleted.
    Renamed,
}

impl Writes {
    /// Whether it writes where the fault is.
    pub fn is_here(self) -> bool {
        !matches!(self, Self::Nothing | Self::There)
    }

    /// Whether it deletes a tag.
    pub fn deletes(self) -> bool {
        matches!(self, Self::Gone | Self::Renamed)
    }
}

const fn reading(name: &'static str, words: &'static [&'static str]) -> Command {
    tagging(name, words, Writes::Nothing)
}

const fn writing(name: &'static str, words: &'static [&'static str]) -> Command {
    tagging(name, words, Writes::Here)
}

const fn tagging(name: &'static str, words: &'static [&'static str], writes: Writes) -> Command {
    Command { name, words, writes, after_a_push: false, obeys_waits: false, only: "" }
}

pub const COMMANDS: &[Command] = &[
    reading("inspect", &["inspect", "A", "--json"]),
    reading("why", &["why", "A", "--json"]),
    reading("matrix", &["matrix", "A", "--json"]),
    reading("check", &["check", "A", "--json"]),
    reading("diff", &["diff", "A", "B", "--json"]),
    reading("diff --files", &["diff", "A", "B", "--files", "--platform", "linux/amd64", "--json"]),
    reading("tags", &["tags", "R", "--json"]),
    reading("repos", &["repos", "H", "--json"]),
    reading("digest", &["digest", "A"]),
    reading("config", &["config", "A", "--platform", "linux/amd64", "--json"]),
    reading("evidence", &["evidence", "A", "--json"]),
    reading("blame", &["blame", "A", "--platform", "linux/amd64", "--json"]),
    reading("blame PATH", &["blame", "A", "etc/motd", "--platform", "linux/amd64", "--json"]),
    reading("files", &["files", "A", "--platform", "linux/amd64", "--json"]),
    reading("cat", &["cat", "A", "etc/motd", "--platform", "linux/amd64"]),
    reading("extract", &["extract", "A", "etc", "out", "--platform", "linux/amd64", "--json"]),
    reading("wait", &["wait", "A", "--for", "8s", "--interval", "1s", "--json"]),
    Command { obeys_waits: true, ..reading("fleet", &["fleet", "images.txt", "--json"]) },
    reading("export", &["export", "A", "--spec"]),
    writing("edit", &["edit", "A", "--annotation", "a=b", "--yes", "--json"]),
    writing("create", &["create", "A", "A", "C", "--yes", "--json"]),
    writing("copy in", &["copy", "C", "A", "--yes", "--json"]),
    // More than the systems at both ends hold on the way.
    Command { only: "upload", ..writing("copy large", &["copy", "L", "A", "--yes", "--json"]) },
    // No more than they hold.
    Command { only: "upload", ..writing("copy middle", &["copy", "M", "A", "--yes", "--json"]) },
    tagging("copy out", &["copy", "B", "C", "--yes", "--json"], Writes::There),
    Command { after_a_push: true, ..writing("undo", &["undo", "A", "--yes", "--json"]) },
    writing("push", &["push", "list.yaml", "--yes", "--json"]),
    tagging("tag rm", &["tag", "rm", "A", "--yes", "--json"], Writes::Gone),
    tagging("tag cp", &["tag", "cp", "A", "new", "--yes", "--json"], Writes::New),
    tagging("tag mv", &["tag", "mv", "A", "new", "--yes", "--json"], Writes::Renamed),
];

impl Command {
    /// The words with these references in them.
    pub fn words(&self, names: &[String; 5]) -> Vec<String> {
        let repository = names[0].trim_end_matches(":latest");
        let word = |word: &&str| match *word {
            "A" => names[0].clone(),
            "R" => repository.to_owned(),
            "H" => repository.split('/').next().unwrap().to_owned(),
            "B" => names[1].clone(),
            "C" => names[2].clone(),
            "L" => names[3].clone(),
            "M" => names[4].clone(),
            word => word.to_owned(),
        };
        self.words.iter().map(word).collect()
    }

    /// What is wrong with what it printed and how it ended.
    pub fn trouble(&self, kind: &Kind, output: &Output) -> Vec<String> {
        let mut trouble = Vec::new();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.code().is_some_and(|code| (0..=2).contains(&code)) {
            trouble.push(format!("it ended with {}: {said}", output.status));
        }
        if output.status.code() == Some(2) && said.is_empty() {
            trouble.push("it says nothing".to_owned());
        }
        if !self.words.contains(&"--json") {
            return trouble;
        }
        match serde_json::from_slice::<Value>(&output.stdout) {
            Err(error) => trouble.push(format!("its JSON: {error}; {said}")),
            Ok(json) => {
                let class = json["error"]["class"].as_str();
                if let Some(class) = class.filter(|class| !is_class(class)) {
                    trouble.push(format!("the class {class}"));
                }
                let judged = matches!(self.name, "inspect" | "tags" | "repos" | "config");
                if judged && let Some(wanted) = kind.class.filter(|wanted| class != Some(*wanted)) {
                    trouble.push(format!("the class is {class:?}, not {wanted}: {said}"));
                }
            }
        }
        trouble
    }
}
