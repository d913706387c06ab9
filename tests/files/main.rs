//! Images on this machine's disk: layouts, layouts in archives, Docker archives.

// A failed unwrap is the failed assertion.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod docker_archive;
mod folder;
mod hostile;
mod made;
mod oci_archive;
