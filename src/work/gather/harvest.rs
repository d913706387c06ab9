//! What a source has for a draft.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use crate::model::draft::{Choice, Companion, Gathered, Material, Want, materials};
use crate::model::tree::{Answer, Need};
use crate::oci::{Descriptor, Digest, Failure, Manifest, Platform, Referrer, Via};
use crate::source::{Source, Sources};
use crate::work::load;

/// What was read of a source, and what of it is already an answer to what a draft wants to know.
#[derive(Debug, Clone)]
pub struct Harvest {
    /// What can be added.
    pub gathered: Gathered,
    /// What was read on the way.
    pub read: Vec<(Want, Answer)>,
    /// What is left behind, in sentences.
    pub notes: Vec<String>,
}

/// Reads a source: a list or a single manifest with its config, and the configs of entries that
/// have no platform. With `referrers`, also what refers to the chosen images.
///
/// # Errors
/// What the source answers with.
pub async fn harvest(
    sources: &Sources,
    location: &crate::oci::Location,
    choice: &Choice,
    referrers: bool,
    permits: usize,
) -> Result<Harvest, Failure> {
    let source = sources.open(location)?;
    let found = load::gather(source.as_ref()).await?;
    let mut harvest = Harvest {
        gathered: Gathered {
            from: found.location,
            root: Arc::clone(&found.document),
            configs: HashMap::new(),
            companions: Vec::new(),
        },
        read: Vec::new(),
        notes: Vec::new(),
    };
    if let Manifest::Index(index) = &found.document.manifest {
        let plain = index.entries.iter().filter_map(|entry| entry.descriptor()).filter(|it| {
            !it.is_attestation() && it.platform.is_none() && it.media_type.is_image_manifest()
        });
        let plain: Vec<Arc<Descriptor>> = plain.cloned().collect();
        let read =
            stream::iter(plain.iter().map(|descriptor| platform(source.as_ref(), descriptor)))
                .buffered(permits.max(1));
        let read: Vec<_> = read.collect().await;
        for (descriptor, platform) in plain.iter().zip(read) {
            if let Some(platform) = platform? {
                harvest.gathered.configs.insert(descriptor.digest.clone(), platform);
            }
        }
    } else {
        harvest.single(found.config.map(|config| config.config.platform.clone()));
    }
    if referrers {
        harvest.referrers(source.as_ref(), choice, permits).await?;
    }
    Ok(harvest)
}

/// The platform in the config of an image; `None` where that has no image config.
async fn platform(
    source: &dyn Source,
    descriptor: &Descriptor,
) -> Result<Option<Platform>, Failure> {
    let document = source.manifest(descriptor).await?;
    let Manifest::Image(image) = &document.manifest else { return Ok(None) };
    match image.image_config() {
        Some(config) => Ok(Some(source.config(config).await?.config.platform)),
        None => Ok(None),
    }
}

impl Harvest {
    fn single(&mut self, config: Option<Platform>) {
        let root = Arc::clone(&self.gathered.root);
        if let Some(config) = config {
            self.gathered.configs.insert(root.digest.clone(), config);
        }
        let descriptor = Descriptor::new(root.media_type.clone(), root.digest.clone(), root.size());
        let want =
            Want { from: self.gathered.from.clone(), need: Need::Manifest(Arc::new(descriptor)) };
        self.read.push((want, Answer::Manifest(root)));
    }

    async fn referrers(
        &mut self,
        source: &dyn Source,
        choice: &Choice,
        permits: usize,
    ) -> Result<(), Failure> {
        let chosen: Vec<Digest> = materials(&self.gathered, choice)
            .unwrap_or_default()
            .iter()
            .filter_map(|material| Some(material.parsed()?.digest))
            .collect();
        let found: Vec<Result<Vec<Referrer>, Failure>> =
            stream::iter(chosen.iter().map(|digest| source.referrers(digest)))
                .buffered(permits.max(1))
                .collect()
                .await;
        for (subject, found) in chosen.into_iter().zip(found) {
            for referrer in found? {
                match &referrer.via {
                    Via::Api | Via::FallbackTag => {
                        let material =
                            Material::of(self.gathered.from.clone(), &referrer.descriptor);
                        let subject = subject.clone();
                        self.gathered.companions.push(Companion { subject, material });
                    }
                    Via::CosignTag(tag) => self.notes.push(format!(
                        "{tag} refers to {subject} by its name only and is left behind"
                    )),
                    // It is an entry of the source, and chosen or not as such.
                    Via::SameIndex => {}
                }
            }
        }
        Ok(())
    }
}
