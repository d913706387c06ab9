//! Software bills of materials, in every form in use.

mod cyclonedx;
mod package;
mod spdx;
mod spdx3;
mod syft;
mod tag_value;
mod types;
mod xml;

pub(super) use cyclonedx::cyclonedx;
pub use package::{Package, without_epoch};
pub(super) use spdx::spdx;
pub(super) use spdx3::spdx3;
pub(super) use syft::syft;
pub(super) use tag_value::{is_tag_value, tag_value};
pub use types::{About, Format, Sbom, Which};
pub(super) use xml::{cyclonedx_xml, is_cyclonedx_xml};
