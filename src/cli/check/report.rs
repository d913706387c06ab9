//! What was found out about each reference.

use crate::model::diagnose::{Finding, Severity};
use crate::oci::{Digest, Failure, Location};
use crate::work::prove::Table;

/// One reference.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) location: Location,
    pub(super) outcome: Result<Checked, Failure>,
}

/// What is behind a reference, checked.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) digest: Digest,
    pub(super) table: Table,
    /// Those that matter, the gravest first.
    pub(super) findings: Vec<Finding>,
    /// What could not be read although it may be there.
    pub(super) failures: Vec<Failure>,
}

impl Checked {
    /// Whether a finding is an error.
    pub(super) fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}
