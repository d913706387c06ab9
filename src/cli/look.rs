//! A look at a tag, and another one later: one HEAD as long as nothing moved.

use crate::model::select::platforms::Normal;
use crate::model::select::{Content, Host, Missing, Need, Offer};
use crate::oci::{Digest, Failure, Location, Platform, Reference};
use crate::source::Sources;
use crate::work::load::narrow;

/// What a tag held when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// The digest of the index or manifest.
    pub(super) digest: Digest,
    /// The images of it with their platforms, attestations left aside.
    pub(super) images: Vec<(Platform, Digest)>,
}

/// A platform that is waited for, in the spelling of containerd's library.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// As it was typed.
    pub(super) text: String,
    normal: Normal,
}

impl Wanted {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let host: Host =
            text.parse().map_err(|error: crate::model::select::HostError| error.to_string())?;
        Ok(Self { text: text.to_owned(), normal: Normal::new(host.platform()) })
    }

    /// Whether a platform is the wanted one. A version counts as far as it was given.
    fn is(&self, platform: &Platform) -> bool {
        let normal = Normal::new(platform);
        self.normal.names(&normal) && normal.os_version.starts_with(&self.normal.os_version)
    }
}

impl Look {
    /// The image of a platform.
    pub(super) fn image(&self, wanted: &Wanted) -> Option<&Digest> {
        self.images.iter().find(|(platform, _)| wanted.is(platform)).map(|(_, digest)| digest)
    }
}

/// Looks at a tag. What the last look found is given back if the tag still holds that digest;
/// otherwise the list is read, and of the wanted platforms each image's manifest, so that it is
/// known to be there.
pub(super) async fn look(
    sources: &Sources,
    reference: &Reference,
    wanted: &[Wanted],
    last: Option<&Look>,
) -> Result<Look, Failure> {
    let head = sources.registry()?.head(reference).await?;
    if let Some(last) = last.filter(|last| last.digest == head.digest) {
        return Ok(last.clone());
    }
    let source = sources.open(&Location::Registry(reference.clone()))?;
    let needs = |offer: &Offer| needs(offer, wanted);
    let text = reference.to_string();
    let (tree, offer) = narrow(&source, &text, sources.permits(), needs).await?;
    let failed = needs(&offer)
        .into_iter()
        .find_map(|need| tree.node(tree.at_path(&need.path)?)?.load.failure().cloned());
    match failed {
        Some(failure) => Err(failure),
        None => Ok(Look { digest: offer.digest.clone(), images: images(&offer) }),
    }
}

/// The manifests of the wanted platforms that were not read yet.
fn needs(offer: &Offer, wanted: &[Wanted]) -> Vec<Need> {
    let Content::Index(level) = &offer.content else { return Vec::new() };
    let wants = |platform: &Platform| wanted.iter().any(|it| it.is(platform));
    level
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| matches!(entry.content, Content::Unread) && !entry.attestation)
        .filter(|(_, entry)| entry.platform.as_ref().is_some_and(wants))
        .map(|(at, entry)| Need {
            path: vec![at],
            digest: entry.digest.clone(),
            what: Missing::Manifest,
        })
        .collect()
}

fn images(offer: &Offer) -> Vec<(Platform, Digest)> {
    match &offer.content {
        Content::Index(level) => level
            .entries()
            .iter()
            .filter(|entry| !entry.attestation)
            .filter_map(|entry| Some((entry.platform.clone()?, entry.digest.clone()?)))
            .collect(),
        Content::Image(facts) => {
            facts.config.iter().map(|it| (it.clone(), offer.digest.clone())).collect()
        }
        Content::Unread | Content::TooDeep | Content::Other => Vec::new(),
    }
}

/// Whether asking again later may help.
pub(super) fn may_pass(failure: &Failure) -> bool {
    use crate::oci::Class;
    matches!(
        failure.class,
        Class::NotFound | Class::RateLimited | Class::Unreachable | Class::TimedOut | Class::Server
    )
}
