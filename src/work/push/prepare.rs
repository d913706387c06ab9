//! From a draft to its plan: what has to be asked and read is asked and read, all at once.

use std::sync::Arc;

use futures_util::future::{join, join_all, try_join_all};

use crate::model::draft::{Answers, Guard, Plan, Presence, Question, Shipped, Target, Want, plan};
use crate::model::tree;
use crate::oci::{Class, Failure, Location, MAX_INDEX_DEPTH};
use crate::source::{Registry, Source, Sources};
use crate::work::load;

/// The plan of a push. Asks the target with HEAD requests and reads manifests where they are now,
/// and tells what is shipped what it read. Places other than registries are asked for the blobs that
/// they are to give. Nothing is written.
///
/// # Errors
/// What the target or a source comes up with; of what a source cannot give, the first.
pub async fn prepare(
    shipped: &mut (dyn Shipped + Send + Sync),
    target: &Target,
    guard: &Guard,
    sources: &Sources,
) -> Result<Plan, Failure> {
    prepare_with(shipped, target, guard, sources, &mut Answers::default()).await
}

/// As [`prepare`], where some answers of the target are known already.
///
/// # Errors
/// As [`prepare`]'s.
pub async fn prepare_with(
    shipped: &mut (dyn Shipped + Send + Sync),
    target: &Target,
    guard: &Guard,
    sources: &Sources,
    answers: &mut Answers,
) -> Result<Plan, Failure> {
    let registry = sources.registry()?;
    // Each round knows one level of manifests more, and then of their blobs where each is.
    for _ in 0..2 * MAX_INDEX_DEPTH + 5 {
        let missing = match plan(&*shipped, target, answers, guard) {
            Ok(plan) => return Ok(plan),
            Err(missing) => missing,
        };
        if missing.is_hopeless() {
            let failure = missing.failures.first().map(|(_, failure)| failure.as_ref().clone());
            return Err(failure.unwrap_or_else(|| unknown(target)));
        }
        let asked = ask_all(&registry, sources, target, missing.questions);
        let read = join_all(missing.wants.iter().map(|want| read(sources, want)));
        let (asked, read) = join(asked, read).await;
        for (question, presence) in asked? {
            answers.insert(question, presence);
        }
        for (want, result) in missing.wants.iter().zip(read) {
            shipped.learn(want, result);
        }
    }
    Err(unknown(target))
}

/// Asks all questions at once.
async fn ask_all(
    registry: &Registry,
    sources: &Sources,
    target: &Target,
    questions: Vec<Question>,
) -> Result<Vec<(Question, Presence)>, Failure> {
    try_join_all(questions.into_iter().map(|question| async move {
        let open = async |from: &Location| sources.open(from);
        let presence = ask(registry, target, &question, open).await?;
        Ok((question, presence))
    }))
    .await
}

/// The answer to a question: of a target with a HEAD request, unless it was seen there a moment ago,
/// itself or in the list that a tag of the target holds; of another place by the source that `open` opens for it.
///
/// # Errors
/// What the target comes up with.
pub async fn ask(
    registry: &Registry,
    target: &Target,
    question: &Question,
    open: impl AsyncFnOnce(&Location) -> Result<Arc<dyn Source>, Failure>,
) -> Result<Presence, Failure> {
    let Target { repository: target, tags, .. } = target;
    Ok(match question {
        Question::Tag(tag) => registry
            .head_to_push(&target.tagged(tag))
            .await?
            .map_or(Presence::Absent, |head| Presence::There(head.digest)),
        Question::Manifest(digest) if registry.has_seen(target, tags, digest) => {
            Presence::There(digest.clone())
        }
        Question::Manifest(digest) => registry
            .head_to_push(&target.at(digest.clone()))
            .await?
            .map_or(Presence::Absent, |head| Presence::There(head.digest)),
        Question::Blob(digest) if registry.has_blob(target, digest).await? => {
            Presence::There(digest.clone())
        }
        Question::Blob(_) => Presence::Absent,
        Question::AtHand(blob, from) => {
            let found = match open(from).await {
                Ok(source) => source.at_hand(blob).await,
                Err(failure) => Err(failure),
            };
            match found {
                Ok(()) => Presence::There(blob.digest.clone()),
                Err(why) => Presence::Lacking(Arc::new(why)),
            }
        }
    })
}

async fn read(sources: &Sources, want: &Want) -> Result<tree::Answer, Failure> {
    let source = sources.open(&want.from)?;
    load::answer(Arc::as_ref(&source), &want.need).await
}

fn unknown(target: &Target) -> Failure {
    let detail = "what it refers to is nested too deeply to be pushed";
    Failure::new(Class::Unsupported, target.to_string(), detail)
}
