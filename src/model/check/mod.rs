//! Whether labels are true: which program an image starts, what its header says, and how that
//! compares with what the list and the config say.
//!
//! Pure. [`launch`] follows an image's command through what is known of its
//! [`Layers`](crate::model::files::Layers) and either has the answer or asks for one more layer, the
//! top one first; whoever reads layers asks again with what it read. [`Row`] puts the three claims beside each other.

mod amount;
mod cmd;
mod compare;
mod launch;
mod path;
mod row;
mod search;
mod shell;
mod verdict;
mod wrappers;

pub use amount::amount;
pub use compare::{Fit, fit, labels_differ};
pub use launch::{Launch, Loader, Program, Role, launch};
pub use row::{Claim, Mistaken, Others, Proof, Row};
pub(crate) use shell::read as read_shell;
pub use verdict::{Side, Verdict};

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
