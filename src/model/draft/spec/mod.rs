//! manifest-tool's YAML: a list as a file (github.com/estesp/manifest-tool, `docs`).
//!
//! ```yaml
//! image: example.com/app:latest
//! tags: ["1", "1.2"]
//! manifests:
//!   - image: example.com/app:linux
//!     platform:
//!       os: linux
//!       architecture: arm
//!       variant: v7
//! ```

mod played;
mod quoted;
mod read;
mod template;
mod write;

pub use read::{Spec, SpecEntry, SpecError};
pub use template::from_template;
pub use write::write;
