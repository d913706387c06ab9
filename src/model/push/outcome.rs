//! What a run came to: of each tag whether it is old or new, and why it stopped.

use std::fmt;

use crate::model::draft::{Conflict, Plan};
use crate::oci::{Digest, Failure};

use super::{Did, StepState};

/// What a tag holds after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tagged {
    /// What it held before; `None`: it does not exist, as before. No request of this run changed
    /// it.
    Old(Option<Digest>),
    /// The new list.
    New,
    /// Something else, that somebody else put there; `None`: it does not exist any more.
    Other(Option<Digest>),
    /// No request of this run wrote it.
    Untouched,
    /// The old or the new: the registry could not be asked.
    Unknown,
}

/// Why a run stopped.
#[derive(Debug, Clone, PartialEq)]
pub enum Stopped {
    /// The tag is not where the guard wants it. Nothing was written to it.
    Conflict(Conflict),
    /// A step failed.
    Failed {
        /// Its place in the plan.
        step: usize,
        /// Why. Boxed because it is large beside the rest.
        failure: Box<Failure>,
    },
    /// The tag holds the list, but these of its children are not there any more.
    Missing(Vec<Digest>),
    /// The tag was written, and somebody else has written it since.
    Overwritten {
        /// The tag.
        tag: String,
        /// What it holds.
        found: Option<Digest>,
    },
    /// The registry said that it wrote the tag, and the tag holds what it held before.
    NotWritten {
        /// The tag.
        tag: String,
    },
    /// It was to stop.
    Cancelled,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Each tag of the target, in the target's order.
    pub tags: Vec<(String, Tagged)>,
    /// What the first tag held before; `None`: it did not exist.
    pub before: Option<Digest>,
    /// The list's digest.
    pub after: Digest,
    /// How far each step of the plan is.
    pub steps: Vec<StepState>,
    /// Why it stopped; `None` if all is done.
    pub stopped: Option<Stopped>,
    /// Why the journal does not have all of what was replaced, if it does not.
    pub unkept: Option<Failure>,
    /// What a tag held before, if the registry deleted it when the tag moved.
    pub dropped: Option<Digest>,
}

impl Outcome {
    /// Whether everything is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stopped.is_none()
    }

    /// Whether a guard stopped it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.stopped, Some(Stopped::Conflict(_)))
    }

    /// Whether the tag was written, and somebody else has written it since.
    #[must_use]
    pub fn is_overwritten(&self) -> bool {
        matches!(self.stopped, Some(Stopped::Overwritten { .. }))
    }

    /// Whether it failed in a way that passes when the first tag had been written, by this run or by
    /// somebody else: what the tag holds now has to be looked at.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        let passing =
            matches!(&self.stopped, Some(Stopped::Failed { failure, .. }) if failure.is_passing());
        let written = matches!(self.tags.first(), Some((_, Tagged::New | Tagged::Other(_))));
        passing && written
    }

    /// How many steps came to this.
    #[must_use]
    pub fn count(&self, did: Did) -> usize {
        self.steps.iter().filter(|state| **state == StepState::Done(did)).count()
    }

    /// What happened and what next, in sentences without a full stop; names and digests in them
    /// are not escaped.
    #[must_use]
    pub fn sentences(&self, plan: &Plan) -> Vec<String> {
        let name = plan.target.repository.familiar();
        let mut said: Vec<String> = self.stopped.iter().map(ToString::to_string).collect();
        for (tag, tagged) in &self.tags {
            said.push(match tagged {
                Tagged::New => format!("{name}:{tag} points at {}", self.after),
                Tagged::Old(Some(digest)) => {
                    format!("{name}:{tag} is as it was: it points at {digest}")
                }
                Tagged::Old(None) => format!("{name}:{tag} is as it was: it does not exist"),
                Tagged::Other(Some(digest)) => {
                    format!("{name}:{tag} points at {digest}, which is neither the old nor the new")
                }
                Tagged::Other(None) => format!("{name}:{tag} does not exist any more"),
                Tagged::Untouched => format!("{name}:{tag} was not written"),
                Tagged::Unknown => format!(
                    "{name}:{tag} points at what it did or at {}: the registry could not be \
                     asked; look with `platy digest {name}:{tag}`",
                    self.after
                ),
            });
        }
        if let Some(stopped) = &self.stopped {
            said.extend(stopped.next());
        }
        if let Some(failure) = &self.unkept {
            said.push(format!("the journal does not have all of this push: {failure}"));
        }
        if let Some(digest) = &self.dropped {
            said.push(format!(
                "the registry has deleted {digest}, which the tag held before; the journal has it, \
                 with what only it named: `platy undo` puts it back"
            ));
        }
        said
    }
}

/// What happened, in a sentence without a full stop. Not escaped.
impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(conflict) => write!(f, "nothing was written to the tag: {conflict}"),
            Self::Failed { failure, .. } => failure.fmt(f),
            Self::Missing(digests) => {
                let digests: Vec<&str> = digests.iter().map(Digest::as_str).collect();
                write!(
                    f,
                    "the list is there, and these of its children are not: {}",
                    digests.join(", ")
                )
            }
            Self::Overwritten { tag, .. } => {
                write!(f, "the tag {tag} was written, and somebody else has written it since")
            }
            Self::NotWritten { tag } => {
                write!(
                    f,
                    "the registry said that it wrote the tag {tag}, and the tag is as it was before"
                )
            }
            Self::Cancelled => f.write_str("it was stopped"),
        }
    }
}

impl Stopped {
    fn next(&self) -> Option<String> {
        match self {
            Self::Conflict(_) => Some(
                "look at what the tag holds now, or go on with --force; the tag can still move \
                 between the check and the push, since registries have no conditional push"
                    .to_owned(),
            ),
            Self::Failed { .. } | Self::Cancelled => {
                Some("run it again: what is there is not sent again".to_owned())
            }
            Self::Missing(_) => {
                Some("push again, or put the old list back with `platy undo`".to_owned())
            }
            Self::NotWritten { .. } => {
                Some("try again; if it stays so, ask who runs the registry".to_owned())
            }
            Self::Overwritten { .. } => None,
        }
    }
}
