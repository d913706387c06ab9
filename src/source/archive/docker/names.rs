//! Names of images in a Docker archive.

use crate::oci::{Reference, keys};

/// The annotations that Docker gives an entry for one name of an image.
pub(super) fn annotations(tag: &str) -> [(&'static str, String); 2] {
    match tag.parse::<Reference>() {
        Ok(reference) => {
            let short = reference.tag.clone().unwrap_or_else(|| tag.to_owned());
            [(keys::IMAGE_NAME, reference.to_string()), (keys::REF_NAME, short)]
        }
        Err(_) => [(keys::IMAGE_NAME, tag.to_owned()), (keys::REF_NAME, tag.to_owned())],
    }
}
