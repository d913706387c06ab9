//! Faults that the registry can be told to have, as data.

mod apply;
mod kind;
mod rule;
mod rules;

pub use kind::Fault;
pub use rule::{PathMatch, Rule};
pub use rules::{Faults, RuleId};

pub(super) use apply::{Passed, after, before};
