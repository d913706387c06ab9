//! References to images in registries: the distribution grammar with Docker's normalisation.
//!
//! Source: distribution/reference `reference.go` (grammar) and `normalize.go` (short names).

use std::fmt;
use std::str::FromStr;

use super::Digest;

const DEFAULT_HOST: &str = "docker.io";
const DEFAULT_TAG: &str = "latest";
/// The longest repository path, host not counted (distribution/reference `NameTotalLengthMax`).
const MAX_PATH: usize = 255;
const MAX_TAG: usize = 128;

/// A registry's host with its port, as written: `docker.io`, `localhost:5000`, `[::1]:5000`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host(String);

/// A repository of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Repository {
    /// The registry.
    pub host: Host,
    /// The path below it, such as `library/alpine`.
    pub path: String,
}

/// `host/path[:tag][@digest]`, with at least one of tag and digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Where to look.
    pub repository: Repository,
    /// The tag; `latest` if neither tag nor digest was written.
    pub tag: Option<String>,
    /// The digest. With a tag beside it, both must agree.
    pub digest: Option<Digest>,
}

/// Why a text is not a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceError {
    /// The text as given.
    pub text: String,
    /// What is wrong.
    pub problem: String,
    /// What to write instead, if that is clear.
    pub hint: Option<String>,
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an image reference: {}", self.text, self.problem)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ReferenceError {}

impl Host {
    /// Docker Hub.
    #[must_use]
    pub fn docker_hub() -> Self {
        Self(DEFAULT_HOST.to_owned())
    }

    /// Parses `name[:port]`, `IPv4[:port]` or `[IPv6][:port]`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, port) = split_port(text)?;
        let port_ok = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        let name_ok = match name.strip_prefix('[') {
            Some(rest) => {
                rest.strip_suffix(']').is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok())
            }
            None => {
                !name.is_empty()
                    && name.split('.').all(|label| {
                        !label.is_empty()
                            && label
                                .bytes()
                                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                            && !label.starts_with('-')
                            && !label.ends_with('-')
                    })
            }
        };
        (port_ok && name_ok).then(|| {
            // Docker's old name for the same registry.
            let text = if text == "index.docker.io" { DEFAULT_HOST } else { text };
            let small = text.to_ascii_lowercase();
            // Only its large letters say that it is a host (`splitDockerDomain` of normalize.go).
            let is_plain = !small.contains(['.', ':']) && small != "localhost";
            Self(if is_plain { text.to_owned() } else { small })
        })
    }

    /// The host with its port, as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without its port and brackets.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = split_port(&self.0).map_or(self.0.as_str(), |(name, _)| name);
        name.trim_start_matches('[').trim_end_matches(']')
    }

    /// Whether this is Docker Hub.
    #[must_use]
    pub fn is_docker_hub(&self) -> bool {
        self.0 == DEFAULT_HOST
    }

    /// Whether the host is this machine: `localhost`, `*.localhost`, `127.0.0.0/8` or `::1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = self.name();
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// Splits `name[:port]`; `None` if a bracket is not closed.
fn split_port(text: &str) -> Option<(&str, Option<&str>)> {
    let name_end = if text.starts_with('[') { text.find(']')? + 1 } else { 0 };
    match text.get(name_end..)?.find(':') {
        None if name_end > 0 && name_end < text.len() => None,
        None => Some((text, None)),
        Some(colon) => {
            let colon = name_end + colon;
            Some((text.get(..colon)?, text.get(colon + 1..)))
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Repository {
    /// The name as people write it: without `docker.io/` and `library/`.
    #[must_use]
    pub fn familiar(&self) -> String {
        if self.host.is_docker_hub() {
            self.path.strip_prefix("library/").unwrap_or(&self.path).to_owned()
        } else {
            self.to_string()
        }
    }

    /// Parses `[host/]path` without tag and digest.
    ///
    /// # Errors
    /// Says what is wrong with the name.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let reference: Reference = text.parse()?;
        if text.contains('@') || text.rsplit('/').next().is_some_and(|last| last.contains(':')) {
            return Err(ReferenceError {
                text: text.to_owned(),
                problem: "a repository has no tag and no digest".to_owned(),
                hint: Some(format!("write {}", reference.repository.familiar())),
            });
        }
        Ok(reference.repository)
    }

    /// This repository's content under a digest.
    #[must_use]
    pub fn at(&self, digest: Digest) -> Reference {
        Reference { repository: self.clone(), tag: None, digest: Some(digest) }
    }

    /// This repository's content under a tag.
    #[must_use]
    pub fn tagged(&self, tag: &str) -> Reference {
        Reference { repository: self.clone(), tag: Some(tag.to_owned()), digest: None }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.path)
    }
}

impl Reference {
    /// The name as people write it: without `docker.io/` and `library/`.
    #[must_use]
    pub fn familiar(&self) -> String {
        self.with_name(&self.repository.familiar())
    }

    fn with_name(&self, name: &str) -> String {
        let mut text = name.to_owned();
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(digest.as_str());
        }
        text
    }
}

/// The full name: host, path, tag and digest.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.with_name(&self.repository.to_string()))
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let error = |problem: &str| ReferenceError {
            text: given.to_owned(),
            problem: problem.to_owned(),
            hint: None,
        };
        let text = given.strip_prefix("docker://").unwrap_or(given);
        if text.is_empty() {
            return Err(error("it is empty"));
        }
        let (name_and_tag, digest) = match text.split_once('@') {
            None => (text, None),
            Some((rest, digest)) => {
                let digest = digest.parse::<Digest>().map_err(|problem| ReferenceError {
                    text: given.to_owned(),
                    problem: format!("the digest after '@' is not one: {problem}"),
                    hint: None,
                })?;
                (rest, Some(digest))
            }
        };
        let (name, tag) = split_tag(name_and_tag);
        if let Some(tag) = tag {
            check_tag(tag).map_err(error)?;
        }
        let (host, path) = split_host(name).map_err(error)?;
        if path.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(ReferenceError {
                hint: Some(format!("write {}", text.to_ascii_lowercase())),
                ..error("a repository name has no capital letters")
            });
        }
        check_path(path).map_err(error)?;
        let bare_hub = host.is_docker_hub() && !path.contains('/');
        let path = if bare_hub { format!("library/{path}") } else { path.to_owned() };
        if path.len() > MAX_PATH {
            return Err(error("the repository name has more than 255 characters"));
        }
        let tag = match (tag, &digest) {
            (None, None) => Some(DEFAULT_TAG),
            (tag, _) => tag,
        };
        Ok(Self { repository: Repository { host, path }, tag: tag.map(str::to_owned), digest })
    }
}

fn split_tag(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') && !tag.contains(']') => (name, Some(tag)),
        _ => (text, None),
    }
}

/// The first component is a host when it has a dot, a colon or a capital letter, or is
/// `localhost` (distribution/reference `splitDockerDomain`).
fn split_host(name: &str) -> Result<(Host, &str), &'static str> {
    if let Some((first, rest)) = name.split_once('/')
        && (first.contains(['.', ':', '['])
            || first == "localhost"
            || first.bytes().any(|b| b.is_ascii_uppercase()))
    {
        let host = Host::parse(first).ok_or("the part before the first '/' is not a host")?;
        return Ok((host, rest));
    }
    Ok((Host::docker_hub(), name))
}

fn check_tag(tag: &str) -> Result<(), &'static str> {
    let mut bytes = tag.bytes();
    let first_ok = bytes.next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    if tag.is_empty() {
        return Err("the tag after ':' is empty");
    }
    if tag.len() > MAX_TAG {
        return Err("the tag has more than 128 characters");
    }
    if !first_ok || !bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')) {
        return Err(
            "a tag has letters, digits, '_', '.' and '-' only, and begins with no '.' or '-'",
        );
    }
    Ok(())
}

fn check_path(path: &str) -> Result<(), &'static str> {
    const WRONG: &str = "a repository name has lower-case letters and digits, separated by single \
                         '.', '_', '__' or any number of '-', in parts separated by '/'";
    for component in path.split('/') {
        if component.is_empty() {
            return Err("the repository name has an empty part");
        }
        let mut separator = String::new();
        let mut after_text = false;
        for c in component.chars() {
            if c.is_ascii_lowercase() || c.is_ascii_digit() {
                let dashes = separator.chars().all(|c| c == '-');
                if !(matches!(separator.as_str(), "" | "." | "_" | "__") || dashes)
                    || (!after_text && !separator.is_empty())
                {
                    return Err(WRONG);
                }
                separator.clear();
                after_text = true;
            } else if matches!(c, '.' | '_' | '-') {
                separator.push(c);
            } else {
                return Err(WRONG);
            }
        }
        if !separator.is_empty() {
            return Err(WRONG);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_names_are_normalised_as_docker_does() {
        let digest = Digest::sha256(b"x");
        for (text, full, familiar) in [
            ("alpine", "docker.io/library/alpine:latest", "alpine:latest"),
            ("alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"),
            ("docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"),
            ("index.docker.io/library/alpine", "docker.io/library/alpine:latest", "alpine:latest"),
            (
                "docker://grafana/grafana",
                "docker.io/grafana/grafana:latest",
                "grafana/grafana:latest",
            ),
            ("localhost/a", "localhost/a:latest", "localhost/a:latest"),
            ("localhost:5000/a/b:c", "localhost:5000/a/b:c", "localhost:5000/a/b:c"),
            ("[::1]:5000/a/b:c", "[::1]:5000/a/b:c", "[::1]:5000/a/b:c"),
            ("[::1]/a", "[::1]/a:latest", "[::1]/a:latest"),
            ("ghcr.io/o/r:T_1.x-y", "ghcr.io/o/r:T_1.x-y", "ghcr.io/o/r:T_1.x-y"),
            ("Quay.IO/a/b", "quay.io/a/b:latest", "quay.io/a/b:latest"),
            ("a__b/c--d/e.f", "docker.io/a__b/c--d/e.f:latest", "a__b/c--d/e.f:latest"),
        ] {
            let reference: Reference = text.parse().unwrap();
            assert_eq!(reference.to_string(), full, "{text}");
            assert_eq!(reference.familiar(), familiar, "{text}");
        }
        let both: Reference = format!("alpine:3.20@{digest}").parse().unwrap();
        assert_eq!(both.tag.as_deref(), Some("3.20"));
        assert_eq!(both.digest, Some(digest.clone()));
        let only: Reference = format!("alpine@{digest}").parse().unwrap();
        assert_eq!(only.tag, None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, problem) in [
            ("", "empty"),
            ("Alpine", "capital"),
            ("alpine:", "tag after ':' is empty"),
            ("alpine:.x", "begins with no"),
            ("alpine@sha256:12", "64 hex digits"),
            ("alpine@latest", "algorithm:hex"),
            ("a//b", "empty part"),
            ("a___b", "separated"),
            ("a..b", "separated"),
            ("-a", "separated"),
            ("a b", "separated"),
            ("host:99999/a", "not a host"),
            ("[::1/a", "not a host"),
            ("\u{1b}[31malpine", "separated"),
        ] {
            let error = text.parse::<Reference>().unwrap_err();
            assert!(error.problem.contains(problem), "{text:?}: {}", error.problem);
        }
        let hint = "Alpine".parse::<Reference>().unwrap_err().hint;
        assert_eq!(hint.as_deref(), Some("write alpine"));
    }

    #[test]
    fn hosts() {
        for (text, name, loopback) in [
            ("localhost:5000", "localhost", true),
            ("127.3.2.1", "127.3.2.1", true),
            ("[::1]:5000", "::1", true),
            ("registry.localhost", "registry.localhost", true),
            ("10.0.0.1:80", "10.0.0.1", false),
            ("ghcr.io", "ghcr.io", false),
        ] {
            let host = Host::parse(text).unwrap();
            assert_eq!((host.name(), host.is_loopback()), (name, loopback), "{text}");
        }
        assert_eq!(Repository::parse("alpine").unwrap().to_string(), "docker.io/library/alpine");
        // Found by the fuzzer: in small letters it would be a path of Docker Hub.
        let plain = Repository::parse("HOST/app").unwrap();
        assert_eq!((plain.host.as_str(), plain.path.as_str()), ("HOST", "app"));
        assert_eq!(Repository::parse(&plain.to_string()).as_ref(), Ok(&plain));
        assert_eq!(Host::parse("GHCR.io").unwrap().as_str(), "ghcr.io");
        assert!(Repository::parse("alpine:3").is_err());
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,80}") {
            let _ = text.parse::<Reference>();
        }

        #[test]
        fn the_full_name_parses_to_itself(
            text in "([a-z0-9]{1,8}\\.io(:[1-9][0-9]{0,3})?/)?[a-z0-9]{1,9}(/[a-z0-9]{1,5}(-[a-z]{1,3})?){0,3}(:[A-Za-z0-9_][A-Za-z0-9._-]{0,9})?"
        ) {
            let reference: Reference = text.parse().unwrap();
            prop_assert_eq!(reference.to_string().parse::<Reference>().unwrap(), reference);
        }
    }
}
