//! Everything that may be known about a reference, a host and what lies between them.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::behind::{Behind, Image};
use super::fact::Fact;
use crate::model::evidence::Attested;
use crate::model::route::{Door, Route};
use crate::model::select::{Engine, Host, Outcome};
use crate::oci::{Digest, MediaType, Platform};

/// What [`super::diagnose`] reasons about. The default knows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What is behind the reference; `None` before it was read.
    pub behind: Option<Arc<Behind>>,
    /// The machine that is asked about.
    pub host: Option<HostFacts>,
    /// The platform that its user asked the engine for, as typed.
    pub request: Option<String>,
    /// What each engine asked about makes of it on this host.
    pub picks: Vec<Pick>,
    /// Other tags of the same repository: `latest` and those with the nearest names.
    pub siblings: Fact<Vec<Sibling>>,
    /// What mirrors answer for the same reference.
    pub mirrors: Fact<Vec<MirrorAnswer>>,
    /// The hosts that the engines asked about ask for the reference, in order; empty if nobody
    /// looked.
    pub routes: Vec<Route>,
    /// What the registry answers to clients that accept fewer types.
    pub accepts: Fact<Vec<AcceptAnswer>>,
    /// `DOCKER_DEFAULT_PLATFORM`; `None` if it is not set.
    pub default_platform: Fact<Option<String>>,
    /// The engines of the machine that answered on their sockets.
    pub daemons: Vec<Fact<Daemon>>,
    /// The emulators that the kernel calls for programs of other architectures.
    pub emulators: Fact<Vec<Emulator>>,
    /// The platforms that somebody expects; `None` if nobody said.
    pub expected: Option<Expectation>,
    /// The evidence for it: signatures, provenance, SBOMs.
    pub attested: Fact<Attested>,
    /// The time now; `None` if nobody looked.
    pub now: Option<Timestamp>,
}

/// What somebody expects of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The platforms that it should have.
    pub platforms: Vec<Platform>,
    /// Whether it should have no others.
    pub exactly: bool,
    /// A platform that was asked for, as it was typed, and that no image is for.
    pub absent: Option<String>,
}

/// The machine that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFacts {
    /// The machine as an engine on it sees it.
    pub host: Host,
    /// The architecture of its kernel, if that is another one.
    pub kernel: Option<String>,
    /// Whether it is the machine that platy runs on.
    pub this_machine: bool,
}

/// What one engine makes of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The engine.
    pub engine: &'static Engine,
    /// The result of its selection.
    pub outcome: Outcome,
}

/// Another tag of the same repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// The tag.
    pub tag: String,
    /// What it leads to.
    pub answer: Answered,
    /// The digests and platforms of its entries, if it is a list and was read.
    pub entries: Fact<Vec<(Digest, Option<Platform>)>>,
}

/// Digest and type of a manifest, as a registry states them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The digest.
    pub digest: Digest,
    /// The media type.
    pub media_type: MediaType,
}

/// What a mirror answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorAnswer {
    /// The repository on the mirror.
    pub mirror: String,
    /// Where it is asked; `None` if its name says no address.
    pub door: Option<Door>,
    /// Where it is named: a file, or `--mirror`.
    pub named_in: String,
    /// What it answers for the reference.
    pub answer: Fact<Answered>,
    /// Whether it answered that it has no such manifest; engines go on to the next host then.
    pub absent: bool,
}

/// What the registry answers to one set of accepted types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptAnswer {
    /// The set, in words.
    pub accepts: &'static str,
    /// The value of `Accept`.
    pub types: &'static str,
    /// The answer; missing is an error of the registry.
    pub answer: Fact<Answered>,
}

/// A container engine that answered on its socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Daemon {
    /// Which engine.
    pub kind: EngineKind,
    /// The socket.
    pub socket: String,
    /// Its version.
    pub version: String,
    /// The system that it runs on (`Os` of `/version`).
    pub os: String,
    /// The architecture that it was built for, as Go names it (`Arch` of `/version`).
    pub architecture: String,
    /// How it stores images: the driver, and whether that is containerd's.
    pub store: Fact<String>,
    /// Its own copy of the reference; `None` if it has none.
    pub copy: Fact<Option<LocalCopy>>,
}

/// An engine that speaks Docker's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EngineKind {
    /// Docker.
    Docker,
    /// Podman.
    Podman,
}

/// An image that an engine has under the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCopy {
    /// Its identity in the engine.
    pub id: String,
    /// The digests by which it was pulled from this repository.
    pub digests: Vec<Digest>,
    /// Its platform.
    pub platform: Platform,
}

/// A handler of `binfmt_misc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emulator {
    /// Its name, such as `qemu-aarch64`.
    pub name: String,
    /// The program that runs the others.
    pub interpreter: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether the kernel opened the program when it was registered (flag `F`), so that it works
    /// inside containers.
    pub fixed: bool,
    /// The architecture that it runs, as Go names it, if the name tells.
    pub architecture: Option<&'static str>,
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Docker => "Docker",
            Self::Podman => "podman",
        })
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.media_type.title(), self.digest)
    }
}

/// Tools that copy or look at images and run none: what they pick matters less than what an
/// engine does that starts it.
const TOOLS: [&str; 4] = ["ggcr", "regclient", "oras", "oci-client-current"];

impl Facts {
    /// Whether this engine runs what it picks; where only tools were asked about, they count.
    pub(super) fn runs(&self, engine: &Engine) -> bool {
        let tool = |engine: &Engine| TOOLS.contains(&engine.id);
        !tool(engine) || self.picks.iter().all(|pick| tool(pick.engine))
    }

    /// The host, if one is asked about.
    pub(super) fn host(&self) -> Option<&Host> {
        self.host.as_ref().map(|facts| &facts.host)
    }

    /// The engines that answered.
    pub(super) fn answering(&self) -> impl Iterator<Item = &Daemon> {
        self.daemons.iter().filter_map(Fact::known)
    }

    /// The machine for which is selected: the platform that was asked for, else the host.
    pub(super) fn wanted(&self) -> Option<Host> {
        let request = self.request.as_deref().and_then(|text| text.parse().ok());
        request.or_else(|| self.host().cloned())
    }

    /// The entries with these digests, in the order of the list.
    pub(super) fn images_of<'a>(
        &self,
        digests: impl IntoIterator<Item = &'a Digest>,
    ) -> Vec<&Image> {
        let digests: Vec<&Digest> = digests.into_iter().collect();
        let entries = self.behind.iter().flat_map(|behind| &behind.entries);
        entries.filter(|entry| digests.contains(&&entry.digest)).collect()
    }

    /// The list behind the reference.
    pub(super) fn list(&self) -> Option<&Behind> {
        self.behind.as_deref().filter(|behind| behind.is_list())
    }

    /// Each entry that is picked, with the engines that pick it.
    pub(super) fn takers(&self) -> Vec<(&Image, Vec<&'static str>)> {
        takers(self.picked())
    }

    /// Who takes which entry, in lines of evidence; only entries that the filter lets through.
    pub(super) fn taken(&self, of: impl Fn(&Image) -> bool) -> Vec<String> {
        taken(&self.takers(), of)
    }

    /// What engines pick, with the entry picked.
    pub(super) fn picked(&self) -> impl Iterator<Item = (&'static Engine, &Image)> {
        let behind = self.behind.as_deref();
        self.picks.iter().filter_map(move |pick| {
            let path = pick.outcome.pick()?;
            Some((pick.engine, behind?.entries.iter().find(|entry| entry.path == *path)?))
        })
    }
}

/// [`Facts::taken`], if the takers are known already.
pub(super) fn taken(
    takers: &[(&Image, Vec<&'static str>)],
    of: impl Fn(&Image) -> bool,
) -> Vec<String> {
    takers
        .iter()
        .filter(|(entry, _)| of(entry))
        .map(|(entry, engines)| taken_by(entry, engines))
        .collect()
}

/// Each entry of these picks, in the order of the list, with the engines that pick it.
pub(super) fn takers<'a>(
    picked: impl Iterator<Item = (&'static Engine, &'a Image)>,
) -> Vec<(&'a Image, Vec<&'static str>)> {
    let mut takers: Vec<(&Image, Vec<&'static str>)> = Vec::new();
    for (engine, entry) in picked {
        match takers.iter_mut().find(|(known, _)| known.path == entry.path) {
            Some((_, engines)) => engines.push(engine.title),
            None => takers.push((entry, vec![engine.title])),
        }
    }
    takers.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
    takers
}

/// Who takes an entry, in a line of evidence.
pub(super) fn taken_by(entry: &Image, engines: &[&str]) -> String {
    format!("{} is taken by {}", entry.place(), engines_listed(engines))
}

/// So many engines are named one by one; the answers above a finding have them all.
const ENGINES_NAMED: usize = 6;

/// Who does something, in a line: the names of a few engines; of many their number, with one of each
/// kind (`Docker 28` is one with `Docker 29`).
pub(super) fn engines_listed(names: &[impl AsRef<str>]) -> String {
    if names.len() <= ENGINES_NAMED {
        return listed(names);
    }
    let kind = |name: &str| name.split([' ', ',']).next().unwrap_or_default().to_lowercase();
    let mut kinds: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    kinds.dedup_by_key(|name| kind(name));
    kinds.truncate(ENGINES_NAMED - 1);
    format!("{} engines: {}; …", names.len(), kinds.join("; "))
}

/// `a`, `a and b`, `a, b and c`; semicolons where a name has a comma in it.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    if names.len() > 1 && names.iter().any(|name| name.contains(',')) {
        return names.join("; ");
    }
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::engines_listed;

    #[test]
    fn many_engines_are_counted_and_few_are_named() {
        let names: Vec<String> = (1..=7).map(|number| format!("e{number}")).collect();
        assert_eq!(engines_listed(&names[..2]), "e1 and e2");
        assert_eq!(engines_listed(&names[..6]), "e1, e2, e3, e4, e5 and e6");
        assert_eq!(engines_listed(&names), "7 engines: e1; e2; e3; e4; e5; …");
        let versions =
            ["Docker, containerd store", "docker run", "Docker 28", "podman", "a", "b", "c", "d"];
        let line = "8 engines: Docker, containerd store; podman; a; b; c; …";
        assert_eq!(engines_listed(&versions), line);
    }
}
