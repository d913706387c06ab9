//! What one list has and another has not, in words.

use indexmap::IndexMap;
use serde_json::{Map, Value};

/// What differs between the list that is meant and the one that is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// What the made one lacks or has otherwise.
    pub loses: Vec<String>,
    /// What it has besides.
    pub adds: Vec<String>,
}

/// Compares two lists, entry by entry.
#[must_use]
pub fn differences(meant: &Value, made: &Value) -> Differences {
    let mut found = Found::default();
    let nothing = Map::new();
    let (meant, made) =
        (meant.as_object().unwrap_or(&nothing), made.as_object().unwrap_or(&nothing));
    for key in keys(meant, made).into_iter().filter(|key| *key != "manifests") {
        let what = match key {
            "mediaType" => "type of the list".to_owned(),
            "subject" => "subject".to_owned(),
            "schemaVersion" | "annotations" | "artifactType" => format!("{key} of the list"),
            other => format!("field {other} of the list"),
        };
        match (meant.get(key), made.get(key)) {
            (Some(a), Some(b)) if a != b => found.loses(format!("{what}{}", change(a, b)), None),
            (Some(_), None) => found.loses(what, None),
            (None, Some(_)) => found.adds(what, None),
            _ => {}
        }
    }
    let list = |object: &Map<String, Value>| {
        object.get("manifests").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    entries(&list(meant), &list(made), &mut found);
    found.words()
}

/// Each entry has its counterpart: the first of the same digest that is not another's.
fn entries(meant: &[Value], made: &[Value], found: &mut Found) {
    let mut taken: Vec<usize> = Vec::new();
    for (at, entry) in meant.iter().enumerate() {
        let number = Some(at + 1);
        let other = made
            .iter()
            .enumerate()
            .find(|(at, other)| !taken.contains(at) && other.get("digest") == entry.get("digest"));
        let Some((place, other)) = other else {
            found.loses("the entry".to_owned(), number);
            continue;
        };
        taken.push(place);
        fields(entry, other, "", number, found);
    }
    if taken.windows(2).any(|pair| matches!(pair, [a, b] if a > b)) {
        found.loses("order of the entries".to_owned(), None);
    }
    if made.len() > taken.len() {
        found.adds(crate::text::plural(made.len() - taken.len(), "entry"), None);
    }
}

fn fields(meant: &Value, made: &Value, above: &str, number: Option<usize>, found: &mut Found) {
    let nothing = Map::new();
    let (meant, made) =
        (meant.as_object().unwrap_or(&nothing), made.as_object().unwrap_or(&nothing));
    for key in keys(meant, made) {
        let what = match (above, key) {
            ("platform", "os" | "architecture" | "variant" | "os.version" | "os.features") => {
                key.to_owned()
            }
            ("platform", _) => format!("platform.{key}"),
            (
                _,
                "mediaType" | "size" | "urls" | "data" | "platform" | "annotations"
                | "artifactType",
            ) => key.to_owned(),
            _ => format!("field {key}"),
        };
        match (meant.get(key), made.get(key)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) if key == "platform" => fields(a, b, key, number, found),
            (Some(a), Some(b)) => found.loses(format!("{what}{}", change(a, b)), number),
            (Some(_), None) => found.loses(what, number),
            (None, Some(_)) => found.adds(what, number),
            (None, None) => {}
        }
    }
}

/// ` (v6 → v7)`, for short texts.
fn change(from: &Value, to: &Value) -> String {
    match (from.as_str(), to.as_str()) {
        (Some(from), Some(to)) if from.len() < 80 && to.len() < 80 => {
            format!(" ({} → {})", shown(from), shown(to))
        }
        _ => String::new(),
    }
}

/// A value of a field, also an empty one.
fn shown(value: &str) -> &str {
    if value.is_empty() { "empty" } else { value }
}

fn keys<'v>(a: &'v Map<String, Value>, b: &'v Map<String, Value>) -> Vec<&'v str> {
    let more = b.keys().filter(|key| !a.contains_key(*key));
    a.keys().chain(more).map(String::as_str).collect()
}

#[derive(Default)]
struct Found {
    loses: IndexMap<String, Vec<usize>>,
    adds: IndexMap<String, Vec<usize>>,
}

impl Found {
    fn loses(&mut self, what: String, number: Option<usize>) {
        self.loses.entry(what).or_default().extend(number);
    }

    fn adds(&mut self, what: String, number: Option<usize>) {
        self.adds.entry(what).or_default().extend(number);
    }

    fn words(self) -> Differences {
        let words = |all: IndexMap<String, Vec<usize>>| {
            all.into_iter().map(|(what, numbers)| of_entries(&what, &numbers)).collect()
        };
        Differences { loses: words(self.loses), adds: words(self.adds) }
    }
}

/// `variant of entries 1, 3`
fn of_entries(what: &str, numbers: &[usize]) -> String {
    let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let entries = if numbers.len() == 1 { "entry" } else { "entries" };
    match (what, numbers) {
        (_, []) => what.to_owned(),
        ("the entry", _) => format!("{entries} {}", list.join(", ")),
        _ => format!("{what} of {entries} {}", list.join(", ")),
    }
}
