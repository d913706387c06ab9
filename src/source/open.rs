//! Opens locations.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::archive::{DockerArchive, Limits, OciArchive};
use super::layout::{FileSource, Folder};
use super::workers::Stop;
use super::{Activity, Cache, Options, Registry, RegistrySource, Source};
use crate::oci::{Failure, Location};

/// Opens any location; cheap to clone. Nothing is sent and no file is read before it is needed.
#[derive(Debug, Clone)]
pub struct Sources(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    activity: Activity,
    cache: Option<Cache>,
    registry: OnceLock<Result<Registry, Failure>>,
}

impl Sources {
    /// Sources with these settings.
    #[must_use]
    pub fn new(options: Options, activity: Activity) -> Self {
        let cache = options.cache_dir.clone().map(|dir| Cache::open(dir, options.cache_cap));
        Self(Arc::new(Inner { options, activity, cache, registry: OnceLock::new() }))
    }

    /// The client of all registries.
    ///
    /// # Errors
    /// The settings do not work, for example an unreadable CA file.
    pub fn registry(&self) -> Result<Registry, Failure> {
        let inner = &self.0;
        inner
            .registry
            .get_or_init(|| Registry::new(inner.options.clone(), inner.activity.clone()))
            .clone()
    }

    /// Opens a location. A file or folder is looked at when the source is first asked.
    ///
    /// # Errors
    /// The settings for registries do not work.
    pub async fn open(&self, location: &Location) -> Result<Arc<dyn Source>, Failure> {
        Ok(match location {
            Location::Registry(reference) => Arc::new(RegistrySource::new(
                self.registry()?,
                reference.clone(),
                self.0.cache.clone(),
            )),
            Location::Layout { path, name } => {
                let open = |path: &Path, _: &Stop| Ok(Arc::new(Folder::open(path)?) as Arc<_>);
                Arc::new(FileSource::new(location, path, name.as_deref(), open))
            }
            Location::OciArchive { path, name } => {
                let open = |path: &Path, stop: &Stop| {
                    Ok(Arc::new(OciArchive::open(path, Limits::default(), stop)?) as Arc<_>)
                };
                Arc::new(FileSource::new(location, path, name.as_deref(), open))
            }
            Location::DockerArchive { path, name } => {
                let open = |path: &Path, stop: &Stop| {
                    Ok(Arc::new(DockerArchive::open(path, Limits::default(), stop)?) as Arc<_>)
                };
                Arc::new(FileSource::new(location, path, name.as_deref(), open))
            }
        })
    }
}
