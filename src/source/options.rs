//! How to reach registries: what the command line and the environment decide.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::FindDraft;
use super::auth::Environment;
use crate::oci::Host;

/// Settings of the fetch layer.
#[derive(Debug, Clone)]
pub struct Options {
    /// Hosts spoken to in plain HTTP. Loopback hosts are tried that way by default.
    pub plain_http: Vec<Host>,
    /// Hosts whose TLS certificate is not checked.
    pub insecure: Vec<Host>,
    /// Files with further trusted certificates (PEM).
    pub ca_files: Vec<PathBuf>,
    /// Where content is cached; `None` for no cache on disk.
    pub cache_dir: Option<PathBuf>,
    /// The most that the cache may hold, in bytes.
    pub cache_cap: u64,
    /// The most requests under way to one host.
    pub permits: usize,
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// The longest silence of a connection before a request counts as lost.
    pub read_timeout: Duration,
    /// How often an idempotent request is repeated after a passing failure.
    pub retries: u32,
    /// The first wait before a repeat; doubled each time, with jitter. A registry's own
    /// `Retry-After` goes before it.
    pub backoff: Duration,
    /// The longest `Retry-After` that is waited for; beyond it the request fails at once.
    pub max_retry_after: Duration,
    /// Where credentials and certificates of hosts are looked for.
    pub environment: Environment,
    /// What finds unsaved drafts; `None` where none are kept.
    pub drafts: Option<Arc<dyn FindDraft>>,
}

/// Requests under way to one host at once. A ten-platform image with attestations (twenty
/// manifests) fits into one round trip.
pub const DEFAULT_PERMITS: usize = 32;

impl Default for Options {
    fn default() -> Self {
        Self {
            plain_http: Vec::new(),
            insecure: Vec::new(),
            ca_files: Vec::new(),
            cache_dir: None,
            cache_cap: 256 << 20,
            permits: DEFAULT_PERMITS,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            retries: 3,
            backoff: Duration::from_millis(250),
            max_retry_after: Duration::from_secs(60),
            environment: Environment::of_process(),
            drafts: None,
        }
    }
}
