//! regclient: regctl, regsync, regbot (types/platform/platform.go and compare.go,
//! types/descriptor/descriptor.go, manifest.go).

use std::cmp::Ordering;

use crate::oci::Platform;

use super::super::Host;
use super::super::judge::{Judge, Rank, Within};
use super::super::offer::{Candidate, Offer};
use super::super::platforms::Normal;
use super::super::reason::Reason;
use super::super::run::{Client, End, Run, descend_by};
use super::super::selection::{Missing, Outcome};

/// A request with regclient.
pub(super) struct Regclient {
    judge: Compatible,
}

/// The rules for entries.
struct Compatible {
    host: Platform,
    normal: Normal,
}

const ARCHITECTURES: [&str; 22] = [
    "386", "amd64", "i386", "x86_64", "x86-64", "arm", "armhf", "armel", "arm64", "aarch64",
    "mips", "mips64", "mips64le", "ppc", "ppc64", "ppc64le", "loong64", "riscv", "riscv64", "s390",
    "s390x", "wasm",
];

impl Regclient {
    /// Without a request the platform is `local`: this machine's, with its x86-64 level.
    ///
    /// # Errors
    /// The library's own sentence for a request that it does not understand.
    pub(super) fn new(host: &Host, request: Option<&str>) -> Result<Self, String> {
        let wanted = match request {
            Some(text) => parse(text, host)?,
            None => local(host),
        };
        Ok(Self { judge: Compatible { normal: Normal::new(&wanted), host: wanted } })
    }
}

/// This machine, with its x86-64 level.
fn local(host: &Host) -> Platform {
    let own = Platform { os_version: host.windows_version().to_owned(), ..host.platform().clone() };
    normalised(&own)
}

/// `os[/architecture[/variant]][,osver=version]`, an architecture alone, or `local`.
fn parse(text: &str, host: &Host) -> Result<Platform, String> {
    let (names, options) = match text.split_once(',') {
        Some((names, options)) => (names, Some(options)),
        None => (text, None),
    };
    let mut parts = Vec::new();
    for part in names.split('/') {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if part.is_empty() || !part.bytes().all(word) {
            return Err(format!("invalid platform component {part} in {text}"));
        }
        parts.push(part.to_lowercase());
    }
    let part = |at: usize| parts.get(at).map_or("", String::as_str);
    let alone = parts.len() == 1;
    let local = local(host);
    let mut platform = if alone && ARCHITECTURES.contains(&part(0)) {
        Platform::new("", part(0), "")
    } else {
        Platform::new(part(0), part(1), part(2))
    };
    for option in options.into_iter().flat_map(|options| options.split(',')) {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        match key.trim().to_lowercase().as_str() {
            "osver" | "osversion" => value.trim().clone_into(&mut platform.os_version),
            "prefer" => {}
            other => return Err(format!("unsupported platform arg type, {other} in {text}")),
        }
    }
    if platform.os.is_empty() || platform.os == "local" {
        platform.os.clone_from(&local.os);
    }
    let mut platform = normalised(&platform);
    let relative = system_runs(&local.os, &platform.os);
    let machines = matches!(platform.os.as_str(), "linux" | "darwin" | "windows");
    if alone && platform.architecture.is_empty() && relative && machines {
        platform.architecture.clone_from(&local.architecture);
        platform.variant.clone_from(&local.variant);
    }
    let own = (&platform.os, &platform.architecture, &platform.variant)
        == (&local.os, &local.architecture, &local.variant);
    if platform.os == "windows" && own {
        platform.os_version.clone_from(&local.os_version);
    }
    Ok(platform)
}

/// The library's own normalisation: names only, as they are written, case kept.
fn normalised(platform: &Platform) -> Platform {
    let (architecture, variant) = names(&platform.architecture, &platform.variant);
    Platform {
        os: system(&platform.os).to_owned(),
        architecture: architecture.to_owned(),
        variant: variant.to_owned(),
        ..platform.clone()
    }
}

fn system(os: &str) -> &str {
    if os == "macos" { "darwin" } else { os }
}

fn names<'p>(architecture: &'p str, variant: &'p str) -> (&'p str, &'p str) {
    match architecture {
        "i386" => ("386", ""),
        "x86_64" | "x86-64" | "amd64" => ("amd64", if variant == "v1" { "" } else { variant }),
        "aarch64" | "arm64" => ("arm64", if matches!(variant, "8" | "v8") { "" } else { variant }),
        "armhf" => ("arm", "v7"),
        "armel" => ("arm", "v6"),
        "arm" => (
            "arm",
            match variant {
                "" | "7" => "v7",
                "5" => "v5",
                "6" => "v6",
                "8" => "v8",
                other => other,
            },
        ),
        other => (other, variant),
    }
}

/// Whether a host of one system runs images of another, by way of a Linux guest.
fn system_runs(host: &str, image: &str) -> bool {
    host == image || (matches!(host, "darwin" | "windows") && image == "linux")
}

/// The number in a variant; what has none counts as 0.
fn level(variant: &str) -> i64 {
    variant.strip_prefix('v').unwrap_or(variant).parse().unwrap_or(0)
}

fn variant_runs(host: &str, image: &str) -> bool {
    let (own, other) = (level(host), level(image));
    own >= other || (own == 1 && image.is_empty()) || (host.is_empty() && other == 1)
}

/// The first three parts of a version that has four or more, the whole of any other.
fn build(version: &str) -> &str {
    match version.match_indices('.').nth(2) {
        Some((dot, _)) => version.get(..dot).unwrap_or(version),
        None => version,
    }
}

/// Compares versions part by part; a part that is not a number is less than one that is.
fn compare_versions(a: &str, b: &str) -> Ordering {
    let mut others = b.split('.');
    for part in a.split('.') {
        let Some(other) = others.next() else { return Ordering::Greater };
        let order = match (part.parse::<i64>(), other.parse::<i64>()) {
            (Ok(part), Ok(other)) => part.cmp(&other),
            (Ok(_), Err(_)) => Ordering::Greater,
            (Err(_), Ok(_)) => Ordering::Less,
            (Err(_), Err(_)) => return Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

impl Compatible {
    fn check(&self, platform: &Platform) -> Result<(), Reason> {
        let host = &self.host;
        let os = system(&platform.os);
        let (architecture, variant) = names(&platform.architecture, &platform.variant);
        if !system_runs(&host.os, os) {
            return Err(Reason::Os);
        }
        if architecture != host.architecture {
            return Err(Reason::Architecture);
        }
        if !variant_runs(&host.variant, variant) {
            return Err(Reason::Variant);
        }
        match host.os.as_str() {
            "linux" | "freebsd" | "darwin" => Ok(()),
            "windows" => {
                let known = os == "windows" && !host.os_version.is_empty();
                if known && build(&host.os_version) != build(&platform.os_version) {
                    return Err(Reason::Build(None));
                }
                Ok(())
            }
            _ if host.os_version != platform.os_version => Err(Reason::Version),
            _ if host.os_features != platform.os_features || host.features != platform.features => {
                Err(Reason::Features)
            }
            _ => Ok(()),
        }
    }
}

impl Judge for Compatible {
    fn judge<'c>(&self, candidate: &'c Candidate) -> Result<Rank<'c>, Reason> {
        if candidate.is_odd() {
            return Err(Reason::Odd);
        }
        let Some(platform) = &candidate.platform else { return Err(Reason::NoPlatform) };
        match self.check(platform) {
            Ok(()) => {
                // A place for the trace: the choice itself compares in pairs.
                let (_, variant) = names(&platform.architecture, &platform.variant);
                let foreign = usize::from(candidate.normal.os != self.normal.os);
                let exact = variant == self.host.variant;
                let below =
                    usize::try_from(level(&self.host.variant).saturating_sub(level(variant)))
                        .unwrap_or(usize::MAX);
                let within = if exact { 0 } else { below.saturating_add(1) };
                Ok(Rank { within: Within::Number(within), ..Rank::place(foreign) })
            }
            Err(reason) if candidate.normal.names(&self.normal) => Err(reason.or_spelling()),
            Err(reason) => Err(reason),
        }
    }

    fn wanted(&self) -> Vec<String> {
        let mut wanted = vec![self.host.to_string()];
        if matches!(self.host.os.as_str(), "darwin" | "windows") {
            let guest = Platform::new("linux", &self.host.architecture, &self.host.variant);
            wanted.push(guest.to_string());
        }
        wanted
    }

    fn beats(&self, later: (&Candidate, Rank<'_>), best: (&Candidate, Rank<'_>)) -> bool {
        let (Some(target), Some(held)) = (&later.0.platform, &best.0.platform) else {
            return false;
        };
        let host = &self.host;
        let (_, variant) = names(&target.architecture, &target.variant);
        let (_, held_variant) = names(&held.architecture, &held.variant);
        // The host's own value first, then the greater one.
        own_first(system(&target.os), system(&held.os), &host.os, |_, _| Ordering::Equal)
            .then_with(|| {
                own_first(variant, held_variant, &host.variant, |new, old| {
                    level(new).cmp(&level(old))
                })
            })
            .then_with(|| {
                own_first(&target.os_version, &held.os_version, &host.os_version, |new, old| {
                    compare_versions(old, new).reverse()
                })
            })
            == Ordering::Greater
    }
}

fn own_first(new: &str, old: &str, own: &str, other: fn(&str, &str) -> Ordering) -> Ordering {
    if new == old {
        Ordering::Equal
    } else if new == own {
        Ordering::Greater
    } else if old == own {
        Ordering::Less
    } else {
        other(new, old)
    }
}

/// The error for a document that names another type than the registry sends it as.
fn contradicts(entry: &Candidate) -> Option<String> {
    let document = entry.document.as_ref()?;
    document.sent.header()?;
    let (sent, own) = (entry.sent_type(), document.own_type()?);
    (sent.is_manifest() && sent != own).then(|| {
        format!("manifest contains an unexpected media type: expected {sent}, received {own}")
    })
}

impl Client for Regclient {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return Run::root();
        }
        // regclient 0.11.7 goes by what the registry sends, whatever the entry says.
        let descent = descend_by(offer, &self.judge, Candidate::sent_sort);
        // What is sent as one type and says another of itself is refused (0.11.7
        // types/manifest/manifest.go, seen with regctl).
        let other = (1..=descent.path.len())
            .find_map(|depth| contradicts(offer.at(descent.path.get(..depth)?)?));
        if let Some(text) = other {
            return Run::failed(text).visiting(descent.ended(Reason::MediaType).visits);
        }
        match descent.end {
            End::Nothing | End::NotAnIndex => {
                let text = format!("platform not found: {}", self.judge.host.short());
                Run::failed(text).visiting(descent.visits)
            }
            End::Foreign(candidate) if candidate.is_in_doubt() => {
                Run::needs(descent.path, offer, Missing::Manifest).visiting(descent.visits)
            }
            End::Foreign(candidate) | End::Image(candidate)
                if !candidate.sent_type().is_manifest() =>
            {
                let text = format!("unsupported media type: \"{}\"", candidate.sent_type());
                Run::failed(text).visiting(descent.visits)
            }
            End::Foreign(_) | End::Image(_) => {
                let path = descent.path.clone();
                let depth = path.len();
                Run::short(Outcome::Picked(path)).visiting(descent.cut_to(depth).visits)
            }
            End::Unread => Run::needs(descent.path, offer, Missing::Index).visiting(descent.visits),
            End::TooDeep => Run::too_deep().visiting(descent.visits),
        }
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        &self.judge
    }
}
