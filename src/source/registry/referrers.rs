//! What refers to a manifest: the referrers API, the fallback tag, and cosign's tags.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::future::try_join_all;
use reqwest::header::{ACCEPT, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::call::Call;
use super::manifests::{Absence, manifest_call};
use super::tag_page::TagPage;
use super::{Registry, link};
use crate::oci::{
    Algorithm, Class, Descriptor, Digest, Document, Entry, Failure, MAX_MANIFEST_READ, Manifest,
    MediaType, Repository,
};
use crate::source::{Referrer, TagOfDigest, Via};

/// The most that is read of one list, in bytes (16 MiB).
const MAX_LIST: u64 = 16 << 20;
/// The most referrers of one manifest that are kept.
const MAX_REFERRERS: usize = 20_000;
/// How many pages are read. Nobody would look at a longer list.
const MAX_PAGES: usize = 32;
/// What cosign puts behind the tag that it makes of a digest.
const COSIGN: [&str; 3] = [".sig", ".att", ".sbom"];

impl Registry {
    /// Finds what refers to a manifest, each referrer once. Whether what a fallback tag lists has
    /// that subject is told by its manifests, which are not read here
    /// ([`crate::work::referring`]; the tree reads them anyway).
    ///
    /// Asks the referrers API, and at the same time for a page of tags: which of Cosign's tags there
    /// are, and the fallback tag where the registry has no such API. Where the page does not have
    /// all tags, these are asked for one by one.
    ///
    /// # Errors
    /// Where the API or a tag fails otherwise than by not being there. A tag that may not be read
    /// counts as not there; an API that may not be asked is a failure, not an empty list.
    pub(super) async fn referrers(
        &self,
        repository: &Repository,
        digest: &Digest,
        page: &TagPage,
    ) -> Result<Vec<Referrer>, Failure> {
        let tag = fallback_tag(digest);
        let signed = async {
            let known = page.of(self, repository).await;
            let tags = COSIGN.map(|suffix| format!("{tag}{suffix}"));
            let tags = tags.into_iter().filter(|tag| may_have(known.as_deref(), tag));
            try_join_all(tags.map(|tag| self.cosign(repository, tag))).await
        };
        let listed = async {
            match self.listed(repository, digest).await? {
                Some(listed) => Ok(listed),
                None if may_have(page.of(self, repository).await.as_deref(), &tag) => {
                    self.ask_fallback(repository, &tag).await
                }
                None => Ok(Vec::new()),
            }
        };
        let (listed, signed) = tokio::try_join!(listed, signed)?;
        let mut seen = HashSet::new();
        let mut referrers = listed;
        referrers.extend(signed.into_iter().flatten());
        referrers.retain(|referrer| seen.insert(referrer.descriptor.digest.clone()));
        Ok(referrers)
    }

    /// What the tag holds that stands for a digest. A repository with more tags than one page has
    /// is not asked.
    ///
    /// # Errors
    /// What the registry comes up with.
    pub(super) async fn tag_of(
        &self,
        repository: &Repository,
        digest: &Digest,
        page: &TagPage,
    ) -> Result<TagOfDigest, Failure> {
        let tag = fallback_tag(digest);
        let known = page.of(self, repository).await;
        let held = if known.is_some_and(|known| known.contains(&tag)) {
            self.head_to_push(&repository.tagged(&tag)).await?.map(|head| head.digest)
        } else {
            None
        };
        let has_api = *self.site(&repository.host).referrers_api.lock().await == Some(true);
        Ok(TagOfDigest { tag, held, has_api })
    }

    /// What the API lists; `None` if the registry has no such API.
    async fn listed(
        &self,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<Option<Vec<Referrer>>, Failure> {
        let site = self.site(&repository.host);
        let mut known = site.referrers_api.lock().await;
        // Where there was an API before, all ask at once.
        if known.is_none() && self.had_referrers(&site).await {
            *known = Some(true);
        }
        if *known == Some(false) {
            return Ok(None);
        }
        // As long as nobody knows, others wait for what this request finds out.
        let mut finding_out = known.is_none().then_some(known);
        let answer = self.ask_api(repository, digest).await;
        let found = match &answer {
            Ok(listed) => Some(listed.is_some()),
            // An unknown repository says nothing of the registry.
            Err(failure) if is_unknown(failure) => None,
            Err(failure) if has_no_api(failure) => Some(false),
            // Another failure says nothing either, but whoever waits must not fail one by one.
            Err(_) => Some(true),
        };
        match (&mut finding_out, found) {
            (Some(known), _) => **known = found,
            (None, Some(false)) => *site.referrers_api.lock().await = found,
            (None, _) => {}
        }
        drop(finding_out);
        if answer.is_ok() || found == Some(false) {
            self.learn_referrers(&site, found == Some(true)).await;
        }
        match answer {
            Err(failure) if has_no_api(&failure) => Ok(None),
            other => other,
        }
    }

    /// What the API lists; `None` if the first answer is not one of the API.
    async fn ask_api(
        &self,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<Option<Vec<Referrer>>, Failure> {
        let subject = format!("the referrers of {repository}@{digest}");
        let mut call = Call::get(repository, &format!("referrers/{digest}"), subject);
        let accept = HeaderValue::from_static("application/vnd.oci.image.index.v1+json");
        call.headers.insert(ACCEPT, accept);
        let mut referrers = Vec::new();
        let mut read = HashSet::new();
        let mut left = MAX_LIST;
        while read.len() < MAX_PAGES && left > 0 && referrers.len() < MAX_REFERRERS {
            let whole = self.ask_whole(&call, MAX_MANIFEST_READ.min(left)).await?;
            let malformed = |detail: String| Failure::new(Class::Malformed, &call.subject, detail);
            left = left.saturating_sub(whole.bytes.len() as u64);
            if read.is_empty() && !is_list(&whole.bytes) {
                return Ok(None);
            }
            read.insert(link::target_of(&whole.url));
            let next = link::next(&whole.headers, &whole.url).map_err(malformed)?;
            let index = Document::parse(whole.bytes, Some(&MediaType::OciIndex), Algorithm::Sha256)
                .map_err(|problem| malformed(format!("the list is {problem}")))?;
            referrers.extend(entries(&index, &Via::Api));
            match next {
                Some(next) if read.contains(&next) => {
                    let detail = "the pages go round: one links to one before it";
                    return Err(malformed(detail.to_owned()));
                }
                Some(next) => call.target = next,
                None => return Ok(Some(referrers)),
            }
        }
        let detail = format!(
            "the list has more than platy reads: {MAX_PAGES} pages, {}, {MAX_REFERRERS} referrers",
            crate::text::bytes(MAX_LIST)
        );
        Err(Failure::new(Class::TooLarge, call.subject, detail))
    }

    async fn ask_fallback(
        &self,
        repository: &Repository,
        tag: &str,
    ) -> Result<Vec<Referrer>, Failure> {
        match self.document(&repository.tagged(tag), None).await {
            Ok(index) => Ok(entries(&index, &Via::FallbackTag)),
            Err(failure) if is_not_there(&failure) => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    async fn cosign(
        &self,
        repository: &Repository,
        tag: String,
    ) -> Result<Option<Referrer>, Failure> {
        let reference = repository.tagged(&tag);
        let call = manifest_call(&reference);
        let head = match self.head_by(call, &reference, Absence::Believed).await {
            Ok(head) => head,
            Err(failure) if is_not_there(&failure) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let size = match head.size {
            Some(size) => size,
            None => self.document(&reference, None).await?.size(),
        };
        let descriptor = Descriptor::new(head.media_type, head.digest, size);
        Ok(Some(Referrer { descriptor: Arc::new(descriptor), via: Via::CosignTag(tag) }))
    }
}

/// Whether a repository may have a tag, by what is known of its tags.
fn may_have(known: Option<&HashSet<String>>, tag: &str) -> bool {
    known.is_none_or(|known| known.contains(tag))
}

fn entries(document: &Document, via: &Via) -> Vec<Referrer> {
    let Manifest::Index(index) = &document.manifest else { return Vec::new() };
    let descriptors = index.entries.iter().filter_map(Entry::descriptor);
    descriptors
        .map(|descriptor| Referrer { descriptor: Arc::clone(descriptor), via: via.clone() })
        .collect()
}

/// Whether an answer is a list as the API has it: an index, perhaps an empty one. Others answer 200
/// with a web page, `null`, their own error or the `references` of an early draft of the API.
fn is_list(bytes: &[u8]) -> bool {
    serde_json::from_slice::<List>(bytes).is_ok()
}

/// What is counted of a list to know it.
#[derive(Deserialize)]
struct List {
    #[serde(rename = "manifests")]
    _entries: Vec<IgnoredAny>,
}

/// The specification has four of them; registries add others (`REPOSITORY_UNKNOWN`).
fn is_unknown(failure: &Failure) -> bool {
    failure.codes.iter().any(|code| code.code.ends_with("_UNKNOWN"))
}

/// What registries answer that do not know the API.
fn has_no_api(failure: &Failure) -> bool {
    matches!(failure.status, Some(400 | 404 | 405 | 406 | 501))
}

fn is_not_there(failure: &Failure) -> bool {
    matches!(failure.class, Class::NotFound | Class::Forbidden | Class::Unauthorised)
}

/// The tag that stands for a digest (distribution-spec, "Referrers Tag Schema", which also cuts
/// it to the length that a tag may have).
pub(crate) fn fallback_tag(digest: &Digest) -> String {
    let hex = digest.hex();
    format!("{}-{}", digest.algorithm().name(), hex.get(..64).unwrap_or(hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_digests_are_never_too_long() {
        assert_eq!(fallback_tag(&Digest::sha256(b"")).len(), 7 + 64);
        let long = fallback_tag(&Digest::of(Algorithm::Sha512, b""));
        assert!(long.starts_with("sha512-cf83e1357eefb8bd") && long.len() == 7 + 64, "{long}");
    }
}
