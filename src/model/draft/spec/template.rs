//! A spec from a template: one image for each platform.

use crate::oci::{Location, Platform};

use super::super::Target;
use super::read::{Spec, SpecEntry, SpecError};

/// A spec of one image for each platform: `OS`, `ARCH` and `VARIANT` in the template are replaced
/// by its parts, a missing variant by nothing (manifest-tool `push from-args`).
///
/// # Errors
/// A platform that is not `os/arch[/variant]`, or a template that names no image.
pub fn from_template(
    target: Target,
    platforms: &[String],
    template: &str,
) -> Result<Spec, SpecError> {
    let fail = |problem: String| SpecError { line: None, problem };
    let entries = platforms
        .iter()
        .map(|text| {
            let parts: Vec<&str> = text.split('/').collect();
            let (os, architecture, variant) = match parts.as_slice() {
                [os, architecture] => (*os, *architecture, ""),
                [os, architecture, variant] => (*os, *architecture, *variant),
                _ => return Err(fail(format!("{text:?} is not os/arch[/variant]"))),
            };
            let name = template
                .replace("ARCH", architecture)
                .replace("OS", os)
                .replace("VARIANT", variant);
            let image: Location =
                name.parse().map_err(|error| fail(format!("the template for {text}: {error}")))?;
            Ok(SpecEntry { line: 0, image, platform: Platform::new(os, architecture, variant) })
        })
        .collect::<Result<_, _>>()?;
    Ok(Spec { target, entries })
}
