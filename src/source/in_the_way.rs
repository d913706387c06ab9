//! Folders of this machine that platy writes in, and what is in the place of one that cannot be.

use std::fs::{self, DirBuilder, FileType};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Who may look into a folder that is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The user alone.
    Private,
    /// Whoever the user's umask lets.
    Usual,
}

/// Makes a folder and its parents; what exists keeps its permissions.
///
/// # Errors
/// The system's, or what is there in the place of a folder, as [`told`] says it.
pub(crate) fn make(folder: &Path, access: Access) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if access == Access::Private {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| told(folder, error))
}

/// An error about a folder, or about something below it, with what is in the place of a folder on
/// the way there: the system says only that it is none, or that it exists. Other errors stay as they
/// are; the kind stays in any case.
pub(crate) fn told(folder: &Path, error: io::Error) -> io::Error {
    match sentence(folder) {
        None => error,
        Some(sentence) => io::Error::new(error.kind(), sentence),
    }
}

/// What is in the place of a folder on the way to one, itself included, and the next step.
pub(crate) fn sentence(folder: &Path) -> Option<String> {
    let (path, what) = in_the_way(folder)?;
    let path = path.display();
    Some(format!("{path} is {what}, and not a folder: move it away, or name another place"))
}

/// The first thing on the way to a folder, itself included, that is none.
fn in_the_way(folder: &Path) -> Option<(&Path, &'static str)> {
    let mut on_the_way: Vec<&Path> = folder.ancestors().collect();
    on_the_way.reverse();
    on_the_way.into_iter().find_map(|path| match fs::metadata(path) {
        Ok(facts) if facts.is_dir() => None,
        Ok(facts) => Some((path, what(facts.file_type()))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let link = fs::symlink_metadata(path).ok()?;
            link.is_symlink().then_some((path, "a link that leads nowhere"))
        }
        Err(_) => None,
    })
}

/// What something is, in words.
pub(crate) fn what(of: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if of.is_fifo() {
            return "a named pipe";
        } else if of.is_socket() {
            return "a socket";
        } else if of.is_char_device() || of.is_block_device() {
            return "a device";
        }
    }
    if of.is_dir() {
        "a folder"
    } else if of.is_file() {
        "a file"
    } else {
        "something else"
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_place_of_a_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("file"), "").unwrap();
        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        std::os::unix::fs::symlink(at("none"), at("dangling")).unwrap();
        std::os::unix::fs::symlink("/dev/null", at("device")).unwrap();
        for (name, what) in [
            ("file", "a file"),
            ("pipe", "a named pipe"),
            ("socket", "a socket"),
            ("device", "a device"),
            ("dangling", "a link that leads nowhere"),
        ] {
            let expected = format!(
                "{} is {what}, and not a folder: move it away, or name another place",
                at(name).display()
            );
            for folder in [at(name), at(name).join("below"), at(name).join("below/it")] {
                for access in [Access::Private, Access::Usual] {
                    let error = make(&folder, access).unwrap_err();
                    assert_eq!(error.to_string(), expected, "{}", folder.display());
                }
            }
        }
        let mode = |folder: &Path, access| {
            use std::os::unix::fs::PermissionsExt as _;
            make(folder, access).unwrap();
            fs::metadata(folder).unwrap().permissions().mode() & 0o077
        };
        assert_eq!(mode(&at("new/private"), Access::Private), 0);
        // A folder that is there is no trouble, and keeps what it has.
        assert_eq!(mode(&at("new"), Access::Usual), 0);
    }
}
