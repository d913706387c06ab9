//! What a place holds before anything is written to it.

use std::fs;
use std::io;
use std::path::Path;

use crate::model::draft::{Files, Form};
use crate::oci::{Class, Digest, Failure, MAX_MANIFEST_READ};
use crate::source::{Sources, in_the_way, meant_by, parse_index, regular};

/// What the name in this place holds now: nothing, one image, or several that have it. An archive is
/// there as a whole: whatever it holds, it would be replaced.
///
/// # Errors
/// Something else is there.
pub async fn look(files: &Files, sources: &Sources) -> Result<Vec<Digest>, Failure> {
    let path = files.path();
    let there = match fs::metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let error = in_the_way::told(path, error).to_string();
            return Err(Failure::new(Class::Local, path.display().to_string(), error));
        }
    };
    let (is_folder, what) = match files.form {
        Form::Layout | Form::Dir => (true, "a folder"),
        Form::OciArchive | Form::DockerArchive => (false, "a file"),
    };
    if there.is_dir() != is_folder {
        let is = in_the_way::what(there.file_type());
        let detail = format!("it is {is} and not {what}, and is left as it is");
        return Err(Failure::new(Class::Local, path.display().to_string(), detail)
            .with_next("name another place"));
    }
    // Whatever was begun has the marker; `dir:` of other programs may lack it.
    let (marker, list) = match files.form {
        Form::Layout => ("oci-layout", "index.json"),
        Form::Dir => ("version", "manifest.json"),
        Form::OciArchive | Form::DockerArchive => ("", ""),
    };
    if is_folder && !path.join(list).is_file() {
        let is_begun = path.join(marker).is_file() || is_empty(path);
        return if is_begun { Ok(Vec::new()) } else { Err(other(path, list)) };
    }
    // Without a name an archive holds whatever its index says.
    let location = match files.form {
        Form::OciArchive | Form::DockerArchive => Files { name: None, ..files.clone() }.location(),
        Form::Layout | Form::Dir => files.location(),
    };
    // A layout without the name, and without any image, holds nothing under it.
    if files.form == Form::Layout && files.name.is_none() {
        return Ok(Vec::new());
    }
    match sources.open(&location)?.root().await {
        Ok(root) => Ok(vec![root.digest]),
        Err(failure) if failure.class == Class::NotFound => Ok(Vec::new()),
        Err(failure) => match sharing(files) {
            held if held.len() > 1 => Ok(held),
            _ => Err(failure),
        },
    }
}

/// The images of a layout that have the name.
fn sharing(files: &Files) -> Vec<Digest> {
    let (Form::Layout, Some(name)) = (files.form, files.name.as_deref()) else { return Vec::new() };
    let path = files.path().join("index.json");
    let Ok(bytes) = regular::read(&path, MAX_MANIFEST_READ) else { return Vec::new() };
    let parsed = parse_index(&path.display().to_string(), bytes.into());
    parsed.map_or_else(|_| Vec::new(), |(_, index)| meant_by(&index, name))
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn other(path: &Path, marker: &str) -> Failure {
    let detail = format!("the folder holds other things and no {marker}, and is left as it is");
    Failure::new(Class::Local, path.display().to_string(), detail)
        .with_next("name an empty folder, or one that holds images already")
}
