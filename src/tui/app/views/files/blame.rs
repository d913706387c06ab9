//! Which line of the Dockerfile made the file under the cursor.

use super::{FilesView, SavedFile, Viewer};
use crate::model::blame::BlameOf;
use crate::model::evidence::{Coverage, Kind};
use crate::model::files::Path;
use crate::oci::Failure;
use crate::tui::app::cx::Cx;
use crate::tui::app::{ImageBlame, Query, Reply, RequestId};

impl FilesView {
    /// The layer (from 0) that has the entry of the row under the cursor.
    pub(super) fn blamed_layer(&self) -> Option<usize> {
        let (files, row) = (self.files()?, self.rows.get(self.cursor)?);
        if let Some(waste) = row.waste(files) {
            return Some(waste.written);
        }
        files.get(row.file)?.layer
    }

    /// Asks what made the file under the cursor.
    pub(super) fn blame(&mut self, cx: &mut Cx) {
        let Some((files, file)) = self.files().zip(self.at_cursor()) else { return };
        let (Some(layer), path) = (self.blamed_layer(), files.path(file)) else { return };
        self.blame_on(path, layer, self.content(), cx);
    }

    /// Asks what made the file of this layer.
    pub(super) fn blame_on(
        &mut self,
        path: Path,
        layer: usize,
        content: Option<SavedFile>,
        cx: &mut Cx,
    ) {
        let Some(open) = cx.opened.get(self.of.id) else { return };
        let Some(digest) = open.tree.node(self.of.node).and_then(|node| node.digest()) else {
            return;
        };
        let rows = Coverage::of(&open.tree).rows;
        let row = rows.into_iter().find(|row| row.node == self.of.node);
        let items = row.into_iter().flat_map(|row| row.items);
        let of = BlameOf {
            digest: digest.clone(),
            provenance: items.filter(|item| item.kind == Kind::Provenance).collect(),
            layers: self.layers.iter().map(|layer| layer.descriptor.clone()).collect(),
            commands: self.layers.iter().map(|layer| layer.created_by.clone()).collect(),
        };
        let image = ImageBlame { session: self.of.id.session(), of };
        let request = cx.ask(self.session, Query::Blame(Box::new(image)));
        let viewer = Viewer { content, blamed: Some(layer), ..Viewer::new(request, path, 0) };
        self.look_at(viewer, cx);
    }

    /// Takes what made it.
    pub(super) fn take_blame(&mut self, request: RequestId, answer: Result<Reply, Failure>) {
        let viewer = self.viewer.as_mut().filter(|viewer| viewer.request == request);
        match (viewer, answer) {
            (Some(viewer), Ok(Reply::Blamed(blame))) => viewer.take_blame(&blame),
            (Some(viewer), Err(failure)) => viewer.fail(failure),
            _ => {}
        }
    }
}
