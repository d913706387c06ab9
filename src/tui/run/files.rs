//! Layers and files.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use super::far::Far;
use super::sessions::{Address, Opening, Sessions, broke_off};
use crate::model::files::{FileChange, Files, Listing};
use crate::oci::{Descriptor, Failure};
use crate::source::{Cache, Sources};
use crate::tui::app::{
    FileTask, FilesFound, ImageBlame, ImageLayers, ImagePackages, Msg, Part, Reply, SessionId,
};
use crate::work::blame::blame;
use crate::work::layers::{
    ImageSide, Progress, Reader, Saved, file_difference, read_images, save_bytes,
};
use crate::work::package_list::compare_packages;

impl Sessions {
    /// What a layer holds; tells how far its reading is.
    pub(super) fn list_layer(&mut self, at: Address, of: SessionId, layer: Arc<Descriptor>) {
        let (image, tell) = (self.image(of), self.tell(at));
        self.spawn(at, async move {
            let far = Far::default();
            let reading = async {
                let reader = image?.reader().await?;
                reader.listing(&layer, &mut |progress| far.note(progress)).await
            };
            far.told(reading, tell).await.map(Reply::Listing)
        });
    }

    /// Merges layers, away from the loop.
    pub(super) fn merge(&mut self, at: Address, layers: Vec<Option<Arc<Listing>>>) {
        self.spawn(at, async move {
            let merged = tokio::task::spawn_blocking(move || Files::merge(layers)).await;
            let files = merged.map_err(|_| broke_off("the merging of the layers"))?;
            Ok(Reply::Files(Arc::new(files)))
        });
    }

    /// A file, or at most so many bytes of it.
    pub(super) fn read_file(&mut self, at: Address, of: SessionId, task: FileTask, cap: u64) {
        let image = self.image(of);
        self.spawn(at, async move {
            let reader = image?.reader().await?;
            reader.file(&task.layer, &task.entry, cap).await.map(Reply::File)
        });
    }

    /// Saves a file of an image.
    pub(super) fn save_file(
        &mut self,
        at: Address,
        of: SessionId,
        task: FileTask,
        to: String,
        overwrite: bool,
    ) {
        let image = self.image(of);
        self.spawn(at, async move {
            let place = at_home(&to, dirs::home_dir());
            let reader = image?.reader().await?;
            match reader.save(&task.layer, &task.entry, &place, overwrite).await? {
                Saved::Done => Ok(Reply::Saved(task.entry.size)),
                Saved::Exists => Ok(Reply::Exists),
            }
        });
    }

    /// Saves bytes.
    pub(super) fn save_bytes(&mut self, at: Address, bytes: Bytes, to: String, overwrite: bool) {
        self.spawn(at, async move {
            let place = at_home(&to, dirs::home_dir());
            let written = bytes.len() as u64;
            let saving = move || save_bytes(&bytes, &place, overwrite);
            let saved = tokio::task::spawn_blocking(saving).await;
            match saved.map_err(|_| broke_off("the saving"))?? {
                Saved::Done => Ok(Reply::Saved(written)),
                Saved::Exists => Ok(Reply::Exists),
            }
        });
    }

    /// How the files of two images differ; tells how far their reading is.
    pub(super) fn compare_files(&mut self, at: Address, sides: &[ImageLayers; 2]) {
        let (images, tell) = (self.images(sides), self.tell(at));
        self.spawn(at, async move {
            let far = Far::default();
            let note = |progress| far.note(progress);
            let comparing = async { compared(&sides_of(images?).await?, &note).await };
            far.told(comparing, tell).await.map(Reply::Compared)
        });
    }

    /// What differs in one file of two images.
    pub(super) fn compare_file(
        &mut self,
        at: Address,
        sides: &[ImageLayers; 2],
        change: Box<FileChange>,
    ) {
        let images = self.images(sides);
        self.spawn(at, async move {
            let sides = sides_of(images?).await?;
            file_difference(&sides, &change).await.map(Reply::Lines)
        });
    }

    /// How the packages of two images differ.
    pub(super) fn compare_packages(&mut self, at: Address, [a, b]: [ImagePackages; 2]) {
        let images = self
            .image(a.session)
            .and_then(|of_a| Ok([(of_a, a.of), (self.image(b.session)?, b.of)]));
        self.spawn(at, async move {
            let [(at_a, a), (at_b, b)] = images?;
            let (at_a, at_b) = (at_a.reader().await?, at_b.reader().await?);
            let found = compare_packages([&at_a, &at_b], [&a, &b]).await?;
            Ok(Reply::Packages(Arc::new(found)))
        });
    }

    /// What made the layers of an image.
    pub(super) fn blame(&mut self, at: Address, image: Box<ImageBlame>) {
        let opening = self.image(image.session);
        self.spawn(at, async move {
            let reader = opening?.reader().await?;
            let found = blame(reader.source(), &image.of).await?;
            Ok(Reply::Blamed(Arc::new(found)))
        });
    }

    /// Tells how far the reading of layers is.
    fn tell(&self, (session, request): Address) -> impl Fn(Progress) + Send + use<> {
        let reports = self.results();
        move |Progress { received, total }| {
            // A full queue only costs this report.
            let part = Part::Bytes { received, total };
            let _ = reports.try_send(Msg::Part { session, request, part });
        }
    }

    fn image(&self, of: SessionId) -> Result<Image, Failure> {
        Ok(Image { opening: self.own(of)?, sources: self.sources.clone(), cache: self.cache() })
    }

    fn images(&self, [a, b]: &[ImageLayers; 2]) -> Result<[(Image, ImageLayers); 2], Failure> {
        Ok([(self.image(a.session)?, a.clone()), (self.image(b.session)?, b.clone())])
    }
}

/// Where an image's layers are read from.
struct Image {
    opening: Opening,
    sources: Sources,
    cache: Option<Cache>,
}

impl Image {
    async fn reader(self) -> Result<Reader, Failure> {
        Ok(Reader::new(self.opening.source(&self.sources).await?, self.cache))
    }
}

async fn sides_of([a, b]: [(Image, ImageLayers); 2]) -> Result<[ImageSide; 2], Failure> {
    let a = ImageSide { reader: a.0.reader().await?, layers: a.1.layers };
    let b = ImageSide { reader: b.0.reader().await?, layers: b.1.layers };
    Ok([a, b])
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
    // A million paths are not work for a thread that others wait for.
    let found = tokio::task::spawn_blocking(move || FilesFound {
        changes: read.differences().collect(),
        layers: read.layers,
    });
    found.await.map(Arc::new).map_err(|_| broke_off("the files of both images"))
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
