//! What came of it.

use super::super::{Stopped, Tagged};
use super::{TagPlan, Untag};
use crate::oci::{Failure, Reference};

/// What deleting a tag came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Untagged {
    /// Whether the registry deleted what the tag held with it; the journal has it.
    pub dropped: bool,
    /// Other tags that the registry took away too, and that were written again.
    pub rewritten: Vec<String>,
    /// Why the journal does not have it.
    pub unkept: Option<Failure>,
}

/// What was done to tags.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TagDone {
    /// What became of the tag that was written, if one was to be.
    pub written: Option<(Tagged, Result<(), Stopped>)>,
    /// What became of each list that was to be written, in the plan's order.
    pub listed: Vec<(Tagged, Result<(), Stopped>)>,
    /// What became of each tag that was to be deleted, in the plan's order; shorter if the other
    /// name could not be written, or one before it could not be deleted.
    pub deleted: Vec<Result<Untagged, Stopped>>,
}

impl TagDone {
    /// What was done, in lines; not escaped.
    #[must_use]
    pub fn lines(&self, plan: &TagPlan) -> Vec<String> {
        let mut lines = Vec::new();
        if let (Some(copying), Some((_, Ok(())))) = (&plan.copying, &self.written) {
            lines.push(format!("{} points at {}", copying.to.familiar(), copying.list.digest));
        }
        for (listing, (_, result)) in plan.lists.iter().zip(&self.listed) {
            if result.is_ok() {
                let name = listing.reference.familiar();
                let back = if listing.now.is_some() { "undo" } else { "tag rm" };
                lines.push(format!("{name} is written; `platy {back} {name}` takes it back"));
            }
        }
        for (wanted, result) in plan.deleting.iter().zip(&self.deleted) {
            if result.is_ok() {
                let name = wanted.reference.familiar();
                lines.push(format!("{name} is deleted; `platy undo {name}` puts it back"));
            }
        }
        lines
    }

    /// Why not all of it was done: of each tag that was to be written or deleted.
    pub fn failures(&self) -> impl Iterator<Item = Option<&Stopped>> {
        let written = self.written.iter().chain(&self.listed);
        let written = written.map(|(_, result)| result.as_ref().err());
        written.chain(self.deleted.iter().map(|result| result.as_ref().err()))
    }

    /// What went otherwise than it was to go.
    #[must_use]
    pub fn complaints(&self, plan: &TagPlan) -> Vec<String> {
        let mut lines = Vec::new();
        if let (Some(copying), Some((_, Err(stopped)))) = (&plan.copying, &self.written) {
            lines.push(why(&copying.to, stopped));
        }
        for (listing, (_, result)) in plan.lists.iter().zip(&self.listed) {
            lines.extend(result.as_ref().err().map(|stopped| why(&listing.reference, stopped)));
        }
        for (wanted, result) in plan.deleting.iter().zip(&self.deleted) {
            lines.extend(of_deleted(wanted, result));
        }
        let left = plan.deleting.iter().skip(self.deleted.len()).map(|it| it.reference.familiar());
        match left.collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => lines.push(format!("{one} was left as it is")),
            all => lines.push(format!("these were left as they are: {}", all.join(", "))),
        }
        lines
    }
}

/// Why nothing came of it; a failure names what it is about itself.
fn why(reference: &Reference, stopped: &Stopped) -> String {
    match stopped {
        Stopped::Failed { failure, .. } => failure.to_string(),
        other => format!("{}: {other}", reference.familiar()),
    }
}

fn of_deleted(wanted: &Untag, result: &Result<Untagged, Stopped>) -> Vec<String> {
    let name = wanted.reference.familiar();
    let done = match result {
        Ok(done) => done,
        Err(Stopped::Conflict(conflict)) => {
            return vec![format!(
                "{name} was not deleted: {conflict}; look again, and run it again"
            )];
        }
        Err(stopped) => return vec![why(&wanted.reference, stopped)],
    };
    let mut lines = Vec::new();
    if !done.rewritten.is_empty() {
        lines.push(format!(
            "the registry took other tags of {} away too; they were written again: {}",
            wanted.held.digest,
            done.rewritten.join(", ")
        ));
    } else if done.dropped {
        lines.push(format!(
            "the registry deleted {} with the tag; the journal has it, and `platy undo {name}` puts \
             it back",
            wanted.held.digest
        ));
    }
    if let Some(failure) = &done.unkept {
        lines.push(format!("the journal could not be written: {failure}"));
    }
    lines
}
