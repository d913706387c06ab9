//! From a location to its source.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::archive::{DockerArchive, Limits, OciArchive, archive};
use super::assembled::{AssembledSource, Origin};
use super::containerd::ContainerdSource;
use super::engine::DaemonSource;
use super::kept::Kept;
use super::layout::{Content, FileSource, Folder, MARKER, Plain};
use super::store::StoreContent;
use super::workers::Stop;
use super::{Activity, Cache, Options, Registry, RegistrySource, Source, Timings};
use crate::oci::{Assembled, Class, Failure, Location};

/// Opens any location; cheap to clone.
#[derive(Debug, Clone)]
pub struct Sources(Arc<Inner>, Option<Arc<Kept>>);

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
        let cache = options
            .cache_dir
            .clone()
            .map(|dir| Cache::with_key(dir, options.cache_cap, options.cache_key.clone()));
        Self(Arc::new(Inner { options, activity, cache, registry: OnceLock::new() }), None)
    }

    /// The same, which open each location on this machine once, for as long as they are there: for a
    /// job that reads content by its digest, piece by piece. Else an archive is gone through, and an
    /// engine asked to make one, for each blob.
    #[must_use]
    pub fn keeping(&self) -> Self {
        Self(Arc::clone(&self.0), Some(Arc::default()))
    }

    /// The settings.
    pub(super) fn options(&self) -> &Options {
        &self.0.options
    }

    /// What counts the requests.
    #[must_use]
    pub fn activity(&self) -> &Activity {
        &self.0.activity
    }

    /// The most requests under way to one host.
    #[must_use]
    pub fn permits(&self) -> usize {
        self.0.options.permits
    }

    /// The most requests that are ever under way to one host.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.0.options.under_way()
    }

    /// What requests took, if that is kept.
    #[must_use]
    pub fn timings(&self) -> &Timings {
        &self.0.options.timings
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

    /// The cache on this machine's disk, if there is one.
    #[must_use]
    pub fn cache(&self) -> Option<Cache> {
        self.0.cache.clone()
    }

    /// The source for a location. Nothing is sent or read before its first question.
    ///
    /// # Errors
    /// As [`Sources::registry`]'s.
    pub fn open(&self, location: &Location) -> Result<Arc<dyn Source>, Failure> {
        match (&self.1, location) {
            (Some(kept), other) if !matches!(other, Location::Registry(_) | Location::Draft(_)) => {
                kept.open(location, || self.open_anew(location))
            }
            _ => self.open_anew(location),
        }
    }

    fn open_anew(&self, location: &Location) -> Result<Arc<dyn Source>, Failure> {
        let source = match location {
            Location::Registry(reference) => {
                return Ok(Arc::new(RegistrySource::new(
                    self.registry()?,
                    reference.clone(),
                    self.0.cache.clone(),
                )));
            }
            Location::Draft(name) => {
                let Some(drafts) = self.0.options.drafts.clone() else {
                    let detail = "no drafts are kept here";
                    return Err(Failure::new(Class::Unsupported, location.to_string(), detail));
                };
                let origin = Origin::Kept(name.clone(), drafts);
                return Ok(Arc::new(AssembledSource::new(location.clone(), origin, self.clone())));
            }
            Location::Layout { path, name } => {
                FileSource::new(location, path, name.as_deref(), |path, _| {
                    Ok(Arc::new(Folder::open(path)?))
                })
            }
            Location::Dir { path } => {
                FileSource::new(location, path, None, |path, _| Ok(Arc::new(Plain::open(path)?)))
            }
            Location::Daemon { name } => {
                let (docker, activity) = (&self.0.options.docker, &self.0.activity);
                return Ok(Arc::new(DaemonSource::new(location, name, docker, activity)));
            }
            Location::Containerd { name } => {
                let (place, activity) = (&self.0.options.containerd, &self.0.activity);
                return Ok(Arc::new(ContainerdSource::new(location, name, place, activity)));
            }
            Location::Store { store, name } => {
                let places = self.0.options.stores.clone();
                let (store, name, shown) = (store.clone(), name.clone(), location.to_string());
                FileSource::new(location, Path::new(&name.clone()), None, move |_, _| {
                    Ok(Arc::new(StoreContent::open(&shown, store.as_deref(), &name, &places)?))
                })
            }
            Location::Path { path, name } => {
                let cache = self.0.cache.clone();
                FileSource::new(location, path, name.as_deref(), move |path, stop| {
                    whichever(path, cache.as_ref(), stop)
                })
            }
            Location::OciArchive { path, name } => {
                FileSource::new(location, path, name.as_deref(), |path, stop| {
                    Ok(Arc::new(OciArchive::open(path, Limits::default(), stop)?))
                })
            }
            Location::DockerArchive { path, name } => {
                let cache = self.0.cache.clone();
                FileSource::new(location, path, name.as_deref(), move |path, stop| {
                    let limits = Limits::default();
                    Ok(Arc::new(DockerArchive::open(path, limits, cache.as_ref(), stop)?))
                })
            }
        };
        Ok(Arc::new(source))
    }

    /// The source for a list that is at hand; its content is asked for where each entry is.
    #[must_use]
    pub fn assembled(&self, location: Location, list: Assembled) -> Arc<dyn Source> {
        let origin = Origin::Given(Arc::new(list));
        Arc::new(AssembledSource::new(location, origin, self.clone()))
    }
}

/// Opens a path as what it is: a layout if it has the file `oci-layout`, else `dir:`; an archive of
/// a layout, else one that `docker save` wrote.
fn whichever(path: &Path, cache: Option<&Cache>, stop: &Stop) -> Result<Arc<dyn Content>, Failure> {
    if path.is_dir() {
        return match path.join(MARKER).exists() || !Plain::is_in(path) {
            true => Ok(Arc::new(Folder::open(path)?)),
            false => Ok(Arc::new(Plain::open(path)?)),
        };
    }
    archive(path, cache, stop)
}
