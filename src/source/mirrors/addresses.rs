//! Addresses of hosts as containerd and Docker read them (Go's `net/url` and `path`).

use crate::model::route::{Door, Scheme};
use crate::oci::{Host, Repository};

/// An address in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) scheme: String,
    /// The host with its port, as written; may be empty.
    pub(super) host: String,
    pub(super) path: String,
}

impl Address {
    /// # Errors
    /// Why Go refuses the address.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let refuse = |why: &str| Err(format!("unable to parse {text:?}: {why}"));
        if text.chars().any(|c| c.is_ascii_control()) {
            return refuse("invalid control character in URL");
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            let path = text.split(['?', '#']).next().unwrap_or_default();
            if path.split('/').next().is_some_and(|first| first.contains(':')) {
                return refuse("first path segment in URL cannot contain colon");
            }
            return Ok(Self { scheme: String::new(), host: String::new(), path: path.to_owned() });
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let host = authority.rsplit('@').next().unwrap_or_default();
        if host.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}']) {
            return refuse("invalid character in host name");
        }
        let port = host.rsplit(']').next().and_then(|end| end.rsplit_once(':'));
        if port.is_some_and(|(_, port)| !port.bytes().all(|b| b.is_ascii_digit())) {
            return refuse("invalid port after host");
        }
        Ok(Self {
            scheme: scheme.to_ascii_lowercase(),
            host: host.to_owned(),
            path: path.to_owned(),
        })
    }

    /// The door to a repository below an API.
    ///
    /// # Errors
    /// Why nothing can be asked there.
    pub(super) fn door(
        &self,
        api: &str,
        repository: &Repository,
        scheme: Option<Scheme>,
    ) -> Result<Door, String> {
        let host = Host::parse(&self.host)
            .ok_or_else(|| format!("{:?} is not the name of a host", self.host))?;
        let scheme = match (scheme, self.scheme.as_str()) {
            (Some(scheme), _) => scheme,
            (None, "http") => Scheme::Plain,
            (None, "https") => Scheme::Tls,
            (None, other) => return Err(format!("{other:?} is not a scheme that can be asked")),
        };
        let whole = clean(&format!("{api}/{}", repository.path));
        let api = whole.strip_suffix(&format!("/{}", repository.path)).unwrap_or_default();
        Ok(Door { scheme, host, api: api.to_owned(), path: repository.path.clone(), ns: None })
    }
}

/// A path without empty parts, `.` and `..`, beginning with a slash (`path.Clean`).
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Whether a door leads to the repository on the registry that its name says.
pub(super) fn is_own(door: &Door, repository: &Repository) -> bool {
    let hub = repository.host.is_docker_hub() && door.host.as_str() == "registry-1.docker.io";
    (door.host == repository.host || hub) && door.path == repository.path && door.api == "/v2"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_go_reads_them() {
        for (text, scheme, host, path) in [
            ("https://a.example", "https", "a.example", ""),
            ("HTTP://u:p@a.example:5000/x/?q#f", "http", "a.example:5000", "/x/"),
            ("httpbin.example/x", "", "", "httpbin.example/x"),
            ("https://[::1]:5000/v2", "https", "[::1]:5000", "/v2"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(
                (address.scheme.as_str(), address.host.as_str(), address.path.as_str()),
                (scheme, host, path)
            );
        }
        for text in ["https://a b", "https://a:port", "http\n://x", "a:b/c"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
        assert_eq!(clean("/a//./b/../c/"), "/a/c");
    }
}
