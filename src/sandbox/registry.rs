//! The parts of the registry that requests share.

use std::io;
use std::net::SocketAddr;

use super::auth::Gate;
use super::uploads::Uploads;
use super::{Faults, Requests, SandboxOptions, Store, samples};

/// Everything that answers requests.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) options: SandboxOptions,
    pub(super) store: Store,
    pub(super) faults: Faults,
    pub(super) requests: Requests,
    pub(super) gate: Gate,
    pub(super) uploads: Uploads,
}

impl Registry {
    pub(super) fn new(options: SandboxOptions, address: SocketAddr) -> Self {
        Self {
            gate: Gate::new(options.auth.clone(), address, options.tls.is_some()),
            uploads: Uploads::default(),
            options,
            store: Store::new(),
            faults: Faults::new(),
            requests: Requests::new(),
        }
    }

    /// Makes the sample images.
    pub(super) fn fill(&self) -> io::Result<()> {
        samples::fill(&self.store)?;
        if !self.options.referrers_api {
            for name in self.store.repositories() {
                self.store.repository(&name).write_fallback_tags();
            }
        }
        Ok(())
    }
}
