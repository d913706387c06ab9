//! The difference of two JSON documents as a JSON patch (RFC 6902).

use serde_json::{Value, json};

use super::Pointer;
use super::align::{Block, align};

/// The operations that make `b` of `a`: `add`, `remove` and `replace`, in the order in which they
/// are applied.
#[must_use]
pub fn patch(a: &Value, b: &Value) -> Value {
    let mut operations = Vec::new();
    walk(&Pointer::default(), a, b, &mut operations);
    Value::Array(operations)
}

fn walk(at: &Pointer, a: &Value, b: &Value, out: &mut Vec<Value>) {
    if a == b {
        return;
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().filter(|key| !b.contains_key(*key)) {
                out.push(json!({ "op": "remove", "path": at.step(key).as_str() }));
            }
            for (key, value) in b {
                let at = at.step(key);
                match a.get(key) {
                    Some(before) => walk(&at, before, value, out),
                    None => out.push(json!({ "op": "add", "path": at.as_str(), "value": value })),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) => lists(at, a, b, out),
        _ => out.push(json!({ "op": "replace", "path": at.as_str(), "value": b })),
    }
}

/// First the list gets its length and its order, from the end to the start and back; then the
/// elements that stay in their place are changed within.
fn lists(list: &Pointer, a: &[Value], b: &[Value], out: &mut Vec<Value>) {
    let text = |list: &[Value]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (mut removed, mut added, mut within) = (Vec::new(), Vec::new(), Vec::new());
    for block in align(&text(a), &text(b)) {
        let Block::Differ { a: in_a, b: in_b } = block else { continue };
        let pairs = in_a.len().min(in_b.len());
        within.extend(in_a.clone().zip(in_b.clone()));
        removed.extend(in_a.skip(pairs));
        added.extend(in_b.skip(pairs));
    }
    for at in removed.into_iter().rev() {
        out.push(json!({ "op": "remove", "path": list.step(&at.to_string()).as_str() }));
    }
    for at in added {
        let path = list.step(&at.to_string());
        out.push(json!({ "op": "add", "path": path.as_str(), "value": b.get(at) }));
    }
    for (at_a, at_b) in within {
        if let (Some(before), Some(after)) = (a.get(at_a), b.get(at_b)) {
            walk(&list.step(&at_b.to_string()), before, after, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 6902, as far as this room writes it.
    fn apply(mut document: Value, patch: &Value) -> Value {
        for operation in patch.as_array().unwrap() {
            let path = operation["path"].as_str().unwrap();
            let value = operation.get("value").cloned();
            if path.is_empty() {
                document = value.unwrap();
                continue;
            }
            let (parent, last) = path.rsplit_once('/').unwrap();
            let last = last.replace("~1", "/").replace("~0", "~");
            let parent = document.pointer_mut(parent).unwrap();
            match (operation["op"].as_str().unwrap(), parent) {
                ("remove", Value::Object(map)) => {
                    map.shift_remove(&last).unwrap();
                }
                ("remove", Value::Array(list)) => {
                    list.remove(last.parse().unwrap());
                }
                ("add", Value::Array(list)) => list.insert(last.parse().unwrap(), value.unwrap()),
                ("add", Value::Object(map)) => {
                    assert!(map.insert(last, value.unwrap()).is_none());
                }
                ("replace", Value::Object(map)) => {
                    map.insert(last, value.unwrap()).unwrap();
                }
                ("replace", Value::Array(list)) => {
                    list[last.parse::<usize>().unwrap()] = value.unwrap();
                }
                other => panic!("{other:?}"),
            }
        }
        document
    }

    #[test]
    fn one_field_is_one_operation() {
        let a = json!({"m": {"a/b~": "x"}, "list": [{"n": 1}, {"n": 2}]});
        let b = json!({"m": {"a/b~": "y"}, "list": [{"n": 1}, {"n": 3}]});
        assert_eq!(
            patch(&a, &b),
            json!([{"op": "replace", "path": "/m/a~1b~0", "value": "y"},
                   {"op": "replace", "path": "/list/1/n", "value": 3}])
        );
        assert_eq!(patch(&a, &a), json!([]));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0_u8..4).prop_map(Value::from),
            "[a-c/~]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-c/~]{0,2}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn applied_to_the_one_it_gives_the_other(a in value(), b in value()) {
            prop_assert_eq!(apply(a.clone(), &patch(&a, &b)), b);
        }
    }
}
