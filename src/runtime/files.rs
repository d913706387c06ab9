//! Layers and files for a files view.

use std::sync::Arc;

use super::sessions::Sessions;
use crate::app::{FileTask, FilesMsg, Msg, NotSaved, SessionId};
use crate::content::{Files, Listing, Progress, Reader, Saved};
use crate::oci::{Descriptor, Failure};

/// How many bytes come between two reports of progress.
const REPORTED: u64 = 128 << 10;

impl Sessions {
    /// Reads what a layer holds; reports how far it is.
    pub(super) fn layer(&mut self, session: SessionId, number: usize, layer: Arc<Descriptor>) {
        let Some(reader) = self.reader(session) else { return };
        let reports = self.results();
        self.spawn(session, async move {
            let mut reported = 0;
            let mut report = |progress: Progress| {
                if progress.received >= reported + REPORTED {
                    reported = progress.received;
                    let received = progress.received;
                    // A full queue only costs this report.
                    let _ = reports.try_send(Msg::Files(FilesMsg::Progress {
                        session,
                        number,
                        received,
                    }));
                }
            };
            let result = match reader {
                Ok(reader) => reader.listing(&layer, &mut report).await,
                Err(failure) => Err(failure),
            };
            Msg::Files(FilesMsg::Layer { session, number, result })
        });
    }

    /// Merges layers away from the loop.
    pub(super) fn merge(
        &mut self,
        session: SessionId,
        only: Option<usize>,
        layers: Vec<Option<Arc<Listing>>>,
    ) {
        self.spawn(session, async move {
            let merged = tokio::task::spawn_blocking(move || Files::merge(layers)).await;
            // It breaks off only where the runtime ends.
            let files = Arc::new(merged.unwrap_or_else(|_| Files::merge(Vec::new())));
            Msg::Files(FilesMsg::Merged { session, only, files })
        });
    }

    /// Reads a file, or its start.
    pub(super) fn file(&mut self, session: SessionId, task: FileTask, cap: u64) {
        let Some(reader) = self.reader(session) else { return };
        self.spawn(session, async move {
            let result = match reader {
                Ok(reader) => reader.file(&task.layer, &task.entry, cap).await,
                Err(failure) => Err(failure),
            };
            Msg::Files(FilesMsg::File { session, result })
        });
    }

    /// Saves a file.
    pub(super) fn save(&mut self, session: SessionId, task: FileTask, to: String, overwrite: bool) {
        let Some(reader) = self.reader(session) else { return };
        self.spawn(session, async move {
            let result = match reader {
                Ok(reader) => reader.save(&task.layer, &task.entry, to.as_ref(), overwrite).await,
                Err(failure) => Err(failure),
            };
            let result = match result {
                Ok(Saved::Done) => Ok(task.entry.size),
                Ok(Saved::Exists) => Err(NotSaved::Exists),
                Err(failure) => Err(NotSaved::Failed(failure)),
            };
            Msg::Files(FilesMsg::Saved { to, result })
        });
    }

    fn reader(&self, session: SessionId) -> Option<Result<Reader, Failure>> {
        let source = self.source(session)?;
        Some(source.map(|source| Reader::new(source, self.cache())))
    }
}
