//! containerd's Go client: `Pull` and then `Image.Config` (client/pull.go,
//! core/images/handlers.go, core/images/image.go).
//!
//! At every index the entries that match and those without a platform are kept, sorted, and the
//! first one is followed. There is no way back. An image that was reached through an entry without
//! a platform is checked against its config afterwards.

use crate::oci::{MediaType, Platform};

use super::super::engine::Schema1;
use super::super::judge::{Compared, Judge, Unnamed};
use super::super::offer::{Candidate, Facts, Offer};
use super::super::platforms::{Comparer, Normal};
use super::super::reason::Reason;
use super::super::run::{Client, Descent, End, Run, descend};
use super::super::selection::{Missing, Outcome};
use super::graphdriver::removed_schema1;

/// A pull by way of containerd's client.
pub(super) struct ContainerdPull {
    pub(super) judge: Compared,
    pub(super) words: Words,
    pub(super) config: ConfigCheck,
    pub(super) schema1: Schema1,
}

/// The words in which a product repeats containerd's errors.
pub(super) enum Words {
    /// containerd's own.
    Plain,
    /// Those of a choice among what was fetched already (`ctr --local`).
    Fetched,
    /// moby's: a miss names the platform first, and images are unpacked while they are pulled.
    Docker(String),
    /// BuildKit's: another word for an unknown type, and the config's type is checked.
    BuildKit,
}

/// Which fields of a config are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ConfigCheck {
    /// All of the platform.
    Whole,
    /// System and architecture, as containerd 1.x did.
    OsAndArchitecture,
}

/// What is before errors of unpacking.
pub(super) const UNPACK: &str = "failed to unpack image on snapshotter overlayfs: ";
const MISS: &str = "no match for platform in manifest: not found";

impl ContainerdPull {
    pub(super) fn new(comparer: Comparer, words: Words) -> Self {
        Self {
            judge: Compared { comparer, unnamed: Unnamed::Last },
            words,
            config: ConfigCheck::Whole,
            schema1: Schema1::Removed,
        }
    }
}

impl Client for ContainerdPull {
    fn run(&self, offer: &Offer) -> Run {
        if !offer.media_type.is_index() {
            return bare_root(offer, &self.root_words());
        }
        let descent = descend(offer, &self.judge);
        match descent.end {
            End::Image(candidate) => self.arrived(offer, descent, candidate),
            End::Nothing if matches!(self.words, Words::Fetched) => {
                Run::failed(no_match_in(offer)).visiting(descent.visits)
            }
            End::Nothing => Run::failed(self.miss(MISS.to_owned())).visiting(descent.visits),
            End::Foreign(candidate) => {
                let refused = refused_entry(&candidate.media_type, candidate.digest_text());
                let text = match (&self.words, refused) {
                    // A handler of its own is there before containerd's (moby v2.0.0-beta.24
                    // daemon/containerd/image_pull.go, read in its source).
                    (Words::Docker(_), _) if candidate.media_type == MediaType::Schema1Signed => {
                        removed_schema1(&offer.reference)
                    }
                    (Words::Plain | Words::Docker(_), Some(refused)) => refused,
                    (Words::BuildKit, _) => unknown_type(&candidate.media_type),
                    (Words::Docker(_), None) => {
                        let error = unexpected(&candidate.media_type, candidate.digest_text());
                        format!("{UNPACK}{error}")
                    }
                    (Words::Fetched, Some(refused)) => refused,
                    (Words::Plain | Words::Fetched, None) => {
                        unexpected(&candidate.media_type, candidate.digest_text())
                    }
                };
                Run::failed(text).visiting(descent.visits)
            }
            End::Unread | End::NotAnIndex => {
                Run::needs(descent.path, offer, Missing::Index).visiting(descent.visits)
            }
            End::TooDeep => Run::too_deep().visiting(descent.visits),
        }
    }

    fn judge(&self, _: bool) -> &dyn Judge {
        &self.judge
    }
}

impl ContainerdPull {
    fn root_words(&self) -> RootWords<'static> {
        match (&self.words, self.schema1) {
            (Words::BuildKit, _) => RootWords::BuildKit,
            (_, Schema1::Pulled) => RootWords::Converted,
            (_, Schema1::Disabled) => RootWords::Schema1(DISABLED),
            (_, Schema1::Removed) => RootWords::Schema1(REMOVED),
        }
    }

    fn arrived(&self, offer: &Offer, descent: Descent<'_>, candidate: &Candidate) -> Run {
        if matches!(self.words, Words::BuildKit)
            && let Some(odd) = foreign_config(candidate.facts())
        {
            return Run::failed(unknown_type(odd)).visiting(descent.ended(Reason::PartType).visits);
        }
        let path = descent.path.clone();
        if matches!(self.words, Words::Docker(_)) {
            return self.unpacked(offer, descent, candidate);
        }
        match config_agrees(candidate, &self.judge.comparer, self.config) {
            None => {
                let visits = descent.ended(Reason::Unread).visits;
                Run::needs(path, offer, Missing::Config).visiting(visits)
            }
            Some(true) => Run::short(Outcome::Picked(path)).visiting(descent.visits),
            Some(false) => {
                let fetched = !matches!(self.words, Words::BuildKit);
                let downloads = if fetched { vec![path] } else { Vec::new() };
                let run = Run::failed(no_match_in(offer));
                Run { downloads, ..run }.visiting(descent.ended(Reason::Config).visits)
            }
        }
    }
}

impl ContainerdPull {
    /// An error that says that nothing matches, in the product's words.
    fn miss(&self, text: String) -> String {
        match &self.words {
            Words::Plain | Words::Fetched | Words::BuildKit => text,
            Words::Docker(platform) => {
                format!("no matching manifest for {platform} in the manifest list entries: {text}")
            }
        }
    }

    /// moby pulls with `WithPullUnpack`: what has layers is unpacked while it arrives, and nobody
    /// asks its config for the platform. Where there was nothing to unpack, `Pull` unpacks once
    /// more, by way of the config (containerd 2.4.2 client/pull.go, client/image.go).
    fn unpacked(&self, offer: &Offer, descent: Descent<'_>, candidate: &Candidate) -> Run {
        let path = descent.path.clone();
        let picked = |visits| Run::short(Outcome::Picked(path.clone())).visiting(visits);
        let Some(facts) = candidate.facts() else {
            if candidate.platform.is_some() {
                return picked(descent.visits);
            }
            let visits = descent.ended(Reason::Unread).visits;
            return Run::needs(path, offer, Missing::Manifest).visiting(visits);
        };
        let files = facts.layer_types.iter().any(MediaType::is_layer);
        // The unpacker waits for a config of a type that it knows.
        if files && !facts.has_foreign_config() {
            return picked(descent.visits);
        }
        match config_agrees(candidate, &self.judge.comparer, self.config) {
            None => {
                let visits = descent.ended(Reason::Unread).visits;
                Run::needs(path, offer, Missing::Config).visiting(visits)
            }
            // Layers of other types are not counted among those that the config names, and layers
            // of files are not there (`limits`).
            Some(true) if files || facts.layer_types.is_empty() || facts.diff_ids() == 0 => {
                picked(descent.visits)
            }
            Some(true) => {
                let text = format!("{UNPACK}mismatched image rootfs and manifest layers");
                Run { downloads: vec![path.clone()], ..Run::failed(text) }
                    .visiting(descent.ended(Reason::PartType).visits)
            }
            Some(false) => {
                let text = self.miss(format!("{UNPACK}{}", no_match_in(offer)));
                Run { downloads: vec![path.clone()], ..Run::failed(text) }
                    .visiting(descent.ended(Reason::Config).visits)
            }
        }
    }
}

/// The error of `images.Manifest` if nothing is left.
pub(super) fn no_match_in(offer: &Offer) -> String {
    format!("no match for platform in manifest {}: not found", offer.digest)
}

/// The error of `images.Manifest` for what is neither image nor index.
pub(super) fn unexpected(media_type: &MediaType, digest: &str) -> String {
    format!("unexpected media type {media_type} for {digest}: not found")
}

fn unknown_type(media_type: &MediaType) -> String {
    format!("encountered unknown type {media_type}; children may not be fetched")
}

/// The config's type, if it is known to be not an image config.
fn foreign_config(facts: Option<&Facts>) -> Option<&MediaType> {
    facts?.config_type.as_ref().filter(|media_type| !media_type.is_image_config())
}

/// Whether the config behind an entry agrees: asked only if the entry names no platform. `None`
/// where the config must be read first.
pub(super) fn config_agrees(
    candidate: &Candidate,
    comparer: &Comparer,
    check: ConfigCheck,
) -> Option<bool> {
    if candidate.platform.is_some() {
        return Some(true);
    }
    let facts = candidate.facts()?;
    Some(match check {
        ConfigCheck::Whole => comparer.standing(facts.config_normal()?).is_ok(),
        ConfigCheck::OsAndArchitecture => {
            let config = facts.config.as_ref()?;
            let part = Platform::new(&config.os, &config.architecture, "");
            comparer.standing(&Normal::new(&part)).is_ok()
        }
    })
}

/// What of the containerd family takes a root that is not an index.
pub(super) enum RootWords<'w> {
    /// What it says of signed schema 1.
    Schema1(&'w str),
    /// It converts signed schema 1 and pulls it.
    Converted,
    BuildKit,
}

/// containerd's client since 2.1 (client/pull.go).
pub(super) const REMOVED: &str = "not implemented: media type \
     \"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no longer supported since \
     containerd v2.1, please rebuild the image as \
     \"application/vnd.docker.distribution.manifest.v2+json\" or \
     \"application/vnd.oci.image.manifest.v1+json\"";
/// containerd 2.0 (core/remotes/docker/schema1/converter.go, read in 2.0.5).
const DISABLED: &str = "Pulling Schema 1 images have been deprecated and disabled by default since \
     containerd v2.0. As a workaround you may set an environment variable \
     `CONTAINERD_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1`, but this will be completely removed in \
     containerd v2.1.";
/// containerd's transfer service (core/transfer/local/pull.go, seen with 2.4.2).
pub(super) const OF_SERVICE: &str =
    "schema 1 image manifests are no longer supported: invalid argument";
const BUILDKIT: &str = "support Docker Image manifest version 2, schema 1 has been removed. More \
     information at https://docs.docker.com/go/deprecated-image-specs/";

/// What the containerd family does if the root is not an index: an image is taken unseen.
pub(super) fn bare_root(offer: &Offer, words: &RootWords<'_>) -> Run {
    let buildkit = matches!(words, RootWords::BuildKit);
    if offer.media_type.is_image_manifest() {
        return match foreign_config(offer.facts()).filter(|_| buildkit) {
            Some(odd) => Run::failed(unknown_type(odd)),
            None => Run::root(),
        };
    }
    match (&offer.media_type, words) {
        (MediaType::Schema1Signed, RootWords::Converted) => Run::root(),
        (MediaType::Schema1Signed, RootWords::BuildKit) => Run::failed(BUILDKIT.to_owned()),
        (MediaType::Schema1Signed, RootWords::Schema1(words)) => Run::failed((*words).to_owned()),
        (MediaType::Schema1, _) => Run::failed(as_a_blob(&offer.media_type, offer.digest.as_str())),
        (media_type, RootWords::BuildKit) => Run::failed(unknown_type(media_type)),
        (media_type, _) => Run::failed(unexpected(media_type, offer.digest.as_str())),
    }
}

/// The error for schema 1 in an index: signed it is refused, unsigned it is asked for as a blob, as
/// is what names no type
/// (containerd 2.4.2 core/remotes/handlers.go, core/remotes/docker/fetcher.go).
pub(super) fn refused_entry(media_type: &MediaType, digest: &str) -> Option<String> {
    match media_type {
        MediaType::Schema1Signed => Some(format!("{media_type} not supported")),
        MediaType::Schema1 => Some(as_a_blob(media_type, digest)),
        // Without a type too (containerd 2.4.2 and 1.6.20).
        other if other.as_str().is_empty() => Some(as_a_blob(media_type, digest)),
        _ => None,
    }
}

/// A registry does not have a manifest among its blobs.
fn as_a_blob(media_type: &MediaType, digest: &str) -> String {
    format!("could not fetch content descriptor {digest} ({media_type}) from remote: not found")
}
