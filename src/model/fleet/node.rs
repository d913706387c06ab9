//! YAML as a tree that knows its lines. Aliases share what they name, so that a file with a
//! million of them costs no more memory than its own length.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle};

use super::mapping::Mapping;
use super::problem::Problem;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 128;
/// The deepest chain of merges that is followed.
const MAX_MERGES: usize = 32;
/// The most mappings that merges bring to one mapping: what a thousand jobs merge is looked at for
/// each of them.
const MAX_MERGED: usize = 256;
/// The most values that are looked at in one document, aliases followed.
const MAX_VISITS: usize = 1_000_000;
/// The most values of a document that are held at once: each takes about 150 bytes. An object of
/// Kubernetes has at most some tens of thousands (etcd takes 1.5 MB for one).
const MAX_VALUES: usize = 300_000;
/// The most keys that are told to be there twice.
const MAX_REPEATED: usize = 1_000;

/// The key that brings the entries of other mappings.
const MERGE: &str = "<<";

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
    /// A mapping.
    Map(Mapping),
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
        self.own(key).or_else(|| self.brought(key, MAX_MERGES, &mut Merges::default()))
    }

    /// The value that the mapping itself has for a key.
    fn own(&self, key: &str) -> Option<&Rc<Self>> {
        let Value::Map(mapping) = &self.value else { return None };
        mapping.last(key)
    }

    /// The value that merges bring for a key.
    fn brought(&self, key: &str, depth: usize, merges: &mut Merges) -> Option<&Rc<Self>> {
        let depth = depth.checked_sub(1)?;
        for merged in self.merged() {
            match merges.look_at(merged) {
                Look::New => {
                    let found = merged.own(key).or_else(|| merged.brought(key, depth, merges));
                    if found.is_some() {
                        return found;
                    }
                }
                Look::Again => {}
                Look::TooMany => break,
            }
        }
        None
    }

    /// The mappings that are merged into this one, the first counts most.
    fn merged(&self) -> impl Iterator<Item = &Rc<Self>> {
        let mapping = match &self.value {
            Value::Map(mapping) => Some(mapping),
            _ => None,
        };
        mapping.into_iter().flat_map(|it| it.all(MERGE)).flat_map(|merged| match &merged.value {
            Value::List(several) => several.as_slice(),
            _ => std::slice::from_ref(merged),
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
        self.entries_within(MAX_MERGES, &mut HashSet::new(), &mut Merges::default(), &mut found);
        found
    }

    /// Adds its own, and what so many levels of merges bring.
    fn entries_within<'n>(
        &'n self,
        levels: usize,
        known: &mut HashSet<&'n str>,
        merges: &mut Merges,
        found: &mut Vec<(&'n str, &'n Rc<Self>)>,
    ) {
        let Value::Map(mapping) = &self.value else { return };
        let entries = mapping.entries();
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (at, (name, _)) in entries.iter().enumerate() {
            last.insert(name, at);
        }
        let own = entries.iter().enumerate().filter(|(at, (name, _))| {
            **name != *MERGE && last.get(&**name) == Some(at) && known.insert(name)
        });
        found.extend(own.map(|(_, (name, node))| (&**name, node)));
        let Some(levels) = levels.checked_sub(1) else { return };
        for merged in self.merged() {
            match merges.look_at(merged) {
                Look::New => merged.entries_within(levels, known, merges, found),
                Look::Again => {}
                Look::TooMany => break,
            }
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

/// The mappings that merges have brought to one mapping so far.
#[derive(Default)]
struct Merges {
    known: HashSet<*const Node>,
    count: usize,
}

/// Whether a mapping that is merged is to be looked at.
enum Look {
    /// It is.
    New,
    /// It was looked at, and has nothing else the second time: one that comes later in a list is
    /// looked at earlier if what is before it merges it.
    Again,
    /// There were too many.
    TooMany,
}

impl Merges {
    fn look_at(&mut self, merged: &Rc<Node>) -> Look {
        self.count += 1;
        match (self.count <= MAX_MERGED, self.known.insert(Rc::as_ptr(merged))) {
            (false, _) => Look::TooMany,
            (true, true) => Look::New,
            (true, false) => Look::Again,
        }
    }
}

/// A part of a file: what is between two `---`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'t> {
    /// Its text.
    pub(super) text: &'t str,
    /// The line of the file that the text begins on, from 1.
    pub(super) line: usize,
}

/// The parts of a YAML (or JSON) file, one after the other. One that is broken does not hide the
/// others; one in which there is nothing is left out.
pub(super) fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let (mut rest, mut next) = (text, 1);
    let part = move || {
        let (mut end, mut lines) = (0, 0);
        for (at, line) in rest.split_inclusive('\n').enumerate() {
            if at > 0 && begins_part(line) {
                break;
            }
            end += line.len();
            lines = at + 1;
        }
        let (text, more) = rest.split_at(end);
        let line = next;
        (rest, next) = (more, next + lines);
        (end > 0).then_some(Part { text, line })
    };
    let is_something =
        |part: &Part<'_>| !part.text.strip_prefix("---").unwrap_or(part.text).trim().is_empty();
    std::iter::from_fn(part).filter(is_something)
}

fn begins_part(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// JSON may be indented with tabs, YAML may not; a string of JSON has no bare tab. `None` if
/// there are none, or it is not JSON.
pub(super) fn without_tabs(text: &str) -> Option<String> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    (is_json && text.contains('\t')).then(|| text.replace('\t', " "))
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
        entries: Vec<(Rc<str>, Rc<Node>)>,
        keys: HashSet<Rc<str>>,
        key: Option<Rc<str>>,
    },
}

/// What a document consists of so far.
struct Composer<'a> {
    anchors: HashMap<usize, Rc<Node>>,
    open: Vec<Open>,
    roots: Vec<Rc<Node>>,
    /// How many values are held.
    held: usize,
    /// How many values and anchors there were before the item of a list of objects.
    before: (usize, usize),
    repeated: &'a mut Vec<Problem>,
    take: &'a mut dyn FnMut(&Node) -> bool,
}

/// The documents of a part of a file. Items of a list of objects (`kubectl get -o json` prints one)
/// are handed to `take` one by one; those that it takes are not held.
///
/// # Errors
/// Why it is not YAML, with the line in the file. What was taken before that is not to be trusted.
pub(super) fn documents(
    part: Part<'_>,
    repeated: &mut Vec<Problem>,
    take: &mut dyn FnMut(&Node) -> bool,
) -> Result<Vec<Rc<Node>>, Problem> {
    let before = part.line - 1;
    let mut composer = Composer {
        anchors: HashMap::new(),
        open: Vec::new(),
        roots: Vec::new(),
        held: 0,
        before: (0, 0),
        repeated,
        take,
    };
    for event in Parser::new_from_str(part.text) {
        let (event, span) = event.map_err(|error| Problem {
            line: Some(before + error.marker().line().max(1)),
            text: error.info().to_owned(),
        })?;
        let line = before + span.start.line();
        composer.event(event, line).map_err(|text| Problem { line: Some(line), text })?;
    }
    Ok(composer.roots)
}

impl Composer<'_> {
    fn event(&mut self, event: Event<'_>, line: usize) -> Result<(), String> {
        if self.open.len() > MAX_DEPTH {
            return Err(format!("is nested deeper than {MAX_DEPTH} levels"));
        }
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_null = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if is_null { Value::Null } else { Value::Scalar(text.into_owned()) };
                (anchor, Rc::new(Node { line, value }))
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(node) => (0, Rc::clone(node)),
                None => (0, Rc::new(Node { line, value: Value::Null })),
            },
            Event::SequenceStart(_, anchor, _) => {
                self.open.push(Open::List { line, anchor, items: Vec::new() });
                return Ok(());
            }
            Event::MappingStart(_, anchor, _) => {
                if self.is_in_list_of_objects() {
                    self.before = (self.held, self.anchors.len());
                }
                let (entries, keys) = (Vec::new(), HashSet::new());
                self.open.push(Open::Map { line, anchor, entries, keys, key: None });
                return Ok(());
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List { line, anchor, items }) => {
                    (anchor, Rc::new(Node { line, value: Value::List(items) }))
                }
                Some(Open::Map { line, anchor, entries, .. }) => {
                    let node = Node { line, value: Value::Map(Mapping::new(entries)) };
                    (anchor, Rc::new(self.unless_taken(node)))
                }
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.held += 1;
        if self.held > MAX_VALUES {
            return Err(format!("holds more than {MAX_VALUES} values in one document"));
        }
        self.put(node, line);
        Ok(())
    }

    /// Whether what comes next is an item of the document's list, or of its `items`.
    fn is_in_list_of_objects(&self) -> bool {
        match self.open.as_slice() {
            [Open::List { .. }] => true,
            [Open::Map { key: Some(key), .. }, Open::List { .. }] => **key == *"items",
            _ => false,
        }
    }

    /// The mapping that has ended, or nothing in its place if it is taken.
    fn unless_taken(&mut self, node: Node) -> Node {
        if !self.is_in_list_of_objects() || !(self.take)(&node) {
            return node;
        }
        let (held, anchors) = self.before;
        // What an anchor names is held by it.
        if self.anchors.len() == anchors {
            self.held = held;
        }
        Node { line: node.line, value: Value::Null }
    }

    fn put(&mut self, node: Rc<Node>, line: usize) {
        match self.open.last_mut() {
            None => self.roots.push(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, keys, key, .. }) => match key.take() {
                Some(name) => {
                    let once = *name == *MERGE || name.is_empty() || keys.insert(Rc::clone(&name));
                    if !once && self.repeated.len() < MAX_REPEATED {
                        self.repeated.push(Problem {
                            line: Some(line),
                            text: format!("the key {name:?} is there twice; the last one counts"),
                        });
                    }
                    entries.push((name, node));
                }
                None => *key = Some(node.text().unwrap_or_default().into()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(part: Part<'_>) -> (Result<Vec<Rc<Node>>, Problem>, Vec<Problem>) {
        let mut repeated = Vec::new();
        let documents = documents(part, &mut repeated, &mut |_| false);
        (documents, repeated)
    }

    fn all(text: &str) -> Vec<Result<Vec<Rc<Node>>, Problem>> {
        parts(text).map(|part| read(part).0).collect()
    }

    fn root(part: &Result<Vec<Rc<Node>>, Problem>) -> &Node {
        &part.as_ref().unwrap()[0]
    }

    #[test]
    fn lines_merges_and_documents() {
        let text = "a: &x\n  image: one\n---\nb: [\n---\nc:\n  <<: *y\n";
        let lines: Vec<usize> = parts(text).map(|part| part.line).collect();
        assert_eq!(lines, [1, 3, 5]);
        let parts = all(text);
        assert_eq!(root(&parts[0]).get("a").unwrap().get("image").unwrap().line, 2);
        assert!(parts[1].is_err());
        assert!(parts[2].is_err(), "an alias of another document");
    }

    #[test]
    fn a_merge_gives_what_the_mapping_lacks() {
        let text = "x: &x {image: one, tag: a}\ny:\n  <<: *x\n  tag: b\nz:\n  <<: [*x]\n";
        let parts = all(text);
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
        let parts = all(text);
        assert_eq!(root(&parts[0]).get("c").unwrap().text_of("image"), Some("one"));
        assert_eq!(root(&parts[0]).get("c").unwrap().entries().len(), 1);
    }

    #[test]
    fn json_with_tabs_is_json_and_yaml_with_tabs_is_not_yaml() {
        let json = "{\n\t\"image\": \"a:1\"\n}\n";
        assert!(all(&without_tabs(json).unwrap())[0].is_ok());
        assert_eq!(without_tabs("a:\n\timage: one\n"), None);
    }

    #[test]
    fn a_key_that_is_there_twice_is_named() {
        let text = "a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n";
        let (documents, repeated) = read(parts(text).next().unwrap());
        let lines: Vec<Option<usize>> = repeated.iter().map(|it| it.line).collect();
        assert_eq!(lines, [Some(3), Some(4)]);
        assert_eq!(root(&documents).text_of("a"), Some("3"));
    }

    /// Two mappings that a third one merges are merged by the mapping itself, too: YAML's merge
    /// type (1.1, "Merge Key Language-Independent Type") takes the first of a list first.
    #[test]
    fn the_first_merged_mapping_counts_with_all_that_it_merges() {
        let text = "b: &b {k: of b}\nc: &c {k: of c}\na: &a {<<: [*b, *c]}\ns: {<<: [*c, *a]}\n\
                    t: {<<: [*a, *c]}\nu: {<<: [{<<: *b}, *c, *b]}\n";
        let parts = all(text);
        for (name, value) in [("a", "of b"), ("s", "of c"), ("t", "of b"), ("u", "of b")] {
            let node = root(&parts[0]).get(name).unwrap();
            assert_eq!(node.text_of("k"), Some(value), "{name}");
            let entries: Vec<_> =
                node.entries().into_iter().map(|(key, node)| (key, node.text())).collect();
            assert_eq!(entries, [("k", Some(value))], "{name}");
        }
    }

    #[test]
    fn a_chain_of_merges_has_an_end_that_both_ways_to_look_agree_on() {
        let mut text = "x0: &a0 {k: v}\n".to_owned();
        for level in 1..=MAX_MERGES + 1 {
            text.push_str(&format!("x{level}: &a{level} {{<<: *a{}}}\n", level - 1));
        }
        let parts = all(&text);
        for (level, is_there) in [(MAX_MERGES, true), (MAX_MERGES + 1, false)] {
            let node = root(&parts[0]).get(&format!("x{level}")).unwrap();
            assert_eq!(
                (node.get("k").is_some(), node.entries().len()),
                (is_there, is_there.into())
            );
        }
    }

    /// 400 bytes that took hours.
    #[test]
    fn merges_of_the_same_mappings_are_looked_at_once() {
        let mut text = "x0: &a0 {k: v}\n".to_owned();
        for level in 1..20 {
            let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
            text.push_str(&format!("x{level}: &a{level} {{<<: [{aliases}]}}\n"));
        }
        let parts = all(&text);
        let last = root(&parts[0]).get("x19").unwrap();
        assert_eq!((last.text_of("k"), last.get("image").is_none()), (Some("v"), true));
        assert_eq!(last.entries().len(), 1);
    }

    /// What many mappings merge is not gone through for each of them: 30,000 of each took minutes.
    #[test]
    fn what_many_mappings_merge_is_found_by_its_name() {
        let many = 20_000;
        let keys: String = (0..many).map(|at| format!("  k{at}: v\n")).collect();
        let jobs: String = (0..many).map(|at| format!("j{at}: {{<<: *a}}\n")).collect();
        let parts = all(&format!("a: &a\n{keys}{jobs}"));
        let root = root(&parts[0]);
        for (name, job) in root.entries().iter().skip(1) {
            assert_eq!(
                (job.text_of("k19999"), job.get("image").is_none()),
                (Some("v"), true),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_merged_has_an_end_that_both_ways_to_look_agree_on() {
        let lists = |count: usize| vec!["*a"; count].join(", ");
        for (count, is_there) in [(MAX_MERGED - 1, true), (MAX_MERGED, false), (20_000, false)] {
            let text =
                format!("a: &a {{x: y}}\nb: &b {{k: v}}\nc: {{<<: [{}, *b]}}\n", lists(count));
            let parts = all(&text);
            let node = root(&parts[0]).get("c").unwrap();
            assert_eq!(node.get("k").is_some(), is_there, "{count}");
            assert_eq!(node.entries().len(), 1 + usize::from(is_there), "{count}");
        }
    }

    #[test]
    fn values_are_bounded_by_document_and_by_object() {
        let many = |items: usize| format!("a: [{}]\n", "x,".repeat(items));
        assert!(all(&many(MAX_VALUES - 10))[0].is_ok());
        assert!(all(&many(MAX_VALUES))[0].is_err());
        let object = format!("- {{kind: A, b: [{}]}}\n", "x,".repeat(MAX_VALUES / 2));
        let three = format!("items:\n{}kind: List\n", object.repeat(3));
        let part = parts(&three).next().unwrap();
        let mut taken = Vec::new();
        let mut take = |node: &Node| {
            taken.push((node.line, node.get("b").map(|it| it.items().len())));
            true
        };
        let documents = documents(part, &mut Vec::new(), &mut take);
        assert_eq!(taken, [2, 3, 4].map(|line| (line, Some(MAX_VALUES / 2))));
        assert_eq!(root(&documents).text_of("kind"), Some("List"));
        assert!(read(part).0.is_err(), "nothing was taken");
    }

    #[test]
    fn aliases_of_aliases_end() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert!(!root(&all(&text)[0]).visit(&mut |_, _| true));
    }

    #[test]
    fn nesting_is_bounded() {
        assert!(all(&"[".repeat(10_000))[0].is_err());
    }
}
