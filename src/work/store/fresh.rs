//! New files: under another name until they are whole.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::oci::{Class, Failure};
use crate::source::unfinished;

/// A file that is being written beside its place. Dropped before it is kept, it is gone.
pub(super) struct Fresh {
    named: NamedTempFile,
    file: tokio::fs::File,
    to: PathBuf,
}

impl Fresh {
    /// A new file for this path. While it is written it is in `folder`, of the same file system.
    pub(super) fn create(folder: &Path, to: PathBuf) -> Result<Self, Failure> {
        let open = || -> io::Result<(NamedTempFile, tokio::fs::File)> {
            let named = unfinished(folder)?;
            let file = tokio::fs::File::from_std(named.as_file().try_clone()?);
            Ok((named, file))
        };
        let (named, file) = open().map_err(|error| unwritten(&to, &error))?;
        Ok(Self { named, file, to })
    }

    /// Where bytes go.
    pub(super) fn writer(&mut self) -> &mut (dyn AsyncWrite + Send + Unpin) {
        &mut self.file
    }

    /// What went wrong here, as a failure.
    pub(super) fn failed(&self, error: &io::Error) -> Failure {
        unwritten(&self.to, error)
    }

    /// Gives it its name. What had that name is gone then.
    pub(super) async fn keep(mut self) -> Result<(), Failure> {
        let flushed = self.file.flush().await;
        flushed.map_err(|error| unwritten(&self.to, &error))?;
        self.named.persist(&self.to).map_err(|error| unwritten(&self.to, &error.error))?;
        Ok(())
    }
}

/// That something cannot be written.
pub(super) fn unwritten(to: &Path, error: &io::Error) -> Failure {
    let detail = match error.kind() {
        io::ErrorKind::PermissionDenied => "it is not allowed to write here".to_owned(),
        _ => format!("it cannot be written: {error}"),
    };
    Failure::new(Class::Local, to.display().to_string(), detail)
        .with_next("name another place, or make room")
}
