//! A JSON object without the fields that are compared elsewhere: they are the larger part of it,
//! and hundreds of documents are compared at once.

use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

/// Reads an object but for these fields; `None` if the bytes are none.
pub(super) fn object_without(bytes: &[u8], fields: &[&str]) -> Option<Map<String, Value>> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let object = reader.deserialize_map(Without { fields }).ok()?;
    reader.end().ok()?;
    Some(object)
}

struct Without<'a> {
    fields: &'a [&'a str],
}

impl<'de> Visitor<'de> for Without<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut out = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.fields.contains(&key.as_str()) {
                map.next_value::<IgnoredAny>()?;
            } else {
                out.insert(key, map.next_value()?);
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_rest_of_an_object_is_as_it_was() {
        let bytes = br#"{"b": 1, "layers": [{"x": [1]}], "a": {"layers": 2}}"#;
        let found = object_without(bytes, &["layers", "blobs"]).map(Value::Object);
        assert_eq!(found, Some(json!({"b": 1, "a": {"layers": 2}})));
        assert_eq!(object_without(b"[]", &[]), None);
        assert_eq!(object_without(b"{} x", &[]), None);
        assert_eq!(object_without(b"<html>", &[]), None);
    }
}
