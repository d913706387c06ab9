//! The sandbox on threads of its own, so that it does not run inside what is measured.

use std::time::Duration;

use platy::sandbox::{Auth, Sandbox, SandboxOptions};
use tokio::runtime::{Builder, Runtime};

/// How late every answer is.
pub const DELAY: Duration = Duration::from_millis(50);

pub struct Server {
    pub sandbox: Sandbox,
    pub runtime: Runtime,
}

impl Server {
    /// Starts a registry with the samples behind the delay.
    pub fn start(auth: Auth) -> Self {
        let runtime = runtime();
        let options = SandboxOptions { auth, samples: true, ..SandboxOptions::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.faults().set_delay(DELAY);
        Self { sandbox, runtime }
    }

    pub fn reference(&self, sample: &str) -> String {
        format!("{}/{sample}", self.sandbox.host())
    }
}

/// A runtime like the program's.
pub fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
