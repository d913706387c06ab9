//! What a source has for a draft.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use crate::model::draft::{Choice, Companion, Gathered, Material, Want, materials};
use crate::model::tree::{Answer, Need};
use crate::oci::{
    ConfigDocument, Descriptor, Digest, Document, Failure, Kind, MAX_INDEX_DEPTH, Manifest,
    Platform, Via,
};
use crate::source::{Source, Sources};
use crate::work::load;
use crate::work::referring::{Referring, referring};

use super::learn::subjects;

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
        gathered: Gathered::of(found.location, Arc::clone(&found.document)),
        read: Vec::new(),
        of_list: Vec::new(),
        notes: Vec::new(),
    };
    if matches!(found.document.manifest, Manifest::Index(_)) {
        if !choice.platforms.is_empty() {
            harvest.nested(source.as_ref(), permits).await;
        }
        harvest.entries(source.as_ref(), choice, permits).await?;
    } else {
        harvest.single(found.config);
    }
    if referrers {
        harvest.referrers(source.as_ref(), choice, permits).await?;
    }
    Ok(harvest)
}

/// The manifest of an entry, and the platform in its config; `None` if it has no config that states
/// one.
async fn platform(
    source: &dyn Source,
    descriptor: &Descriptor,
) -> Result<(Document, Option<Platform>), Failure> {
    let document = source.manifest(descriptor).await?;
    let Manifest::Image(image) = &document.manifest else { return Ok((document, None)) };
    let platform = match image.platform_config() {
        Some(config) => Some(source.config(config).await?.config.platform),
        None => None,
    };
    Ok((document, platform))
}

/// Whether no machine has this platform, so that what has it may be an attestation. podman 4.3.1 writes
/// an empty architecture too.
fn is_nowhere(platform: &Platform) -> bool {
    platform.is_unknown() || platform.os.is_empty() || platform.architecture.is_empty()
}

/// The most nested lists that are read of a source.
const MAX_NESTED: usize = 64;

impl Harvest {
    /// Reads the lists that the root names, and those that these name. One that cannot be read is
    /// said, and not looked into.
    async fn nested(&mut self, source: &dyn Source, permits: usize) {
        let mut next = vec![Arc::clone(&self.gathered.root)];
        let mut seen = HashSet::from([self.gathered.root.digest.clone()]);
        for _ in 0..MAX_INDEX_DEPTH {
            let mut named: Vec<Arc<Descriptor>> = next
                .iter()
                .flat_map(|list| list.manifest.descriptors())
                .filter(|it| it.media_type.is_index() && seen.insert(it.digest.clone()))
                .cloned()
                .collect();
            let room = MAX_NESTED.saturating_sub(self.gathered.nested.len());
            if named.len() > room {
                self.notes.push(format!(
                    "of {} nested lists only {MAX_NESTED} were looked into",
                    self.gathered.nested.len() + named.len()
                ));
                named.truncate(room);
            }
            let read = stream::iter(named.iter().map(|it| source.manifest(it)));
            let read: Vec<_> = read.buffered(permits.max(1)).collect().await;
            next.clear();
            for (descriptor, read) in named.iter().zip(read) {
                match read {
                    Ok(list) => {
                        let list = Arc::new(list);
                        next.push(Arc::clone(&list));
                        self.gathered.nested.insert(descriptor.digest.clone(), list);
                    }
                    Err(failure) => self.notes.push(format!(
                        "the nested list {} was not looked into: {failure}",
                        descriptor.digest.short()
                    )),
                }
            }
        }
    }

    /// Reads of entries without platform what their configs say, and where not everything is taken,
    /// which of the entries hold attestations without saying so (podman 4.3.1 drops what says it).
    async fn entries(
        &mut self,
        source: &dyn Source,
        choice: &Choice,
        permits: usize,
    ) -> Result<(), Failure> {
        let takes_all = choice.platforms.is_empty() && choice.attestations;
        let is_open = |it: &Descriptor| match &it.platform {
            None => true,
            Some(platform) => is_nowhere(platform) && !takes_all,
        };
        let lists = std::iter::once(&self.gathered.root).chain(self.gathered.nested.values());
        let named: Vec<Arc<Descriptor>> = lists
            .flat_map(|list| list.manifest.descriptors())
            .filter(|it| !it.is_attestation() && it.media_type.is_image_manifest() && is_open(it))
            .cloned()
            .collect();
        let read = stream::iter(named.iter().map(|descriptor| platform(source, descriptor)));
        let read: Vec<_> = read.buffered(permits.max(1)).collect().await;
        for (descriptor, read) in named.iter().zip(read) {
            let (document, platform) = read?;
            if document.kind() == Kind::Attestation && !takes_all {
                let subject = document.manifest.subject().map(|it| it.digest.clone());
                let image = match subject {
                    None if !choice.platforms.is_empty() => self.stated(source, &document).await,
                    subject => subject,
                };
                self.gathered.attests.insert(descriptor.digest.clone(), image);
                let need = Need::Manifest(Arc::clone(descriptor));
                let want = Want { from: self.gathered.from.clone(), need };
                self.read.push((want, Answer::Manifest(Arc::new(document))));
            } else if let (None, Some(platform)) = (&descriptor.platform, platform) {
                self.gathered.configs.insert(descriptor.digest.clone(), platform);
            }
        }
        Ok(())
    }

    /// The entry that the statement in an attestation speaks of.
    async fn stated(&self, source: &dyn Source, document: &Document) -> Option<Digest> {
        let lists = std::iter::once(&self.gathered.root).chain(self.gathered.nested.values());
        let listed: HashSet<&Digest> =
            lists.flat_map(|it| it.manifest.descriptors()).map(|it| &it.digest).collect();
        subjects(source, document).await.into_iter().find(|it| listed.contains(it))
    }

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
