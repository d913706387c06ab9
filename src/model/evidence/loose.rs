//! JSON fields that tools write in more than one way: read without failing over one of them, and
//! never more than is kept.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::limits::MAX_KEPT;

/// A string that is not empty; anything else counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Option<String>);

impl Text {
    pub(super) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The text unless it is one of the words of SPDX for nothing.
    pub(super) fn asserted(self) -> Option<String> {
        self.0.filter(|text| !matches!(text.as_str(), "NOASSERTION" | "NONE"))
    }
}

/// Whether a field is there, whatever it holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Present(pub(super) bool);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<IgnoredAny>::deserialize(deserializer).map(|it| Self(it.is_some()))
    }
}

/// What is kept of an element of a list that may be long.
pub(super) trait Keep: Sized {
    /// What is kept.
    type Kept;

    /// Takes out what is kept; `None` if nothing is.
    fn keep(self) -> Option<Self::Kept>;
}

/// What is kept of a list: one element written alone counts as a list of it, anything else as an
/// empty one. At most [`MAX_KEPT`] are kept.
pub(super) struct Kept<R: Keep> {
    pub(super) list: Vec<R::Kept>,
    /// How many more there were.
    pub(super) left_out: usize,
}

impl<R: Keep> Default for Kept<R> {
    fn default() -> Self {
        Self { list: Vec::new(), left_out: 0 }
    }
}

impl<R: Keep> Kept<R> {
    fn add(&mut self, element: Option<R>) {
        if let Some(kept) = element.and_then(Keep::keep) {
            if self.list.len() < MAX_KEPT {
                self.list.push(kept);
            } else {
                self.left_out += 1;
            }
        }
    }
}

/// Elements that are kept as they are.
#[derive(Debug, Clone)]
pub(super) struct Whole<T>(T);

impl<T> Keep for Whole<T> {
    type Kept = T;

    fn keep(self) -> Option<T> {
        Some(self.0)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// A list of elements that are kept as they are.
pub(super) type Many<T> = Kept<Whole<T>>;

impl Many<Text> {
    /// The strings.
    pub(super) fn strings(self) -> Vec<String> {
        self.list.into_iter().filter_map(|text| text.0).collect()
    }
}

/// Pairs of strings of an object; a value that is not a string is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pairs(pub(super) Vec<(String, String)>);

impl Pairs {
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// What all visitors of this file make of values that are of no use to them.
macro_rules! nothing {
    () => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("JSON")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
}

fn drain_list<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn drain_object<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Text;
            nothing!();

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text((!text.is_empty()).then(|| text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Text, A::Error> {
                drain_list(seq).map(|()| Text::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                drain_object(map).map(|()| Text::default())
            }
        }
        deserializer.deserialize_any(Seen)
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Pairs;
            nothing!();

            fn visit_str<E: Error>(self, _: &str) -> Result<Pairs, E> {
                Ok(Pairs::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Pairs, A::Error> {
                drain_list(seq).map(|()| Pairs::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Pairs::default();
                while let Some((key, value)) = map.next_entry::<String, Text>()? {
                    if let Some(value) = value.0.filter(|_| pairs.0.len() < MAX_KEPT) {
                        pairs.0.push((key, value));
                    }
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_any(Seen)
    }
}

/// One element: an object or a string that makes a `T`; anything else is passed over.
pub(super) struct Maybe<T>(pub(super) Option<T>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Seen<T> {
            type Value = Maybe<T>;
            nothing!();

            fn visit_str<E: Error>(self, text: &str) -> Result<Maybe<T>, E> {
                Ok(Maybe(T::deserialize(StrDeserializer::<E>::new(text)).ok()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Maybe<T>, A::Error> {
                drain_list(seq).map(|()| Maybe(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Maybe<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|it| Maybe(Some(it)))
            }
        }
        deserializer.deserialize_any(Seen(PhantomData))
    }
}

impl<'de, R: Keep + Deserialize<'de>> Deserialize<'de> for Kept<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen<R>(PhantomData<R>);
        impl<'de, R: Keep + Deserialize<'de>> Visitor<'de> for Seen<R> {
            type Value = Kept<R>;
            nothing!();

            fn visit_str<E: Error>(self, text: &str) -> Result<Kept<R>, E> {
                let mut kept = Kept::default();
                kept.add(R::deserialize(StrDeserializer::<E>::new(text)).ok());
                Ok(kept)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Kept<R>, A::Error> {
                let mut kept = Kept::default();
                while let Some(element) = seq.next_element::<Maybe<R>>()? {
                    kept.add(element.0);
                }
                Ok(kept)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Kept<R>, A::Error> {
                let mut kept = Kept::default();
                kept.add(Some(R::deserialize(MapAccessDeserializer::new(map))?));
                Ok(kept)
            }
        }
        deserializer.deserialize_any(Seen(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, serde::Deserialize, PartialEq)]
    #[serde(default)]
    struct Item {
        name: Text,
    }

    fn names(json: &str) -> Vec<String> {
        let many: Many<Item> = serde_json::from_str(json).unwrap();
        many.list.into_iter().map(|item| item.name.as_str().to_owned()).collect()
    }

    #[test]
    fn one_counts_as_a_list_of_one_and_others_are_passed_over() {
        assert_eq!(names(r#"[{"name":"a"},3,null,["x"],{"name":{"b":1}},"text",{}]"#).len(), 3);
        assert_eq!(names(r#"{"name":"a"}"#), ["a"]);
        for json in ["null", "3", "1.5", "true", r#""text""#, "[]", "-1"] {
            assert_eq!(names(json), Vec::<String>::new(), "{json}");
        }
        let texts: Many<Text> = serde_json::from_str(r#"["a",{"b":1},"",["c"],"d"]"#).unwrap();
        assert_eq!(texts.strings(), ["a", "d"]);
        let one: Many<Text> = serde_json::from_str(r#""a""#).unwrap();
        assert_eq!(one.strings(), ["a"]);
    }

    #[test]
    fn long_lists_are_counted_to_their_end() {
        let json = format!("[{}\"a\"]", "\"a\",".repeat(MAX_KEPT + 4));
        let many: Many<Text> = serde_json::from_str(&json).unwrap();
        assert_eq!((many.list.len(), many.left_out), (MAX_KEPT, 5));
    }

    #[test]
    fn pairs_are_strings_only() {
        let pairs: Pairs = serde_json::from_str(r#"{"a":"b","c":{"d":"e"},"f":1}"#).unwrap();
        assert_eq!(pairs.0, [("a".to_owned(), "b".to_owned())]);
        assert_eq!(serde_json::from_str::<Pairs>("[1]").unwrap(), Pairs::default());
    }
}
