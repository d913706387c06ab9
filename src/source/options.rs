//! How to reach registries: what the command line and the environment decide.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::auth::Environment;
use super::limits::Limits;
use super::{ContainerdPlace, DockerPlace, FindDraft, KeyFile, StorePlaces, Timings};
use crate::oci::Host;

/// Settings of the fetch layer.
#[derive(Debug, Clone)]
pub struct Options {
    /// Hosts spoken to in plain HTTP. Loopback hosts are tried that way by default.
    pub plain_http: Vec<Host>,
    /// Hosts whose TLS certificate is not checked.
    pub insecure: Vec<Host>,
    /// Files with further trusted certificates (PEM).
    pub ca_files: Vec<CaFile>,
    /// Where content is cached; `None` for no cache on disk.
    pub cache_dir: Option<PathBuf>,
    /// Where the key lies that proves what the cache keeps of layers; `None` to keep nothing of them.
    pub cache_key: Option<KeyFile>,
    /// The most that the cache may hold, in bytes.
    pub cache_cap: u64,
    /// The requests under way to one host at first; over HTTP/1.1 the most, because each needs a
    /// connection.
    pub permits: usize,
    /// The most requests under way to one host whose connection carries many (HTTP/2).
    pub streams: usize,
    /// How long requests may take.
    pub limits: Limits,
    /// Whether a token service must be of the registry's own site.
    pub strict_realm: bool,
    /// How often an idempotent request is repeated after a passing failure.
    pub retries: u32,
    /// The first wait before a repeat; doubled each time, with jitter. A registry's own
    /// `Retry-After` goes before it.
    pub backoff: Duration,
    /// Where it is kept what requests take.
    pub timings: Timings,
    /// Where credentials and certificates of hosts are looked for.
    pub environment: Environment,
    /// Where the stores of podman, buildah and CRI-O are.
    pub stores: StorePlaces,
    /// Where Docker is asked.
    pub docker: DockerPlace,
    /// Where containerd is asked.
    pub containerd: ContainerdPlace,
    /// What finds unsaved drafts; `None` if none are kept.
    pub drafts: Option<Arc<dyn FindDraft>>,
}

/// A file of certificates by which every host is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaFile {
    /// Its path.
    pub path: PathBuf,
    /// The file, the line and its text that name it; `None` if the command line does.
    pub named_in: Option<String>,
}

impl From<PathBuf> for CaFile {
    fn from(path: PathBuf) -> Self {
        Self { path, named_in: None }
    }
}

/// Requests under way to one host at once. A ten-platform image with attestations (twenty
/// manifests) fits into one round trip.
pub const DEFAULT_PERMITS: usize = 32;

/// Requests under way at once on a connection that carries many. Servers allow 100 to 256 (nginx
/// 1.29 128, Go's net/http 250).
pub const DEFAULT_STREAMS: usize = 256;

impl Options {
    /// The most requests that are ever under way to one host.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.permits.max(self.streams)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            plain_http: Vec::new(),
            insecure: Vec::new(),
            ca_files: Vec::new(),
            cache_dir: None,
            cache_key: None,
            cache_cap: 256 << 20,
            permits: DEFAULT_PERMITS,
            streams: DEFAULT_STREAMS,
            limits: Limits::default(),
            strict_realm: false,
            retries: 3,
            backoff: Duration::from_millis(250),
            timings: Timings::default(),
            environment: Environment::of_process(),
            stores: StorePlaces::of_process(),
            docker: DockerPlace::of_process(),
            containerd: ContainerdPlace::of_process(),
            drafts: None,
        }
    }
}
