//! Files that are not whole yet: the name that they have until then, and the lock that says that they
//! are being written.

use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use super::in_the_way;

/// What their names begin with.
pub(crate) const UNFINISHED: &str = ".platy-";

/// A new one in this folder, with the permissions of an ordinary new file: what the umask leaves of
/// them.
pub(crate) fn unfinished(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let named = builder.tempfile_in(folder).map_err(|error| in_the_way::told(folder, error))?;
    // Where there are no locks nobody takes one for a leftover either.
    drop(named.as_file().try_lock());
    Ok(named)
}
