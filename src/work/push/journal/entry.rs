//! A line of the journal.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::model::push::{Entry, Kept};
use crate::oci::{MediaType, Reference};

/// A push that is about to be.
#[derive(Debug, Clone)]
pub(in crate::work::push) struct NewEntry {
    pub(in crate::work::push) reference: Reference,
    /// What is replaced, with its bytes if they are known.
    pub(in crate::work::push) before: Option<(Kept, Option<Bytes>)>,
    /// `None`: the tag is deleted.
    pub(in crate::work::push) after: Option<Kept>,
    pub(in crate::work::push) undoes: Option<String>,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Entry(Box<Entry>),
    /// The push with this id did not come about.
    Void(String),
    /// The tag was seen to hold what the push with this id gave it.
    Seen(String),
}

impl Line {
    /// The line, without its end.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Void(id) => json!({ "void": id }).to_string(),
            Self::Seen(id) => json!({ "seen": id }).to_string(),
            Self::Entry(entry) => {
                let mut object = Map::new();
                let mut set = |key: &str, value: Value| object.insert(key.to_owned(), value);
                set("id", entry.id.clone().into());
                set("time", entry.time.to_string().into());
                set("reference", entry.reference.to_string().into());
                set("before", entry.before.as_ref().map_or(Value::Null, json_of));
                set("after", entry.after.as_ref().map_or(Value::Null, json_of));
                if !entry.seen {
                    set("open", true.into());
                }
                if let Some(undoes) = &entry.undoes {
                    set("undoes", undoes.clone().into());
                }
                Value::Object(object).to_string()
            }
        }
    }

    /// Reads a line; `None` if it is none: half written, or by a later platy.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let field = |key: &str| value.get(key).and_then(Value::as_str);
        if let Some(id) = field("void") {
            return Some(Self::Void(id.to_owned()));
        }
        if let Some(id) = field("seen") {
            return Some(Self::Seen(id.to_owned()));
        }
        let kept = |key: &str| match value.get(key)? {
            Value::Null => Some(None),
            kept => kept_of(kept).map(Some),
        };
        Some(Self::Entry(Box::new(Entry {
            id: field("id")?.to_owned(),
            time: field("time")?.parse().ok()?,
            reference: field("reference")?.parse().ok()?,
            before: kept("before")?,
            after: kept("after")?,
            undoes: field("undoes").map(str::to_owned),
            seen: value.get("open").and_then(Value::as_bool) != Some(true),
        })))
    }
}

fn json_of(kept: &Kept) -> Value {
    json!({ "digest": kept.digest.as_str(), "media_type": kept.media_type.as_str() })
}

fn kept_of(value: &Value) -> Option<Kept> {
    let field = |key: &str| value.get(key).and_then(Value::as_str);
    Some(Kept {
        digest: field("digest")?.parse().ok()?,
        media_type: MediaType::parse(field("media_type")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Digest;

    #[test]
    fn a_line_reads_as_it_was_written() {
        let kept = |text: &str| Kept {
            digest: Digest::sha256(text.as_bytes()),
            media_type: MediaType::parse("application/vnd.oci.image.index.v1+json"),
        };
        for (before, after, undoes, seen) in [
            (None, Some(kept("new")), None, true),
            (Some(kept("old")), Some(kept("new")), Some("17".to_owned()), true),
            (Some(kept("x")), Some(kept("new")), None, false),
            (Some(kept("x")), None, None, true),
        ] {
            let line = Line::Entry(Box::new(Entry {
                id: "1f".to_owned(),
                time: "2026-11-24T02:00:00Z".parse().unwrap(),
                reference: "localhost:5000/a/b:latest".parse().unwrap(),
                before,
                after,
                undoes,
                seen,
            }));
            assert!(!line.text().contains('\n'));
            assert_eq!(Line::parse(&line.text()), Some(line));
        }
        for line in [Line::Void("1f".to_owned()), Line::Seen("1f".to_owned())] {
            assert_eq!(Line::parse(&line.text()), Some(line));
        }
        for odd in ["", "{", "{}", "[]", r#"{"id":"x","before":null}"#] {
            assert_eq!(Line::parse(odd), None, "{odd}");
        }
    }
}
