//! What a look at a tag finds.

use crate::oci::{Document, Head};

/// What a look at a tag found.
#[derive(Debug, Clone)]
pub enum Look {
    /// It points where it did.
    Unchanged,
    /// What it points at, verified.
    Document(Box<Document>),
    /// What the registry says of it.
    Head(Head),
}
