//! The draft.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::select::Lookup;
use crate::model::tree::{Answer, Need};
use crate::oci::{Annotations, Descriptor, Digest, Document, Failure, Location};

use super::known::{Known, Want};
use super::plain;
use super::rows::rows;
use super::work::Work;
use super::{Base, Companion, Edit, Encoded, Entry, Format, Refused};

/// A list under construction.
#[derive(Debug, Clone)]
pub struct Draft {
    base: Option<Base>,
    edits: Vec<Edit>,
    /// The state before every edit.
    start: Arc<Work>,
    /// The state after each edit.
    states: Vec<Arc<Work>>,
    /// How many of the edits count; those behind it were undone.
    cursor: usize,
    known: Known,
}

impl Draft {
    /// An empty draft.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self::from_work(None, Work::empty(format))
    }

    /// A draft of a list that is there.
    ///
    /// # Errors
    /// The list cannot be edited: it is not UTF-8.
    pub fn of(base: Base) -> Result<Self, Refused> {
        let work = Work::of_base(&base)?;
        Ok(Self::from_work(Some(base), work))
    }

    /// An empty draft that knows what this one knows of manifests and configs.
    pub(super) fn same_knowledge(&self) -> Self {
        Self { known: self.known.clone(), ..Self::new(Format::Oci) }
    }

    fn from_work(base: Option<Base>, work: Work) -> Self {
        Self {
            base,
            edits: Vec::new(),
            start: Arc::new(work),
            states: Vec::new(),
            cursor: 0,
            known: Known::default(),
        }
    }

    /// What it started from.
    #[must_use]
    pub fn base(&self) -> Option<&Base> {
        self.base.as_ref()
    }

    /// Does an edit; what was undone before cannot be done again then.
    ///
    /// # Errors
    /// Why it was not done. The draft is as it was.
    pub fn apply(&mut self, edit: Edit) -> Result<(), Refused> {
        let state = self.work().after(&edit)?;
        self.edits.truncate(self.cursor);
        self.states.truncate(self.cursor);
        self.edits.push(edit);
        self.states.push(Arc::new(state));
        self.cursor += 1;
        Ok(())
    }

    /// Takes the last edit back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let can = self.can_undo();
        self.cursor -= usize::from(can);
        can
    }

    /// Does the edit again that was taken back last; whether there was one.
    pub fn redo(&mut self) -> bool {
        let can = self.can_redo();
        self.cursor += usize::from(can);
        can
    }

    /// Whether there is an edit to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.cursor > 0
    }

    /// Whether there is an edit to do again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.cursor < self.edits.len()
    }

    /// All edits, and how many of them count.
    #[must_use]
    pub fn edits(&self) -> (&[Edit], usize) {
        (&self.edits, self.cursor)
    }

    /// The list's format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.work().format
    }

    /// The entries in order, those that were removed where they were.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        rows(self.start(), self.work(), &self.known)
    }

    /// How many entries the list has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.work().items.len()
    }

    /// Whether the list has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.work().items.is_empty()
    }

    /// The list's annotations.
    #[must_use]
    pub fn annotations(&self) -> Annotations {
        let object = self.work().fields.object("annotations");
        object
            .iter()
            .map(|(key, value)| {
                let text = serde_json::from_str(value).unwrap_or_else(|_| value.to_owned());
                (key.to_owned(), text)
            })
            .collect()
    }

    /// The list's `artifactType`.
    #[must_use]
    pub fn artifact_type(&self) -> Option<String> {
        self.work().fields.string("artifactType")
    }

    /// The list's `subject`, as JSON.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.work().fields.get("subject")
    }

    /// The list's `subject`; `None` if it has none or that is not a usable descriptor.
    pub(super) fn subject_descriptor(&self) -> Option<Descriptor> {
        let value: serde_json::Value = serde_json::from_str(self.subject()?).ok()?;
        Descriptor::from_object(value.as_object()?).ok()
    }

    /// What is pushed beside the list.
    #[must_use]
    pub fn companions(&self) -> &[Arc<Companion>] {
        &self.work().companions
    }

    /// The list's exact bytes, made once for each state. Where nothing differs from the base they
    /// are the base's.
    #[must_use]
    pub fn document(&self) -> &Encoded {
        self.work().encoded(self.start())
    }

    /// Where the manifest of each entry is, by its digest.
    #[must_use]
    pub fn origins(&self) -> HashMap<Digest, Location> {
        let items = self.work().items.iter();
        items
            .filter_map(|item| {
                let digest = item.descriptor()?.digest.clone();
                Some((digest, item.from.as_ref().clone()))
            })
            .collect()
    }

    /// Whether the list differs from the base; an empty draft without one does not.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.work().reads_as(self.start())
    }

    /// What is worth reading, so that problems and effects are complete: manifests of images, and
    /// their configs. What was answered is not asked for again.
    #[must_use]
    pub fn wanted(&self) -> Vec<Want> {
        self.known.wanted(self.start(), self.work(), false)
    }

    /// The images that are in the list as they were in the base, or were taken out of it, and whose
    /// entries say by themselves, and alone, which machines they are for: what is in them changes
    /// nothing that the draft does.
    #[must_use]
    pub fn plain(&self) -> HashSet<Digest> {
        plain::plain(self.start(), self.work())
    }

    /// What is [`wanted`](Self::wanted), with the manifests and configs of attestations and what the
    /// list refers to: what other tools make of the list depends on those.
    #[must_use]
    pub fn wanted_by_tools(&self) -> Vec<Want> {
        let mut wants = self.known.wanted(self.start(), self.work(), true);
        let base = self.base.as_ref().map(|base| base.location.clone());
        if let (Some(from), Some(subject)) = (base, self.subject_descriptor())
            && subject.media_type.is_manifest()
            && self.known.document(&subject.digest).is_none()
            && self.known.failure(&subject.digest).is_none()
        {
            wants.push(Want { from, need: Need::Manifest(Arc::new(subject)) });
        }
        wants
    }

    /// Takes in what the statement in an attestation's manifest speaks of, an entry of the list if
    /// there is one among it; nothing, if it could not be read.
    pub fn learn_subjects(&mut self, manifest: &Digest, subjects: Vec<Digest>) {
        let listed = |digest: &Digest| {
            let mut items = self.work().items.iter().filter_map(|item| item.descriptor());
            items.any(|it| it.digest == *digest)
        };
        let image = subjects.iter().find(|it| listed(it)).or(subjects.first()).cloned();
        self.known.learn_subject(manifest, image);
    }

    /// The manifests of attestations whose entries do not say so and that name no subject: only
    /// the statement in them tells of which image they are. What was asked for already is not named
    /// again.
    #[must_use]
    pub fn unexplained(&self) -> Vec<(Arc<Location>, Arc<Document>)> {
        let entries = self.entries().into_iter();
        let stripped = entries.filter(|entry| {
            let named = entry.descriptor.as_ref().is_some_and(|it| it.is_attestation());
            let asked = entry.digest().is_some_and(|it| self.known.asked_for_subject(it));
            entry.holds_attestation && !named && !asked && entry.subject.is_none()
        });
        let document = |entry: Entry| {
            let digest = &entry.descriptor.as_ref()?.digest;
            Some((entry.from, Arc::clone(self.known.document(digest)?)))
        };
        stripped.filter_map(document).collect()
    }

    /// Tells what was read.
    pub fn learn(&mut self, want: &Want, result: Result<Answer, Failure>) {
        self.known.learn(want, result);
    }

    /// A manifest that was read.
    #[must_use]
    pub fn known(&self, digest: &Digest) -> Option<&Arc<Document>> {
        self.known.document(digest)
    }

    /// Everything that was read, for a selection.
    #[must_use]
    pub fn lookup(&self) -> &dyn Lookup {
        &self.known
    }

    pub(super) fn known_all(&self) -> &Known {
        &self.known
    }

    pub(super) fn start(&self) -> &Work {
        &self.start
    }

    pub(super) fn work(&self) -> &Work {
        let last = self.cursor.checked_sub(1).and_then(|last| self.states.get(last));
        last.unwrap_or(&self.start)
    }
}
