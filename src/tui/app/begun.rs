//! A reference that has only begun, and the list of names that goes on with it.

use super::Query;
use crate::oci::{Host, NextPage, Repository};

/// A reference that is typed as far as a list of names goes on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Begun {
    /// The list.
    pub(super) of: NamesOf,
    /// What is typed in front of a name.
    pub(super) before: String,
    /// The beginning of its path that this stands for: the names of a registry are whole paths.
    pub(super) path: String,
    /// Whether no letter of the name is typed yet.
    pub(super) is_bare: bool,
}

/// A list of names that a registry gives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum NamesOf {
    /// The tags of a repository.
    Tags(Repository),
    /// The repositories of a registry.
    Repositories(Host),
}

impl NamesOf {
    /// The question for a page of it.
    pub(super) fn query(&self, page: Option<NextPage>) -> Query {
        match self {
            Self::Tags(repository) => Query::Tags { repository: repository.clone(), page },
            Self::Repositories(host) => Query::Repositories { host: host.clone(), page },
        }
    }

    /// The list that a question is about.
    pub(super) fn asked(question: &Query) -> Option<Self> {
        match question {
            Query::Tags { repository, .. } => Some(Self::Tags(repository.clone())),
            Query::Repositories { host, .. } => Some(Self::Repositories(host.clone())),
            _ => None,
        }
    }

    /// What it lists.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Tags(repository) => format!("tags of {}", repository.familiar()),
            Self::Repositories(host) => format!("repositories of {host}"),
        }
    }

    /// What a name of it is, of several.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Tags(_) => "tags",
            Self::Repositories(_) => "repositories",
        }
    }

    /// What a name of the list is typed behind.
    pub(super) fn sign(&self) -> char {
        match self {
            Self::Tags(_) => ':',
            Self::Repositories(_) => '/',
        }
    }
}
