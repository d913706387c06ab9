//! Reads a file.

use super::mention::{Mention, Named, Problem, Unresolved};
use super::node::{Node, Part, Value, parts};
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
    for part in parts(text) {
        let by_lines = by_lines(&part);
        let is_template =
            |it: &Mention| matches!(it.named, Named::Unresolved { why: Unresolved::Template, .. });
        reading.problems.extend(part.repeated);
        match part.documents {
            Ok(roots) => {
                roots.iter().for_each(|root| of_document(root, &mut pods, &mut reading));
            }
            // A template that was not rendered is told as that.
            Err(_) if by_lines.iter().any(is_template) => {}
            Err(problem) => reading.problems.push(problem),
        }
        reading.mentions.extend(by_lines);
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
                Some(text) => {
                    reading.mentions.push(Mention::plain(
                        Named::of(text),
                        item.line,
                        String::new(),
                    ));
                }
                None => of_document(item, pods, reading),
            }
        }
        return;
    }
    let (mentions, problems) = kubernetes::read(root, pods);
    reading.mentions.extend(mentions);
    reading.problems.extend(problems);
}

/// The images of a part by its lines: of one that is not YAML all fields that name images, else
/// those whose value begins with a brace, which YAML takes for a mapping.
fn by_lines(part: &Part) -> Vec<Mention> {
    let is_yaml = part.documents.is_ok();
    let mention = |(at, line): (usize, &str)| {
        let bare = line.trim().trim_start_matches("- ").trim();
        let (key, value) = bare.split_once(':')?;
        let key = key.trim().trim_matches(['"', '\'']);
        let is_image = key == "image" || key == "imageName" || key.ends_with("Image");
        let value = value.split(" #").next().unwrap_or_default().trim().trim_end_matches(',');
        let value = value.trim_matches(['"', '\'']);
        let is_template = value.starts_with("{{");
        let is_name = !is_yaml && (is_template || value.contains("{{") || is_text(value));
        let is_one = is_image && !value.is_empty() && (is_name || (is_yaml && is_template));
        is_one.then(|| Mention::plain(Named::of(value), part.line + at, String::new()))
    };
    part.text.lines().enumerate().filter_map(mention).collect()
}

/// Whether a value could name an image: it is neither a block nor the beginning of something else.
fn is_text(value: &str) -> bool {
    !value.contains(char::is_whitespace) && !value.starts_with(['{', '[', '|', '>', '&', '*', '!'])
}

#[cfg(test)]
mod tests;
