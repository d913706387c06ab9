//! One step that writes no tag.

use crate::model::draft::{Action, Plan};
use crate::oci::{Descriptor, Failure, Location, Repository};
use crate::source::{Registry, Sources, Upload};

use super::Did;
use super::board::Board;
use super::referring::note;

/// What the steps of a run share.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) plan: &'a Plan,
    pub(super) registry: &'a Registry,
    pub(super) sources: &'a Sources,
    pub(super) board: &'a Board,
    /// Whose turn it is to write a fallback tag.
    pub(super) turn: &'a tokio::sync::Mutex<()>,
}

impl Work<'_> {
    /// Does a step of this place in the plan. Those that write or read tags are not done here.
    pub(super) async fn step(&self, at: usize, action: &Action) -> Result<Did, Failure> {
        let target = &self.plan.target.repository;
        match action {
            Action::Copy { blob, source } => self.upload(at, blob, source, Upload::default()).await,
            Action::Mount { blob, from, source } => self.mount(at, blob, from, source).await,
            Action::PutManifest(document) => {
                let to = target.at(document.digest.clone());
                let (media_type, bytes) = (&document.media_type, &document.bytes);
                let placed = self.registry.put_manifest(&to, media_type, bytes).await?;
                note(self.registry, target, document, placed, self.turn).await?;
                Ok(Did::Put)
            }
            Action::PutList { tag: None } => {
                let list = &self.plan.list;
                let to = target.at(list.digest.clone());
                let placed = self.registry.put_manifest(&to, &list.media_type, &list.bytes).await?;
                if let Ok(document) = list.parse() {
                    note(self.registry, target, &document, placed, self.turn).await?;
                }
                Ok(Did::Put)
            }
            Action::ManifestPresent(_)
            | Action::BlobPresent(_)
            | Action::TagPresent { .. }
            | Action::PutList { tag: Some(_) }
            | Action::PutTag { .. }
            | Action::ReadBack { .. } => Ok(Did::Nothing),
        }
    }

    async fn mount(
        &self,
        at: usize,
        blob: &Descriptor,
        from: &Repository,
        source: &Location,
    ) -> Result<Did, Failure> {
        let target = &self.plan.target.repository;
        let Some(upload) = self.registry.mount(target, &blob.digest, from).await? else {
            return Ok(Did::Mounted);
        };
        // Nobody has asked yet whether it is there: a mount would have done no harm.
        if self.registry.has_blob(target, &blob.digest).await? {
            return Ok(Did::Nothing);
        }
        self.board.moves(at, blob.size);
        self.upload(at, blob, source, upload).await
    }

    async fn upload(
        &self,
        at: usize,
        blob: &Descriptor,
        source: &Location,
        upload: Upload,
    ) -> Result<Did, Failure> {
        let source = self.sources.open(source)?;
        let target = &self.plan.target.repository;
        let meter = self.board.meter(at);
        self.registry.push_blob(target, blob, source.as_ref(), upload, &meter).await?;
        Ok(Did::Copied)
    }
}
