//! What a source has for a draft.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use crate::model::draft::{Choice, Companion, Gathered, Material, Want, materials};
use crate::model::tree::{Answer, Need};
use crate::oci::{ConfigDocument, Descriptor, Digest, Failure, Manifest, Platform, Via};
use crate::source::{Source, Sources};
use crate::work::load;
use crate::work::referring::{Referring, referring};

/// What was read of a source, and what of it is already an answer to what a draft wants to know.
#[derive(Debug, Clone)]
pub struct Harvest {
    /// What can be added.
    pub gathered: Gathered,
    /// What was read on the way.
    pub read: Vec<(Want, Answer)>,
    /// What refers to the list itself: it is void if the list changes.
    pub of_list: Vec<Companion>,
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
        of_list: Vec::new(),
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
        harvest.single(found.config);
    }
    if referrers {
        harvest.referrers(source.as_ref(), choice, permits).await?;
    }
    Ok(harvest)
}

/// The platform in the config of an image; `None` if it has no config that states one.
async fn platform(
    source: &dyn Source,
    descriptor: &Descriptor,
) -> Result<Option<Platform>, Failure> {
    let document = source.manifest(descriptor).await?;
    let Manifest::Image(image) = &document.manifest else { return Ok(None) };
    match image.platform_config() {
        Some(config) => Ok(Some(source.config(config).await?.config.platform)),
        None => Ok(None),
    }
}

impl Harvest {
    fn single(&mut self, config: Option<Arc<ConfigDocument>>) {
        let root = Arc::clone(&self.gathered.root);
        if let (Some(config), Manifest::Image(image)) = (config, &root.manifest)
            && let Some(descriptor) = image.platform_config()
        {
            let want = Want {
                from: self.gathered.from.clone(),
                need: Need::Config(Arc::clone(descriptor)),
            };
            let platform = config.config.platform.clone();
            self.read.push((want, Answer::Config(config)));
            self.gathered.configs.insert(root.digest.clone(), platform);
        }
        let descriptor = Descriptor::new(root.media_type.clone(), root.digest.clone(), root.size());
        let need = Need::Manifest(Arc::new(descriptor));
        let want = Want { from: self.gathered.from.clone(), need };
        self.read.push((want, Answer::Manifest(root)));
    }

    /// What refers to the chosen images and to the list itself, and what refers to that.
    async fn referrers(
        &mut self,
        source: &dyn Source,
        choice: &Choice,
        permits: usize,
    ) -> Result<(), Failure> {
        let materials = materials(&self.gathered, choice).unwrap_or_default();
        let chosen = materials.iter().filter_map(|material| Some(material.parsed()?.digest));
        let root = &self.gathered.root;
        let list = matches!(root.manifest, Manifest::Index(_)).then(|| root.digest.clone());
        let mut listed: HashSet<Digest> =
            root.manifest.descriptors().map(|it| it.digest.clone()).collect();
        let mut next: Vec<(Digest, Digest)> =
            chosen.chain(list.clone()).map(|digest| (digest.clone(), digest)).collect();
        for _ in 0..MAX_DEPTH {
            let asked = next.iter().map(|(_, of)| referring(source, of));
            let found: Vec<Result<Vec<Referring>, Failure>> =
                stream::iter(asked).buffered(permits.max(1)).collect().await;
            let mut further = Vec::new();
            for ((top, _), found) in next.into_iter().zip(found) {
                for found in found? {
                    let referrer = &found.referrer;
                    // What the list names is chosen or not as its entry.
                    let tag = match &referrer.via {
                        Via::CosignTag(tag) => Some(tag.clone()),
                        Via::Api | Via::FallbackTag | Via::SameIndex => None,
                    };
                    let is_new = listed.insert(referrer.descriptor.digest.clone());
                    if !is_new && tag.is_none() {
                        continue;
                    }
                    if let Some(why) = found.stays(&top) {
                        let digest = referrer.descriptor.digest.short();
                        self.notes.push(format!("{digest} stays behind: {why}"));
                        continue;
                    }
                    let from = self.gathered.from.clone();
                    if let Some(document) = found.document {
                        let need = Need::Manifest(Arc::clone(&referrer.descriptor));
                        let want = Want { from: from.clone(), need };
                        self.read.push((want, Answer::Manifest(document)));
                    }
                    let material = Material::of(from, &referrer.descriptor);
                    further.push((top.clone(), referrer.descriptor.digest.clone()));
                    let companion = Companion { subject: top.clone(), material, tag };
                    match list.as_ref() == Some(&top) {
                        true => self.of_list.push(companion),
                        false => self.gathered.companions.push(companion),
                    }
                }
            }
            next = further;
        }
        Ok(())
    }
}

/// How deep referrers of referrers are followed.
const MAX_DEPTH: usize = 3;
