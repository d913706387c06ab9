//! What is worth knowing of a draft's entries.

use std::collections::HashSet;

use futures_util::stream::{self, StreamExt as _};

use crate::model::draft::{Draft, Target, Want};
use crate::model::tree::{Answer, Need};
use crate::oci::{Digest, Document, Failure, Manifest};
use crate::source::{Source, Sources};
use crate::work::evidence::{fetch, opened, stated};
use crate::work::load;

/// How many images of the base are read for the problems and the effects; of a larger base only
/// what was added is.
const BASE_UP_TO: usize = 100;
/// How many attestations are asked of which images they are.
const ATTESTATIONS_UP_TO: usize = 100;
/// How many statements of an attestation are read for that.
const STATEMENTS_UP_TO: usize = 3;

/// Tells a draft what was read already.
pub fn fill(draft: &mut Draft, read: Vec<(Want, Answer)>) {
    for (want, answer) in read {
        draft.learn(&want, Ok(answer));
    }
}

/// Reads what a draft wants to know. A failure is told to the draft too: it is a fact about an
/// entry.
pub async fn learn(draft: &mut Draft, sources: &Sources, permits: usize) {
    learn_but(draft, sources, permits, |_| false).await;
}

/// As [`learn`], for a draft on its way to a target. Of a list that stays in its repository, and was
/// read there a moment ago, the images that stay as they are, are not read.
///
/// # Errors
/// If there is no client of registries.
pub async fn learn_for(
    draft: &mut Draft,
    target: &Target,
    sources: &Sources,
    permits: usize,
) -> Result<(), Failure> {
    let registry = sources.registry()?;
    let base = draft.base().and_then(|base| base.location.reference());
    let stays = base.is_some_and(|base| base.repository == target.repository);
    let plain = if stays { draft.plain() } else { HashSet::new() };
    let tags = base.and_then(|base| base.tag.clone());
    let is_known = |digest: &Digest| {
        plain.contains(digest) && registry.has_seen(&target.repository, tags.as_slice(), digest)
    };
    learn_but(draft, sources, permits, is_known).await;
    Ok(())
}

/// As [`learn`], without the manifests of which enough is known.
async fn learn_but(
    draft: &mut Draft,
    sources: &Sources,
    permits: usize,
    is_known: impl Fn(&Digest) -> bool,
) {
    let base = draft.base().map(|base| base.location.clone());
    let is_large = draft.len() > BASE_UP_TO;
    let is_wanted = |want: &Want| {
        let is_known = matches!(&want.need, Need::Manifest(it) if is_known(&it.digest));
        !is_known && (!is_large || Some(&want.from) != base.as_ref())
    };
    let wants = |draft: &Draft| draft.wanted().into_iter().filter(is_wanted).collect();
    rounds(draft, sources, permits, wants).await;
}

/// Reads of which images the attestations are whose entries do not say so, and that name no subject
/// themselves (podman 4.3.1 of lists in BuildKit's old form): their statements tell. What cannot be
/// read stays unknown.
pub async fn learn_subjects(draft: &mut Draft, sources: &Sources, permits: usize) {
    let mut all = draft.unexplained();
    all.truncate(ATTESTATIONS_UP_TO);
    let work = all.iter().map(|(from, document)| async {
        match sources.open(from) {
            Ok(source) => subjects(source.as_ref(), document).await,
            Err(_) => Vec::new(),
        }
    });
    let found: Vec<Vec<Digest>> = stream::iter(work).buffered(permits.max(1)).collect().await;
    for ((_, document), subjects) in all.iter().zip(found) {
        draft.learn_subjects(&document.digest, subjects);
    }
}

/// What the first statement of an attestation that can be read speaks of; of its layers the smallest
/// few are tried.
pub async fn subjects(source: &dyn Source, document: &Document) -> Vec<Digest> {
    let Manifest::Image(image) = &document.manifest else { return Vec::new() };
    let mut layers: Vec<_> = image.layer_descriptors().collect();
    // Provenance is small, and SBOMs may be large.
    layers.sort_by_key(|layer| layer.size);
    for layer in layers.into_iter().take(STATEMENTS_UP_TO) {
        let Ok(bytes) = fetch(source, layer).await else { continue };
        let Ok(evidence) = opened(&bytes, stated(layer)).await else { continue };
        let subjects: Vec<_> = evidence.subjects.iter().filter_map(|it| it.digest()).collect();
        if !subjects.is_empty() {
            return subjects;
        }
    }
    Vec::new()
}

/// Reads everything that tells what other tools make of a draft.
pub async fn learn_for_tools(draft: &mut Draft, sources: &Sources, permits: usize) {
    rounds(draft, sources, permits, Draft::wanted_by_tools).await;
}

async fn rounds(
    draft: &mut Draft,
    sources: &Sources,
    permits: usize,
    wants: impl Fn(&Draft) -> Vec<Want>,
) {
    // Manifests first, then the configs that they name.
    for _ in 0..2 {
        let wants = wants(draft);
        let answers: Vec<Result<Answer, Failure>> =
            stream::iter(wants.iter().map(|want| read(sources, want)))
                .buffered(permits.max(1))
                .collect()
                .await;
        for (want, answer) in wants.iter().zip(answers) {
            draft.learn(want, answer);
        }
    }
}

async fn read(sources: &Sources, want: &Want) -> Result<Answer, Failure> {
    let source = sources.open(&want.from)?;
    load::answer(source.as_ref(), &want.need).await
}
