//! What a typed reference means in the view on top.

use super::cx::Cx;
use super::paste::understand;
use super::sample::in_demo;
use crate::oci::{Digest, Location, Target};

/// One of the demo's, `:tag` of the same repository, a digest in it, or any reference.
///
/// # Errors
/// In words: what is wrong with it.
pub(super) fn understood(typed: &str, cx: &Cx) -> Result<Location, String> {
    let typed = typed.trim();
    if let Some(reference) = in_demo(&cx.samples, typed) {
        return reference.parse().map_err(|error| format!("{error}"));
    }
    let here = cx.here.as_ref();
    if let (Some(tag), Some(here)) = (typed.strip_prefix(':'), here) {
        return here.tagged(tag).to_string().parse().map_err(|e| format!("{e}"));
    }
    if let Ok(digest) = typed.trim_start_matches('@').parse::<Digest>() {
        let here = here.ok_or("a digest alone says no repository; write REPOSITORY@DIGEST")?;
        return Ok(Location::Registry(here.at(digest)));
    }
    match Target::parse(&cx.aliases.expand(&understand(typed))) {
        Ok(Target::Image(location)) => Ok(location),
        Ok(Target::Repositories { .. }) => {
            Err(format!("{typed} names repositories; write which image"))
        }
        Err(error) => Err(error.to_string()),
    }
}
