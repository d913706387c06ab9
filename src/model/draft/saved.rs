//! An unsaved draft as JSON: the exact bytes of its base, its edits, and how many of them count.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::oci::{Algorithm, Digest, Document, Location, MediaType};

use super::{Base, Draft, Edit, Format};

/// The version of the file. A file of another version is not read.
const VERSION: u32 = 1;

/// Why a saved draft cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveError {
    /// Not such a file, or a damaged one.
    Malformed(String),
    /// Written by another version of platy.
    Version(u64),
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "the saved draft cannot be read: {why}"),
            Self::Version(version) => write!(
                f,
                "the saved draft has version {version}, and this platy reads version {VERSION}"
            ),
        }
    }
}

impl std::error::Error for SaveError {}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    #[serde(default)]
    base: Option<SavedBase>,
    format: Format,
    edits: Vec<Edit>,
    cursor: usize,
}

#[derive(Serialize, Deserialize)]
struct SavedBase {
    #[serde(with = "location")]
    location: Location,
    media_type: String,
    digest: Digest,
    document: String,
}

impl Draft {
    /// The draft as JSON.
    #[must_use]
    pub fn save(&self) -> String {
        let (edits, cursor) = self.edits();
        let base = self.base().map(|base| SavedBase {
            location: base.location.clone(),
            media_type: base.document.media_type.as_str().to_owned(),
            digest: base.document.digest.clone(),
            // A base that is not UTF-8 makes no draft.
            document: String::from_utf8_lossy(&base.document.bytes).into_owned(),
        });
        let format = self.start().format;
        let saved = Saved { version: VERSION, base, format, edits: edits.to_vec(), cursor };
        // Strings and numbers only: this cannot fail.
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// The draft that was saved.
    ///
    /// # Errors
    /// The text is not a saved draft of this version, or does not fit together.
    pub fn restore(text: &str) -> Result<Self, SaveError> {
        let malformed = |why: String| SaveError::Malformed(why);
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => return Err(SaveError::Version(version)),
            None => return Err(malformed("it has no version".to_owned())),
        }
        let saved: Saved =
            serde_json::from_value(value).map_err(|error| malformed(error.to_string()))?;
        let mut draft = match saved.base {
            None => Self::new(saved.format),
            Some(base) => Self::of(base.read().map_err(malformed)?)
                .map_err(|refused| malformed(refused.to_string()))?,
        };
        let undone = saved.edits.len().saturating_sub(saved.cursor);
        for edit in saved.edits {
            draft.apply(edit).map_err(|refused| malformed(refused.to_string()))?;
        }
        for _ in 0..undone {
            draft.undo();
        }
        Ok(draft)
    }
}

impl SavedBase {
    fn read(self) -> Result<Base, String> {
        let media_type = MediaType::parse(&self.media_type);
        let algorithm: Algorithm = self.digest.algorithm();
        let document = Document::parse(self.document.into(), Some(&media_type), algorithm)?;
        if document.digest != self.digest {
            return Err(format!(
                "the base hashes to {}, and {} was saved",
                document.digest, self.digest
            ));
        }
        Base::new(self.location, Arc::new(document)).map_err(|refused| refused.to_string())
    }
}

/// A location as the text that names it.
pub(super) mod location {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::oci::Location;

    pub(in crate::model::draft) fn serialize<S: Serializer>(
        location: &Location,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(location)
    }

    pub(in crate::model::draft) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Location, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
