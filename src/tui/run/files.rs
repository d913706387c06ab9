//! Layers and files.

use std::path::PathBuf;
use std::sync::Arc;

use super::far::Far;
use super::sessions::Opening;
use super::sessions::{Address, Sessions, broke_off};
use crate::model::files::Files;
use crate::oci::Failure;
use crate::source::{Cache, Sources};
use crate::tui::app::{FilesFound, ImageLayers, Msg, Part, Query, Reply, SessionId};
use crate::work::blame::blame;
use crate::work::layers::{
    ImageSide, Progress, Reader, Saved, file_difference, read_images, save_bytes,
};
use crate::work::package_list::compare_packages;

impl Sessions {
    /// Answers a question about layers and the files in them.
    pub(super) fn ask_layers(&mut self, at: Address, question: Query) {
        let (session, request) = at;
        let reports = self.results();
        let tell = move |Progress { received, total }: Progress| {
            // A full queue only costs this report.
            let part = Part::Bytes { received, total };
            let _ = reports.try_send(Msg::Part { session, request, part });
        };
        match question {
            Query::Layer { of, layer, .. } => {
                let image = self.image(of);
                self.spawn(at, async move {
                    let far = Far::default();
                    let reading = async {
                        let reader = image?.reader().await?;
                        reader.listing(&layer, &mut |progress| far.note(progress)).await
                    };
                    far.told(reading, tell).await.map(Reply::Listing)
                });
            }
            // Away from the loop.
            Query::Merge { layers, .. } => self.spawn(at, async move {
                let merged = tokio::task::spawn_blocking(move || Files::merge(layers)).await;
                let files = merged.map_err(|_| broke_off("the merging of the layers"))?;
                Ok(Reply::Files(Arc::new(files)))
            }),
            Query::File { of, task, cap } => {
                let image = self.image(of);
                self.spawn(at, async move {
                    let reader = image?.reader().await?;
                    reader.file(&task.layer, &task.entry, cap).await.map(Reply::File)
                });
            }
            Query::SaveFile { of, task, to, overwrite } => {
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
            Query::SaveBytes { bytes, to, overwrite } => self.spawn(at, async move {
                let place = at_home(&to, dirs::home_dir());
                let written = bytes.len() as u64;
                let saving = move || save_bytes(&bytes, &place, overwrite);
                let saved = tokio::task::spawn_blocking(saving).await;
                match saved.map_err(|_| broke_off("the saving"))?? {
                    Saved::Done => Ok(Reply::Saved(written)),
                    Saved::Exists => Ok(Reply::Exists),
                }
            }),
            Query::CompareFiles(sides) => {
                let images = self.images(&sides);
                self.spawn(at, async move {
                    let far = Far::default();
                    let note = |progress| far.note(progress);
                    let comparing = async { compared(&sides_of(images?).await?, &note).await };
                    far.told(comparing, tell).await.map(Reply::Compared)
                });
            }
            Query::Blame(image) => {
                let opening = self.image(image.session);
                self.spawn(at, async move {
                    let reader = opening?.reader().await?;
                    let found = blame(reader.source(), &image.of).await?;
                    Ok(Reply::Blamed(Arc::new(found)))
                });
            }
            Query::ComparePackages(sides) => {
                let [a, b] = *sides;
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
            Query::CompareFile { sides, change } => {
                let images = self.images(&sides);
                self.spawn(at, async move {
                    let sides = sides_of(images?).await?;
                    file_difference(&sides, &change).await.map(Reply::Lines)
                });
            }
            other => self.not_for_sessions(at, &other),
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
