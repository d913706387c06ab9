//! Small files of settings, read within bounds.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::source::regular;

/// The largest file of settings that is read, in bytes (1 MiB).
const MAX_FILE: u64 = 1 << 20;

/// The text of a file; `None` if it does not exist.
///
/// # Errors
/// Why it cannot be read. What is not a regular file is not opened: a pipe would never end.
pub(in crate::source) fn text(path: &Path) -> Result<Option<String>, String> {
    match bytes(path) {
        Ok(Some(bytes)) => {
            String::from_utf8(bytes).map(Some).map_err(|_| "it is not UTF-8".to_owned())
        }
        Ok(None) => Ok(None),
        Err(why) => Err(why),
    }
}

/// The bytes of a file; `None` if it does not exist.
///
/// # Errors
/// As [`text`].
pub(in crate::source) fn bytes(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let facts = match fs::metadata(path) {
        Ok(facts) => facts,
        Err(error) if absent(&error) => return Ok(None),
        Err(error) => return Err(format!("it cannot be read: {error}")),
    };
    if !facts.is_file() {
        return Err(regular::not_regular(facts.file_type()).to_string());
    }
    if facts.len() > MAX_FILE {
        return Err(format!("it is larger than {MAX_FILE} bytes"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE).read_to_end(&mut bytes))
        .map_err(|error| format!("it cannot be read: {error}"))?;
    Ok(Some(bytes))
}

/// Whether the error says that there is no such file. A folder on the way that is a file says it
/// too.
pub(in crate::source) fn absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
