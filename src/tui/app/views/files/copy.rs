//! What can be copied of the file that is looked at, or of the row under the cursor.

use super::{FilesView, SavedFile};
use crate::tui::app::{CopyItem, CopyMenu};

impl FilesView {
    /// The menu of what can be copied; the first line is the path. `None` if there is no row.
    pub(in crate::tui::app) fn copies(&self) -> Option<CopyMenu> {
        let path = self.path_meant()?;
        let content = self.meant();
        let layer = match self.reading() {
            Some(viewer) => viewer.layer(),
            None => {
                let of_row = || self.files()?.get(self.at_cursor()?)?.layer;
                content.as_ref().map(|content| content.layer).or_else(of_row).or(self.only)
            }
        };
        let layer = layer.and_then(|at| self.layers.get(at));
        let digest = match &content {
            Some(SavedFile { entry, .. }) => {
                entry.digest.ok_or("the listing of its layer has none")
            }
            None => Err("only a file with content has one"),
        };
        let item = |what: &str, text| CopyItem::new(what, text);
        const NO_LAYER: &str = "no layer names it";
        Some(CopyMenu {
            title: path.shown(),
            items: vec![
                item("path", Ok(path.text())),
                item("digest of the file", digest.map(|it| format!("sha256:{}", it.hex()))),
                item(
                    "digest of the layer",
                    layer
                        .and_then(|it| it.descriptor.as_ref())
                        .map(|it| it.digest.to_string())
                        .ok_or(NO_LAYER),
                ),
                item(
                    "build step",
                    layer
                        .ok_or(NO_LAYER)
                        .and_then(|it| it.created_by.clone().ok_or("the config does not say it")),
                ),
            ],
        })
    }
}
