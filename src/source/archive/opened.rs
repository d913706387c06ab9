//! An archive that came from an engine.

use std::fs::File;
use std::sync::Arc;

use super::tar_file::TarFile;
use super::{DockerArchive, Limits, OciArchive};
use crate::oci::Failure;
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
