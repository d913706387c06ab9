//! Reads a file.

use super::mention::{Mention, Named, Problem, Served};
use super::node::{Broken, Node, Value, documents};
use super::{Form, actions, compose, dockerfile, gitlab, kubernetes, plain};

/// The largest file that is read, in bytes (64 MiB).
const MAX_BYTES: usize = 64 << 20;

/// What a file names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The images, in the file's order.
    pub mentions: Vec<Mention>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads the text of a file; `name` tells the form ([`Form::of`]), `arguments` are values for a
/// Dockerfile's `ARG`s.
#[must_use]
pub fn read(name: &str, text: &str, arguments: &[(String, String)]) -> Reading {
    if text.len() > MAX_BYTES {
        let text = format!("is larger than {} MiB and was not read", MAX_BYTES >> 20);
        return Reading { mentions: Vec::new(), problems: vec![Problem { line: None, text }] };
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match Form::of(name, text) {
        Form::Dockerfile => {
            Reading { mentions: dockerfile::read(text, arguments), problems: Vec::new() }
        }
        Form::Plain => Reading { mentions: plain::read(text), problems: Vec::new() },
        Form::Yaml => yaml(text),
    }
}

fn yaml(text: &str) -> Reading {
    let mut reading = Reading::default();
    let mut pods = 0;
    for document in documents(text) {
        match document {
            Ok(root) => of_document(&root, &mut pods, &mut reading),
            Err(broken) => of_broken(broken, &mut reading),
        }
    }
    reading.mentions.sort_by_key(|mention| mention.line);
    reading
}

fn of_document(root: &Node, pods: &mut usize, reading: &mut Reading) {
    if kubernetes::is(root) {
        let (mentions, problems) = kubernetes::read(root, pods);
        reading.mentions.extend(mentions);
        reading.problems.extend(problems);
    } else if compose::is(root) {
        reading.mentions.extend(compose::read(root));
    } else if actions::is(root) {
        reading.mentions.extend(actions::read(root));
    } else if gitlab::is(root) {
        reading.mentions.extend(gitlab::read(root));
    } else {
        other(root, pods, reading);
    }
}

/// A list of names, a list of objects, or any object with fields named as images are.
fn other(root: &Node, pods: &mut usize, reading: &mut Reading) {
    if let Value::List(items) = &root.value {
        for item in items {
            match item.text() {
                Some(text) => reading.mentions.push(Mention {
                    named: Named::of(text),
                    line: item.line,
                    owner: String::new(),
                    served: Served::Targets,
                    pod: None,
                    running: None,
                }),
                None => of_document(item, pods, reading),
            }
        }
        return;
    }
    let (mentions, problems) = kubernetes::read(root, pods);
    reading.mentions.extend(mentions);
    reading.problems.extend(problems);
}

/// A document that is not YAML: a template that was not rendered names its images by line.
fn of_broken(broken: Broken, reading: &mut Reading) {
    let mut templates = Vec::new();
    for (at, line) in broken.text.lines().enumerate() {
        let bare = line.trim().trim_start_matches("- ").trim();
        let Some((key, value)) = bare.split_once(':') else { continue };
        if key.trim_matches(['"', '\'']) == "image" && value.contains("{{") {
            templates.push(Mention {
                named: Named::of(value.trim().trim_matches(['"', '\''])),
                line: broken.line + at,
                owner: String::new(),
                served: Served::Targets,
                pod: None,
                running: None,
            });
        }
    }
    if templates.is_empty() || !broken.text.contains("{{") {
        reading.problems.push(broken.problem);
    }
    reading.mentions.extend(templates);
}

#[cfg(test)]
mod tests;
