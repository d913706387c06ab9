//! From a draft and what is known of the target to a plan.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::tree::Need;
use crate::oci::{Algorithm, Descriptor, Digest, Location};

use super::super::{Target, Want};
use super::answers::{Answers, Missing, Presence, Question};
use super::content::{Child, blobs, children, not_given_away};
use super::guard::{Conflict, Guard};
use super::shipped::Shipped;
use super::step::{Action, Plan, Step, Sums};

/// The most bytes of a blob that is sent without a question where few requests count: sending it
/// costs one request more than asking.
const SMALL: u64 = 64 << 10;

/// What has to be asked and read before there is a plan; empty if everything is known.
#[must_use]
pub fn missing(shipped: &dyn Shipped, target: &Target, answers: &Answers) -> Missing {
    let mut missing = Missing::default();
    for tag in &target.tags {
        ask(&mut missing, answers, Question::Tag(tag.clone()));
    }
    for (tag, _) in shipped.attached() {
        ask(&mut missing, answers, Question::Tag(tag.to_owned()));
    }
    let is_new = is_new(shipped, target, answers);
    let root = &shipped.root().digest;
    // One that was put together a moment ago is rarely there.
    if is_new && shipped.document(root).is_some() {
        ask(&mut missing, answers, Question::Manifest(root.clone()));
    }
    // What the root names is not asked for before it is known that the root is not there.
    let waits = shipped.is_brief() && target.tag().is_some() && !missing.questions.is_empty();
    if waits || is_settled(shipped, target, answers) {
        return missing;
    }
    let is_absent = target.tag().is_some_and(|tag| answers.tag(tag) == Some(None));
    let has_root = is_there(answers, &shipped.root().digest);
    let mut asked = HashSet::new();
    for child in children(shipped, &|digest| is_there(answers, digest)) {
        let digest = &child.descriptor.digest;
        // What no tag has yet is rarely there, and to mount and put it anew does no harm. Where the
        // root is there, most of what it names is; not all of it, perhaps, as long as no tag has it.
        let is_anew = is_new || is_absent && route(target, child.from) == Route::Mount;
        let is_sent = is_anew && !has_root;
        let there = match is_sent {
            true => Some(is_there(answers, digest)),
            false => ask(&mut missing, answers, Question::Manifest(digest.clone())),
        };
        let Some(there) = there else { continue };
        if there {
            continue;
        }
        let Some(document) = child.document else {
            match shipped.failure(digest) {
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
                ask_for(blob, child.from, shipped, answers, &mut missing);
            }
        }
    }
    missing
}

/// What has to be known of a blob that is elsewhere: whether the target has it, else whether it can be
/// given from where it is. A registry is not asked, which would be a request for each blob.
fn ask_for(
    blob: &Arc<Descriptor>,
    from: &Location,
    shipped: &dyn Shipped,
    answers: &Answers,
    missing: &mut Missing,
) {
    let at_target = Question::Blob(blob.digest.clone());
    let is_sent = shipped.is_brief() && blob.size <= SMALL;
    let there = match is_sent {
        true => Some(answers.is_there(&at_target) == Some(true)),
        false => ask(missing, answers, at_target.clone()),
    };
    if there != Some(false) || from.reference().is_some() {
        return;
    }
    let at_hand = Question::AtHand(Arc::clone(blob), from.clone());
    match answers.get(&at_hand) {
        Some(Presence::Lacking(why)) => {
            // The target may have what cannot be given.
            if ask(missing, answers, at_target) == Some(false) {
                missing.failures.push((blob.digest.clone(), Arc::clone(why)));
            }
        }
        Some(_) => {}
        None => missing.questions.push(at_hand),
    }
}

/// The plan.
///
/// # Errors
/// What is still missing.
pub fn plan(
    shipped: &dyn Shipped,
    target: &Target,
    answers: &Answers,
    guard: &Guard,
) -> Result<Plan, Missing> {
    let missing = missing(shipped, target, answers);
    if !missing.is_empty() {
        return Err(missing);
    }
    let list = shipped.root().clone();
    let before = target.tag().and_then(|tag| answers.tag(tag).flatten()).cloned();
    let settled = is_settled(shipped, target, answers);
    let there = |digest: &Digest| settled || is_there(answers, digest);
    let mut made = Made::default();
    for child in children(shipped, &there) {
        made.child(&child, target, answers, &there, &list.digest);
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
    made.attached(shipped, answers);
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
        notes: shipped.notes().into_iter().chain(made.notes).collect(),
    })
}

/// Whether the target's tag holds the root already, which stands for all that it names.
fn is_settled(shipped: &dyn Shipped, target: &Target, answers: &Answers) -> bool {
    let held = target.tag().and_then(|tag| answers.tag(tag).flatten());
    shipped.is_brief() && held == Some(&shipped.root().digest)
}

/// Whether a first tag that does not exist is a sign that little of the root is there: then only
/// large blobs are worth a question.
fn is_new(shipped: &dyn Shipped, target: &Target, answers: &Answers) -> bool {
    let held = target.tag().and_then(|tag| answers.tag(tag));
    shipped.is_brief() && held == Some(None)
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

    fn child(
        &mut self,
        child: &Child<'_>,
        target: &Target,
        answers: &Answers,
        there: &dyn Fn(&Digest) -> bool,
        root: &Digest,
    ) {
        let digest = &child.descriptor.digest;
        let document = match child.document {
            Some(document) if !there(digest) => document,
            _ => {
                self.sums.manifests_present += 1;
                self.push(0, Action::ManifestPresent(Arc::clone(&child.descriptor)));
                return;
            }
        };
        let (blobs, elsewhere) = blobs(document);
        self.notes.extend(not_given_away(elsewhere, digest));
        for blob in blobs {
            self.blob(blob, child.from, target, answers);
        }
        // A single manifest is put when the tag is.
        if digest == root {
            return;
        }
        self.sums.manifests_put += 1;
        self.other_algorithm += usize::from(digest.algorithm() != Algorithm::Sha256);
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
    fn attached(&mut self, shipped: &dyn Shipped, answers: &Answers) {
        let wave = self.highest + 1;
        for (tag, manifest) in shipped.attached() {
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
