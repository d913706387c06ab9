//! From a draft and what is known of the target to a plan.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::tree::Need;
use crate::oci::{Algorithm, Descriptor, Digest, Location};
use crate::text::plural;

use super::super::changes::changes;
use super::super::{Draft, Target, Want};
use super::answers::{Answers, Missing, Question};
use super::content::{Child, blobs, children};
use super::guard::{Conflict, Guard};
use super::step::{Action, Plan, Step, Sums};

/// What has to be asked and read before there is a plan; empty if everything is known.
#[must_use]
pub fn missing(draft: &Draft, target: &Target, answers: &Answers) -> Missing {
    let mut missing = Missing::default();
    for tag in &target.tags {
        ask(&mut missing, answers, Question::Tag(tag.clone()));
    }
    for (tag, _) in attached(draft) {
        ask(&mut missing, answers, Question::Tag(tag.to_owned()));
    }
    let mut asked = HashSet::new();
    for child in children(draft, &|digest| is_there(answers, digest)) {
        let digest = &child.descriptor.digest;
        let Some(there) = ask(&mut missing, answers, Question::Manifest(digest.clone())) else {
            continue;
        };
        if there {
            continue;
        }
        let Some(document) = child.document else {
            match draft.known_all().failure(digest) {
                Some(failure) => missing.failures.push((digest.clone(), Arc::clone(failure))),
                None => missing.wants.push(Want {
                    from: child.from.clone(),
                    need: Need::Manifest(Arc::clone(&child.descriptor)),
                }),
            }
            continue;
        };
        for blob in blobs(document).0 {
            if route(target, child.from) == Route::Ask && asked.insert(blob.digest.clone()) {
                ask(&mut missing, answers, Question::Blob(blob.digest.clone()));
            }
        }
    }
    missing
}

/// The plan.
///
/// # Errors
/// What is still missing.
pub fn plan(
    draft: &Draft,
    target: &Target,
    answers: &Answers,
    guard: &Guard,
) -> Result<Plan, Missing> {
    let missing = missing(draft, target, answers);
    if !missing.is_empty() {
        return Err(missing);
    }
    let list = draft.document().clone();
    let before = target.tag().and_then(|tag| answers.tag(tag).flatten()).cloned();
    let mut made = Made::default();
    for child in children(draft, &|digest| is_there(answers, digest)) {
        made.child(&child, target, answers);
    }
    if made.other_algorithm > 0 {
        made.notes.push(format!(
            "{} named by sha512, which registries that keep sha256 only refuse (distribution 3.1)",
            match made.other_algorithm {
                1 => "1 manifest is".to_owned(),
                count => format!("{count} manifests are"),
            }
        ));
    }
    made.attached(draft, answers);
    made.list(target, answers, &list.digest);
    made.steps.sort_by_key(|step| step.wave);
    let conflict = target
        .tag()
        .filter(|_| !guard.allows(before.as_ref(), &list.digest))
        .map(|tag| Conflict { tag: tag.to_owned(), guard: guard.clone(), found: before.clone() });
    Ok(Plan {
        target: target.clone(),
        before,
        list,
        steps: made.steps,
        sums: made.sums,
        conflict,
        notes: changes(draft).into_iter().chain(made.notes).collect(),
    })
}

/// What is pushed beside the list under tags of its own.
fn attached(draft: &Draft) -> impl Iterator<Item = (&str, Descriptor)> {
    let companions = draft.companions().iter();
    companions.filter_map(|it| Some((it.tag.as_deref()?, it.descriptor()?)))
}

fn is_there(answers: &Answers, digest: &Digest) -> bool {
    answers.is_there(&Question::Manifest(digest.clone())).unwrap_or(false)
}

/// The answer; if there is none yet, the question is noted.
fn ask(missing: &mut Missing, answers: &Answers, question: Question) -> Option<bool> {
    let answer = answers.is_there(&question);
    if answer.is_none() {
        missing.questions.push(question);
    }
    answer
}

/// How a blob gets to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    /// Its source is the target's repository: it is there.
    There,
    /// Its source is another repository of the target's registry: it is mounted without a
    /// question, since mounting what is there does no harm.
    Mount,
    /// Its source is elsewhere: copied if it is not there.
    Ask,
}

fn route(target: &Target, from: &Location) -> Route {
    match from.reference() {
        Some(reference) if reference.repository == target.repository => Route::There,
        Some(reference) if reference.repository.host == target.repository.host => Route::Mount,
        _ => Route::Ask,
    }
}

#[derive(Default)]
struct Made {
    steps: Vec<Step>,
    sums: Sums,
    notes: Vec<String>,
    seen: HashSet<Digest>,
    highest: usize,
    /// Manifests that are put by another algorithm than sha256.
    other_algorithm: usize,
}

impl Made {
    fn push(&mut self, wave: usize, action: Action) {
        self.highest = self.highest.max(wave);
        self.steps.push(Step { wave, action });
    }

    fn child(&mut self, child: &Child<'_>, target: &Target, answers: &Answers) {
        let document = match child.document {
            Some(document) if !is_there(answers, &child.descriptor.digest) => document,
            _ => {
                self.sums.manifests_present += 1;
                self.push(0, Action::ManifestPresent(Arc::clone(&child.descriptor)));
                return;
            }
        };
        let (blobs, elsewhere) = blobs(document);
        if elsewhere > 0 {
            self.notes.push(format!(
                "{} of {} may not be given away and {} in no registry; nothing of that is copied",
                plural(elsewhere, "layer"),
                child.descriptor.digest,
                if elsewhere == 1 { "is" } else { "are" },
            ));
        }
        for blob in blobs {
            self.blob(blob, child.from, target, answers);
        }
        self.sums.manifests_put += 1;
        let is_other = child.descriptor.digest.algorithm() != Algorithm::Sha256;
        self.other_algorithm += usize::from(is_other);
        self.sums.manifest_bytes = self.sums.manifest_bytes.saturating_add(document.size());
        self.push(1 + child.height, Action::PutManifest(Arc::clone(document)));
    }

    fn blob(
        &mut self,
        blob: &Arc<Descriptor>,
        from: &Location,
        target: &Target,
        answers: &Answers,
    ) {
        if !self.seen.insert(blob.digest.clone()) {
            return;
        }
        let blob = Arc::clone(blob);
        let source = from.clone();
        match (route(target, from), from.reference()) {
            (Route::Mount, Some(reference)) => {
                self.sums.mounted += 1;
                self.sums.mounted_bytes = self.sums.mounted_bytes.saturating_add(blob.size);
                let from = reference.repository.clone();
                self.push(0, Action::Mount { blob, from, source });
            }
            (Route::There, _) => {
                self.sums.blobs_present += 1;
                self.push(0, Action::BlobPresent(blob));
            }
            _ if answers.is_there(&Question::Blob(blob.digest.clone())) == Some(true) => {
                self.sums.blobs_present += 1;
                self.push(0, Action::BlobPresent(blob));
            }
            _ => {
                self.sums.copied += 1;
                self.sums.copied_bytes = self.sums.copied_bytes.saturating_add(blob.size);
                self.push(0, Action::Copy { blob, source });
            }
        }
    }

    /// What refers to something by its tag alone gets that tag, if the target has none of it yet.
    fn attached(&mut self, draft: &Draft, answers: &Answers) {
        let wave = self.highest + 1;
        for (tag, manifest) in attached(draft) {
            match answers.tag(tag).flatten() {
                Some(held) if *held == manifest.digest => {}
                Some(_) => self.notes.push(format!(
                    "{tag} holds something else at the target, and is left as it is there"
                )),
                None => {
                    let (manifest, tag) = (Arc::new(manifest), tag.to_owned());
                    self.push(wave, Action::PutAttached { manifest, tag });
                }
            }
        }
    }

    fn list(&mut self, target: &Target, answers: &Answers, digest: &Digest) {
        let has = |tag: &str| answers.tag(tag).flatten() == Some(digest);
        let wave = self.highest + 1;
        if target.tags.is_empty() {
            self.push(wave, Action::PutList { tag: None });
            self.push(wave + 1, Action::ReadBack { tag: None });
            return;
        }
        for tag in target.tags.iter().filter(|tag| has(tag)) {
            self.push(wave, Action::TagPresent { tag: tag.clone() });
        }
        let mut first = true;
        let mut read_back = Vec::new();
        for tag in target.tags.iter().filter(|tag| !has(tag)) {
            read_back.push(Action::ReadBack { tag: Some(tag.clone()) });
            if first {
                self.push(wave, Action::PutList { tag: Some(tag.clone()) });
            } else {
                self.push(wave + 1, Action::PutTag { tag: tag.clone() });
            }
            first = false;
        }
        let last = self.highest + 1;
        for action in read_back {
            self.push(last, action);
        }
    }
}
