//! What people paste where a reference is wanted: pull commands and web addresses of registries.

use std::borrow::Cow;

use url::Url;

/// Words before the image in a command line.
const TOOLS: [&str; 14] = [
    "sudo", "$", "docker", "podman", "nerdctl", "crictl", "ctr", "buildah", "skopeo", "crane",
    "regctl", "oras", "image", "images",
];
const VERBS: [&str; 10] =
    ["pull", "run", "create", "inspect", "manifest", "buildx", "imagetools", "copy", "cp", "FROM"];
/// Options that take the next word as their value, of `docker run` and `docker pull`.
const WITH_VALUE: [&str; 16] = [
    "--platform",
    "--name",
    "-p",
    "--publish",
    "-v",
    "--volume",
    "-e",
    "--env",
    "--network",
    "--entrypoint",
    "-u",
    "--user",
    "-w",
    "--workdir",
    "--mount",
    "--restart",
];

/// The reference in a pasted text: the text itself, the image of a `docker pull …` line, or the
/// image that a known registry's web page is about.
#[must_use]
pub fn understand(text: &str) -> Cow<'_, str> {
    let text = text.trim().trim_matches(|c| matches!(c, '`' | '"' | '\''));
    if text.starts_with("https://") || text.starts_with("http://") {
        return Url::parse(text)
            .ok()
            .and_then(|url| from_page(&url))
            .map_or(text.into(), Into::into);
    }
    let mut words = text.split_whitespace().peekable();
    let first = words.peek().copied().unwrap_or_default();
    if words.clone().count() < 2 || !(TOOLS.contains(&first) || VERBS.contains(&first)) {
        return text.into();
    }
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(&word) {
            words.next();
        } else if !(TOOLS.contains(&word) || VERBS.contains(&word) || word.starts_with('-')) {
            return word.to_owned().into();
        }
    }
    text.into()
}

/// The image that a web page of a known registry shows.
fn from_page(url: &Url) -> Option<String> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let tag = || {
        url.query_pairs()
            .find(|(key, _)| matches!(key.as_ref(), "tag" | "name"))
            .map(|(_, value)| format!(":{value}"))
            .unwrap_or_default()
    };
    match (url.host_str()?, parts.as_slice()) {
        ("hub.docker.com", ["_", name, ..]) => Some(format!("{name}{}", tag())),
        ("hub.docker.com", ["layers", owner, name, tag, ..]) => {
            Some(format!("{}{name}:{tag}", official(owner)))
        }
        ("hub.docker.com", ["r", owner, name, ..]) => Some(format!("{owner}/{name}{}", tag())),
        ("quay.io", ["repository", owner, name, ..]) => {
            Some(format!("quay.io/{owner}/{name}{}", tag()))
        }
        (
            "github.com",
            ["orgs" | "users", owner, "packages", "container", "package" | _, rest @ ..],
        ) => {
            let name = rest.first().or(parts.get(4))?;
            Some(format!("ghcr.io/{}/{}", owner.to_lowercase(), decoded(name)))
        }
        ("github.com", [owner, _, "pkgs", "container", name, ..]) => {
            Some(format!("ghcr.io/{}/{}{}", owner.to_lowercase(), decoded(name), tag()))
        }
        ("gallery.ecr.aws", [owner, name]) => Some(format!("public.ecr.aws/{owner}/{name}")),
        ("mcr.microsoft.com", ["product" | "artifact", "mar" | _, ..]) => {
            let name: Vec<&str> = parts
                .iter()
                .skip(1)
                .filter(|part| **part != "mar")
                .take_while(|part| !matches!(**part, "about" | "tags"))
                .copied()
                .collect();
            Some(format!("mcr.microsoft.com/{}", name.join("/")))
        }
        (host, ["v2", name @ .., "manifests", tag]) if !name.is_empty() => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            let separator = if tag.contains(':') { '@' } else { ':' };
            Some(format!("{host}{port}/{}{separator}{tag}", name.join("/")))
        }
        _ => None,
    }
}

fn official(owner: &str) -> String {
    if owner == "library" { String::new() } else { format!("{owner}/") }
}

fn decoded(part: &str) -> String {
    part.replace("%2F", "/").replace("%2f", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_pages_are_understood() {
        let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (text, reference) in [
            (" alpine:3.20\n", "alpine:3.20"),
            ("docker pull alpine", "alpine"),
            ("$ docker pull --platform linux/arm64 alpine:3.20", "alpine:3.20"),
            ("docker run --rm -it -p 80:80 --name web nginx:1 sh", "nginx:1"),
            ("sudo podman pull quay.io/a/b", "quay.io/a/b"),
            ("`docker pull ghcr.io/a/b@sha256:1`", "ghcr.io/a/b@sha256:1"),
            ("docker buildx imagetools inspect alpine", "alpine"),
            ("FROM --platform=linux/amd64 golang:1.24", "golang:1.24"),
            ("docker", "docker"),
            (digest, digest),
            ("https://hub.docker.com/_/alpine", "alpine"),
            ("https://hub.docker.com/_/alpine/tags?name=3.20", "alpine:3.20"),
            ("https://hub.docker.com/r/grafana/grafana/tags", "grafana/grafana"),
            (
                "https://quay.io/repository/prometheus/node-exporter?tab=tags&tag=v1",
                "quay.io/prometheus/node-exporter:v1",
            ),
            ("https://github.com/Owner/repo/pkgs/container/name", "ghcr.io/owner/name"),
            ("https://github.com/orgs/Owner/packages/container/package/a%2Fb", "ghcr.io/owner/a/b"),
            ("https://gallery.ecr.aws/nginx/nginx", "public.ecr.aws/nginx/nginx"),
            ("https://mcr.microsoft.com/en-us/nothing", "https://mcr.microsoft.com/en-us/nothing"),
            ("https://mcr.microsoft.com/product/dotnet/sdk/about", "mcr.microsoft.com/dotnet/sdk"),
            ("http://localhost:5000/v2/a/b/manifests/latest", "localhost:5000/a/b:latest"),
        ] {
            assert_eq!(understand(text), reference, "{text}");
        }
    }
}
