//! Why a machine got what it got: facts in, findings out.
//!
//! Pure: no I/O, no clock. [`Facts`] hold what is known of the reference, the host, its engines
//! and its registries, and say of everything else why it is not known. Each rule is a file of
//! `rules`, named in the table [`RULES`]; [`diagnose`] asks them all.
//!
//! Texts from outside are in findings as they came; whoever shows them escapes them.

mod broken;
mod end;
mod facts;
mod finding;
mod fit;
mod of_tree;
mod rule;
mod rules;
mod served;
mod table;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fixture_evidence;

pub use broken::Broken;
pub use end::{End, Seen};
pub use facts::{
    AcceptAnswer, Answered, Behind, Daemon, Emulator, EngineKind, Expectation, Fact, Facts,
    HostFacts, Image, LocalCopy, MirrorAnswer, OddDocument, Pick, Sibling,
};
pub use finding::{Finding, Severity};
pub use fit::{Fit, fit};
pub use rule::Rule;
pub use served::Served;
pub use table::{RULES, diagnose, findings_markdown};
