//! The blob under the cursor: read while somebody looks at it, one at a time.

use std::sync::Arc;

use crate::oci::{Descriptor, Digest, Failure, Repository};
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::{Blob, READ_AT_ONCE};
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::{Query, Reply, RequestId, Tab};

use super::Explorer;

/// A blob that is looked at.
#[derive(Debug, Clone)]
pub(super) struct Looking {
    /// What names it: blobs of one digest may differ in their annotations, where cosign keeps
    /// signatures.
    descriptor: Arc<Descriptor>,
    request: RequestId,
    pub(super) blob: Blob,
}

impl Explorer {
    /// Asks for the blob under the cursor if its content is on the screen, and forgets another.
    pub(super) fn look(&mut self, cx: &mut Cx) {
        let Some(open) = cx.opened.get(self.id) else { return };
        let wanted = open.tree.blob_of(self.cursor).filter(|blob| match self.tab {
            Tab::Raw => true,
            Tab::Summary => blob.size <= READ_AT_ONCE,
            Tab::Layers | Tab::Truth | Tab::Evidence => false,
        });
        let wanted = wanted.filter(|_| self.areas.detail.height > 0).cloned();
        let known = self.looking.as_ref().map(|it| &it.descriptor);
        if let Some(descriptor) = wanted
            && known != Some(&descriptor)
        {
            self.leave_blob(cx);
            let of = self.id.session();
            let question = Query::Blob { of, descriptor: Arc::clone(&descriptor) };
            let request = cx.ask(self.session, question);
            self.looking = Some(Looking { descriptor, request, blob: Blob::Loading });
        }
    }

    /// Takes the blob, or why it could not be had, unless another is looked at now.
    pub(super) fn looked(&mut self, request: RequestId, answer: Result<Reply, Failure>) {
        let Some(looking) = self.looking.as_mut().filter(|it| it.request == request) else {
            return;
        };
        looking.blob = match answer {
            Ok(Reply::Blob { bytes, is_json, evidence }) => {
                Blob::Ready { bytes, is_json, evidence }
            }
            Ok(_) => return,
            Err(failure) => Blob::Failed(failure),
        };
        self.shown = None;
    }

    /// Asks again for a blob that could not be had; `false` if there is none.
    pub(super) fn look_at_blob_again(&mut self) -> bool {
        let failed = self.looking.as_ref().is_some_and(|it| matches!(it.blob, Blob::Failed(_)));
        if failed {
            self.looking = None;
        }
        failed
    }

    /// What is known of the blob that is named like this.
    pub(super) fn blob(&self, descriptor: &Descriptor) -> Option<&Blob> {
        self.looking.as_ref().filter(|it| *it.descriptor == *descriptor).map(|it| &it.blob)
    }

    /// Whether the packages of an SBOM are on the screen.
    pub(super) fn shows_packages(&self, open: &OpenedRef) -> bool {
        let blob = open.tree.blob_of(self.cursor).and_then(|it| self.blob(it));
        self.tab == Tab::Summary && blob.is_some_and(Blob::has_packages)
    }

    /// The tag that is open, once its root is loaded.
    pub(super) fn tag(&self, cx: &Cx) -> Option<(Repository, String)> {
        let open = cx.opened.get(self.id)?;
        open.tree.node(open.tree.root())?.digest()?;
        let reference = open.location.reference().filter(|it| it.digest.is_none())?;
        let tag = reference.tag.clone().unwrap_or_else(|| "latest".to_owned());
        Some((reference.repository.clone(), tag))
    }

    /// The tag holds this now: another digest than what is shown has it loaded.
    pub(super) fn looked_again(&self, now: &Digest, cx: &mut Cx) {
        cx.with_opened(self.id, |open, pump| {
            let root = open.tree.root();
            if open.tree.node(root).and_then(|node| node.digest()) != Some(now) {
                open.reload(root, pump);
            }
        });
    }

    fn leave_blob(&mut self, cx: &mut Cx) {
        if let Some(looking) = self.looking.take()
            && looking.blob == Blob::Loading
        {
            cx.stop(self.session, looking.request);
        }
    }
}
