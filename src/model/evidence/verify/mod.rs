//! Whether signatures hold: against keys that the user gives, certificates and authorities that the
//! user trusts. Nothing else is trusted, and nothing is guessed.

mod anchor;
mod certificate_log;
mod chain;
mod der;
mod key;
mod keyless;
mod log;
mod outcome;
mod stamp;
#[cfg(test)]
mod tests;
mod tree_hash;
mod trusted_root;

pub use anchor::Anchor;
pub(crate) use certificate_log::read_certificate;
pub use key::PublicKey;
pub use keyless::Keyless;
pub(crate) use log::read_log_entry;
pub use outcome::{Outcome, Trust, verify};
pub(crate) use stamp::read_timestamp;
pub use trusted_root::TrustedRoot;
