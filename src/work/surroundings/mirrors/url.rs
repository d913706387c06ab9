//! A mirror as people write it.

use crate::oci::{Host, Repository};

/// `[https://]HOST[:PORT][/PATH]`: the repository there, and whether it is plain HTTP.
pub(super) fn parse(text: &str, repository: &Repository) -> Option<(Repository, bool)> {
    let (plain, rest) = match text.split_once("://") {
        Some(("http", rest)) => (true, rest),
        Some(("https", rest)) => (false, rest),
        Some(_) => return None,
        None => (false, text),
    };
    let (host, path) =
        rest.trim_end_matches('/').split_once('/').unwrap_or((rest.trim_end_matches('/'), ""));
    Some((below(Host::parse(host)?, path, repository), plain))
}

/// The repository below a path of a host.
pub(super) fn below(host: Host, path: &str, repository: &Repository) -> Repository {
    let path = path.trim_matches('/');
    let path = if path.is_empty() {
        repository.path.clone()
    } else {
        format!("{path}/{}", repository.path)
    };
    Repository { host, path }
}
