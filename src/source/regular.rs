//! Files of this machine that platy keeps or is set up by: regular ones only, since a pipe or a
//! device may never end, and locks that are not waited for without end.

use std::fs::{self, File, FileType, TryLockError};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::in_the_way;

/// How long a lock is waited for. platy holds its own for milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(20);

/// Whether there is a regular file at a path, or a link to one; `false` if there is nothing.
///
/// # Errors
/// That something else is there, or that nobody can say what is there.
pub(crate) fn is_there(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(facts) if facts.is_file() => Ok(true),
        Ok(facts) => Err(not_regular(facts.file_type())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(match path.parent() {
            Some(folder) => in_the_way::told(folder, error),
            None => error,
        }),
    }
}

/// That something is there which is not read and not written.
pub(crate) fn not_regular(what: FileType) -> io::Error {
    io::Error::other(format!("it is not a regular file but {}", in_the_way::what(what)))
}

/// The bytes of a regular file, at most so many.
///
/// # Errors
/// `NotFound` if there is none; `FileTooLarge` if it has more.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Before it is opened: opening a pipe would wait for its writer.
    if !is_there(path)? {
        return Err(io::Error::new(ErrorKind::NotFound, "there is no such file"));
    }
    at_most(File::open(path)?, most)
}

fn at_most(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "it is larger than platy reads"));
    }
    Ok(bytes)
}

/// The bytes of a file that was named on the command line, at most so many: a regular one, or a pipe
/// that the shell has opened already (`<(…)`).
///
/// # Errors
/// As [`read`]'s.
pub(crate) fn named(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let opened = ["/dev/fd", "/dev/stdin", "/proc/self/fd"].iter().any(|it| path.starts_with(it));
    if !opened {
        return read(path, most);
    }
    at_most(File::open(path)?, most)
}

/// The same as text.
///
/// # Errors
/// As [`read`]'s; `InvalidData` if it is not UTF-8.
pub(crate) fn text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Takes a lock on a file, alone or with other readers.
///
/// # Errors
/// `TimedOut` if another program holds it.
pub(crate) fn lock(file: &File, shared: bool) -> io::Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        let locked = if shared { file.try_lock_shared() } else { file.try_lock() };
        match locked {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                let problem = "another program holds its lock";
                return Err(io::Error::new(ErrorKind::TimedOut, problem));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap();
        assert!(made.success());
        assert_eq!(text(&path("file"), 4).unwrap(), "text");
        assert_eq!(text(&path("link"), 4).unwrap(), "text");
        let kind = |path: &Path, most| read(path, most).unwrap_err().kind();
        assert_eq!(kind(&path("file"), 3), ErrorKind::FileTooLarge);
        assert_eq!(kind(&path("none"), 4), ErrorKind::NotFound);
        let said = read(&path("none"), 4).unwrap_err().to_string();
        assert_eq!(said, "there is no such file");
        for odd in [&path("pipe"), dir.path(), Path::new("/dev/zero")] {
            assert!(is_there(odd).is_err(), "{}", odd.display());
            assert!(read(odd, 4).is_err(), "{}", odd.display());
            assert!(named(odd, 4).is_err(), "{}", odd.display());
        }
    }

    #[test]
    fn a_lock_is_not_waited_for_without_end() {
        let dir = tempfile::tempdir().unwrap();
        let open = || File::create(dir.path().join("file")).unwrap();
        let held = open();
        lock(&held, false).unwrap();
        assert_eq!(lock(&open(), true).unwrap_err().kind(), ErrorKind::TimedOut);
        drop(held);
        lock(&open(), false).unwrap();
    }
}
