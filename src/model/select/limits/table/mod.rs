//! Who minds what, in whose words, and since when that is known.
//!
//! Every row was seen with the version that it names, if it does not say that it was read in its
//! source. Of an engine that has no row for a fault, nothing is known to fail.

mod content;
mod entries;
mod manifests;
mod root;

use super::fault::Kind;
use super::maker::Maker::{
    self, BuildKit, Client, Containers, Crane, Ctr, CtrLocal, Docker, Graphdriver, OldClient,
    OldGraphdriver, Oras, Regclient, Storage, Transfer, Windows,
};

/// One row: a fault, whose engines fail on it, and what they print.
pub(super) struct Limit {
    pub(super) kind: Kind,
    pub(super) makers: &'static [Maker],
    /// What they print; `None` if that is not known.
    pub(super) words: Option<&'static str>,
    /// The version.
    pub(super) source: &'static str,
}

impl Limit {
    /// The row of a maker for a fault.
    pub(super) fn of(maker: Maker, kind: Kind) -> Option<&'static Self> {
        rows().find(|limit| limit.kind == kind && limit.makers.contains(&maker))
    }
}

const fn row(
    kind: Kind,
    makers: &'static [Maker],
    words: &'static str,
    source: &'static str,
) -> Limit {
    Limit { kind, makers, words: Some(words), source }
}

/// containerd's fetcher and whoever uses it.
const FETCHER: &[Maker] = &[Client, OldClient, CtrLocal, Transfer, Ctr, Docker, BuildKit];
/// The same without what came before 2.1.
const NEW_FETCHER: &[Maker] = &[Client, CtrLocal, Transfer, Ctr, Docker, BuildKit];
/// Those of them that look into the document while they go down.
const HANDLERS: &[Maker] = &[Client, OldClient, CtrLocal, Transfer, Ctr, Docker];
/// containers/image.
const CONTAINERS: &[Maker] = &[Containers, Storage];
/// Whoever is written in Go.
const GO: &[Maker] = &[
    Client,
    OldClient,
    CtrLocal,
    Transfer,
    Ctr,
    Docker,
    Graphdriver,
    OldGraphdriver,
    Windows,
    BuildKit,
    Containers,
    Storage,
    Crane,
    Regclient,
    Oras,
];
/// The same with image-spec 1.1.
const NEW_GO: &[Maker] = &[
    Client, CtrLocal, Transfer, Ctr, Docker, BuildKit, Containers, Storage, Crane, Regclient, Oras,
];
/// Whoever unpacks with containerd's code.
const UNPACKERS: &[Maker] = HANDLERS;
const DOCKERD: &[Maker] = &[Graphdriver, OldGraphdriver, Windows];

const CONTAINERD: &str = "containerd 2.4.2";
const SKOPEO: &str = "skopeo 1.22 (containers/image 5.42)";
const CRANE: &str = "crane 0.22.1";
const REGCTL: &str = "regctl 0.11.7";
const ORAS: &str = "oras 1.3.6";
const PODMAN: &str = "podman 4.3.1";
const GO_SEEN: &str = "containerd 2.4.2 and 1.6.20, skopeo 1.9.3, crane 0.22.1 (`json: cannot \
     unmarshal …`, with the name of the field)";
const MOBY: &str = "moby v2.0.0-beta.24, read in its source";

/// All rows; those of one fault are together.
fn rows() -> impl Iterator<Item = &'static Limit> {
    [root::ROWS, entries::ROWS, manifests::ROWS, content::ROWS].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_engine_has_two_rows_for_one_fault_but_the_first_counts() {
        for (at, limit) in rows().enumerate() {
            let earlier = rows().take(at).filter(|it| it.kind == limit.kind);
            let taken: Vec<Maker> = earlier.flat_map(|it| it.makers).copied().collect();
            // A row that nobody is left for says nothing.
            assert!(limit.makers.iter().any(|it| !taken.contains(it)), "row {}", at + 1);
            assert!(!limit.source.is_empty());
        }
    }
}
