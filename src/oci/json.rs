//! Tolerant access to JSON from outside: a field of the wrong type counts as absent.

use serde_json::{Map, Value};

/// The string at `key`, where there is one.
pub(crate) fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// The strings of the array at `key`; other elements are passed over.
pub(crate) fn strings(object: &Map<String, Value>, key: &str) -> Vec<String> {
    object.get(key).and_then(Value::as_array).map_or_else(Vec::new, |array| {
        array.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    })
}

/// The array at `key`; empty where there is none.
pub(crate) fn array<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The object at `key`, where there is one.
pub(crate) fn object<'a>(
    object: &'a Map<String, Value>,
    key: &str,
) -> Option<&'a Map<String, Value>> {
    object.get(key).and_then(Value::as_object)
}

/// Parses a JSON object, and says what is wrong where it is none.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("the JSON is not an object".to_owned()),
        Err(error) => Err(format!("not valid JSON: {error}")),
    }
}
