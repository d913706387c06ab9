//! A word that is the name of an image and of something on this disk.

use std::path::Path;

use super::args::{Args, Command};
use crate::oci::Location;

/// What is to be said of each reference that is taken for a registry's although a layout or an
/// archive of that name is here: a path begins with `./`, `../` or `/`, or ends as archives do.
pub(super) fn notes(args: &Args) -> Vec<String> {
    references(args).into_iter().filter_map(|text| note(text, Path::new(""))).collect()
}

fn note(text: &str, folder: &Path) -> Option<String> {
    let Ok(Location::Registry(reference)) = text.parse() else { return None };
    if let (true, Some(what)) = (text.contains(':'), kind(&folder.join(text))) {
        return Some(format!(
            "{text} is taken for the image {reference}; {what} of that name is here too, and a path \
             ends at its colon: open it under a name without one"
        ));
    }
    // Behind the first colon is a tag, or a name in a layout.
    let path = text.split_once(['@', ':']).map_or(text, |(path, _)| path);
    let what = kind(&folder.join(path))?;
    Some(format!(
        "{text} is taken for the image {reference}; {path} is {what} here too: write ./{text} for that"
    ))
}

/// What a path holds that could be opened.
fn kind(path: &Path) -> Option<&'static str> {
    let has = |name: &str| path.join(name).is_file();
    if has("oci-layout") {
        Some("a layout")
    } else if has("manifest.json") {
        Some("a folder with an image")
    } else {
        path.is_file().then_some("a file")
    }
}

fn references(args: &Args) -> Vec<&str> {
    match &args.command {
        None => args.reference.as_deref().into_iter().collect(),
        Some(Command::Inspect(it)) => vec![&it.reference],
        Some(Command::Why(it)) => vec![&it.reference],
        Some(Command::Matrix(it)) => vec![&it.reference],
        Some(Command::Digest(it)) => vec![&it.reference],
        Some(Command::Files(it)) => vec![&it.reference],
        Some(Command::Cat(it)) => vec![&it.reference],
        Some(Command::Extract(it)) => vec![&it.reference],
        Some(Command::Tags(it)) => vec![&it.repository],
        Some(Command::Diff(it)) => {
            std::iter::once(&it.a).chain(&it.b).map(String::as_str).collect()
        }
        Some(Command::Check(it)) => it.references.iter().map(String::as_str).collect(),
        Some(Command::Create(it)) => it.sources.iter().map(String::as_str).collect(),
        Some(Command::Copy(it)) => it.sources.iter().map(String::as_str).collect(),
        Some(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_both_is_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("layout")).unwrap();
        std::fs::write(at("layout/oci-layout"), "{}").unwrap();
        std::fs::create_dir_all(at("alpine")).unwrap();
        std::fs::write(at("image"), "x").unwrap();
        #[cfg(unix)]
        std::fs::write(at("my:odd"), "x").unwrap();
        for (text, words) in [
            #[cfg(unix)]
            ("my:odd", Some("a file of that name is here too")),
            ("layout", Some("a layout here too: write ./layout")),
            ("layout:1.0", Some("write ./layout:1.0")),
            ("image", Some("a file here too")),
            ("alpine", None),
            ("busybox", None),
            ("./layout", None),
            ("oci:layout", None),
        ] {
            let found = note(text, folder.path());
            assert_eq!(found.is_some(), words.is_some(), "{text}: {found:?}");
            assert!(found.unwrap_or_default().contains(words.unwrap_or_default()), "{text}");
        }
    }
}
