//! Images on this machine's disk: layouts, layouts in archives, Docker archives.

mod docker_archive;
mod folder;
mod hostile;
pub(crate) mod made;
mod oci_archive;
mod roots;
mod several;
