//! What is odd about a document as JSON, though it can be read.

use std::fmt;

/// A fact that makes readers of one document disagree, or refuse it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Oddity {
    /// It is a list and an image at once: it has `manifests` beside `config` or `layers`
    /// (CVE-2021-41190).
    ListAndImage,
    /// It says that it is of another kind than its type says: a list that calls itself an image,
    /// or the other way round.
    OtherKind {
        /// Its `mediaType`.
        says: String,
    },
    /// It is `null`, which is an object without fields to Go and no object to others.
    Null,
    /// One object has a key more than once.
    Repeated {
        /// The JSON pointer of the key.
        at: String,
    },
    /// One object has a key in several spellings that differ in case only.
    Spellings {
        /// The JSON pointer of the object; empty for the document itself.
        at: String,
        /// The spellings, the one that Go takes (the last) at the end.
        keys: Vec<String>,
    },
    /// A key is written in another case than the specification's, and only so.
    OtherCase {
        /// The JSON pointer of the key as it is written.
        at: String,
        /// The field that it is to Go.
        field: &'static str,
    },
    /// A field has another JSON type than the specification's.
    WrongType {
        /// The JSON pointer of the value.
        at: String,
        /// What it should be, in words: `a list of strings`.
        wanted: &'static str,
        /// What it is: `a string`, `a number`, …
        found: &'static str,
    },
    /// A field is not a time as RFC 3339 has it, which Go does not read.
    NotATime {
        /// The JSON pointer of the value.
        at: String,
        /// The value.
        text: String,
    },
}

impl Oddity {
    /// Whether programs written in Go, which most engines are, refuse the document for it.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.unreadable_at().is_some()
    }

    /// The JSON pointer of the value for which Go refuses the document.
    #[must_use]
    pub fn unreadable_at(&self) -> Option<&str> {
        match self {
            Self::WrongType { at, .. } | Self::NotATime { at, .. } => Some(at),
            _ => None,
        }
    }

    /// Whether readers take the document for different things.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(
            self,
            Self::ListAndImage
                | Self::Null
                | Self::OtherKind { .. }
                | Self::Repeated { .. }
                | Self::Spellings { .. }
        )
    }
}

/// The fact, without the document's name: `` `/config/Env` is a string, not a list of strings ``.
/// Not escaped.
impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ListAndImage => f.write_str("it has the fields of a list and of an image"),
            Self::OtherKind { says } => write!(f, "it says of itself that it is {says}"),
            Self::Null => f.write_str("it is `null`, which is an object without fields to Go only"),
            Self::Repeated { at } => write!(f, "`{at}` is in it more than once"),
            Self::Spellings { at, keys } => {
                let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                let place = if at.is_empty() { "it" } else { at };
                write!(f, "{place} has {}, which are one field to Go", keys.join(" and "))
            }
            Self::OtherCase { at, field } => {
                write!(f, "`{at}` is `{field}` to Go, and an unknown field to others")
            }
            Self::WrongType { at, wanted, found } => write!(f, "`{at}` is {found}, not {wanted}"),
            Self::NotATime { at, text } => {
                write!(f, "`{at}` is {text:?}, not a time (`2026-01-31T12:00:00Z`)")
            }
        }
    }
}
