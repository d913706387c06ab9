//! Which image a name stands for.

use super::messages::Image;
use crate::oci::Digest;

/// The namespace that ctr and nerdctl use if none is named.
const DEFAULT: &str = "default";
/// How many names a message lists.
const LISTED: usize = 8;
/// The fewest digits of an ID.
const MIN_ID: usize = 4;

/// A way in which a name may be read: the namespaces that are looked in, and the name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading<'a> {
    pub(super) namespaces: Vec<&'a str>,
    pub(super) name: &'a str,
}

/// How `[NAMESPACE/]NAME` may be read, the likelier one first: its first part is a namespace if
/// containerd has one of that name. Without one, the usual namespace (`CONTAINERD_NAMESPACE`) is
/// looked in, else all of them.
pub(super) fn readings<'a>(
    written: &'a str,
    known: &'a [String],
    usual: Option<&'a str>,
) -> Vec<Reading<'a>> {
    let split = written.split_once('/');
    let named =
        split.filter(|(first, rest)| !rest.is_empty() && known.iter().any(|it| it == first));
    let named = named.map(|(first, name)| Reading { namespaces: vec![first], name });
    let namespaces = match usual {
        Some(usual) => vec![usual],
        None => {
            let (first, others): (Vec<&str>, Vec<&str>) =
                known.iter().map(String::as_str).partition(|name| *name == DEFAULT);
            first.into_iter().chain(others).collect()
        }
    };
    named.into_iter().chain([Reading { namespaces, name: written }]).collect()
}

/// The image of a list that an ID or a digest stands for: `sha256:…` or the first digits of it, as
/// `nerdctl images` prints them, or a name with the digest of what it stands for.
pub(super) fn by_digest<'a>(
    images: &'a [Image],
    name: &str,
    names: &[String],
) -> Option<&'a Image> {
    let is_of = |image: &Image, digest: &str| {
        image.target.as_ref().is_some_and(|target| target.digest.starts_with(digest))
    };
    if let Some((_, digest)) = name.split_once('@') {
        let digest: Digest = digest.parse().ok()?;
        let meant = |image: &Image| {
            names.iter().any(|it| repository(it) == repository(&image.name))
                && is_of(image, digest.as_str())
        };
        return images.iter().find(|image| meant(image));
    }
    let hex = name.strip_prefix("sha256:").unwrap_or(name);
    let is_id = hex.len() >= MIN_ID && hex.bytes().all(|it| it.is_ascii_hexdigit());
    let id = format!("sha256:{}", hex.to_ascii_lowercase());
    images.iter().find(|image| is_id && is_of(image, &id))
}

/// A name without its tag and digest.
fn repository(name: &str) -> &str {
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => path,
        _ => name,
    }
}

/// The names that are most like the one that was asked for.
pub(super) fn nearest(all: Vec<String>, asked: &str) -> Vec<String> {
    let asked = repository(asked);
    let end = |name: &str| repository(name).rsplit('/').next().unwrap_or_default().to_owned();
    let like = |name: &str| strsim::jaro_winkler(&end(asked), &end(name));
    let mut all: Vec<(f64, String)> = all.into_iter().map(|name| (like(&name), name)).collect();
    all.sort_by(|(a, first), (b, second)| b.total_cmp(a).then_with(|| first.cmp(second)));
    all.into_iter().map(|(_, name)| name).take(LISTED).collect()
}

#[cfg(test)]
mod tests {
    use super::super::messages::Target;
    use super::*;

    fn known() -> Vec<String> {
        ["buildkit", "default", "k8s.io", "moby"].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_first_part_is_a_namespace_if_there_is_one_of_that_name() {
        let all = ["default", "buildkit", "k8s.io", "moby"];
        for (written, usual, expected) in [
            ("app:1", None, vec![(&all[..], "app:1")]),
            ("app:1", Some("moby"), vec![(&["moby"][..], "app:1")]),
            ("k8s.io/app:1", None, vec![(&["k8s.io"], "app:1"), (&all, "k8s.io/app:1")]),
            // Docker Hub has a `moby` too.
            ("moby/buildkit", None, vec![(&["moby"], "buildkit"), (&all, "moby/buildkit")]),
            ("registry.k8s.io/pause:3", None, vec![(&all, "registry.k8s.io/pause:3")]),
            ("moby/", None, vec![(&all, "moby/")]),
        ] {
            let known = known();
            let found = readings(written, &known, usual);
            let found: Vec<(&[&str], &str)> =
                found.iter().map(|it| (it.namespaces.as_slice(), it.name)).collect();
            assert_eq!(found, expected, "{written}");
        }
    }

    #[test]
    fn an_id_is_the_beginning_of_a_digest() {
        let image = |name: &str, digit: &str| Image {
            name: name.to_owned(),
            target: Some(Target {
                media_type: String::new(),
                digest: format!("sha256:{}", digit.repeat(32)),
                size: 1,
            }),
        };
        let images = [image("docker.io/library/a:1", "0a"), image("x.example:5000/b:1", "0b")];
        let digest = format!("sha256:{}", "0b".repeat(32));
        let at = |name: &str| format!("{name}@{digest}");
        for (name, expected) in [
            ("0a0a", Some("docker.io/library/a:1")),
            ("sha256:0B0b0b", Some("x.example:5000/b:1")),
            (&digest, Some("x.example:5000/b:1")),
            (&at("x.example:5000/b"), Some("x.example:5000/b:1")),
            (&at("x.example:5000/b:2"), Some("x.example:5000/b:1")),
            (&at("other"), None),
            ("0a0", None),
            ("0c0c", None),
        ] {
            let found = by_digest(&images, name, &[name.to_owned()]);
            assert_eq!(found.map(|image| image.name.as_str()), expected, "{name}");
        }
    }

    #[test]
    fn the_nearest_names_come_first() {
        let all = ["docker.io/library/redis:7", "x.example:5000/team/alpine:3", "busybox:1"];
        let found = nearest(all.map(str::to_owned).to_vec(), "alpin:3");
        assert_eq!(found[0], "x.example:5000/team/alpine:3");
        assert_eq!(found.len(), 3);
    }
}
