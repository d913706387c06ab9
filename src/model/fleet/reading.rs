//! Reads a file.

use super::mention::{Mention, Named, Unresolved};
use super::mentions::{MAX_MENTIONS, Mentions};
use super::node::{Node, Part, Value, documents, parts, without_tabs};
use super::problem::Problem;
use super::{Form, actions, compose, dockerfile, gitlab, kubernetes, plain};

/// The largest file that is read, in bytes (64 MiB).
const MAX_BYTES: usize = 64 << 20;
/// The most problems that are told of one file.
const MAX_PROBLEMS: usize = 1_000;

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
    let mut found = Found::default();
    match Form::of(name, text) {
        Form::Dockerfile => dockerfile::read(text, arguments, &mut found.mentions),
        Form::Plain => plain::read(text, &mut found.mentions),
        Form::Yaml => yaml(text, &mut found),
    }
    let mentions = found.mentions.into_iter().collect();
    let mut reading = Reading { mentions, problems: found.problems };
    reading.mentions.sort_by_key(|mention| mention.line);
    reading.keep(MAX_MENTIONS);
    reading
}

impl Reading {
    /// Keeps so many images, and says so first of all if there are more; once, however often it is
    /// called.
    pub(super) fn keep(&mut self, most: usize) {
        if self.mentions.len() > most {
            let line = self.mentions.get(most).map(|it| it.line);
            let text = format!(
                "names more than the {MAX_MENTIONS} images that are read in one go; what \
                         follows was left out"
            );
            self.mentions.truncate(most);
            self.mentions.shrink_to_fit();
            self.problems.retain(|it| it.text != text);
            self.problems.insert(0, Problem { line, text });
        }
        if self.problems.len() > MAX_PROBLEMS {
            self.problems.truncate(MAX_PROBLEMS);
            let text = format!("has more than {MAX_PROBLEMS} problems; the others are not told");
            self.problems.push(Problem { line: None, text });
        }
    }
}

/// What was read so far: one more of either than is kept at most.
#[derive(Default)]
struct Found {
    mentions: Mentions,
    problems: Vec<Problem>,
}

impl Found {
    fn add(&mut self, problems: impl IntoIterator<Item = Problem>) {
        let room = (MAX_PROBLEMS + 1).saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
    }
}

fn yaml(text: &str, all: &mut Found) {
    let mut repeated = Vec::new();
    let mut pods = 0;
    for part in parts(text) {
        let mut read = of_part(part, pods);
        if let (Err(_), Some(text)) = (&read.found, without_tabs(part.text)) {
            read = of_part(Part { text: &text, ..part }, pods);
        }
        let by_lines = by_lines(part, read.found.is_ok());
        let is_template =
            |it: &Mention| matches!(it.named, Named::Unresolved { why: Unresolved::Template, .. });
        let room = (MAX_PROBLEMS + 1).saturating_sub(repeated.len());
        repeated.extend(read.repeated.into_iter().take(room));
        match read.found {
            Ok(found) => {
                pods = read.pods;
                all.mentions.extend(found.mentions);
                all.add(found.problems);
            }
            // A template that was not rendered is told as that.
            Err(_) if by_lines.as_slice().iter().any(is_template) => {}
            Err(problem) => all.add([problem]),
        }
        all.mentions.extend(by_lines);
    }
    // What was not read is told before what was.
    all.add(repeated);
}

/// What a part of a file holds.
struct Read {
    found: Result<Found, Problem>,
    /// The number of the last pod.
    pods: usize,
    repeated: Vec<Problem>,
}

fn of_part(part: Part<'_>, mut pods: usize) -> Read {
    let mut repeated = Vec::new();
    let mut found = Found::default();
    let mut take = |object: &Node| {
        let is_one = kubernetes::is(object);
        if is_one {
            of_document(object, &mut pods, &mut found);
        }
        is_one
    };
    let found = documents(part, &mut repeated, &mut take).map(|roots| {
        roots.iter().for_each(|root| of_document(root, &mut pods, &mut found));
        found
    });
    Read { found, pods, repeated }
}

fn of_document(root: &Node, pods: &mut usize, found: &mut Found) {
    if kubernetes::is(root) {
        let problems = kubernetes::read(root, pods, &mut found.mentions);
        found.add(problems);
    } else if compose::is(root) {
        compose::read(root, &mut found.mentions);
    } else if actions::is(root) {
        actions::read(root, &mut found.mentions);
    } else if gitlab::is(root) {
        gitlab::read(root, &mut found.mentions);
    } else {
        other(root, pods, found);
    }
}

/// A list of names, a list of objects, or any object with fields named as images are.
fn other(root: &Node, pods: &mut usize, found: &mut Found) {
    if let Value::List(items) = &root.value {
        for item in items {
            match item.text() {
                Some(text) => {
                    let mention = Mention::plain(Named::of(text), item.line, String::new());
                    found.mentions.push(mention);
                }
                None => of_document(item, pods, found),
            }
        }
        return;
    }
    let problems = kubernetes::read(root, pods, &mut found.mentions);
    found.add(problems);
}

/// The images of a part by its lines: of one that is not YAML all fields that name images, else
/// those whose value begins with a brace, which YAML takes for a mapping.
fn by_lines(part: Part<'_>, is_yaml: bool) -> Mentions {
    let of_line = |(at, line): (usize, &str)| {
        let is_one = |value: &&str| {
            let is_template = value.starts_with("{{");
            let is_name = !is_yaml && (is_template || value.contains("{{") || is_text(value));
            is_name || (is_yaml && is_template)
        };
        let values = values(line).into_iter().filter(is_one);
        let mentions =
            values.map(|it| Mention::plain(Named::of(it), part.line + at, String::new()));
        mentions.collect::<Vec<_>>()
    };
    let mut found = Mentions::default();
    found.extend(part.text.lines().enumerate().flat_map(of_line));
    found
}

/// The values of a line's fields that name images, in block and flow style.
fn values(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    if line.trim_start().starts_with('#') {
        return found;
    }
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(':') {
        let key = before.trim_end().trim_end_matches(['"', '\'']);
        let begin = key.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
        let key = key.get(begin..).unwrap_or_default();
        let is_image = key == "image" || key == "imageName" || key.ends_with("Image");
        if !is_image || !after.starts_with([' ', '\t']) {
            rest = after;
            continue;
        }
        let (value, more) = value(after.trim_start());
        found.extend((!value.is_empty()).then_some(value));
        rest = more;
    }
    found
}

/// The value that a text begins with, and what follows it.
fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let mut end = 0;
    // Whatever is between the braces of a template belongs to it.
    loop {
        let rest = text.get(end..).unwrap_or_default();
        if let Some(template) = rest.strip_prefix("{{") {
            let length = template.find("}}").map_or(template.len(), |at| at + 2);
            end += 2 + length;
            continue;
        }
        match rest.chars().next() {
            None | Some(',' | '}' | ']') => break,
            Some(c) if c.is_whitespace() => break,
            Some(c) => end += c.len_utf8(),
        }
    }
    text.split_at(end.min(text.len()))
}

/// Whether a value could name an image: it is neither a block nor the beginning of something else.
fn is_text(value: &str) -> bool {
    !value.contains(char::is_whitespace) && !value.starts_with(['{', '[', '|', '>', '&', '*', '!'])
}

#[cfg(test)]
mod tests;
