//! What provenance tells of the layers of an image.

use std::sync::Arc;

use super::origins::{Origin, origins};
use super::trace::{Hop, trace};
use crate::model::evidence::{Body, Build, Evidence, Item, Subject};
use crate::oci::{Descriptor, Digest};

/// An image whose layers are to be blamed on lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlameOf {
    /// The image.
    pub digest: Digest,
    /// The provenance that is known of it; if there is none, it is asked what refers to the image.
    pub provenance: Vec<Item>,
    /// The layers, the lowest first; `None` for what is not a usable descriptor.
    pub layers: Vec<Option<Arc<Descriptor>>>,
    /// What the history of the config says of each layer.
    pub commands: Vec<Option<String>>,
}

/// What made the layers of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blame {
    /// How that is known.
    pub how: How,
    /// The layers, the lowest first.
    pub layers: Vec<Option<Arc<Descriptor>>>,
    /// What made each layer; `None` if that is not told.
    pub origins: Vec<Option<Origin>>,
    /// What the history of the config says of each layer: a guess.
    pub commands: Vec<Option<String>>,
    /// The manifest of the provenance that tells it.
    pub provenance: Option<Digest>,
    /// Where the source of the build is.
    pub source: Option<String>,
    /// The commit of the source.
    pub commit: Option<String>,
    /// The steps of the build.
    pub build: Option<Arc<Build>>,
}

/// How it is known what made a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Provenance names the digests of the layers.
    Named,
    /// Provenance names as many layers, of other digests: they were packed anew after the build
    /// (`force-compression`, `rewrite-timestamp` of BuildKit 0.34).
    ByPosition,
    /// It is not known; the history of the config is all there is.
    History(Untold),
}

/// Why provenance does not tell what made the layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untold {
    /// There is none.
    NoProvenance,
    /// It is of another image.
    OtherDigest,
    /// It has no steps (`mode=min`, or another builder).
    NoSteps,
    /// It does not tell the layers of the steps, or not of as many as the image has.
    OtherLayers,
    /// It cannot be read; the reason.
    Unreadable(String),
}

/// What made a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBlame {
    /// Its path.
    pub path: String,
    /// The layer that holds it (from 0).
    pub layer: usize,
    /// Its way, from the layer through the stages that it was copied out of; empty if that is not
    /// told.
    pub hops: Vec<Hop>,
}

impl Blame {
    /// What the provenance that was read tells, each with the manifest that holds it.
    #[must_use]
    pub fn of(of: &BlameOf, read: &[(Digest, Result<Arc<Evidence>, String>)]) -> Self {
        let mut blame = Self {
            how: How::History(Untold::NoProvenance),
            layers: of.layers.clone(),
            origins: vec![None; of.layers.len()],
            commands: of.commands.clone(),
            provenance: None,
            source: None,
            commit: None,
            build: None,
        };
        for (manifest, evidence) in read {
            let told = match evidence {
                Ok(evidence) => blame.take(of, manifest, evidence),
                Err(problem) => Err(Untold::Unreadable(problem.clone())),
            };
            match told {
                Ok(()) => break,
                Err(why) => blame.how = How::History(why),
            }
        }
        blame
    }

    fn take(&mut self, of: &BlameOf, manifest: &Digest, evidence: &Evidence) -> Result<(), Untold> {
        let Body::Provenance(provenance) = &evidence.body else { return Err(Untold::NoSteps) };
        // BuildKit names no subject if the image has no name.
        let subjects = &evidence.subjects;
        let is_other = |it: &Subject| it.is_other_than(&of.digest);
        if !subjects.iter().any(|it| it.is(&of.digest)) && subjects.iter().any(is_other) {
            return Err(Untold::OtherDigest);
        }
        // Even without steps it tells the commit.
        self.provenance = Some(manifest.clone());
        self.source.clone_from(&provenance.source);
        self.commit.clone_from(&provenance.commit);
        let build = provenance.build.as_deref().ok_or(Untold::NoSteps)?;
        let digests: Vec<_> =
            of.layers.iter().map(|layer| layer.as_ref().map(|it| it.digest.clone())).collect();
        let (origins, is_named) = origins(build, &digests).ok_or(Untold::OtherLayers)?;
        self.how = if is_named { How::Named } else { How::ByPosition };
        self.origins = origins;
        self.build = Some(Arc::new(build.clone()));
        Ok(())
    }

    /// What made the file with this path (absolute) in a layer (from 0).
    #[must_use]
    pub fn file(&self, path: &str, layer: usize) -> FileBlame {
        let origin = self.origins.get(layer).and_then(Option::as_ref);
        let hops = match (&self.build, origin) {
            (Some(build), Some(origin)) => trace(build, origin, path),
            _ => Vec::new(),
        };
        FileBlame { path: path.to_owned(), layer, hops }
    }
}
