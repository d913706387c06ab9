//! JSON objects whose fields keep the exact text of their values.
//!
//! What an edit does not touch is copied letter by letter: numbers as they were spelled, escapes,
//! unknown fields, order. A parsed and written value would lose some of that.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::value::RawValue;

/// An object: its keys in order, each with the text of its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Object(IndexMap<String, Arc<str>>);

impl Object {
    /// Reads an object; `None` if the text is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let fields: IndexMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
        Some(Self(fields.into_iter().map(|(key, value)| (key, value.get().into())).collect()))
    }

    /// The text of a value.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(AsRef::as_ref)
    }

    /// The object at `key`; empty if there is none.
    pub(super) fn object(&self, key: &str) -> Self {
        self.get(key).and_then(Self::parse).unwrap_or_default()
    }

    /// The string at `key`.
    pub(super) fn string(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.get(key)?).ok()
    }

    /// Puts the text of a value; a key that is there keeps its place.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Puts the text of a value; a new key goes behind the first of `after` that is there.
    pub(super) fn set_after(&mut self, key: &str, value: &str, after: &[&str]) {
        if self.0.contains_key(key) {
            self.set(key, value);
            return;
        }
        let at = after.iter().find_map(|name| self.0.get_index_of(*name)).map_or(0, |at| at + 1);
        self.0.shift_insert(at, key.to_owned(), value.into());
    }

    /// Takes a key away; whether it was there.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        self.0.shift_remove(key).is_some()
    }

    /// Whether it has no fields.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many fields it has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Keys and the texts of their values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_ref()))
    }

    /// The object as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::from("{");
        for (key, value) in self.iter() {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&quote(key));
            text.push(':');
            text.push_str(value);
        }
        text.push('}');
        text
    }
}

/// A string as JSON text.
pub(super) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A list of strings as JSON text.
pub(super) fn quote_all(texts: &[String]) -> String {
    serde_json::Value::from(texts.to_vec()).to_string()
}

/// The texts of the elements of an array; empty if the text is none.
pub(super) fn elements(text: &str) -> Vec<Arc<str>> {
    serde_json::from_str::<Vec<Box<RawValue>>>(text)
        .map_or_else(|_| Vec::new(), |all| all.iter().map(|it| it.get().into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_text() {
        let text =
            r#"{"a":1.0e5,"b":{"x":[ 1 ,2]},"c":"\u0041\/","d":123456789012345678901234567890}"#;
        let mut object = Object::parse(text).unwrap();
        assert_eq!(object.text(), text);
        object.set("b", "2");
        object.set_after("e", "null", &["missing", "a"]);
        object.remove("d");
        assert_eq!(object.text(), r#"{"a":1.0e5,"e":null,"b":2,"c":"\u0041\/"}"#);
        assert_eq!(object.string("c").as_deref(), Some("A/"));
        assert!(Object::parse("[1]").is_none());
    }
}
