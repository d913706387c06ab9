//! A look at a tag, and another one later: one request as long as nothing moved.

use futures_util::future::try_join_all;

use super::complain::note;
use crate::model::select::platforms::Normal;
use crate::model::select::{Host, Offer};
use crate::oci::{Class, Digest, Failure, Location, Platform, Reference};
use crate::source::{self, Sources};
use crate::work::load::narrow;

/// What a tag held when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// The digest of the index or manifest.
    pub(super) digest: Digest,
    /// The images of it with their platforms, attestations left aside.
    pub(super) images: Vec<(Platform, Digest)>,
    /// Those of the wanted images whose manifests the registry does not have (yet).
    pub(super) absent: Vec<(Platform, Digest)>,
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
        let platform = named_platform("--platform", text)?;
        Ok(Self { text: text.trim().to_owned(), normal: Normal::new(&platform) })
    }

    /// Whether a platform is the wanted one. A version counts as far as it was given.
    pub(super) fn is(&self, platform: &Platform) -> bool {
        Normal::new(platform).is_for(&self.normal)
    }
}

/// A platform that an option names, in any spelling that engines know.
pub(super) fn named_platform(option: &str, text: &str) -> Result<Platform, String> {
    match text.trim().parse::<Host>() {
        Ok(host) => {
            if let Some(doubt) = host.doubt() {
                note(&format!("{option} {text}: {doubt}"));
            }
            Ok(host.platform().clone())
        }
        Err(_) => Err(format!(
            "{option} {text}: a platform is os/arch[/variant], such as linux/arm64 or \
             windows(10.0.20348)/amd64"
        )),
    }
}

impl Look {
    /// The image of a platform.
    pub(super) fn image(&self, wanted: &Wanted) -> Option<&Digest> {
        self.images.iter().find(|(platform, _)| wanted.is(platform)).map(|(_, digest)| digest)
    }

    /// The images of the wanted platforms; all of them if none is wanted by name.
    pub(super) fn wanted(&self, wanted: &[Wanted]) -> Vec<(Platform, Digest)> {
        let is_wanted = |platform: &Platform| wanted.iter().any(|it| it.is(platform));
        let images = self.images.iter();
        images.filter(|(it, _)| wanted.is_empty() || is_wanted(it)).cloned().collect()
    }
}

/// Looks at a tag. What the last look found holds as long as the tag has its digest; otherwise the
/// list is read. Each wanted image's manifest is asked for until the registry has it.
pub(super) async fn look(
    sources: &Sources,
    reference: &Reference,
    wanted: &[Wanted],
    last: Option<&Look>,
) -> Result<Look, Failure> {
    let still = match last {
        Some(last) => is_still(sources, reference, &last.digest).await?.then_some(last),
        None => None,
    };
    let mut seen = match still {
        Some(last) => last.clone(),
        None => read(sources, reference, wanted).await?,
    };
    let asked = std::mem::take(&mut seen.absent);
    let asked = asked.into_iter().map(|image| present(sources, reference, image));
    seen.absent = try_join_all(asked).await?.into_iter().flatten().collect();
    Ok(seen)
}

/// Whether the tag still has this digest.
async fn is_still(
    sources: &Sources,
    reference: &Reference,
    known: &Digest,
) -> Result<bool, Failure> {
    Ok(match sources.registry()?.look(reference, Some(known)).await? {
        source::Look::Unchanged => true,
        source::Look::Document(document) => document.digest == *known,
        source::Look::Head(head) => head.digest == *known,
    })
}

/// Reads the list, those inside it, and the images that it says no platform of.
async fn read(
    sources: &Sources,
    reference: &Reference,
    wanted: &[Wanted],
) -> Result<Look, Failure> {
    let source = sources.open(&Location::Registry(reference.clone()))?;
    let text = reference.to_string();
    let permits = sources.permits();
    let (_, offer) = narrow(&source, &text, permits, Offer::unread_platforms).await?;
    let mut seen =
        Look { digest: offer.digest.clone(), images: offer.images(), absent: Vec::new() };
    if !wanted.is_empty() && offer.media_type.is_index() {
        seen.absent = seen.wanted(wanted);
    }
    Ok(seen)
}

/// The image, if the registry does not have its manifest.
async fn present(
    sources: &Sources,
    reference: &Reference,
    image: (Platform, Digest),
) -> Result<Option<(Platform, Digest)>, Failure> {
    let at = reference.repository.at(image.1.clone());
    match sources.registry()?.head(&at).await {
        Ok(_) => Ok(None),
        Err(failure) if failure.class == Class::NotFound => Ok(Some(image)),
        Err(failure) => Err(failure),
    }
}

/// Whether asking again later may help.
pub(super) fn may_pass(failure: &Failure) -> bool {
    matches!(
        failure.class,
        Class::NotFound | Class::RateLimited | Class::Unreachable | Class::TimedOut | Class::Server
    )
}
