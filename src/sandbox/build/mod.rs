//! Makes images, indexes and artifacts and puts them into a store.

mod artifact;
mod descriptor;
mod go_program;
mod image;
mod index;
mod layer;
mod packing;
mod program;
mod tar_file;

pub use artifact::ArtifactBuilder;
pub use descriptor::descriptor_json;
pub use go_program::{go_build_info, go_program};
pub use image::ImageBuilder;
pub use index::IndexBuilder;
pub use layer::Layer;
pub use program::program;
pub use tar_file::TarFile;

use super::RepositoryStore;

/// When everything was made (RFC 3339), if nothing else is said.
pub(super) const CREATED: &str = "2026-05-04T09:30:00Z";
/// The same in seconds since 1970.
pub(super) const CREATED_SECONDS: u64 = 1_777_887_000;

impl RepositoryStore {
    /// Begins an image for this platform; an empty variant means none.
    pub fn image(&self, os: &str, architecture: &str, variant: &str) -> ImageBuilder {
        ImageBuilder::new(self.clone(), os, architecture, variant)
    }

    /// Begins an OCI index.
    pub fn index(&self) -> IndexBuilder {
        IndexBuilder::new(self.clone())
    }

    /// Begins an artifact of this type.
    pub fn artifact(&self, artifact_type: &str) -> ArtifactBuilder {
        ArtifactBuilder::new(self.clone(), artifact_type)
    }
}
