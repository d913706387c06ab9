//! The keys of credential files, as each library compares them with a host.

use crate::oci::Host;

/// Docker Hub as Docker's files and helpers call it.
pub(super) const HUB_KEY: &str = "https://index.docker.io/v1/";

/// What docker/cli looks up for a host (`getAuthConfigKey` of docker/cli v29.9.3).
pub(super) fn of_docker(host: &Host) -> String {
    if host.is_docker_hub() { HUB_KEY.to_owned() } else { host.to_string() }
}

/// The host that docker/cli reads out of a key (`ConvertToHostname`): without scheme and path.
pub(super) fn docker_host(key: &str) -> &str {
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    if key.contains("://") { host.rsplit('@').next().unwrap_or_default() } else { host }
}

/// The keys that containers' library looks up for a repository, the longest first; without a path
/// the host's own (`authKeyLookupOrder` of go.podman.io/image v5.42.1).
pub(super) fn of_containers(host: &Host, path: Option<&str>) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path.unwrap_or_default();
    while !rest.is_empty() {
        keys.push(format!("{host}/{rest}"));
        rest = rest.rsplit_once('/').map_or("", |(rest, _)| rest);
    }
    keys.push(host.to_string());
    keys
}

/// The host that containers' library reads out of a key (`normalizeAuthFileKey`): a key with a
/// scheme, and each key of `~/.dockercfg`, stands for its host whatever path follows.
pub(super) fn containers_host(key: &str, legacy: bool) -> &str {
    let stripped = key.strip_prefix("http://").unwrap_or(key);
    let stripped = stripped.strip_prefix("https://").unwrap_or(stripped);
    let host = if legacy || stripped.len() < key.len() {
        stripped.split('/').next().unwrap_or_default()
    } else {
        stripped
    };
    containers_registry(host)
}

/// Docker Hub's names as one (`normalizeRegistry`).
pub(super) fn containers_registry(host: &str) -> &str {
    match host {
        "registry-1.docker.io" | "docker.io" => "index.docker.io",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_for_hosts() {
        for (key, docker, containers, legacy) in [
            (HUB_KEY, "index.docker.io", "index.docker.io", "index.docker.io"),
            ("docker.io", "docker.io", "index.docker.io", "index.docker.io"),
            ("registry-1.docker.io", "registry-1.docker.io", "index.docker.io", "index.docker.io"),
            ("docker.io/library", "docker.io", "docker.io/library", "index.docker.io"),
            ("https://ghcr.io/v2/", "ghcr.io", "ghcr.io", "ghcr.io"),
            ("http://localhost:5000", "localhost:5000", "localhost:5000", "localhost:5000"),
            ("a.io/v1", "a.io", "a.io/v1", "a.io"),
            ("[::1]:5000/a", "[::1]:5000", "[::1]:5000/a", "[::1]:5000"),
            ("", "", "", ""),
        ] {
            assert_eq!(docker_host(key), docker, "{key}");
            assert_eq!(containers_host(key, false), containers, "{key}");
            assert_eq!(containers_host(key, true), legacy, "{key}");
        }
    }

    #[test]
    fn the_longest_key_comes_first() {
        let host = Host::parse("quay.io").unwrap();
        assert_eq!(of_containers(&host, Some("a/b")), ["quay.io/a/b", "quay.io/a", "quay.io"]);
        assert_eq!(of_containers(&host, None), ["quay.io"]);
    }
}
