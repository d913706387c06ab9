//! Opens locations.

use std::sync::{Arc, OnceLock};

use super::{Activity, Cache, Options, Registry, RegistrySource, Source};
use crate::oci::{Class, Failure, Location};

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

    /// Opens a location.
    ///
    /// # Errors
    /// The place is not what its transport says, cannot be read, or has nothing of that name.
    pub async fn open(&self, location: &Location) -> Result<Arc<dyn Source>, Failure> {
        match location {
            Location::Registry(reference) => Ok(Arc::new(RegistrySource::new(
                self.registry()?,
                reference.clone(),
                self.0.cache.clone(),
            ))),
            other => Err(Failure::new(Class::Unsupported, other.to_string(), "not yet")),
        }
    }
}
