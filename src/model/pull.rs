//! Lines that other tools take to get an image or a list, to be copied and pasted.

use crate::oci::{Digest, Platform, Reference};
use crate::text::{called, quote};

/// What is got: an image or a list in a registry.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The reference that is open: its tag names the list, or the image if there is no list.
    pub reference: &'a Reference,
    /// The manifest of the image or list.
    pub digest: &'a Digest,
    /// Whether the tag names this manifest, and not a list with it.
    pub is_tagged: bool,
    /// The platform of an image; `None` for a list, and if it is not known.
    pub platform: Option<&'a Platform>,
    /// Whether it is a list.
    pub is_list: bool,
}

/// A line, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullLine {
    /// In a few words, such as `docker, by tag`.
    pub what: String,
    /// The line.
    pub text: String,
    /// The version of the system that it does not name: it may get another entry of the list, of the
    /// same platform.
    pub not_named: Option<String>,
}

/// A tool that gets images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Puller {
    Docker,
    Podman,
    Nerdctl,
    Crictl,
    Skopeo,
    Crane,
}

impl Puller {
    const ALL: [Self; 6] =
        [Self::Docker, Self::Podman, Self::Nerdctl, Self::Crictl, Self::Skopeo, Self::Crane];

    fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Nerdctl => "nerdctl",
            Self::Crictl => "crictl",
            Self::Skopeo => "skopeo",
            Self::Crane => "crane",
        }
    }

    /// A reference as it takes it. Podman and CRI-O look a name without a host up in
    /// registries.conf (containers/image `pkg/shortnames`); the others take Docker Hub.
    fn reference(self, reference: &Reference) -> String {
        match self {
            Self::Podman | Self::Crictl => reference.to_string(),
            _ => reference.familiar(),
        }
    }

    /// Whether its line names the version of a system. Those of docker, podman and nerdctl say
    /// os/arch/variant, which all of their versions take; skopeo has no option for more.
    fn names_version(self) -> bool {
        matches!(self, Self::Crane)
    }

    /// The words of the command; `None` if it cannot name this platform: `crictl pull` takes the
    /// node's (cri-tools 1.31).
    fn words(self, reference: &Reference, wanted: &Wanted<'_>) -> Option<Vec<String>> {
        let name = self.reference(reference);
        let file = reference.repository.path.rsplit('/').next().unwrap_or_default();
        let own = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        Some(match (self, wanted.platform) {
            (Self::Docker | Self::Podman | Self::Nerdctl, Some(platform)) => {
                own(&[self.name(), "pull", "--platform", &platform.short(), &name])
            }
            (Self::Docker | Self::Podman | Self::Nerdctl, None) => {
                own(&[self.name(), "pull", &name])
            }
            (Self::Crictl, platform) => {
                if platform.is_some() && reference.digest.is_none() && !wanted.is_tagged {
                    return None;
                }
                own(&["crictl", "pull", &name])
            }
            (Self::Skopeo, platform) => {
                // Options of skopeo itself, in front of the command (skopeo(1)).
                let mut words = own(&["skopeo"]);
                if let Some(platform) = platform {
                    words.extend(own(&["--override-os", &platform.os]));
                    words.extend(own(&["--override-arch", &platform.architecture]));
                    if !platform.variant.is_empty() {
                        words.extend(own(&["--override-variant", &platform.variant]));
                    }
                }
                words.push("copy".to_owned());
                if wanted.is_list {
                    words.push("--all".to_owned());
                }
                words.extend([format!("docker://{name}"), format!("oci:{file}")]);
                words
            }
            (Self::Crane, Some(platform)) => {
                let file = format!("{file}.tar");
                // go-containerregistry's `v1.ParsePlatform`: os/arch/variant:osversion.
                let mut asked = platform.short();
                if !platform.os_version.is_empty() {
                    asked = format!("{asked}:{}", platform.os_version);
                }
                own(&["crane", "pull", "--platform", &asked, &name, &file])
            }
            // A tarball holds one image; all of a list go into a layout.
            (Self::Crane, None) if wanted.is_list => {
                own(&["crane", "pull", "--format", "oci", &name, file])
            }
            (Self::Crane, None) => own(&["crane", "pull", &name, &format!("{file}.tar")]),
        })
    }
}

/// Every line for an image or list: each tool by tag and by digest, `FROM`, Kubernetes' `image:`,
/// and platy itself. Words that a shell would take apart are quoted.
#[must_use]
pub fn pull_lines(wanted: &Wanted<'_>) -> Vec<PullLine> {
    let repository = &wanted.reference.repository;
    let by_tag = wanted.reference.tag.as_ref().map(|tag| repository.tagged(tag));
    let by_digest = repository.at(wanted.digest.clone());
    let mut lines = Vec::new();
    let version = wanted.platform.map(|it| it.os_version.as_str());
    let version = version.filter(|version| !version.is_empty() && !wanted.is_tagged);
    let mut ways = vec![(by_tag.as_ref(), "tag"), (Some(&by_digest), "digest")];
    if version.is_some() {
        // What gets this entry and no other comes first.
        ways.reverse();
    }
    for (reference, how) in ways {
        let Some(reference) = reference else { continue };
        for puller in Puller::ALL {
            if let Some(words) = puller.words(reference, wanted) {
                let words: Vec<String> = words.iter().map(|word| quote(word)).collect();
                let what = format!("{}, by {how}", puller.name());
                let is_vague = reference.digest.is_none() && !puller.names_version();
                let not_named = version.filter(|_| is_vague).map(str::to_owned);
                lines.push(PullLine { what, text: words.join(" "), not_named });
            }
        }
    }
    // What the tag names is pinned under its tag, so that people see which one it was.
    let mut pinned = by_digest.clone();
    if let Some(tag) = by_tag.filter(|_| wanted.is_tagged) {
        pinned.tag = tag.tag;
    }
    let from = match wanted.platform {
        Some(platform) => format!("--platform={} ", quote(&platform.short())),
        None => String::new(),
    };
    let line = |what: &str, text: String| PullLine { what: what.to_owned(), text, not_named: None };
    lines.push(line("Dockerfile", format!("FROM {from}{}", pinned.familiar())));
    // In full: CRI-O looks short names up, and which one is found is the node's affair.
    lines.push(line("Kubernetes", format!("image: {pinned}")));
    lines.push(line("platy", format!("{} {}", called(), pinned.familiar())));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(
        reference: &str,
        is_tagged: bool,
        platform: Option<&str>,
        is_list: bool,
    ) -> Vec<String> {
        let reference: Reference = reference.parse().unwrap();
        let digest = Digest::sha256(b"x");
        let platform = platform.map(|text| {
            let mut parts = text.split('/');
            let mut next = || parts.next().unwrap_or_default();
            Platform::new(next(), next(), next())
        });
        let wanted = Wanted {
            reference: &reference,
            digest: &digest,
            is_tagged,
            platform: platform.as_ref(),
            is_list,
        };
        let hex = digest.to_string();
        let lines = pull_lines(&wanted).into_iter();
        lines.map(|line| format!("{} | {}", line.what, line.text.replace(&hex, "D"))).collect()
    }

    #[test]
    fn a_line_that_cannot_name_a_version_says_so_and_comes_after_those_that_need_not() {
        let reference: Reference = "demo/app:1".parse().unwrap();
        let mut platform = Platform::new("windows", "amd64", "");
        let digest = Digest::sha256(b"x");
        let told = |platform: &Platform, is_tagged| -> Vec<(String, bool)> {
            let platform = Some(platform);
            let (reference, digest) = (&reference, &digest);
            let wanted = Wanted { reference, digest, is_tagged, platform, is_list: false };
            let lines = pull_lines(&wanted).into_iter();
            lines.map(|line| (line.what, line.not_named.is_some())).collect()
        };
        let is_told = |lines: &[(String, bool)]| lines.iter().any(|(_, told)| *told);
        let plain = told(&platform, false);
        assert_eq!(plain[0].0, "docker, by tag");
        assert!(!is_told(&plain));
        platform.os_version = "10.0.20348.2700".to_owned();
        let lines = told(&platform, false);
        assert_eq!(lines[0], ("docker, by digest".to_owned(), false));
        let names: Vec<&str> =
            lines.iter().filter(|(_, told)| *told).map(|(what, _)| what.as_str()).collect();
        assert_eq!(
            names,
            ["docker, by tag", "podman, by tag", "nerdctl, by tag", "skopeo, by tag"]
        );
        // A tag that names this image and no list leaves no doubt.
        assert!(!is_told(&told(&platform, true)));
    }

    #[test]
    fn an_entry_of_a_list() {
        assert_eq!(
            lines("alpine:3", false, Some("linux/arm/v7"), false),
            [
                "docker, by tag | docker pull --platform linux/arm/v7 alpine:3",
                "podman, by tag | podman pull --platform linux/arm/v7 docker.io/library/alpine:3",
                "nerdctl, by tag | nerdctl pull --platform linux/arm/v7 alpine:3",
                "skopeo, by tag | skopeo --override-os linux --override-arch arm \
                 --override-variant v7 copy docker://alpine:3 oci:alpine",
                "crane, by tag | crane pull --platform linux/arm/v7 alpine:3 alpine.tar",
                "docker, by digest | docker pull --platform linux/arm/v7 alpine@D",
                "podman, by digest | podman pull --platform linux/arm/v7 \
                 docker.io/library/alpine@D",
                "nerdctl, by digest | nerdctl pull --platform linux/arm/v7 alpine@D",
                "crictl, by digest | crictl pull docker.io/library/alpine@D",
                "skopeo, by digest | skopeo --override-os linux --override-arch arm \
                 --override-variant v7 copy docker://alpine@D oci:alpine",
                "crane, by digest | crane pull --platform linux/arm/v7 alpine@D alpine.tar",
                "Dockerfile | FROM --platform=linux/arm/v7 alpine@D",
                "Kubernetes | image: docker.io/library/alpine@D",
                "platy | platy alpine@D",
            ]
        );
    }

    #[test]
    fn a_list_and_an_image_without_one() {
        let list = lines("ghcr.io/a/b:1", true, None, true);
        for line in [
            "docker, by tag | docker pull ghcr.io/a/b:1",
            "crictl, by tag | crictl pull ghcr.io/a/b:1",
            "skopeo, by tag | skopeo copy --all docker://ghcr.io/a/b:1 oci:b",
            "crane, by digest | crane pull --format oci ghcr.io/a/b@D b",
            "Dockerfile | FROM ghcr.io/a/b:1@D",
            "Kubernetes | image: ghcr.io/a/b:1@D",
            "platy | platy ghcr.io/a/b:1@D",
        ] {
            assert!(list.iter().any(|it| it == line), "{line}: {list:#?}");
        }
        let bare = lines("quay.io/a/b:1", true, Some("linux/amd64"), false);
        assert!(
            bare.contains(&"crictl, by tag | crictl pull quay.io/a/b:1".to_owned()),
            "{bare:?}"
        );
        // Without a tag there is nothing to pull by one.
        let digest = format!("quay.io/a/b@sha256:{}", "a".repeat(64));
        assert!(lines(&digest, true, None, true).iter().all(|it| !it.contains("by tag")));
    }

    /// A list has several images of Windows; crane takes the one of this version.
    #[test]
    fn crane_is_asked_for_the_version_of_windows() {
        let reference: Reference = "quay.io/a/b:1".parse().unwrap();
        let version = "10.0.20348.2402".to_owned();
        let platform = Platform { os_version: version, ..Platform::new("windows", "amd64", "") };
        let wanted = Wanted {
            reference: &reference,
            digest: &Digest::sha256(b"x"),
            is_tagged: false,
            platform: Some(&platform),
            is_list: false,
        };
        let lines = pull_lines(&wanted);
        let by_tag = lines.iter().find(|it| it.what == "crane, by tag").unwrap();
        let platform = "--platform windows/amd64:10.0.20348.2402";
        assert_eq!(by_tag.text, format!("crane pull {platform} quay.io/a/b:1 b.tar"));
    }

    /// The platform is text from outside.
    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        for line in lines("quay.io/a/b:1", false, Some("linux/a;rm -rf ~/$(id)"), false) {
            let bare = line.split('\'').step_by(2).collect::<String>();
            assert!(!bare.contains([';', '$', '(']), "{line}");
        }
    }
}
