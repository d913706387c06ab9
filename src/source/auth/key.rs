//! The keys of credential files: `host`, `host/namespace`, `https://host/v1/`.

use crate::oci::Host;

/// Docker Hub as Docker's files and helpers call it.
pub(super) const HUB_KEY: &str = "https://index.docker.io/v1/";

/// The keys that a repository's credentials may stand under, the longest first; without a path,
/// the host's own.
pub(super) fn candidates(host: &Host, path: Option<&str>) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path.unwrap_or_default();
    while !rest.is_empty() {
        keys.push(format!("{host}/{rest}"));
        rest = rest.rsplit_once('/').map_or("", |(rest, _)| rest);
    }
    keys.push(host.to_string());
    keys
}

/// A key of a file in the one form that [`candidates`] uses.
///
/// A key with a scheme is Docker's old form and stands for its host, whatever path follows
/// (containers/image `docker/config`, `normalizeAuthFileKey`).
pub(super) fn normal(key: &str) -> String {
    let (rest, old) = match key.split_once("://") {
        Some((_, rest)) => (rest, true),
        None => (key, false),
    };
    let rest = rest.trim_end_matches('/');
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = match host.to_ascii_lowercase().as_str() {
        "index.docker.io" | "registry-1.docker.io" => Host::docker_hub().to_string(),
        host => host.to_owned(),
    };
    if old || path.is_empty() || (host == "docker.io" && path == "v1") {
        host
    } else {
        format!("{host}/{path}")
    }
}

/// What a credential helper is asked for.
pub(super) fn server_of(host: &Host) -> String {
    if host.is_docker_hub() { HUB_KEY.to_owned() } else { host.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_one_form() {
        for (key, expected) in [
            (HUB_KEY, "docker.io"),
            ("docker.io", "docker.io"),
            ("index.docker.io/v1/", "docker.io"),
            ("https://registry-1.docker.io", "docker.io"),
            ("docker.io/library", "docker.io/library"),
            ("GHCR.io", "ghcr.io"),
            ("https://ghcr.io/v2/", "ghcr.io"),
            ("http://localhost:5000", "localhost:5000"),
            ("quay.io/name/space/", "quay.io/name/space"),
            ("[::1]:5000/a", "[::1]:5000/a"),
            ("", ""),
        ] {
            assert_eq!(normal(key), expected, "{key}");
        }
    }

    #[test]
    fn the_longest_key_comes_first() {
        let host = Host::parse("quay.io").unwrap();
        assert_eq!(candidates(&host, Some("a/b")), ["quay.io/a/b", "quay.io/a", "quay.io"]);
        assert_eq!(candidates(&host, None), ["quay.io"]);
    }
}
