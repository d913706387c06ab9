//! Layouts and archives that hold several images.

use crate::oci::{Class, Document, Failure, Location, Manifest, index_choices, listed};

/// Looks whether what was opened is one image or list, and not a layout or archive with several
/// images: these are not the platforms of one list, and no engine chooses among them.
///
/// # Errors
/// `Unsupported` with what chooses one of them, to be written behind the path.
pub fn is_one(location: &Location, root: &Document) -> Result<(), Failure> {
    if !root.separate {
        return Ok(());
    }
    let subject = location.to_string();
    let Manifest::Index(index) = &root.manifest else { return Ok(()) };
    let list = listed(&index_choices(index));
    let next =
        format!("name one behind the path ({subject}:NAME): {list}; or its position: @0, @1, …");
    let detail = "it holds several images, and they are not one list";
    Err(Failure::new(Class::Unsupported, subject, detail).with_next(next))
}
