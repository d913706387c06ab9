//! Layers and files for a files view.

use std::path::PathBuf;
use std::sync::Arc;

use super::far::Far;
use super::sessions::Sessions;
use crate::model::files::{FileChange, Files, Listing};
use crate::oci::{Class, Descriptor, Failure};
use crate::tui::app::{
    FileTask, FilesFound, FilesMsg, ImageLayers, Msg, NotSaved, RequestId, SessionId,
};
use crate::work::layers::{ImageSide, Progress, Reader, Saved, file_difference, read_images};

impl Sessions {
    /// Reads what a layer holds; reports how far it is.
    pub(super) fn layer(&mut self, session: SessionId, number: usize, layer: Arc<Descriptor>) {
        let Some(reader) = self.reader(session) else { return };
        let reports = self.results();
        self.spawn(session, async move {
            let far = Far::default();
            let reading = async {
                let reader = reader?;
                reader.listing(&layer, &mut |progress| far.note(progress)).await
            };
            let tell = |Progress { received, .. }: Progress| {
                // A full queue only costs this report.
                let message = FilesMsg::Progress { session, number, received };
                let _ = reports.try_send(Msg::Files(message));
            };
            let result = far.told(reading, tell).await;
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
                Ok(reader) => {
                    let place = at_home(&to, dirs::home_dir());
                    reader.save(&task.layer, &task.entry, &place, overwrite).await
                }
                Err(failure) => Err(failure),
            };
            let result = match result {
                Ok(Saved::Done) => Ok(task.entry.size),
                Ok(Saved::Exists) => Err(NotSaved::Exists),
                Err(failure) => Err(NotSaved::Failed(failure)),
            };
            Msg::Files(FilesMsg::Saved { session, to, result })
        });
    }

    /// Compares the files of two images.
    pub(super) fn compare_files(&mut self, session: SessionId, sides: &[ImageLayers; 2]) {
        let Some(sides) = self.images(sides) else { return };
        let reports = self.results();
        self.spawn(session, async move {
            let far = Far::default();
            let note = |progress| far.note(progress);
            let comparing = async { compared(&sides?, &note).await };
            let tell = |Progress { received, total }: Progress| {
                // A full queue only costs this report.
                let _ = reports.try_send(Msg::FilesComparing { session, received, total });
            };
            let result = far.told(comparing, tell).await;
            Msg::FilesCompared { session, result }
        });
    }

    /// Says what differs in one file of two images.
    pub(super) fn compare_file(
        &mut self,
        session: SessionId,
        request: RequestId,
        sides: &[ImageLayers; 2],
        change: FileChange,
    ) {
        let Some(sides) = self.images(sides) else { return };
        self.spawn(session, async move {
            let result = match sides {
                Ok(sides) => file_difference(&sides, &change).await,
                Err(failure) => Err(failure),
            };
            Msg::FileCompared { session, request, result }
        });
    }

    fn images(&self, [a, b]: &[ImageLayers; 2]) -> Option<Result<[ImageSide; 2], Failure>> {
        let side = |image: &ImageLayers| {
            let reader = self.reader(image.session)?;
            let layers = image.layers.clone();
            Some(reader.map(|reader| ImageSide { reader, layers }))
        };
        Some(match (side(a)?, side(b)?) {
            (Ok(a), Ok(b)) => Ok([a, b]),
            (Err(failure), _) | (_, Err(failure)) => Err(failure),
        })
    }

    fn reader(&self, session: SessionId) -> Option<Result<Reader, Failure>> {
        let source = self.source(session)?;
        Some(source.map(|source| Reader::new(source, self.cache())))
    }
}

/// A path as typed; `~/` is the user's home, as in a shell.
fn at_home(typed: &str, home: Option<PathBuf>) -> PathBuf {
    match (typed.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home,
        (Some(rest), Some(home)) if rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(typed),
    }
}

async fn compared(
    [a, b]: &[ImageSide; 2],
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Arc<FilesFound>, Failure> {
    let read = read_images(a, b, None, progress).await?;
    // A million paths are no work for a thread that others wait for.
    let found = tokio::task::spawn_blocking(move || FilesFound {
        changes: read.diff().changes,
        layers: read.layers,
    });
    let broken = |_| Failure::new(Class::Cancelled, "the files of both images", "it broke off");
    found.await.map(Arc::new).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_as_in_a_shell() {
        for (typed, expected) in [
            ("~/a/b", "/home/me/a/b"),
            ("~//a", "/home/me/a"),
            ("~", "/home/me"),
            ("~a", "~a"),
            ("a/~/b", "a/~/b"),
            ("/a", "/a"),
        ] {
            assert_eq!(at_home(typed, Some("/home/me".into())), PathBuf::from(expected));
        }
        assert_eq!(at_home("~/a", None), PathBuf::from("~/a"));
    }
}
