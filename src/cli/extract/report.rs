//! What was written, in words and as JSON.

use serde_json::{Value, json};

use super::Written;
use crate::cli::inside::Place;
use crate::cli::output::{self, print_plain};
use crate::model::files::Path;
use crate::text::{bytes, escape, plural};

/// The most that text names of what was left out.
const MOST: usize = 20;

/// What is not there, by its path in the image, and why.
fn missing(place: &Place, written: &Written) -> Vec<(Path, String)> {
    let left_out = written.plan.left_out.iter().map(|(path, why)| (path.clone(), why.to_string()));
    let failed = written.done.failed.iter();
    let failed = failed.map(|(path, why)| (place.path.join(path.as_bytes()), why.clone()));
    left_out.chain(failed).collect()
}

/// Prints it as text.
pub(super) fn print_text(place: &Place, written: &Written) {
    let done = &written.done;
    let to = written.to.display().to_string();
    let mut out = format!(
        "{}\n{}, {} ({}), {}\n",
        escape(&to),
        plural(done.folders, "folder"),
        plural(done.files, "file"),
        bytes(done.bytes),
        plural(done.links, "symbolic link"),
    );
    if done.made_relative > 0 {
        out += &format!(
            "{} had an absolute target and have a relative one here\n",
            plural(done.made_relative, "link")
        );
    }
    let missing = missing(place, written);
    for (path, why) in missing.iter().take(MOST) {
        out += &format!("left out: {path}: {}\n", escape(why));
    }
    if let Some(more) = missing.len().checked_sub(MOST).filter(|more| *more > 0) {
        out += &format!("left out: {} more; --json names all\n", plural(more, "path"));
    }
    print_plain(&out);
}

/// Prints it as JSON.
pub(super) fn print_json(place: &Place, written: &Written) {
    let done = &written.done;
    let missing: Vec<Value> = missing(place, written)
        .into_iter()
        .map(|(path, why)| json!({ "path": path.text(), "why": why }))
        .collect();
    output::print_json(&json!({
        "reference": place.location.to_string(),
        "digest": written.image,
        "path": place.path.text(),
        "to": written.to.display().to_string(),
        "folders": done.folders,
        "files": done.files,
        "bytes": done.bytes,
        "links": done.links,
        "made_relative": done.made_relative,
        "left_out": missing,
    }));
}
