//! Manifests: HEAD and GET by tag or digest.

use oci_distribution::errors::OciErrorCode;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};

use super::Registry;
use super::call::Call;
use super::look::Look;
use super::site::Heads;
use super::verify::{Received, check_cap};
use crate::model::route::Door;
use crate::oci::{
    Algorithm, Class, Descriptor, Digest, Document, Failure, MAX_MANIFEST_READ, Manifest,
    MediaType, Reference, Repository, Sent, manifest_digest, may_be, unread,
};
use crate::source::http::{Whole, retrying};
use crate::source::{Head, says};

const DIGEST_HEADER: &str = "docker-content-digest";

impl Registry {
    /// Whether a host counts what is asked of it (Docker Hub does, and others that say so in
    /// headers): a GET of a manifest is a pull there, a HEAD is not.
    #[must_use]
    pub fn counts(&self, host: &crate::oci::Host) -> bool {
        self.shared.wire.counts(host)
    }

    /// Asks which manifest a reference names without fetching it. With tag and digest, both must
    /// agree. Costs one request; a registry that states no digest costs a GET beside it.
    ///
    /// # Errors
    /// As [`Registry::document`]'s.
    pub async fn head(&self, reference: &Reference) -> Result<Head, Failure> {
        self.head_by(manifest_call(reference), reference, Absence::Checked).await
    }

    /// As [`Registry::head`], for a client that accepts these types only (a value of `Accept`).
    ///
    /// # Errors
    /// As [`Registry::head`]'s; many registries say `NotFound` if nothing is acceptable.
    pub async fn head_accepting(
        &self,
        reference: &Reference,
        types: &'static str,
    ) -> Result<Head, Failure> {
        let call = manifest_call(reference).accepting(types);
        self.head_by(call, reference, Absence::Believed).await
    }

    /// As [`Registry::head`], of the same tag or digest through the door of a mirror.
    ///
    /// # Errors
    /// As [`Registry::head`]'s.
    pub async fn head_through(&self, door: &Door, reference: &Reference) -> Result<Head, Failure> {
        let repository = Repository { host: door.host.clone(), path: door.path.clone() };
        let there = Reference { repository, ..reference.clone() };
        let call = Call::through(door, manifest_name(reference), there.to_string());
        self.head_by(call, &there, Absence::Believed).await
    }

    pub(super) async fn head_by(
        &self,
        call: Call,
        reference: &Reference,
        absence: Absence,
    ) -> Result<Head, Failure> {
        let site = self.site(&call.host);
        let mut absent = None;
        if site.heads() != Heads::Wrong {
            match self.ask(&call.clone().head()).await {
                Ok(answer) => {
                    site.found_heads(Heads::Right);
                    if let Some(head) = stated(&answer.headers, reference)? {
                        return Ok(head);
                    }
                }
                // Some registries and proxies refuse HEAD and answer GET.
                Err(failure) if refuses_head(&failure) => {}
                Err(failure)
                    if failure.status == Some(404)
                        && absence == Absence::Checked
                        && site.heads() != Heads::Right =>
                {
                    absent = Some(failure);
                }
                Err(failure) => return Err(reworded(failure, reference)),
            }
        }
        let whole = self.ask_whole(&call, MAX_MANIFEST_READ).await;
        if absent.is_some() && whole.is_ok() {
            site.found_heads(Heads::Wrong);
        }
        let whole = whole.map_err(|failure| reworded(failure, reference))?;
        head_of(whole, reference, &call.subject)
    }

    /// Looks where a tag points: with one GET that is answered with 304 if it still points at
    /// `known`, and whose bytes are hashed else. Where requests are counted against a limit it is a
    /// HEAD, since a GET of a manifest is a pull there; the registry's word is taken then.
    ///
    /// # Errors
    /// As [`Registry::document`]'s.
    pub async fn look(
        &self,
        reference: &Reference,
        known: Option<&Digest>,
    ) -> Result<Look, Failure> {
        let mut call = manifest_call(reference);
        self.recall(&self.site(&call.host)).await;
        if self.shared.wire.counts(&call.host) {
            let head = self.head_by(call, reference, Absence::Checked).await;
            return head.map(Look::Head);
        }
        if let Some(known) = known.filter(|_| reference.tag.is_some()) {
            call = call.unless(known);
        }
        let attempt = async || {
            let answer = self.attempt(&call).await?;
            if answer.status == StatusCode::NOT_MODIFIED {
                return Ok(None);
            }
            self.whole(&call, answer, MAX_MANIFEST_READ, None).await.map(Some)
        };
        let whole = retrying(&self.shared.wire, &call.host, attempt)
            .await
            .map_err(|failure| reworded(failure, reference));
        let whole = match whole {
            Ok(whole) => whole,
            Err(failure) => return Err(Box::pin(self.explained(reference, failure)).await),
        };
        let Some(whole) = whole else {
            if let Some(known) = known {
                check_agreement(reference, known)?;
            }
            return Ok(Look::Unchanged);
        };
        check(&whole, reference, None, &call.subject)?;
        let document = read(whole, reference, None, &call.subject)?;
        self.saw(reference, &document);
        Ok(Look::Document(Box::new(document)))
    }

    /// A failed question for a manifest by digest, with what the digest is in truth: a blob, if the
    /// registry has one by it (distribution 2.8.2 answers 500 then, others 404).
    async fn explained(&self, reference: &Reference, mut failure: Failure) -> Failure {
        let (None, Some(digest)) = (&reference.tag, &reference.digest) else { return failure };
        if !matches!(failure.class, Class::NotFound | Class::Server) {
            return failure;
        }
        let call = Call::blob(&reference.repository, digest).head();
        if self.attempt(&call).await.is_ok() {
            failure.class = Class::NotFound;
            failure.detail = "this is a blob (config or layer), not a manifest".to_owned();
            let repository = reference.repository.familiar();
            failure.next = Some(format!("name a tag or an image: `platy tags {repository}`"));
        }
        failure
    }

    /// Fetches a manifest by tag or digest and checks it: against the digest of the reference,
    /// against digest and size of `expected`, and by tag against the digest that the registry
    /// states. With tag and digest, the tag is asked for and must lead to the digest.
    ///
    /// # Errors
    /// `DigestMismatch` if the content is not what it was asked by, `TooLarge` beyond
    /// [`MAX_MANIFEST_READ`], `Malformed` if it does not hold what its type promises, and what
    /// the network and the registry come up with.
    pub async fn document(
        &self,
        reference: &Reference,
        expected: Option<&Descriptor>,
    ) -> Result<Document, Failure> {
        let mut call = manifest_call(reference);
        if let Some(expected) = expected {
            check_cap(&call.subject, expected, MAX_MANIFEST_READ)?;
            call = call.of_size(expected.size);
        }
        let whole = match self.ask_whole(&call, MAX_MANIFEST_READ).await {
            Ok(whole) => whole,
            Err(failure) => {
                let failure = reworded(failure, reference);
                return Err(match expected {
                    Some(_) => failure,
                    None => Box::pin(self.explained(reference, failure)).await,
                });
            }
        };
        check(&whole, reference, expected, &call.subject)?;
        let document = read(whole, reference, expected, &call.subject)?;
        self.saw(reference, &document);
        Ok(document)
    }
}

impl Registry {
    /// Notes that a manifest was just read, and what the list under a tag names. That a list is there
    /// does not say that its children are: a registry need not have looked when it took it, and may
    /// have cleaned up since. What a list that stays under its tag lacks, it lacked before.
    pub(super) fn saw(&self, reference: &Reference, document: &Document) {
        let (site, path) = (self.site(&reference.repository.host), &reference.repository.path);
        site.seen.note(path, None, std::iter::once(&document.digest));
        if let (Some(tag), Manifest::Index(_)) = (&reference.tag, &document.manifest) {
            let children = document.manifest.descriptors().filter(|it| it.media_type.is_manifest());
            site.seen.note(path, Some(tag), children.map(|child| &child.digest));
        }
    }

    /// Whether a manifest was seen in a repository a moment ago, itself or in the list that one of
    /// these tags held, or was put there and answered with the digest that it is kept by.
    #[must_use]
    pub fn has_seen(&self, repository: &Repository, tags: &[String], digest: &Digest) -> bool {
        let site = self.site(&repository.host);
        let listed = std::iter::once(None).chain(tags.iter().map(|tag| Some(tag.as_str())));
        listed.into_iter().any(|listed| site.seen.has(&repository.path, listed, digest))
    }
}

/// What a 404 to a HEAD is worth on a registry on which none has succeeded yet: some answer so to
/// every HEAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// It is taken for an answer: what it costs to be wrong is little.
    Believed,
    /// A GET makes sure.
    Checked,
}

/// What the head of an answer says, if its digest can be taken for that of the content: it is one,
/// of the algorithm that was asked by, and not another than was asked by.
fn stated(headers: &HeaderMap, reference: &Reference) -> Result<Option<Head>, Failure> {
    let Ok(Some(digest)) = stated_digest(headers, "") else { return Ok(None) };
    let asked = reference.digest.as_ref();
    if asked.is_some_and(|asked| asked.algorithm() != digest.algorithm()) {
        return Ok(None);
    }
    if reference.tag.is_none() && asked.is_some_and(|asked| *asked != digest) {
        return Ok(None);
    }
    check_agreement(reference, &digest)?;
    let size = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    Ok(Some(Head {
        digest,
        media_type: MediaType::parse(content_type(headers).unwrap_or_default()),
        // Answers to HEAD that state no length may state none for the wrong reason.
        size: size.and_then(|text| text.parse().ok()).filter(|size| *size > 0),
        sent: Sent::new(content_type(headers)),
    }))
}

/// What content says that was fetched in place of its head.
pub(super) fn head_of(whole: Whole, reference: &Reference, subject: &str) -> Result<Head, Failure> {
    check(&whole, reference, None, subject)?;
    let media_type = MediaType::parse(content_type(&whole.headers).unwrap_or_default());
    let algorithm = reference.digest.as_ref().map_or(Algorithm::Sha256, Digest::algorithm);
    Ok(Head {
        size: Some(whole.bytes.len() as u64),
        digest: manifest_digest(Some(&media_type), algorithm, &whole.bytes),
        media_type,
        sent: Sent::new(content_type(&whole.headers)),
    })
}

/// Whether a refusal may be about HEAD alone.
pub(super) fn refuses_head(failure: &Failure) -> bool {
    matches!(failure.status, Some(400 | 401 | 403 | 405 | 406 | 500 | 501))
}

pub(super) fn manifest_call(reference: &Reference) -> Call {
    Call::manifest(&reference.repository, manifest_name(reference), reference.to_string())
}

fn manifest_name(reference: &Reference) -> &str {
    match (&reference.tag, &reference.digest) {
        (Some(tag), _) => tag.as_str(),
        (None, Some(digest)) => digest.as_str(),
        // The parser of references gives one of both.
        (None, None) => "latest",
    }
}

pub(super) fn check(
    whole: &Whole,
    reference: &Reference,
    expected: Option<&Descriptor>,
    subject: &str,
) -> Result<(), Failure> {
    let received = Received { subject, url: &whole.url, size: whole.bytes.len() as u64 };
    let media_type = media_type(whole, expected);
    let of = |algorithm| manifest_digest(media_type.as_ref(), algorithm, &whole.bytes);
    if reference.tag.is_some() {
        if let Ok(Some(stated)) = stated_digest(&whole.headers, subject) {
            received.check_digest(&stated, &of(stated.algorithm()))?;
        }
        if let Some(digest) = &reference.digest {
            check_agreement(reference, &of(digest.algorithm()))?;
        }
    } else if let Some(digest) = &reference.digest {
        received.check_digest(digest, &of(digest.algorithm()))?;
    }
    match expected {
        Some(expected) => received.check(expected, &of(expected.digest.algorithm())),
        None => Ok(()),
    }
}

fn read(
    whole: Whole,
    reference: &Reference,
    expected: Option<&Descriptor>,
    subject: &str,
) -> Result<Document, Failure> {
    let malformed = |detail: String| Failure::new(Class::Malformed, subject, detail);
    let header = content_type(&whole.headers);
    let stated = stated_digest(&whole.headers, subject).ok().flatten();
    if stated.is_none() && header.is_some_and(|header| header.starts_with("text/html")) {
        let host = &reference.repository.host;
        return Err(malformed(format!("{host} answered with a web page, not as a registry does"))
            .with_next("check that this is the name of the registry, not of its web site"));
    }
    let media_type = media_type(&whole, expected);
    // A header that contradicts the document is the registry's mistake, not the image's.
    let media_type = media_type.filter(|it| expected.is_some() || may_be(it, &whole.bytes));
    let algorithm = reference
        .digest
        .as_ref()
        .or(expected.map(|expected| &expected.digest))
        .or(stated.as_ref())
        .map_or(Algorithm::Sha256, Digest::algorithm);
    let sent = Sent::new(header);
    Document::parse(whole.bytes.clone(), media_type.as_ref(), algorithm)
        .map(|document| document.with_sent(sent))
        .map_err(|problem| {
            // What a tag leads to is verified by nothing: it may be anybody's web page.
            let class = expected.map_or(Class::Malformed, |_| unread(&whole.bytes));
            Failure::new(class, subject, format!("the manifest cannot be read: {problem}"))
        })
}

/// What the content is said to be. What a verified document says of its child goes before an
/// unverified header, and is the same when the child comes from the cache.
fn media_type(whole: &Whole, expected: Option<&Descriptor>) -> Option<MediaType> {
    expected
        .map(|expected| expected.media_type.clone())
        .filter(MediaType::is_manifest)
        .or_else(|| content_type(&whole.headers).map(MediaType::parse))
}

pub(super) fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// The digest that the registry states of a manifest.
pub(super) fn stated_digest(headers: &HeaderMap, subject: &str) -> Result<Option<Digest>, Failure> {
    let Some(value) = headers.get(DIGEST_HEADER) else { return Ok(None) };
    let text = String::from_utf8_lossy(value.as_bytes());
    match text.trim().parse() {
        Ok(digest) => Ok(Some(digest)),
        Err(problem) => {
            let detail =
                format!("the registry states the digest {text:?}, which is none: {problem}");
            Err(Failure::new(Class::Malformed, subject, detail))
        }
    }
}

/// Checks that a tag leads to the digest that was written beside it.
fn check_agreement(reference: &Reference, found: &Digest) -> Result<(), Failure> {
    let (Some(tag), Some(digest)) = (&reference.tag, &reference.digest) else {
        return match &reference.digest {
            // Asked by digest alone, a registry that states another answers wrongly.
            Some(digest) if digest != found => Err(Failure::new(
                Class::DigestMismatch,
                reference.to_string(),
                format!("the registry states the digest {found}, not {digest}"),
            )),
            _ => Ok(()),
        };
    };
    if digest == found {
        return Ok(());
    }
    let detail = format!("the tag {tag} leads to {found}, and the reference says {digest}");
    let name = reference.repository.familiar();
    Err(Failure::new(Class::DigestMismatch, reference.to_string(), detail)
        .with_next(format!("open {name}:{tag} for what the tag has now, or {name}@{digest}")))
}

/// A `NotFound` in the words of what was asked for.
fn reworded(mut failure: Failure, reference: &Reference) -> Failure {
    if failure.class != Class::NotFound {
        return failure;
    }
    let repository = reference.repository.familiar();
    let unknown_name = says(&failure, &OciErrorCode::NameUnknown);
    // A web page is what hosts answer with that are not registries.
    if failure.detail.contains("a web page") {
        return failure.with_next("check that this is the registry's name");
    }
    failure.detail = match (&reference.tag, unknown_name) {
        (_, true) => format!("there is no repository {repository}"),
        (Some(tag), false) => format!("there is no tag {tag}"),
        (None, false) => "the registry does not have this manifest".to_owned(),
    };
    if unknown_name {
        failure.with_next("look at the name")
    } else {
        failure.with_next(format!("list the tags with `platy tags {repository}`"))
    }
}
