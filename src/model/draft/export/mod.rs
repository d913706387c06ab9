//! The same list as command lines of other tools; what a tool cannot express is a comment.

mod crane;
mod docker;
mod imagetools;
mod regctl;
mod script;

use std::fmt;
use std::str::FromStr;

use super::{Draft, Target};

/// A tool that makes lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// regclient's `regctl index`
    Regctl,
    /// `docker buildx imagetools create`
    Imagetools,
    /// go-containerregistry's `crane index append`
    Crane,
    /// `docker manifest`
    Docker,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Regctl, Self::Imagetools, Self::Crane, Self::Docker];

    /// The name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regctl => "regctl",
            Self::Imagetools => "imagetools",
            Self::Crane => "crane",
            Self::Docker => "docker",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Tool {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == text).ok_or_else(|| {
            format!("{text:?} is no tool; write regctl, imagetools, crane or docker")
        })
    }
}

/// Lines for a shell that make the draft at the target with this tool.
#[must_use]
pub fn export(draft: &Draft, target: &Target, tool: Tool) -> String {
    match tool {
        Tool::Regctl => regctl::lines(draft, target),
        Tool::Imagetools => imagetools::lines(draft, target),
        Tool::Crane => crane::lines(draft, target),
        Tool::Docker => docker::lines(draft, target),
    }
}
