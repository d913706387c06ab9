//! The embedded registry: an implementation of the OCI distribution specification that keeps all
//! content in memory and listens on a loopback port of the system's choosing.
//!
//! `platy demo` explores its [sample images](samples()); the tests talk to it over real HTTP, add
//! [faults](Faults) while it runs and read in its [log](Requests) what was asked.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use platy::sandbox::{Sandbox, SandboxOptions};
//!
//! let sandbox = Sandbox::start(SandboxOptions::default()).await?;
//! let repository = sandbox.store().repository("team/app");
//! let arm = repository.image("linux", "arm64", "v8").layer("content").push();
//! repository.index().entry(arm).push_tag("latest");
//! println!("{}/team/app:latest", sandbox.host());
//! # Ok(())
//! # }
//! ```

mod answer;
mod api;
mod auth;
mod build;
mod connection;
mod error;
mod exchange;
mod fault;
mod log;
mod options;
mod referrer;
mod registry;
mod samples;
mod secret;
mod server;
mod serving;
mod store;
mod uploads;

pub use auth::{Accounts, Action, Auth, Grant, User};
pub use build::{
    ArtifactBuilder, ImageBuilder, IndexBuilder, Layer, TarFile, descriptor_json, go_build_info,
    go_program, program,
};
pub use fault::{Fault, Faults, PathMatch, Rule, RuleId};
pub use log::{Record, Requests};
pub use options::{Chunks, SandboxOptions, TagDeletes, Tls};
pub use samples::{MIRROR, Sample, samples};
pub use server::Sandbox;
pub use store::{RepositoryStore, Store};
