//! JSON from outside, read as the engines' language reads it (Go's `encoding/json`): a key counts
//! in any case, the last of several counts, and text that is not UTF-8 is made so. A field of the
//! wrong type counts as absent here; [`super::shape`] tells of it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::go_text;

/// An object, and the places of keys that are in it more than once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parsed {
    /// The object. Keys are in the order of their last mention.
    pub(crate) object: Map<String, Value>,
    /// JSON pointers of the keys that one object has more than once.
    pub(crate) repeated: Vec<String>,
}

/// The value at `key`: the last whose name is this one in any case.
pub(crate) fn get<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    object.iter().rev().find(|(name, _)| same_key(name, key)).map(|(_, value)| value)
}

/// Whether a key in a document is this field (`foldName` of Go 1.26, `encoding/json/fold.go`:
/// besides the other case, two letters of other scripts fold to `k` and `s`).
pub(crate) fn same_key(name: &str, field: &str) -> bool {
    let fold = |c: char| match c {
        '\u{212a}' => 'k',
        '\u{17f}' => 's',
        c => c.to_ascii_lowercase(),
    };
    name == field || name.chars().map(fold).eq(field.chars().map(fold))
}

/// The string at `key`, if there is one.
pub(crate) fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    get(object, key).and_then(Value::as_str).map(str::to_owned)
}

/// The strings of the array at `key`; other elements are passed over.
pub(crate) fn strings(object: &Map<String, Value>, key: &str) -> Vec<String> {
    get(object, key).and_then(Value::as_array).map_or_else(Vec::new, |array| {
        array.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    })
}

/// The array at `key`; empty if there is none.
pub(crate) fn array<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    get(object, key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The object at `key`, if there is one.
pub(crate) fn object<'a>(
    object: &'a Map<String, Value>,
    key: &str,
) -> Option<&'a Map<String, Value>> {
    get(object, key).and_then(Value::as_object)
}

/// Parses a JSON object, and says what is wrong if it is not one.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    parse(bytes).map(|parsed| parsed.object)
}

/// Parses a JSON object with what is odd about its keys.
pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed, String> {
    let first = read(bytes);
    let result = match &first {
        Ok(_) => first,
        Err(_) => match go_text::mended(bytes)? {
            Cow::Borrowed(_) => first,
            Cow::Owned(mended) => read(&mended),
        },
    };
    match result {
        Ok((Value::Object(object), repeated)) => Ok(Parsed { object, repeated }),
        Ok(_) => Err("not a JSON object".to_owned()),
        Err(_) if bytes.starts_with(BOM) => Err(
            "not valid JSON: it begins with a byte order mark (EF BB BF), which engines do not \
             read either"
                .to_owned(),
        ),
        Err(error) => Err(trouble(&error)),
    }
}

/// JSON of any kind, or what is wrong with it.
pub(crate) fn any(bytes: &[u8]) -> Result<Value, String> {
    read(bytes).map(|(value, _)| value).map_err(|error| trouble(&error))
}

fn trouble(error: &serde_json::Error) -> String {
    // What is JSON and fails all the same is beyond the limits below.
    let is_json = error.is_data();
    let what = if is_json { "larger than platy reads" } else { "not valid JSON" };
    format!("{what}: {error}")
}

/// What some editors put before UTF-8. Go's `encoding/json`, with which every engine reads, knows
/// no such mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// JSON of any kind, if it is JSON of a size that is read.
pub(crate) fn value(bytes: &[u8]) -> Option<Value> {
    read(bytes).ok().map(|(value, _)| value)
}

fn read(bytes: &[u8]) -> Result<(Value, Vec<String>), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let mut reader = Reader::default();
    let value = Tree(&mut reader).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, reader.repeated))
}

/// The most repeated keys that are kept.
const MOST: usize = 20;
/// The most values of one document, those in others too. 8 MiB of the shortest would need a
/// hundred times as much memory.
pub(super) const MOST_VALUES: usize = 250_000;
/// The most keys of one object. No annotations, labels or variables come near.
const MOST_KEYS: usize = 20_000;
/// The most keys that an object has again: each moves all that came between.
const MOST_REPEATS: usize = 200;

#[derive(Default)]
struct Reader {
    path: Vec<String>,
    repeated: Vec<String>,
    repeats: usize,
    values: usize,
}

impl Reader {
    fn counts<E: Error>(&mut self) -> Result<(), E> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(E::custom(format!("it has more than {MOST_VALUES} values")));
        }
        Ok(())
    }

    fn repeats<E: Error>(&mut self, key: &str) -> Result<(), E> {
        if self.repeated.len() < MOST {
            let above = self.path.iter().map(String::as_str);
            self.repeated.push(pointer(above.chain([key])));
        }
        self.repeats += 1;
        if self.repeats > MOST_REPEATS {
            return Err(E::custom(format!("it has more than {MOST_REPEATS} keys twice")));
        }
        Ok(())
    }
}

/// A JSON pointer (RFC 6901).
pub(crate) fn pointer<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

struct Tree<'a>(&'a mut Reader);

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.counts()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        self.0.path.push("0".to_owned());
        while let Some(element) = seq.next_element_seed(Tree(&mut *self.0))? {
            elements.push(element);
            if let Some(at) = self.0.path.last_mut() {
                *at = elements.len().to_string();
            }
        }
        self.0.path.pop();
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.0.path.push(key);
            let value = map.next_value_seed(Tree(&mut *self.0))?;
            let Some(key) = self.0.path.pop() else { continue };
            // The last mention counts, and takes its place behind the others.
            if object.shift_remove(&key).is_some() {
                self.0.repeats(&key)?;
            }
            object.insert(key, value);
            if object.len() > MOST_KEYS {
                let problem = format!("an object of it has more than {MOST_KEYS} keys");
                return Err(A::Error::custom(problem));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_keys_that_are_one_to_go_counts() {
        for (json, expected) in [
            (r#"{"os":"a"}"#, "a"),
            (r#"{"OS":"a"}"#, "a"),
            (r#"{"os":"a","OS":"b"}"#, "b"),
            (r#"{"OS":"a","os":"b"}"#, "b"),
            (r#"{"os":"a","Os":"b","os":"c"}"#, "c"),
            ("{\"o\u{17f}\":\"a\"}", "a"),
        ] {
            let object = parse_object(json.as_bytes()).unwrap();
            assert_eq!(string(&object, "os").as_deref(), Some(expected), "{json}");
        }
        assert_eq!(get(&parse_object(br#"{"0s":1}"#).unwrap(), "os"), None);
    }

    #[test]
    fn what_is_not_an_object_is_called_so() {
        for json in ["null", "[]", "1"] {
            assert_eq!(parse(json.as_bytes()).unwrap_err(), "not a JSON object", "{json}");
        }
    }

    #[test]
    fn repeated_keys_are_named() {
        let json = br#"{"a":{"x~/y":1,"x~/y":2,"X~/y":3},"b":[{"k":1},{"k":1,"k":2}],"b":[]}"#;
        assert_eq!(parse(json).unwrap().repeated, ["/a/x~0~1y", "/b/1/k", "/b"]);
    }

    #[test]
    fn what_would_fill_memory_or_take_minutes_is_refused() {
        let list = |count: usize| format!(r#"{{"a":[{}1]}}"#, "0,".repeat(count - 3));
        assert!(parse(list(MOST_VALUES).as_bytes()).is_ok());
        let keys = |count: usize| format!(r#"{{{}"a":1}}"#, r#""a":0,"#.repeat(count));
        assert_eq!(parse(keys(MOST_REPEATS).as_bytes()).unwrap().object.len(), 1);
        let many = |count: usize| {
            let keys: Vec<String> = (0..count).map(|key| format!(r#""{key}":0"#)).collect();
            format!("{{{}}}", keys.join(","))
        };
        assert_eq!(parse(many(MOST_KEYS).as_bytes()).unwrap().object.len(), MOST_KEYS);
        for (json, problem) in [
            (list(MOST_VALUES + 1), "250000 values"),
            (keys(MOST_REPEATS + 1), "200 keys twice"),
            (many(MOST_KEYS + 1), "20000 keys"),
        ] {
            let error = parse(json.as_bytes()).unwrap_err();
            assert!(error.starts_with("larger than platy reads: "), "{error}");
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn what_go_reads_is_read() {
        for (json, expected) in [
            (&b"{\"a\":\"x\xff\xfey\"}"[..], "x\u{fffd}\u{fffd}y"),
            (&br#"{"a":"x\ud800y"}"#[..], "x\u{fffd}y"),
            (&br#"{"a":"\udc00\ud83d\ude00"}"#[..], "\u{fffd}\u{1f600}"),
        ] {
            let object = parse_object(json).unwrap();
            assert_eq!(string(&object, "a").as_deref(), Some(expected));
        }
        let deep = format!(r#"{{"x":{}{},"a":"y"}}"#, "[".repeat(9_000), "]".repeat(9_000));
        assert_eq!(string(&parse_object(deep.as_bytes()).unwrap(), "a").as_deref(), Some("y"));
        for json in [&b"{} \0"[..], b"\xef\xbb\xbf{}", b"{\"a\":\"x\n\"}", b"{\xff}", b"", b"{"] {
            assert!(parse_object(json).is_err(), "{json:?}");
        }
    }
}
