//! What a draft starts from.

use std::sync::Arc;

use crate::oci::{Document, Location, Manifest};

use super::{Format, Refused};

/// The list that a draft starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Where it was read.
    pub location: Location,
    /// Its exact bytes.
    pub document: Arc<Document>,
}

impl Base {
    /// A base of this list.
    ///
    /// # Errors
    /// The document is not a list, or stands for several images, or is a draft itself.
    pub fn new(location: Location, document: Arc<Document>) -> Result<Self, Refused> {
        if matches!(location, Location::Draft(_)) {
            return Err(Refused::Draft(location.to_string()));
        }
        if document.separate {
            return Err(Refused::Several);
        }
        match &document.manifest {
            Manifest::Index(_) if Format::of(&document.media_type).is_some() => {
                Ok(Self { location, document })
            }
            _ => Err(Refused::NoList(format!("its type is {}", document.media_type.title()))),
        }
    }
}
