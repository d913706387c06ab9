//! What a typed reference means in the view on top.

use super::cx::Cx;
use super::paste::understand;
use super::sample::in_demo;
use crate::oci::{Digest, Location, Repository, Target};

/// One of the demo's, `:tag` of the repository that the view is about, a digest in it, or any
/// reference.
///
/// # Errors
/// In words: what is wrong with it.
pub(super) fn understood(typed: &str, cx: &Cx) -> Result<Location, String> {
    match understood_target(typed, cx.here.as_ref(), cx)? {
        Target::Image(location) => Ok(location),
        Target::Repositories { .. } => {
            Err(format!("{} names repositories; write which image", typed.trim()))
        }
    }
}

/// The same, or the repositories of a registry; `:tag` and a digest are in the repository `here`.
///
/// # Errors
/// In words: what is wrong with it.
pub(super) fn understood_target(
    typed: &str,
    here: Option<&Repository>,
    cx: &Cx,
) -> Result<Target, String> {
    let typed = typed.trim();
    let location = |text: &str| text.parse().map(Target::Image).map_err(|error| format!("{error}"));
    if let Some(reference) = in_demo(&cx.samples, typed) {
        return location(&reference);
    }
    if let Some(tag) = typed.strip_prefix(':') {
        let here = here.ok_or("a tag alone says no repository; write REPOSITORY:TAG")?;
        return location(&here.tagged(tag).to_string());
    }
    if let Ok(digest) = typed.trim_start_matches('@').parse::<Digest>() {
        let here = here.ok_or_else(|| {
            let (algorithm, short) = (digest.algorithm().name(), digest.short());
            format!("a digest alone says no repository; write REPOSITORY@{algorithm}:{short}…")
        })?;
        return Ok(Target::Image(Location::Registry(here.at(digest))));
    }
    Target::parse(&cx.aliases.expand(&understand(typed))).map_err(|error| error.to_string())
}
