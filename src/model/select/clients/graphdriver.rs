//! dockerd's pull into the graphdriver store (daemon/internal/distribution/pull_v2.go,
//! pull_v2_unix.go): the matching entries are tried one after the other.

use crate::oci::{MediaType, Platform};

use super::super::Host;
use super::super::engine::Schema1;
use super::super::judge::{Compared, Judge, Rank, Unnamed, choose, ranked};
use super::super::offer::{Candidate, Content, Facts, Level, Offer, Path, Sort};
use super::super::platforms::{Version, format_all};
use super::super::reason::Reason;
use super::super::run::{Client, Run, Visit};
use super::super::selection::{Missing, Need, Outcome};
use super::moby;

/// Entries that are tried before platy stops: indexes can name each other many times over.
const MOST_ENTRIES: usize = 4096;

/// Types of configs and layers that are taken, and everything below them.
const SUPPORTED_TYPES: [&str; 6] = [
    "application/vnd.oci.image",
    "application/vnd.docker",
    // Found in old images.
    "application/octet-stream",
    "application/json",
    "text/html",
    "",
];

/// A pull into the graphdriver store.
pub(super) struct Graphdriver {
    /// The daemon's operating system.
    os: String,
    judge: Box<dyn Judge>,
    /// What is tried if nothing matches.
    fallback: Option<AnyVariant>,
    /// The error if nothing matches.
    miss: String,
    schema1: Schema1,
    /// Whether it goes down into indexes, and on to the next entry if one of them fails.
    nested: bool,
    /// What else is checked once a manifest is there.
    check: fn(&Facts, &Host) -> Result<(), String>,
    daemon: Host,
}

/// Docker 23 and later on Linux.
pub(super) fn graphdriver(
    host: &Host,
    request: Option<&Platform>,
    version: Version,
) -> Graphdriver {
    let daemon = moby::daemon(host);
    let wanted = filled(request, &daemon.greatest_spec());
    let judge = Compared {
        comparer: daemon.library(version).only(&wanted),
        unnamed: Unnamed::LastEvenEmpty,
    };
    Graphdriver::new(daemon, request, Box::new(judge))
}

/// Docker 20.10 on Linux: the exact platform only; a 32-bit ARM host that finds none takes the
/// first ARM entry whatever its variant (removed in 23.0, moby pull request 44390).
pub(super) fn graphdriver_20_10(host: &Host, request: Option<&Platform>) -> Graphdriver {
    let daemon = moby::daemon(host);
    let library = daemon.library(Version::V0_2_1);
    let wanted = filled(request, &daemon.own_spec());
    let judge = Compared { comparer: library.only_strict(&wanted), unnamed: Unnamed::Never };
    let wanted = library.normalize(&wanted);
    let fallback = (wanted.architecture == "arm").then_some(AnyVariant { wanted });
    Graphdriver { fallback, ..Graphdriver::new(daemon, request, Box::new(judge)) }
}

fn filled(request: Option<&Platform>, own: &Platform) -> Platform {
    let mut wanted = request.cloned().unwrap_or_default();
    if wanted.os.is_empty() {
        wanted.os.clone_from(&own.os);
    }
    if wanted.architecture.is_empty() {
        wanted.architecture.clone_from(&own.architecture);
        wanted.variant.clone_from(&own.variant);
    }
    wanted
}

/// Why a pull of a list ends without an image.
enum Failure {
    /// Nothing in it matches.
    Miss,
    /// Another error.
    Other(String),
    /// A document must be read first.
    Needs(Need),
    TooDeep,
}

struct Pull {
    visits: Vec<Visit>,
    entries_left: usize,
}

impl Graphdriver {
    pub(super) fn new(daemon: Host, request: Option<&Platform>, judge: Box<dyn Judge>) -> Self {
        let named = request.filter(|platform| !platform.os.is_empty());
        let named = named.map_or_else(|| format_all(&daemon.own_spec()), format_all);
        Self {
            os: daemon.os().to_owned(),
            judge,
            fallback: None,
            miss: format!("no matching manifest for {named} in the manifest list entries"),
            schema1: Schema1::Removed,
            nested: true,
            check: |_, _| Ok(()),
            daemon,
        }
    }

    /// The same for an engine that makes this of schema 1.
    pub(super) fn taking_schema1(self, schema1: Schema1) -> Self {
        Self { schema1, ..self }
    }

    /// The same for an engine that takes the first match, and no index for one (20.10.27
    /// distribution/pull_v2.go; seen live).
    pub(super) fn without_nesting(self) -> Self {
        Self { nested: false, ..self }
    }

    /// Whether it pulls a document of this type as schema 1: only what is signed is known to it.
    fn pulls(&self, media_type: &MediaType) -> bool {
        self.schema1 == Schema1::Pulled && *media_type == MediaType::Schema1Signed
    }

    /// The same, with one more check of every manifest.
    pub(super) fn checking(self, check: fn(&Facts, &Host) -> Result<(), String>) -> Self {
        Self { check, ..self }
    }

    fn list(
        &self,
        level: &Level,
        above: &Path,
        offer: &Offer,
        pull: &mut Pull,
    ) -> Result<Path, Failure> {
        let mut visit = Visit::new(above);
        let mut judge = self.judge.as_ref();
        let mut first = choose(level, judge);
        if first.is_none()
            && let Some(fallback) = &self.fallback
        {
            visit.other = true;
            judge = fallback;
            first = choose(level, judge);
        }
        let number = pull.visits.len();
        pull.visits.push(visit);
        // The others are ranked only if the first one fails.
        let others = std::iter::once_with(|| ranked(level, judge)).flatten().map(|(at, _)| at);
        for at in first.into_iter().chain(others.filter(|at| Some(*at) != first)) {
            let Some(candidate) = level.entries.get(at) else { continue };
            let mut path = above.clone();
            path.push(at);
            pull.entries_left = pull.entries_left.checked_sub(1).ok_or(Failure::TooDeep)?;
            let (reason, failure) = match self.entry(candidate, path, offer, pull) {
                Ok(path) => return Ok(path),
                Err(refusal) => refusal,
            };
            if let Some(visit) = pull.visits.get_mut(number) {
                visit.given_up.push((at, reason));
            }
            // Only an index that fails for another reason than a miss lets the next one try.
            let goes_on = self.nested && Self::taken(candidate) == Sort::Index;
            if !goes_on || !matches!(failure, Failure::Other(_)) {
                return Err(failure);
            }
        }
        Err(Failure::Miss)
    }

    fn entry(
        &self,
        candidate: &Candidate,
        path: Path,
        offer: &Offer,
        pull: &mut Pull,
    ) -> Result<Path, (Reason, Failure)> {
        let sort = Self::taken(candidate);
        match (sort, &candidate.content) {
            (Sort::Foreign, _) if self.pulls(&candidate.media_type) => Ok(path),
            (Sort::Foreign, _) => {
                let text = self.foreign(&candidate.media_type, offer);
                Err((Reason::MediaType, Failure::Other(text)))
            }
            (Sort::Index, _) if !self.nested => {
                let text = "unsupported manifest format".to_owned();
                Err((Reason::Nested, Failure::Other(text)))
            }
            (Sort::Index, Content::Index(level)) => {
                self.list(level, &path, offer, pull).map_err(|failure| {
                    let reason = match failure {
                        Failure::Miss => Reason::DeadEnd,
                        Failure::Other(_) => Reason::Failed,
                        Failure::Needs(_) => Reason::Unread,
                        Failure::TooDeep => Reason::TooDeep,
                    };
                    (reason, failure)
                })
            }
            (Sort::Index, Content::TooDeep) => Err((Reason::TooDeep, Failure::TooDeep)),
            (Sort::Image, Content::Image(facts)) => self.image(candidate, facts).map(|()| path),
            // An entry with a platform is taken for what it says; one without is looked at.
            (Sort::Image, _) if candidate.platform.is_some() => {
                self.supported(candidate).map(|()| path)
            }
            (sort, _) => {
                let what = if sort == Sort::Index { Missing::Index } else { Missing::Manifest };
                let need = Need { path, digest: candidate.digest.clone(), what };
                Err((Reason::Unread, Failure::Needs(need)))
            }
        }
    }

    /// A list or an image: as the registry sends it, whatever the entry says (moby v2.0.0-beta.24
    /// daemon/internal/distribution/manifest.go and pull_v2.go, read).
    fn taken(candidate: &Candidate) -> Sort {
        match (candidate.sort(), candidate.sent_sort()) {
            (Sort::Foreign, _) | (_, Sort::Foreign) => candidate.sort(),
            (_, sent) => sent,
        }
    }

    fn image(&self, candidate: &Candidate, facts: &Facts) -> Result<(), (Reason, Failure)> {
        if let Some(odd) = facts
            .config_type
            .iter()
            .chain(&facts.layer_types)
            .find(|media_type| !is_supported(media_type))
        {
            let text = format!("unsupported media type {odd}");
            return Err((Reason::PartType, Failure::Other(text)));
        }
        (self.check)(facts, &self.daemon)
            .map_err(|text| (Reason::Build(None), Failure::Other(text)))?;
        self.supported(candidate)?;
        let config = facts.config.as_ref().map_or("", |platform| &platform.os);
        if self.runs(config) {
            return Ok(());
        }
        let text = format!(
            "image operating system \"{config}\" cannot be used on this platform: operating system \
             is not supported"
        );
        Err((Reason::Config, Failure::Other(text)))
    }

    /// Whether the daemon takes images of this operating system; an empty name is its own.
    fn runs(&self, os: &str) -> bool {
        os.is_empty() || os.eq_ignore_ascii_case(&self.os)
    }

    /// Whether the daemon supports the operating system that the entry names.
    fn supported(&self, candidate: &Candidate) -> Result<(), (Reason, Failure)> {
        let os = candidate.platform.as_ref().map_or("", |platform| &platform.os);
        if self.runs(os) {
            return Ok(());
        }
        let text = "operating system is not supported".to_owned();
        Err((Reason::Unsupported, Failure::Other(text)))
    }

    fn foreign(&self, media_type: &MediaType, offer: &Offer) -> String {
        let reference = &offer.reference;
        match self.schema1 {
            Schema1::Removed if media_type.is_schema1() => removed_schema1(reference),
            // Engine 26.0 to 28.1, without DOCKER_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE.
            Schema1::Disabled if *media_type == MediaType::Schema1Signed => format!(
                "[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, \
                 schema 1 support is disabled by default and will be removed in an upcoming \
                 release. Suggest the author of {reference} {ADVICE}"
            ),
            // docker/distribution 2.8.3 reads every other type as signed schema 1.
            Schema1::Disabled | Schema1::Pulled if media_type.is_schema1() => {
                "missing signature key".to_owned()
            }
            _ => format!("unsupported manifest media type and no default available: {media_type}"),
        }
    }

    fn root(&self, offer: &Offer) -> Run {
        if self.pulls(&offer.media_type) {
            return Run::root();
        }
        if !offer.media_type.is_image_manifest() {
            return Run::failed(self.foreign(&offer.media_type, offer));
        }
        let odd = offer.facts().and_then(|facts| {
            let mut types = facts.config_type.iter().chain(&facts.layer_types);
            types.find(|media_type| !is_supported(media_type))
        });
        match odd {
            Some(odd) => Run::failed(format!("unsupported media type {odd}")),
            None => match offer.facts().map(|facts| (self.check)(facts, &self.daemon)) {
                Some(Err(text)) => Run::failed(text),
                _ => Run::root(),
            },
        }
    }
}

const ADVICE: &str = "to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2. \
     More information at https://docs.docker.com/go/deprecated-image-specs/";

/// Docker's error for schema 1 (moby v2.0.0-beta.24 daemon/internal/distribution/errors.go).
pub(super) fn removed_schema1(reference: &str) -> String {
    format!(
        "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been \
         removed. Suggest the author of {reference} {ADVICE}"
    )
}

fn is_supported(media_type: &MediaType) -> bool {
    let name = media_type.as_str().to_ascii_lowercase();
    SUPPORTED_TYPES.iter().any(|supported| {
        name.strip_prefix(supported).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

impl Client for Graphdriver {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return self.root(offer);
        }
        let level = match &offer.content {
            Content::Index(level) => level,
            _ => return Run::needs(Path::new(), offer, Missing::Index),
        };
        let mut pull = Pull { visits: Vec::new(), entries_left: MOST_ENTRIES };
        let run = match self.list(level, &Path::new(), offer, &mut pull) {
            Ok(path) => Run::short(Outcome::Picked(path)),
            Err(Failure::Miss) => Run::failed(self.miss.clone()),
            Err(Failure::Other(text)) => Run::failed(text),
            Err(Failure::Needs(need)) => Run::short(Outcome::Needs(vec![need])),
            Err(Failure::TooDeep) => Run::too_deep(),
        };
        run.visiting(pull.visits)
    }

    fn judge(&self, other: bool) -> &dyn Judge {
        match &self.fallback {
            Some(fallback) if other => fallback,
            _ => self.judge.as_ref(),
        }
    }
}

/// Docker 20.10's last resort on 32-bit ARM: system and architecture as written.
struct AnyVariant {
    wanted: Platform,
}

impl Judge for AnyVariant {
    fn judge<'c>(&self, candidate: &'c Candidate) -> Result<Rank<'c>, Reason> {
        let Some(platform) = &candidate.platform else { return Err(Reason::NoPlatform) };
        if platform.os != self.wanted.os {
            return Err(Reason::Os);
        }
        if platform.architecture != self.wanted.architecture {
            let spelled = candidate.normal.architecture == self.wanted.architecture;
            return Err(if spelled { Reason::Spelling } else { Reason::Architecture });
        }
        Ok(Rank::PLAIN)
    }

    fn wanted(&self) -> Vec<String> {
        vec![format!("{}/{} of any variant", self.wanted.os, self.wanted.architecture)]
    }
}
