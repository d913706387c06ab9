//! Authentication: where credentials are found, and how a registry's challenge is answered.
//!
//! Credentials are looked for when a registry asks for them, never before, and go only to that
//! registry and to the token service that it names.

mod aim;
mod challenge;
mod config_file;
mod credential;
mod env_auth;
mod environment;
mod explain;
mod gate;
mod helper;
mod keep;
mod key;
mod keychain;
mod of_containers;
mod of_docker;
mod pass;
mod search;
mod spoken;
mod survey;
mod token;

pub use credential::Secret;
pub use environment::Environment;
pub use keep::{Kept, keep};
pub use survey::{FileSurvey, HelperSurvey, Lookup, lookup, survey};

pub(super) use aim::Aim;
pub(super) use challenge::Challenge;
pub(crate) use challenge::read as read_challenge;
pub(super) use explain::{login, unauthorised};
pub(super) use gate::{Early, Gate, Wish};
pub(super) use keychain::Keychain;
pub(super) use pass::Pass;
