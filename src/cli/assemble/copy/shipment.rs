//! An image on its way: where from, where to, and what that takes.

use std::sync::Arc;

use super::take::{Origin, Taken};
use crate::cli::assemble::args::Pushing;
use crate::model::draft::{
    Action, Answers, Files, Form, Goal, Guard, Haul, Parcel, Plan, Presence, Question, Shipped,
    Target,
};
use crate::model::push::{Choosing, Receipt};
use crate::oci::{Class, Digest, Document, Failure};
use crate::source::Sources;
use crate::work::push::prepare_with;
use crate::work::store::{Load, at_hand, gather, look};

/// An image on its way.
pub(super) struct Shipment {
    /// Where it was read: one place, of what is copied.
    pub(super) of: Vec<Origin>,
    pub(super) goal: Goal,
    /// What the target's name holds now; in a layout several images can have it.
    pub(super) held: Vec<Digest>,
    /// What it is to hold.
    pub(super) after: Arc<Document>,
    pub(super) receipt: Receipt,
    pub(super) notes: Vec<String>,
    pub(super) way: Way,
}

/// How it gets there.
pub(super) enum Way {
    /// By requests to a registry.
    Registry { plan: Box<Plan>, guard: Guard },
    /// By writing files.
    Files { load: Box<Load>, conflict: Option<String>, is_done: bool },
}

impl Shipment {
    /// Where it was read, if that is one place.
    pub(super) fn origin(&self) -> Option<&Origin> {
        match self.of.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The names of where it was read.
    pub(super) fn sources(&self) -> String {
        self.of.iter().map(|it| it.source.familiar()).collect::<Vec<_>>().join(" + ")
    }

    /// What the target's name holds now, if that is one image.
    pub(super) fn before(&self) -> Option<&Digest> {
        match self.held.as_slice() {
            [held] => Some(held),
            _ => None,
        }
    }

    /// Whether the target holds it already.
    pub(super) fn is_done(&self) -> bool {
        match &self.way {
            Way::Registry { plan, .. } => plan.is_done(),
            Way::Files { is_done, .. } => *is_done,
        }
    }

    /// Why it must not be written.
    pub(super) fn conflict(&self) -> Option<String> {
        match &self.way {
            Way::Registry { plan, .. } => plan.conflict.as_ref().map(ToString::to_string),
            Way::Files { conflict, .. } => conflict.clone(),
        }
    }
}

/// What the first tag of a target holds.
pub(super) async fn tag_now(
    sources: &Sources,
    target: &Target,
) -> Result<Option<(Question, Presence)>, Failure> {
    let Some(tag) = target.tag() else { return Ok(None) };
    let head = sources.registry()?.head_to_push(&target.repository.tagged(tag)).await?;
    let presence = head.map_or(Presence::Absent, |head| Presence::There(head.digest));
    Ok(Some((Question::Tag(tag.to_owned()), presence)))
}

/// Plans the way of what was taken. `answers` is what is known of the target, and grows by what an
/// earlier image of the same copy brings there.
pub(super) async fn plan(
    taken: Taken,
    goal: Goal,
    pushing: &Pushing,
    sources: &Sources,
    permits: usize,
    answers: &mut Answers,
) -> Result<Shipment, Failure> {
    let Taken { of, mut parcel, mut left, notes, looked, attests, attestations } = taken;
    if matches!(&goal, Goal::Files(files) if files.form == Form::Dir) {
        let (rest, tagged) = parcel.without_tags();
        parcel = rest;
        let why = "a folder of `dir:` has no tags, and only by its tag it belongs to the image";
        left.extend(tagged.into_iter().map(|companion| (companion, why.to_owned())));
    }
    if pushing.force {
        parcel = parcel.thorough();
    }
    let same = of.iter().find(|it| it.root.digest == parcel.root().digest);
    let after = match same {
        Some(same) => Arc::clone(&same.root),
        None => Arc::new(
            parcel
                .root()
                .parse()
                .map_err(|problem| Failure::new(Class::Malformed, goal.to_string(), problem))?,
        ),
    };
    let (way, held) = match &goal {
        Goal::Registry { target, .. } => {
            let now = target.tag().and_then(|tag| answers.tag(tag).flatten()).cloned();
            let guard = pushing.guard().unwrap_or(match target.tag() {
                Some(_) => Guard::Unchanged(now),
                None => Guard::Nothing,
            });
            let plan = prepare_with(&mut parcel, target, &guard, sources, answers).await?;
            note_all(&plan, answers);
            let held = plan.before.iter().cloned().collect();
            (Way::Registry { plan: Box::new(plan), guard }, held)
        }
        Goal::Files(files) => {
            let held = look(files, sources).await?;
            let after_document = Arc::clone(&after);
            let after = &after_document.digest;
            let is_done = held == [after.clone()] && parcel.is_brief();
            let conflict = conflict(files, &held, after, pushing);
            let haul = match is_done || conflict.is_some() {
                true => Haul::default(),
                false => gather(&mut parcel, sources, permits).await?,
            };
            at_hand(files, &haul, sources, permits).await?;
            let load = Load {
                name: files.name.clone(),
                as_is: files.form != Form::DockerArchive
                    && of.iter().any(|it| it.source.name() == files.name.as_deref()),
                root: Arc::clone(&after_document),
                referrers: referrers(&parcel),
                haul,
            };
            (Way::Files { load: Box::new(load), conflict, is_done }, held)
        }
    };
    let lists = of.iter().flat_map(Origin::lists);
    let wanted = Choosing { attestations, attests: &attests };
    let mut receipt = Receipt::of(lists, &parcel, parcel.companions(), wanted);
    receipt.looked = looked.into();
    for (companion, why) in &left {
        receipt.leave(companion, why);
    }
    Ok(Shipment { of, goal, held, after, receipt, notes, way })
}

/// The manifests that refer to something, with the tag by which alone one does.
fn referrers(parcel: &Parcel) -> Vec<(Arc<Document>, Option<String>)> {
    let all = parcel.companions().iter();
    all.filter_map(|companion| {
        let document = parcel.document(&companion.descriptor()?.digest)?;
        Some((Arc::clone(document), companion.tag.clone()))
    })
    .collect()
}

/// What a plan brings to a target is there for the plans behind it.
fn note_all(plan: &Plan, answers: &mut Answers) {
    for step in &plan.steps {
        let (question, digest) = match &step.action {
            Action::Copy { blob, .. } => (Question::Blob(blob.digest.clone()), &blob.digest),
            Action::PutManifest(document) => {
                (Question::Manifest(document.digest.clone()), &document.digest)
            }
            _ => continue,
        };
        answers.insert(question, Presence::There(digest.clone()));
    }
}

/// Why files must not be written. A name in a layout is written as a tag is; what would be replaced
/// as a whole wants to be asked for.
fn conflict(files: &Files, held: &[Digest], after: &Digest, pushing: &Pushing) -> Option<String> {
    let place = files.location();
    let guard = pushing.guard().unwrap_or(match files.form {
        Form::Layout => Guard::Nothing,
        _ => Guard::Unchanged(None),
    });
    let is_allowed = match held {
        [] => guard.allows(None, after),
        [held] => guard.allows(Some(held), after),
        _ => guard == Guard::Nothing,
    };
    if is_allowed {
        return None;
    }
    Some(match (held, &guard) {
        ([], _) => format!("{place} does not exist"),
        ([held], Guard::Unchanged(_)) => {
            format!("{place} is there already and holds {held}; --force replaces it as a whole")
        }
        (held, _) => format!("{place} holds {}", digests(held)),
    })
}

/// In words.
pub(super) fn digests(all: &[Digest]) -> String {
    all.iter().map(Digest::as_str).collect::<Vec<_>>().join(", ")
}
