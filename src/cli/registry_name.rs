//! The registry that a command names.

use crate::oci::Host;

/// Reads what was typed for `platy COMMAND HOST`.
///
/// # Errors
/// A sentence with what may be meant: addresses and repositories are typed for it, too.
pub(super) fn registry(command: &str, typed: &str) -> Result<Host, String> {
    let bare = typed.trim_end_matches('/');
    if let Some(host) = Host::parse(bare) {
        return Ok(host);
    }
    let without = ["https://", "http://"].iter().find_map(|scheme| bare.strip_prefix(scheme));
    let behind = without.unwrap_or(bare).split('/').next().unwrap_or_default();
    let next = match Host::parse(behind) {
        Some(host) => format!("did you mean `platy {command} {host}`?"),
        None => "write a host name or address with an optional port".to_owned(),
    };
    let tags = match without {
        None if bare.contains('/') => " `platy tags` lists the tags of a repository",
        _ => "",
    };
    Err(format!("{typed} is not a registry: {next}{tags}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_else_is_typed_for_a_registry_is_answered_with_its_name() {
        assert!(registry("login", "ghcr.io/").is_ok_and(|host| host.as_str() == "ghcr.io"));
        for (typed, said) in [
            ("https://ghcr.io/", "not a registry: did you mean `platy login ghcr.io`?"),
            ("http://a:5000/v2/", "not a registry: did you mean `platy login a:5000`?"),
            ("ghcr.io/o/app", "did you mean `platy login ghcr.io`? `platy tags` lists the tags"),
            ("a b", "write a host name or address with an optional port"),
        ] {
            let problem = registry("login", typed).unwrap_err();
            assert!(problem.contains(said), "{typed}: {problem}");
        }
    }
}
