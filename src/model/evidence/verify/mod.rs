//! Whether signatures hold: against keys that the user gives, and certificates that the user
//! trusts. Nothing else is trusted, and nothing is guessed.

mod anchor;
mod key;
mod outcome;
#[cfg(test)]
mod tests;

pub use anchor::Anchor;
pub use key::PublicKey;
pub use outcome::{Outcome, Trust, verify};
