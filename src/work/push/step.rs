//! One step that writes no tag.

use crate::model::draft::{Action, Encoded, Plan};
use crate::oci::{Class, Descriptor, Failure, Location, Reference, Repository};
use crate::source::{Placed, Registry, Sources, Upload};

use super::Did;
use super::board::Board;
use super::mend::{Copies, mend};
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
                let encoded = Encoded {
                    media_type: document.media_type.clone(),
                    digest: document.digest.clone(),
                    bytes: document.bytes.clone(),
                };
                let placed = self.put(&to, &encoded).await?;
                note(self.registry, target, document, placed, self.turn).await?;
                Ok(Did::Put)
            }
            Action::PutList { tag: None } => {
                let list = &self.plan.list;
                let to = target.at(list.digest.clone());
                let placed = self.put(&to, list).await?;
                if let Ok(document) = list.parse() {
                    note(self.registry, target, &document, placed, self.turn).await?;
                }
                Ok(Did::Put)
            }
            Action::PutAttached { manifest, tag } => {
                let at = target.at(manifest.digest.clone());
                let held = self.registry.held(&at).await?.and_then(|it| it.bytes);
                let bytes = held.ok_or_else(|| {
                    let detail = "the registry does not have what was put a moment ago";
                    Failure::new(Class::NotFound, at.to_string(), detail)
                })?;
                let to = target.tagged(tag);
                self.registry.put_manifest(&to, &manifest.media_type, &bytes).await?;
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

    /// Puts a manifest; once more if what it lacked in the registry could be supplied.
    async fn put(&self, to: &Reference, list: &Encoded) -> Result<Placed, Failure> {
        let put = || self.registry.put_manifest(to, &list.media_type, &list.bytes);
        let failure = match put().await {
            Ok(placed) => return Ok(placed),
            Err(failure) => failure,
        };
        let copies = Some(Copies { plan: self.plan, sources: self.sources, board: self.board });
        mend(self.registry, &to.repository, list, failure, copies).await?;
        put().await
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
