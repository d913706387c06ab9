//! The handle on all registries of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::site::Site;
use crate::oci::{Failure, Host};
use crate::source::auth::Keychain;
use crate::source::http::{Queued, Wire, lock};
use crate::source::{Activity, Cache, Options};

/// Asks registries. Clones share connections, permits, challenges and tokens.
#[derive(Clone)]
pub struct Registry {
    pub(super) shared: Arc<Shared>,
    /// The turn of the work that is done with this handle.
    pub(super) turn: Option<Queued>,
}

pub(super) struct Shared {
    pub(super) wire: Wire,
    pub(super) keychain: Keychain,
    /// Where hints are kept from one session to the next.
    pub(super) cache: Option<Cache>,
    sites: Mutex<HashMap<Host, Arc<Site>>>,
}

impl Registry {
    /// Makes the handle. Nothing is sent, and no credentials are read, until something is asked.
    ///
    /// # Errors
    /// `Local` if a `--ca-file` cannot be read or holds no certificate.
    pub fn new(options: Options, activity: Activity) -> Result<Self, Failure> {
        let keychain = Keychain::new(options.environment.clone());
        let cache = options.cache_dir.clone().map(|dir| Cache::open(dir, options.cache_cap));
        let wire = Wire::new(options, activity)?;
        let shared = Shared { wire, keychain, cache, sites: Mutex::default() };
        Ok(Self { shared: Arc::new(shared), turn: None })
    }

    /// The same handle for one piece of work of a queue: once that is closed, its first request is
    /// not sent any more.
    #[must_use]
    pub fn in_turn(&self, turn: &Queued) -> Self {
        Self { shared: Arc::clone(&self.shared), turn: Some(turn.clone()) }
    }

    /// The settings in force.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.shared.wire.options
    }

    /// The counters and notices of everything that is asked here.
    #[must_use]
    pub fn activity(&self) -> &Activity {
        &self.shared.wire.activity
    }

    pub(super) fn site(&self, host: &Host) -> Arc<Site> {
        let mut sites = lock(&self.shared.sites);
        let site = sites
            .entry(host.clone())
            .or_insert_with(|| Arc::new(Site::new(host.clone(), self.options())));
        Arc::clone(site)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("activity", self.activity()).finish_non_exhaustive()
    }
}
