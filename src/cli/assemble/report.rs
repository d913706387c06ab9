//! What a pushing command has to say.

use crate::model::draft::{Draft, Effects, Plan, Problem, Target};
use crate::model::push::Outcome;
use crate::oci::Failure;

/// What there is to report, as far as it came.
pub(super) struct Report<'a> {
    pub(super) target: &'a Target,
    pub(super) draft: &'a Draft,
    pub(super) problems: &'a [Problem],
    pub(super) notes: &'a [String],
    pub(super) plan: Option<&'a Plan>,
    pub(super) effects: &'a Effects,
    pub(super) outcome: Option<&'a Outcome>,
    /// Whether a second reader reads the same, if one was asked.
    pub(super) second: Option<Result<&'a (), &'a Failure>>,
}
