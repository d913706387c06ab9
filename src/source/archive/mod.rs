//! Images in tar files: OCI layouts (`oci-archive:`) and what `docker save` writes
//! (`docker-archive:`).
//!
//! Nothing is unpacked. The headers are walked once, and content is read from its place in the
//! file. An archive compressed as a whole (gzip, zstd, xz, bzip2) is decompressed, up to a limit, into a
//! temporary file that has no name and is gone with the program. Archives are untrusted: names that
//! climb out, duplicates, and sizes beyond the end of the file are refused.

mod docker;
mod entries;
mod known;
mod limits;
mod oci;
mod opened;
mod paths;
mod spool;
mod stamp;
mod tar_file;
mod walk;

pub(super) use docker::DockerArchive;
pub(super) use limits::Limits;
pub(super) use oci::OciArchive;
pub(super) use opened::{archive, opened};
