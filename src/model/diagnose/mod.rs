//! Why a machine got what it got: facts in, findings out.
//!
//! Pure: no I/O, no clock. [`Facts`] hold what is known of the reference, the host, its engines
//! and its registries, and say of everything else why it is not known. Each rule is a file of
//! `rules`, named in the table [`RULES`]; [`diagnose`] asks them all.
//!
//! Texts from outside are in findings as they came; whoever shows them escapes them.

mod behind;
mod broken;
mod end;
mod fact;
mod facts;
mod finding;
mod fit;
mod of_tree;
mod platform_tag;
mod rule;
mod rules;
mod served;
mod table;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fixture_evidence;

pub use behind::{Behind, Image, OddDocument};
pub use broken::Broken;
pub use end::{End, Seen};
pub use fact::Fact;
pub use facts::{
    AcceptAnswer, Answered, Daemon, Emulator, EngineKind, Expectation, Facts, HostFacts, LocalCopy,
    MirrorAnswer, Pick, Sibling,
};
pub use finding::{Finding, Severity};
pub use fit::{Fit, fit};
pub use platform_tag::names_platform;
pub use rule::Rule;
pub use served::Served;
pub use table::{RULES, diagnose, findings_markdown};
