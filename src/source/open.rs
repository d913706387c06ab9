//! From a location to its source.

use std::sync::Arc;

use super::archive::{DockerArchive, Limits, OciArchive};
use super::layout::{FileSource, Folder};
use super::{Activity, Options, Source};
use crate::oci::{Class, Failure, Location};

/// Opens locations with the settings of one run.
#[derive(Debug, Clone)]
pub struct Sources {
    options: Options,
    activity: Activity,
}

impl Sources {
    /// A door to all transports.
    #[must_use]
    pub fn new(options: Options, activity: Activity) -> Self {
        Self { options, activity }
    }

    /// The settings.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What is being fetched through these sources.
    #[must_use]
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// The source for a location. Nothing is read before its first question.
    ///
    /// # Errors
    /// Class `Unsupported` for a transport that cannot be opened.
    pub fn open(&self, location: &Location) -> Result<Arc<dyn Source>, Failure> {
        let source = match location {
            Location::Registry(reference) => {
                return Err(Failure::new(
                    Class::Unsupported,
                    reference.familiar(),
                    "platy does not open registries yet",
                )
                .with_next("copy the image to a layout first, with `skopeo copy`"));
            }
            Location::Layout { path, name } => {
                FileSource::new(location, path, name.as_deref(), |path, _| {
                    Ok(Arc::new(Folder::open(path)?))
                })
            }
            Location::OciArchive { path, name } => {
                FileSource::new(location, path, name.as_deref(), |path, stop| {
                    Ok(Arc::new(OciArchive::open(path, Limits::default(), stop)?))
                })
            }
            Location::DockerArchive { path, name } => {
                FileSource::new(location, path, name.as_deref(), |path, stop| {
                    Ok(Arc::new(DockerArchive::open(path, Limits::default(), stop)?))
                })
            }
        };
        Ok(Arc::new(source))
    }
}
