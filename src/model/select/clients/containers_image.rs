//! containers/image, now in container-libs: skopeo, CRI-O, buildah, and podman without platform
//! flags (image/internal/pkg/platform/platform_matcher.go, image/internal/manifest/oci_index.go,
//! docker_schema2_list.go, image/copy/copy.go). Entries are compared as they are written.

use crate::oci::{MediaType, Platform};

use super::super::Host;
use super::super::judge::{Judge, Rank, Within, choose};
use super::super::offer::{Candidate, Offer, Path, Sort};
use super::super::platforms::Normal;
use super::super::reason::Reason;
use super::super::run::{Client, Run, Visit};
use super::super::selection::{Missing, Outcome};

/// A copy with containers/image.
pub(super) struct ContainersImage {
    /// For an OCI index.
    index: Wanted,
    /// For a Docker manifest list: no zstd, and an entry without a platform never matches.
    list: Wanted,
}

/// The platforms that are looked for, and the rules for entries.
struct Wanted {
    platforms: Vec<Platform>,
    normals: Vec<Normal>,
    list: bool,
}

impl ContainersImage {
    /// `request` overrides parts of the host; an architecture that is given takes away the
    /// detected variant.
    pub(super) fn new(host: &Host, request: Option<&Platform>) -> Self {
        let mut wanted = Platform::new(host.os(), host.architecture(), host.arm_variant());
        if let Some(request) = request {
            if !request.architecture.is_empty() {
                wanted.architecture.clone_from(&request.architecture);
                wanted.variant.clear();
            }
            if !request.variant.is_empty() {
                wanted.variant.clone_from(&request.variant);
            }
            if !request.os.is_empty() {
                wanted.os.clone_from(&request.os);
            }
        }
        let platforms: Vec<Platform> = variants(&wanted.architecture, &wanted.variant)
            .into_iter()
            .map(|variant| Platform::new(&wanted.os, &wanted.architecture, variant))
            .collect();
        let normals: Vec<Normal> = platforms.iter().map(Normal::new).collect();
        Self {
            index: Wanted { platforms: platforms.clone(), normals: normals.clone(), list: false },
            list: Wanted { platforms, normals, list: true },
        }
    }
}

/// The variants that are looked for, best first. The empty one comes last where a variant is
/// known, and first where none is.
fn variants<'v>(architecture: &str, variant: &'v str) -> Vec<&'v str> {
    let ladder: &[&'static str] = match architecture {
        "arm" => &["v8", "v7", "v6", "v5"],
        "arm64" => &["v8"],
        _ => &[],
    };
    if variant.is_empty() {
        return [""].into_iter().chain(ladder.iter().copied()).collect();
    }
    match ladder.iter().position(|step| *step == variant) {
        Some(at) => ladder.iter().skip(at).copied().chain([""]).collect(),
        None => vec![variant, ""],
    }
}

/// Three parts as typed, nothing normalised: skopeo's `--override-os`, `-arch` and `-variant`.
pub(super) fn overrides(text: &str) -> Platform {
    let mut parts = text.splitn(3, '/');
    let mut next = || parts.next().unwrap_or_default();
    Platform::new(next(), next(), next())
}

impl Judge for Wanted {
    fn judge<'c>(&self, candidate: &'c Candidate) -> Result<Rank<'c>, Reason> {
        if candidate.is_odd() {
            return Err(Reason::Odd);
        }
        let zstd = Within::Number(usize::from(!candidate.zstd && !self.list));
        let Some(platform) = &candidate.platform else {
            return if self.list {
                Err(Reason::NoPlatform)
            } else {
                Ok(Rank { within: zstd, ..Rank::LAST })
            };
        };
        let place = self.platforms.iter().position(|wanted| {
            (&wanted.os, &wanted.architecture, &wanted.variant)
                == (&platform.os, &platform.architecture, &platform.variant)
        });
        if let Some(place) = place {
            return Ok(Rank { within: zstd, ..Rank::place(place) });
        }
        let reason = match self.platforms.first() {
            Some(wanted) if wanted.os != platform.os => Reason::Os,
            Some(wanted) if wanted.architecture != platform.architecture => Reason::Architecture,
            _ => Reason::Variant,
        };
        let spelled = self.normals.iter().any(|wanted| candidate.normal.names(wanted));
        Err(if spelled { reason.or_spelling() } else { reason })
    }

    fn wanted(&self) -> Vec<String> {
        self.platforms.iter().map(ToString::to_string).collect()
    }
}

/// The reference with its transport, as `transports.ImageName` writes it: what names none is in a
/// registry.
fn with_transport(reference: &str) -> String {
    if is_in_a_registry(reference) { format!("docker://{reference}") } else { reference.to_owned() }
}

/// What it takes an entry's content for: what a registry sends it as, whatever the entry says
/// (image v5.42.1, seen with skopeo 1.9.3).
fn taken(entry: &Candidate, offer: &Offer) -> Sort {
    if is_in_a_registry(&offer.reference) { entry.sent_sort() } else { entry.sort() }
}

/// What names no transport of files is in a registry.
fn is_in_a_registry(reference: &str) -> bool {
    let named = ["oci:", "oci-archive:", "docker-archive:", "dir:"];
    !named.iter().any(|transport| reference.starts_with(transport))
}

impl Client for ContainersImage {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return Run::root();
        }
        let Some(level) = offer.level(&[]) else {
            return Run::needs(Path::new(), offer, Missing::Index);
        };
        let list = offer.media_type == MediaType::DockerList;
        let wanted = if list { &self.list } else { &self.index };
        let mut visit = Visit { other: list, ..Visit::new(&[]) };
        let at = choose(level, wanted);
        match at.and_then(|at| Some((at, level.entries.get(at)?))) {
            None => {
                let first = wanted.platforms.first().cloned().unwrap_or_default();
                Run::failed(format!(
                    "choosing an image from manifest list {}: no image found in {} for \
                     architecture \"{}\", variant \"{}\", OS \"{}\"",
                    with_transport(&offer.reference),
                    if list { "manifest list" } else { "image index" },
                    first.architecture,
                    first.variant,
                    first.os
                ))
            }
            Some((at, entry)) if entry.is_in_doubt() && is_in_a_registry(&offer.reference) => {
                visit.given_up.push((at, Reason::Unread));
                Run::needs(vec![at], offer, Missing::Manifest)
            }
            Some((at, entry)) if taken(entry, offer) == Sort::Index => {
                visit.given_up.push((at, Reason::Nested));
                Run::failed(
                    "copying system image from manifest list: Unexpectedly received a manifest \
                     list instead of a manifest for a single image"
                        .to_owned(),
                )
            }
            // On disk the content decides (image v5.42.1).
            Some((at, entry))
                if taken(entry, offer) == Sort::Foreign
                    && !entry.sent_type().is_schema1()
                    && is_in_a_registry(&offer.reference) =>
            {
                visit.given_up.push((at, Reason::MediaType));
                Run::failed(format!(
                    "copying system image from manifest list: initializing image from source {}: \
                     unsupported schema version 2",
                    with_transport(&offer.reference)
                ))
            }
            Some((at, _)) => Run::short(Outcome::Picked(vec![at])),
        }
        .visiting(vec![visit])
    }

    fn judge(&self, other: bool) -> &dyn Judge {
        if other { &self.list } else { &self.index }
    }
}

#[cfg(test)]
mod tests {
    use super::with_transport;

    #[test]
    fn what_is_on_disk_is_not_called_a_registry_s() {
        assert_eq!(with_transport("alpine:3.20"), "docker://alpine:3.20");
        assert_eq!(with_transport("oci:layout:1.0"), "oci:layout:1.0");
        assert_eq!(with_transport("docker-archive:a.tar"), "docker-archive:a.tar");
    }
}
