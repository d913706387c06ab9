//! YAML as a tree that knows its lines. Aliases share what they name, so that a file with a
//! million of them costs no more memory than its own length.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle};

use super::problem::Problem;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 128;
/// The deepest chain of merges that is followed.
const MAX_MERGES: usize = 32;
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
        self.get_within(key, MAX_MERGES)
    }

    fn get_within(&self, key: &str, depth: usize) -> Option<&Rc<Self>> {
        let Value::Map(entries) = &self.value else { return None };
        let own = entries.iter().rev().find(|(name, _)| name == key).map(|(_, node)| node);
        let depth = depth.checked_sub(1)?;
        own.or_else(|| self.merged().find_map(|merged| merged.get_within(key, depth)))
    }

    /// The mappings that are merged into this one, the first counts most.
    fn merged(&self) -> impl Iterator<Item = &Rc<Self>> {
        let entries = match &self.value {
            Value::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().filter(|(name, _)| name == "<<").flat_map(|(_, merged)| {
            match &merged.value {
                Value::List(several) => several.as_slice(),
                _ => std::slice::from_ref(merged),
            }
        })
    }

    /// The text of a key's value.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The entries of a mapping, each key once with its last value, and what merges bring beside
    /// them; nothing for anything else.
    pub(super) fn entries(&self) -> Vec<(&str, &Rc<Self>)> {
        let mut found = Vec::new();
        self.entries_within(MAX_MERGES, &mut HashSet::new(), &mut found);
        found
    }

    fn entries_within<'n>(
        &'n self,
        depth: usize,
        known: &mut HashSet<&'n str>,
        found: &mut Vec<(&'n str, &'n Rc<Self>)>,
    ) {
        let (Value::Map(entries), Some(depth)) = (&self.value, depth.checked_sub(1)) else {
            return;
        };
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (at, (name, _)) in entries.iter().enumerate() {
            last.insert(name, at);
        }
        let own = entries.iter().enumerate().filter(|(at, (name, _))| {
            name != "<<" && last.get(name.as_str()) == Some(at) && known.insert(name)
        });
        found.extend(own.map(|(_, (name, node))| (name.as_str(), node)));
        for merged in self.merged() {
            merged.entries_within(depth, known, found);
        }
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

/// A part of a file: what is between two `---`.
#[derive(Debug)]
pub(super) struct Part {
    /// Its text.
    pub(super) text: String,
    /// The line of the file that the text begins on, from 1.
    pub(super) line: usize,
    /// Its documents, or why it is not YAML, with the line in the file.
    pub(super) documents: Result<Vec<Rc<Node>>, Problem>,
    /// Keys that a mapping has twice.
    pub(super) repeated: Vec<Problem>,
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
        .map(|(line, text)| {
            let mut repeated = Vec::new();
            let mut documents = compose(&text, line - 1, &mut repeated);
            // JSON may be indented with tabs, YAML may not; a string of JSON has no bare tab.
            if documents.is_err()
                && text.trim_start().starts_with(['{', '['])
                && text.contains('\t')
            {
                repeated.clear();
                documents = compose(&text.replace('\t', " "), line - 1, &mut repeated);
            }
            Part { documents, text, line, repeated }
        })
        .collect()
}

enum Open {
    List {
        line: usize,
        anchor: usize,
        items: Vec<Rc<Node>>,
    },
    Map {
        line: usize,
        anchor: usize,
        entries: Vec<(String, Rc<Node>)>,
        keys: HashSet<String>,
        key: Option<String>,
    },
}

/// The documents of a part of a file, whose lines are counted from `before`.
fn compose(
    text: &str,
    before: usize,
    repeated: &mut Vec<Problem>,
) -> Result<Vec<Rc<Node>>, Problem> {
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
                open.push(Open::Map {
                    line,
                    anchor,
                    entries: Vec::new(),
                    keys: HashSet::new(),
                    key: None,
                });
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
            Some(Open::Map { entries, keys, key, .. }) => match key.take() {
                Some(name) => {
                    if name != "<<" && !name.is_empty() && !keys.insert(name.clone()) {
                        repeated.push(Problem {
                            line: Some(line),
                            text: format!("the key {name:?} is there twice; the last one counts"),
                        });
                    }
                    entries.push((name, node));
                }
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
        let names: Vec<&str> =
            root.get("y").unwrap().entries().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["tag", "image"]);
    }

    #[test]
    fn merges_of_merges_and_of_themselves_end() {
        let text = "a: &a {image: one}\nb: &b\n  <<: *a\nc:\n  <<: *b\n";
        let parts = parts(text);
        assert_eq!(root(&parts[0]).get("c").unwrap().text_of("image"), Some("one"));
        assert_eq!(root(&parts[0]).get("c").unwrap().entries().len(), 1);
    }

    #[test]
    fn json_with_tabs_is_json_and_yaml_with_tabs_is_not_yaml() {
        let parts_of = |text: &str| parts(text).remove(0).documents.is_ok();
        assert!(parts_of("{\n\t\"image\": \"a:1\"\n}\n"));
        assert!(!parts_of("a:\n\timage: one\n"));
    }

    #[test]
    fn a_key_that_is_there_twice_is_named() {
        let parts = parts("a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n");
        let lines: Vec<Option<usize>> = parts[0].repeated.iter().map(|it| it.line).collect();
        assert_eq!(lines, [Some(3), Some(4)]);
        assert_eq!(root(&parts[0]).text_of("a"), Some("3"));
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
