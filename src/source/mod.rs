//! The async fetch layer: where content comes from.
//!
//! A [`Source`] is one opened [`Location`]: it answers with documents that
//! were verified against the digest and size they were asked by, or with a
//! [`Failure`]. Everything a source receives is untrusted: sizes are capped,
//! digests checked over the bytes as received, and credentials go only to the host they belong to.
//!
//! Dropping a future cancels the work behind it.

mod activity;
mod anchored;
mod archive;
mod assembled;
pub mod auth;
mod blob_stream;
pub mod cache;
mod causes;
mod containerd;
pub(crate) mod engine;
mod error_code;
mod find_draft;
mod folder_list;
mod hints;
mod http;
pub(crate) mod in_the_way;
mod kept;
mod layout;
mod limits;
mod local;
pub mod mirrors;
mod open;
mod options;
mod recycled;
mod registry;
pub(crate) mod regular;
mod sessions;
mod short_name;
mod store;
mod timings;
mod tls;
mod unchecked;
mod unfinished;
mod workers;

use std::ops::Range;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::oci::{ConfigDocument, Descriptor, Digest, Document, Failure, Location};

pub use crate::oci::{Assembled, Head, Notice, Page, Referrer, Via};
pub use activity::{Activity, Awaited};
pub use blob_stream::BlobStream;
pub use cache::{Cache, KeyFile};
pub use containerd::ContainerdPlace;
pub use engine::DockerPlace;
pub(crate) use error_code::{refuses_addresses, says};
pub use find_draft::FindDraft;
pub(crate) use hints::{Hints, TokenService};
pub use http::{Queue, Queued};
pub(crate) use layout::{meant_by, parse_index};
pub use limits::{COMMAND, Limits};
pub use open::Sources;
pub use options::{CaFile, DEFAULT_PERMITS, DEFAULT_STREAMS, Options};
pub(crate) use recycled::Recycled;
pub use registry::{Look, Meter, Placed, Registry, RegistrySource, Upload};
pub(crate) use registry::{fallback_tag, read_link};
pub use store::StorePlaces;
pub use timings::Timings;
pub(crate) use tls::install_provider;
pub use tls::{CertificateFile, certificate_files};
pub(crate) use unfinished::{UNFINISHED, unfinished};
pub(crate) use workers::Workers;

/// What a tag named when it was last seen.
#[derive(Debug, Clone)]
pub struct Recalled {
    /// The document.
    pub document: Document,
    /// When the registry last said so.
    pub seen: Timestamp,
}

/// The tag that stands for a digest, where readers look for what refers to it if the registry has
/// no referrers API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagOfDigest {
    /// The tag.
    pub tag: String,
    /// What it holds, if it is there and the repository has few tags.
    pub held: Option<Digest>,
    /// Whether the registry has the referrers API.
    pub has_api: bool,
}

/// A pending answer of a source.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Failure>>;

/// One opened location.
pub trait Source: Send + Sync {
    /// What this source was opened with.
    fn location(&self) -> &Location;

    /// The document behind the location itself. A tag is asked for anew each time; with a digest
    /// beside the tag, both must agree.
    fn root(&self) -> Answer<'_, Document>;

    /// The digest of that document, if it is told for less than the document itself.
    fn told_digest(&self) -> Answer<'_, Option<Digest>> {
        Box::pin(async { Ok(None) })
    }

    /// A manifest by its descriptor; digest and size are verified.
    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document>;

    /// A small blob, whole, verified; at most `cap` bytes.
    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes>;

    /// A blob as a stream, from the start or only the bytes of `range`. A whole stream ends in a
    /// failure if the digest is wrong; a range cannot be verified.
    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream>;

    /// A layer as it can be read where its own bytes are gone: a store that has unpacked it has its
    /// tar, which has another digest. `None` if it is to be read as it is.
    fn unpacked<'a>(&'a self, _: &'a Descriptor) -> Answer<'a, Option<Descriptor>> {
        Box::pin(async { Ok(None) })
    }

    /// Whether the bytes of a blob can be given, as far as that is known without asking another
    /// machine: a failure if a disk lacks them, or has them unpacked only.
    fn at_hand<'a>(&'a self, _: &'a Descriptor) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    /// What refers to the manifest with this digest: the referrers API with all its pages, or the
    /// fallback tag, and cosign's tags.
    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>>;

    /// What the tag holds that stands for this digest, and whether the registry keeps a list of what
    /// refers to it; `None` of files and engines.
    fn digest_tag<'a>(&'a self, _digest: &'a Digest) -> Answer<'a, Option<TagOfDigest>> {
        Box::pin(async { Ok(None) })
    }

    /// What the location named when it was last asked for, if that is known and may have changed
    /// since. Nothing is sent.
    fn recall(&self) -> BoxFuture<'_, Option<Recalled>> {
        Box::pin(async { None })
    }

    /// The named images of a layout or archive, each name with what it stands for; nothing of any
    /// other source.
    fn names(&self) -> Answer<'_, Vec<(String, Digest)>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// An image config by its descriptor; digest and size are verified.
    fn config<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, ConfigDocument> {
        Box::pin(async move {
            let bytes = self.blob(descriptor, crate::oci::MAX_CONFIG_READ).await?;
            let algorithm = descriptor.digest.algorithm();
            ConfigDocument::parse(bytes.clone(), algorithm).map_err(|problem| {
                Failure::new(
                    crate::oci::unread(&bytes),
                    descriptor.digest.to_string(),
                    format!("the image config is {problem}"),
                )
            })
        })
    }
}
