//! What one library finds for a host, and what it looked at on the way.

use super::credential::Credential;

/// The result of one library's search.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    pub(super) credential: Option<Credential>,
    /// Where the credential is from, in words.
    pub(super) origin: Option<String>,
    /// Whether it was found in a file of Docker's, or in the environment.
    pub(super) of_docker: bool,
    /// Whether the key is the one that the library looks up, and not one that only its host makes
    /// fit.
    pub(super) exact: bool,
    /// What exists and was read.
    pub(super) looked_at: Vec<String>,
    /// The files that do not exist.
    pub(super) missing: Vec<String>,
    /// What went wrong on the way, in words without secrets.
    pub(super) problems: Vec<String>,
}
