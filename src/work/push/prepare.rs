//! From a draft to its plan: what has to be asked and read is asked and read, all at once.

use std::sync::Arc;

use futures_util::future::{join, join_all, try_join_all};

use crate::model::draft::{Answers, Guard, Plan, Presence, Question, Shipped, Target, Want, plan};
use crate::model::tree;
use crate::oci::{Class, Failure, MAX_INDEX_DEPTH, Repository};
use crate::source::{Registry, Sources};
use crate::work::load;

/// The plan of a push. Asks the target with HEAD requests and reads manifests where they are now,
/// and tells what is shipped what it read. Nothing is written.
///
/// # Errors
/// What the target or a source comes up with.
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
    // Each round knows one level of manifests more, and then their blobs.
    for _ in 0..2 * MAX_INDEX_DEPTH + 3 {
        let missing = match plan(&*shipped, target, answers, guard) {
            Ok(plan) => return Ok(plan),
            Err(missing) => missing,
        };
        if missing.is_hopeless() {
            let failure = missing.failures.first().map(|(_, failure)| failure.as_ref().clone());
            return Err(failure.unwrap_or_else(|| unknown(target)));
        }
        let asked = ask(&registry, &target.repository, missing.questions);
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

/// Asks all questions at once, with HEAD requests; not for what was seen there a moment ago.
///
/// # Errors
/// The first failure.
pub async fn ask(
    registry: &Registry,
    target: &Repository,
    questions: Vec<Question>,
) -> Result<Vec<(Question, Presence)>, Failure> {
    try_join_all(questions.into_iter().map(|question| async move {
        let presence = match &question {
            Question::Tag(tag) => registry
                .head_to_push(&target.tagged(tag))
                .await?
                .map_or(Presence::Absent, |head| Presence::There(head.digest)),
            Question::Manifest(digest) if registry.has_seen(target, digest) => {
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
        };
        Ok((question, presence))
    }))
    .await
}

async fn read(sources: &Sources, want: &Want) -> Result<tree::Answer, Failure> {
    let source = sources.open(&want.from)?;
    load::answer(Arc::as_ref(&source), &want.need).await
}

fn unknown(target: &Target) -> Failure {
    let detail = "what it refers to is nested too deeply to be pushed";
    Failure::new(Class::Unsupported, target.to_string(), detail)
}
