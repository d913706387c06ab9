//! How a sandbox behaves.

use std::sync::Arc;

use rustls::ServerConfig;

use super::Auth;

/// How a registry takes blobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunks {
    /// Whole or in chunks.
    Any,
    /// Whole or in chunks of at least so many bytes, which it states (`OCI-Chunk-Min-Length`).
    AtLeast(usize),
    /// In chunks only: one request with all of it is answered with 501.
    Only,
}

/// How a registry takes a DELETE of a manifest by tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagDeletes {
    /// The tag goes (distribution-spec 1.1, "Deleting tags").
    Tag,
    /// 405 UNSUPPORTED, as distribution 3.1.2 without `delete.enabled`.
    Unsupported,
    /// 400 DIGEST_INVALID, as distribution 2.8.2.
    DigestsOnly,
    /// The manifest goes with all its tags, against the specification.
    Manifest,
}

/// How a [`Sandbox`](super::Sandbox) does TLS.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Its certificate and key. With `h2` among its protocols (ALPN) it speaks HTTP/2 with clients
    /// that want it, else HTTP/1.1.
    pub config: Arc<ServerConfig>,
    /// How many requests at once a connection of HTTP/2 takes.
    pub streams: u32,
    /// After how many requests a connection of HTTP/2 takes no more (GOAWAY); those that are under
    /// way are answered.
    pub goes_away: Option<usize>,
}

impl Tls {
    /// One that takes 100 requests at once, and never goes away.
    #[must_use]
    pub fn new(config: Arc<ServerConfig>) -> Self {
        Self { config, streams: 100, goes_away: None }
    }
}

/// What a [`Sandbox`](super::Sandbox) is started with. The default is an empty registry that
/// allows everything to everyone.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Who may do what.
    pub auth: Auth,
    /// Whether it holds the [sample images](super::samples()) from the start.
    pub samples: bool,
    /// Whether a manifest is taken only where everything that it references is there.
    pub check_references: bool,
    /// Whether there is a referrers API. Without it, `/referrers/` answers 404 and clients fall
    /// back to the tag `sha256-<hex>`.
    pub referrers_api: bool,
    /// Whether blobs can be mounted from other repositories. Without it an upload is opened.
    pub mounts: bool,
    /// How blobs are taken.
    pub chunks: Chunks,
    /// The largest page of tags and of repositories, in names; also the size of a page where the
    /// client does not ask for one.
    pub page_size: usize,
    /// Whether a page says where the next one is (`Link`). Without it, a registry that is asked what
    /// follows its last name begins again, as go-containerregistry 0.22.1's does.
    pub links: bool,
    /// Whether what a tag held stays when the tag moves. Without it, zot's manner: the manifest and
    /// those of its children that the new one lacks are gone at once.
    pub keeps_untagged: bool,
    /// Whether a mount is answered with 201 and nothing is done, as in distribution 3.1.2 for
    /// sha512.
    pub lying_mounts: bool,
    /// Whether a manifest that is put by digest gets the tags that its query names, one `OCI-Tag`
    /// each (distribution-spec main 967efdc; olareg, zot). Without it the query is passed over.
    pub multi_tags: bool,
    /// How a DELETE by tag is taken.
    pub tag_deletes: TagDeletes,
    /// The largest page of referrers, in descriptors.
    pub referrers_page_size: usize,
    /// How it does TLS; without it, it speaks plain HTTP.
    pub tls: Option<Tls>,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            auth: Auth::Open,
            samples: false,
            check_references: true,
            referrers_api: true,
            mounts: true,
            chunks: Chunks::Any,
            page_size: 1000,
            links: true,
            keeps_untagged: true,
            lying_mounts: false,
            multi_tags: false,
            tag_deletes: TagDeletes::Tag,
            referrers_page_size: 100,
            tls: None,
        }
    }
}
