//! YAML as a tree that knows its lines. Aliases share what they name, so that a file with a
//! million of them costs no more memory than its own length.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle};

use super::Problem;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 128;
/// The most values that are looked at in one document, aliases followed.
const MAX_VISITS: usize = 1_000_000;

/// A value and the line that it begins on.
#[derive(Debug)]
pub(super) struct Node {
    /// From 1.
    pub(super) line: usize,
    /// What it holds.
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Debug)]
pub(super) enum Value {
    /// Text, a number, a boolean: as written.
    Scalar(String),
    /// No value: empty, `~` or `null`.
    Null,
    /// A list.
    List(Vec<Rc<Node>>),
    /// A mapping, in the file's order; a key can be there twice.
    Map(Vec<(String, Rc<Node>)>),
}

impl Node {
    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a list; nothing for anything else.
    pub(super) fn items(&self) -> &[Rc<Self>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a key: the last one of this name, else the one that a merge (`<<`) brings.
    pub(super) fn get(&self, key: &str) -> Option<&Rc<Self>> {
        let Value::Map(entries) = &self.value else { return None };
        let own = entries.iter().rev().find(|(name, _)| name == key).map(|(_, node)| node);
        own.or_else(|| {
            entries.iter().filter(|(name, _)| name == "<<").find_map(|(_, merged)| {
                match &merged.value {
                    Value::List(several) => several.iter().find_map(|one| one.own(key)),
                    _ => merged.own(key),
                }
            })
        })
    }

    /// The value of a key without merges below merges.
    fn own(&self, key: &str) -> Option<&Rc<Self>> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().rev().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The text of a key's value.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The entries of a mapping, each key once with its last value; nothing for anything else.
    pub(super) fn entries(&self) -> Vec<(&str, &Rc<Self>)> {
        let Value::Map(entries) = &self.value else { return Vec::new() };
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (at, (name, _)) in entries.iter().enumerate() {
            last.insert(name, at);
        }
        entries
            .iter()
            .enumerate()
            .filter(|(at, (name, _))| last.get(name.as_str()) == Some(at))
            .map(|(_, (name, node))| (name.as_str(), node))
            .collect()
    }

    /// Whether it is a mapping.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Calls a function for this node and every one below, with the path of keys to it; goes no
    /// further down when the function says `false`. Returns `false` if there was more than a
    /// document may have.
    pub(super) fn visit(&self, look: &mut dyn FnMut(&[String], &Self) -> bool) -> bool {
        let mut budget = MAX_VISITS;
        self.visit_below(&mut Vec::new(), look, &mut budget)
    }

    fn visit_below(
        &self,
        path: &mut Vec<String>,
        look: &mut dyn FnMut(&[String], &Self) -> bool,
        budget: &mut usize,
    ) -> bool {
        let Some(rest) = budget.checked_sub(1) else { return false };
        *budget = rest;
        if path.len() > MAX_DEPTH || !look(path, self) {
            return true;
        }
        match &self.value {
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(at.to_string());
                    let whole = item.visit_below(path, look, budget);
                    path.pop();
                    if !whole {
                        return false;
                    }
                }
            }
            Value::Map(_) => {
                for (name, node) in self.entries() {
                    path.push(name.to_owned());
                    let whole = node.visit_below(path, look, budget);
                    path.pop();
                    if !whole {
                        return false;
                    }
                }
            }
            Value::Scalar(_) | Value::Null => {}
        }
        true
    }
}

/// A part of a file: what stands between two `---`.
#[derive(Debug)]
pub(super) struct Part {
    /// Its text.
    pub(super) text: String,
    /// The line of the file that the text begins on, from 1.
    pub(super) line: usize,
    /// Its documents, or why it is not YAML, with the line in the file.
    pub(super) documents: Result<Vec<Rc<Node>>, Problem>,
}

/// Reads every document of a YAML (or JSON) file. One that is broken does not hide the others.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<(usize, String)> = vec![(1, String::new())];
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let is_marker = line
            .strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']));
        if is_marker && at > 0 {
            parts.push((at + 1, String::new()));
        }
        if let Some((_, part)) = parts.last_mut() {
            part.push_str(line);
        }
    }
    parts
        .into_iter()
        .map(|(line, text)| Part { documents: compose(&text, line - 1), text, line })
        .collect()
}

enum Open {
    List { line: usize, anchor: usize, items: Vec<Rc<Node>> },
    Map { line: usize, anchor: usize, entries: Vec<(String, Rc<Node>)>, key: Option<String> },
}

/// The documents of a part of a file, whose lines are counted from `before`.
fn compose(text: &str, before: usize) -> Result<Vec<Rc<Node>>, Problem> {
    let mut anchors: HashMap<usize, Rc<Node>> = HashMap::new();
    let mut open: Vec<Open> = Vec::new();
    let mut roots = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Problem {
            line: Some(before + error.marker().line().max(1)),
            text: error.info().to_owned(),
        })?;
        let line = before + span.start.line();
        if open.len() > MAX_DEPTH {
            return Err(Problem {
                line: Some(line),
                text: format!("is nested deeper than {MAX_DEPTH} levels"),
            });
        }
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_null = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if is_null { Value::Null } else { Value::Scalar(text.into_owned()) };
                (anchor, Rc::new(Node { line, value }))
            }
            Event::Alias(anchor) => match anchors.get(&anchor) {
                Some(node) => (0, node.clone()),
                None => (0, Rc::new(Node { line, value: Value::Null })),
            },
            Event::SequenceStart(_, anchor, _) => {
                open.push(Open::List { line, anchor, items: Vec::new() });
                continue;
            }
            Event::MappingStart(_, anchor, _) => {
                open.push(Open::Map { line, anchor, entries: Vec::new(), key: None });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List { line, anchor, items }) => {
                    (anchor, Rc::new(Node { line, value: Value::List(items) }))
                }
                Some(Open::Map { line, anchor, entries, .. }) => {
                    (anchor, Rc::new(Node { line, value: Value::Map(entries) }))
                }
                None => continue,
            },
            _ => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, node.clone());
        }
        match open.last_mut() {
            None => roots.push(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                Some(name) => entries.push((name, node)),
                None => *key = Some(node.text().unwrap_or_default().to_owned()),
            },
        }
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(part: &Part) -> &Node {
        &part.documents.as_ref().unwrap()[0]
    }

    #[test]
    fn lines_merges_and_documents() {
        let text = "a: &x\n  image: one\n---\nb: [\n---\nc:\n  <<: *y\n";
        let parts = parts(text);
        assert_eq!(parts.len(), 3);
        assert_eq!(root(&parts[0]).get("a").unwrap().get("image").unwrap().line, 2);
        assert_eq!(parts[1].line, 3);
        assert!(parts[1].documents.is_err());
        assert!(parts[2].documents.is_err(), "an alias of another document");
    }

    #[test]
    fn a_merge_gives_what_the_mapping_lacks() {
        let text = "x: &x {image: one, tag: a}\ny:\n  <<: *x\n  tag: b\nz:\n  <<: [*x]\n";
        let parts = parts(text);
        let root = root(&parts[0]);
        assert_eq!(root.get("y").unwrap().text_of("image"), Some("one"));
        assert_eq!(root.get("y").unwrap().text_of("tag"), Some("b"));
        assert_eq!(root.get("z").unwrap().text_of("image"), Some("one"));
    }

    #[test]
    fn aliases_of_aliases_end() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert!(!root(&parts(&text)[0]).visit(&mut |_, _| true));
    }

    #[test]
    fn nesting_is_bounded() {
        assert!(parts(&"[".repeat(10_000))[0].documents.is_err());
    }
}
