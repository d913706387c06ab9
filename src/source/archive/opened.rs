//! An archive of either form.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::tar_file::TarFile;
use super::{DockerArchive, Limits, OciArchive};
use crate::oci::{Class, Failure};
use crate::source::Cache;
use crate::source::layout::{Content, MARKER};
use crate::source::workers::Stop;

/// Opens what an engine exported: a layout since Docker 25, else what `docker save` wrote before.
pub(in crate::source) fn opened(
    subject: &str,
    file: Arc<File>,
    stop: &Stop,
) -> Result<Arc<dyn Content>, Failure> {
    let archive = TarFile::unnamed(subject, file, Limits::default(), stop)?;
    match archive.find(MARKER)? {
        Some(_) => Ok(Arc::new(OciArchive::of(archive)?)),
        None => Ok(Arc::new(DockerArchive::of(archive, stop)?)),
    }
}

/// Opens a file as what it is: an archive of a layout, else one that `docker save` wrote.
pub(in crate::source) fn archive(
    path: &Path,
    cache: Option<&Cache>,
    stop: &Stop,
) -> Result<Arc<dyn Content>, Failure> {
    let archive = TarFile::open(path, Limits::default(), cache, stop)?;
    match OciArchive::of(archive.clone()) {
        Err(failure) if failure.class == Class::Malformed => {
            Ok(Arc::new(DockerArchive::of(archive, stop)?))
        }
        opened => Ok(Arc::new(opened?)),
    }
}
