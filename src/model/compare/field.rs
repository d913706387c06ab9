//! Field by field: what two JSON values differ in.

use serde_json::{Map, Value};

use super::Pointer;
use super::align::{Block, align};
use crate::oci::Annotations;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Where it is; in an environment the name stands for the place.
    pub pointer: Pointer,
    /// What the first side has; `None` if the field is absent.
    pub a: Option<Value>,
    /// What the second side has.
    pub b: Option<Value>,
}

impl FieldChange {
    /// A change there.
    pub(super) fn new(pointer: Pointer, a: Option<Value>, b: Option<Value>) -> Self {
        Self { pointer, a, b }
    }

    /// Where it is, as people read it: `config.Env.PATH`, `annotations.org.example.name`.
    #[must_use]
    pub fn path(&self) -> String {
        self.pointer.dotted()
    }
}

/// The fields in which two values differ, in the order of the first one; what only the second one
/// has comes last at each level. Objects are compared key by key, whatever the order; lists of
/// plain values as wholes; lists of objects element by element.
pub(super) fn changes(at: &Pointer, a: &Value, b: &Value, out: &mut Vec<FieldChange>) {
    if a == b {
        return;
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => objects(at, a, b, out),
        (Value::Array(a), Value::Array(b)) if is_deep(a) || is_deep(b) => lists(at, a, b, out),
        _ => out.push(FieldChange::new(at.clone(), Some(a.clone()), Some(b.clone()))),
    }
}

/// The same for two objects.
pub(super) fn objects(
    at: &Pointer,
    a: &Map<String, Value>,
    b: &Map<String, Value>,
    out: &mut Vec<FieldChange>,
) {
    for (key, value) in a {
        let other = b.get(key);
        if other == Some(value) {
            continue;
        }
        let at = at.step(key);
        match other {
            Some(other) => changes(&at, value, other, out),
            None => match filled(value) {
                Some(map) => objects(&at, map, &Map::new(), out),
                None => out.push(FieldChange::new(at, Some(value.clone()), None)),
            },
        }
    }
    for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
        let at = at.step(key);
        match filled(value) {
            Some(map) => objects(&at, &Map::new(), map, out),
            None => out.push(FieldChange::new(at, None, Some(value.clone()))),
        }
    }
}

/// An object that has something in it. One that only one side has is told by what is in it, so
/// that the first label reads like the second one.
fn filled(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object().filter(|map| !map.is_empty())
}

fn is_deep(list: &[Value]) -> bool {
    list.iter().any(|it| it.is_object() || it.is_array())
}

fn lists(list: &Pointer, a: &[Value], b: &[Value], out: &mut Vec<FieldChange>) {
    let text = |list: &[Value]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    for block in align(&text(a), &text(b)) {
        let Block::Differ { a: in_a, b: in_b } = block else { continue };
        let pairs = in_a.len().min(in_b.len());
        for (x, y) in in_a.clone().zip(in_b.clone()) {
            if let (Some(x), Some(value)) = (a.get(x), b.get(y)) {
                changes(&list.step(&y.to_string()), x, value, out);
            }
        }
        for x in in_a.skip(pairs) {
            let value = a.get(x).cloned();
            out.push(FieldChange::new(list.step(&x.to_string()), value, None));
        }
        for y in in_b.skip(pairs) {
            let value = b.get(y).cloned();
            out.push(FieldChange::new(list.step(&y.to_string()), None, value));
        }
    }
}

/// Annotations as the JSON object that they are in.
pub(super) fn text_map(annotations: &Annotations) -> Value {
    let pairs = annotations.iter().map(|(key, value)| (key.clone(), value.as_str().into()));
    Value::Object(pairs.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(a: &Value, b: &Value) -> Vec<(String, Option<Value>, Option<Value>)> {
        let mut out = Vec::new();
        changes(&Pointer::default(), a, b, &mut out);
        out.into_iter().map(|it| (it.path(), it.a, it.b)).collect()
    }

    #[test]
    fn each_field_is_named_by_its_path() {
        let a = json!({"x": 1, "m": {"k": "v", "gone": true}, "list": [1, 2],
                       "deep": [{"n": 1}, {"n": 2}]});
        let b = json!({"list": [2, 1], "m": {"new": null, "k": "w"}, "x": 1,
                       "deep": [{"n": 1}, {"n": 3}, {"n": 4}]});
        let expected = [
            ("m.k", Some(json!("v")), Some(json!("w"))),
            ("m.gone", Some(json!(true)), None),
            ("m.new", None, Some(json!(null))),
            ("list", Some(json!([1, 2])), Some(json!([2, 1]))),
            ("deep.1.n", Some(json!(2)), Some(json!(3))),
            ("deep.2", None, Some(json!({"n": 4}))),
        ]
        .map(|(path, a, b)| (path.to_owned(), a, b));
        assert_eq!(paths(&a, &b), expected);
    }

    #[test]
    fn the_order_of_keys_is_no_difference() {
        assert!(paths(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})).is_empty());
    }
}
