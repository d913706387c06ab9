//! How many requests may be under way to one host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::lock;

/// Leave to do something on a host, given back when it is dropped.
pub(in crate::source) type Permit = Option<OwnedSemaphorePermit>;

/// A semaphore for each host. A permit lives as long as its request and the body of its answer;
/// dropping either gives it back.
pub(super) struct Permits {
    each: usize,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Permits {
    pub(super) fn new(each: usize) -> Self {
        Self { each: each.max(1), hosts: Mutex::default() }
    }

    /// Waits for a permit of this host. `None` cannot happen: the semaphores are never closed.
    pub(super) async fn acquire(&self, authority: &str) -> Permit {
        let semaphore = {
            let mut hosts = lock(&self.hosts);
            let semaphore = hosts
                .entry(authority.to_owned())
                .or_insert_with(|| Arc::new(Semaphore::new(self.each)));
            Arc::clone(semaphore)
        };
        semaphore.acquire_owned().await.ok()
    }
}
