//! What `--json` prints is what `platy schema` says: every document that a test has a command print
//! is held against the schema of that command, read strictly.
//!
//! A schema says which fields there are, and leaves room for those of later versions. Here a field
//! that it does not name is a fault. The keywords are those that the schemas use; another one is a
//! fault too, so that none is passed over.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::{Deserializer, Map, Value};

use super::PLATY;

/// The schemas that were asked for, by the command's name.
static ASKED: LazyLock<Mutex<HashMap<String, Arc<Value>>>> = LazyLock::new(Mutex::default);

/// What has a schema, in the program's own words.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let text = String::from_utf8(schema(&[])).unwrap();
    text.lines().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect()
});

fn schema(words: &[&str]) -> Vec<u8> {
    let mut asked = Command::new(PLATY);
    let output = asked.env_clear().arg("schema").args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}");
    output.stdout
}

/// The schema of a command, as platy prints it.
pub fn printed(name: &str) -> Arc<Value> {
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let of = asked
        .entry(name.to_owned())
        .or_insert_with(|| Arc::new(serde_json::from_slice(&schema(&[name])).unwrap()));
    Arc::clone(of)
}

/// Holds what a command printed against its schema.
pub fn check(arguments: &[String], stdout: &[u8]) {
    if !arguments.iter().any(|word| word == "--json") {
        return;
    }
    let command = arguments.iter().find(|word| NAMES.contains(*word));
    let command = command.unwrap_or_else(|| panic!("no command: {arguments:?}"));
    for document in Deserializer::from_slice(stdout).into_iter::<Value>() {
        // What is not JSON is for the test that looks at it.
        let Ok(document) = document else { return };
        holds(command, &document);
    }
}

/// Holds a document against the schema of a command.
pub fn holds(command: &str, document: &Value) {
    let problems = problems(&printed(command), document);
    assert!(problems.is_empty(), "platy schema {command}: {problems:#?}\n{document:#}");
}

/// What of a document is not as the schema says, each with its place.
pub fn problems(schema: &Value, document: &Value) -> Vec<String> {
    let none = Map::new();
    let definitions = schema.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    Strict { definitions }.problems(schema, document, "")
}

struct Strict<'s> {
    definitions: &'s Map<String, Value>,
}

impl Strict<'_> {
    fn problems(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let schema = schema.as_object().unwrap_or_else(|| panic!("{at}: not a schema: {schema}"));
        let mut found = Vec::new();
        for (keyword, says) in schema {
            match keyword.as_str() {
                // The name, and what is looked at with others.
                "$schema" | "$id" | "title" | "description" | "$defs" => {}
                "required" | "additionalProperties" if !schema.contains_key("properties") => {
                    assert_eq!(keyword, "additionalProperties", "{at}: fields that are not named");
                    for (key, value) in value.as_object().into_iter().flatten() {
                        found.extend(self.problems(says, value, &format!("{at}/{key}")));
                    }
                }
                "required" => {}
                "$ref" => {
                    let name = says.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                    found.extend(self.problems(&self.definitions[name], value, at));
                }
                "anyOf" => {
                    let ways = says.as_array().unwrap().iter();
                    let ways: Vec<_> = ways.map(|way| self.problems(way, value, at)).collect();
                    if !ways.iter().any(Vec::is_empty) {
                        // The way that came nearest says most.
                        found.extend(ways.into_iter().min_by_key(Vec::len).unwrap_or_default());
                    }
                }
                "enum" => {
                    if !says.as_array().unwrap().contains(value) {
                        found.push(format!("{at}: {value} is none of {says}"));
                    }
                }
                "type" => {
                    let types = says.as_array().map_or(std::slice::from_ref(says), Vec::as_slice);
                    if !types.iter().any(|name| is_a(name.as_str().unwrap(), value)) {
                        found.push(format!("{at}: {value} is not of type {says}"));
                    }
                }
                "minimum" => {
                    if value.as_f64().is_some_and(|value| value < says.as_f64().unwrap()) {
                        found.push(format!("{at}: {value} is less than {says}"));
                    }
                }
                "items" => {
                    for (number, value) in value.as_array().into_iter().flatten().enumerate() {
                        found.extend(self.problems(says, value, &format!("{at}/{number}")));
                    }
                }
                "properties" => found.extend(self.fields(schema, says, value, at)),
                other => panic!("{at}: a keyword that is not known here: {other}"),
            }
        }
        found
    }

    /// The fields of an object: those that are named, those that must be there, and no other.
    fn fields(
        &self,
        schema: &Map<String, Value>,
        named: &Value,
        value: &Value,
        at: &str,
    ) -> Vec<String> {
        assert!(!schema.contains_key("additionalProperties"), "{at}: named fields and others");
        let Some(fields) = value.as_object() else { return Vec::new() };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let missing = required.map(|name| name.as_str().unwrap());
        let missing = missing.filter(|name| !fields.contains_key(*name));
        let mut found: Vec<String> =
            missing.map(|name| format!("{at}: {name} is missing")).collect();
        for (key, value) in fields {
            let at = format!("{at}/{key}");
            match named.get(key) {
                Some(says) => found.extend(self.problems(says, value, &at)),
                None => found.push(format!("{at}: the schema does not name it")),
            }
        }
        found
    }
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("a type that is not known here: {other}"),
    }
}
