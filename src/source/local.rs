//! What this machine has already, for the start page and for `--here`.

use std::path::Path;
use std::time::Duration;

use super::{Sources, containerd, engine, folder_list, store};
use crate::oci::{Class, Failure, LocalImage, Stocked, StoreKind};

/// The longest wait for one store.
const PATIENCE: Duration = Duration::from_secs(5);

impl Sources {
    /// The named images of a store; `None` if there is no such store on this machine.
    ///
    /// # Errors
    /// The store is there and could not be asked, or gave no answer in five seconds.
    pub async fn local_images(&self, kind: StoreKind) -> Result<Option<Vec<LocalImage>>, Failure> {
        let (options, activity) = (self.options(), self.activity());
        let asked = async {
            match kind {
                StoreKind::Docker => engine::images(&options.docker, activity).await,
                StoreKind::Containerd => containerd::images(&options.containerd, activity).await,
                StoreKind::Containers => {
                    let places = options.stores.clone();
                    blocking(kind, move || store::images(&places)).await
                }
                StoreKind::Folder => {
                    let found = blocking(kind, || Ok(folder_list::images(Path::new(".")))).await?;
                    Ok(Some(found).filter(|found| !found.is_empty()))
                }
            }
        };
        in_time(kind, asked).await
    }

    /// What a store consists of; `None` if there is no such store on this machine, and for folders.
    ///
    /// # Errors
    /// As [`Sources::local_images`]'s.
    pub async fn stocked(&self, kind: StoreKind) -> Result<Option<Stocked>, Failure> {
        let (options, activity) = (self.options(), self.activity());
        let asked = async {
            match kind {
                StoreKind::Docker => engine::stocked(&options.docker, activity).await,
                StoreKind::Containerd => containerd::stocked(&options.containerd, activity).await,
                StoreKind::Containers => {
                    let places = options.stores.clone();
                    blocking(kind, move || store::stocked(&places)).await
                }
                StoreKind::Folder => Ok(None),
            }
        };
        in_time(kind, asked).await
    }
}

async fn in_time<T>(
    kind: StoreKind,
    asked: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let late = || {
        let detail = format!("it did not answer in {} s", PATIENCE.as_secs());
        Failure::new(Class::TimedOut, kind.title(), detail)
            .with_next("it may hang, or have very many images")
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err(late()))
}

async fn blocking<T: Send + 'static>(
    kind: StoreKind,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let broken = |_| Failure::new(Class::Cancelled, kind.title(), "the reading was broken off");
    tokio::task::spawn_blocking(work).await.map_err(broken)?
}
