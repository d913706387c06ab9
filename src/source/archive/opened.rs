//! An archive of either form.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::tar_file::TarFile;
use super::{DockerArchive, Limits, OciArchive};
use crate::oci::Failure;
use crate::source::Cache;
use crate::source::layout::{Content, MARKER};
use crate::source::workers::Stop;

/// Opens what an engine exported.
pub(in crate::source) fn opened(
    subject: &str,
    file: Arc<File>,
    stop: &Stop,
) -> Result<Arc<dyn Content>, Failure> {
    of(TarFile::unnamed(subject, file, Limits::default(), stop)?, stop)
}

/// Opens a file as what it is.
pub(in crate::source) fn archive(
    path: &Path,
    cache: Option<&Cache>,
    stop: &Stop,
) -> Result<Arc<dyn Content>, Failure> {
    of(TarFile::open(path, Limits::default(), cache, stop)?, stop)
}

/// A layout, if the archive says that it is one (Docker 25 and later), else what `docker save` wrote
/// before.
fn of(archive: TarFile, stop: &Stop) -> Result<Arc<dyn Content>, Failure> {
    match archive.find(MARKER)? {
        Some(_) => Ok(Arc::new(OciArchive::of(archive)?)),
        None => Ok(Arc::new(DockerArchive::of(archive, stop)?)),
    }
}
