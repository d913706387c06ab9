//! What of an image a store of this machine has already, and what a pull would fetch.

use std::collections::HashSet;

use crate::model::tree::{NodeId, Tree};
use crate::oci::{Digest, Kind, Platform, PlatformPattern, Stocked, chain_ids};
use crate::text::{bytes, escape, pad, plural, width};

/// What a store has of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    /// The image's manifest.
    pub digest: Digest,
    /// Its platform, if it has one.
    pub platform: Option<Platform>,
    /// Whether the manifest is here.
    pub manifest: bool,
    /// Whether the config is here.
    pub config: bool,
    /// Whether each layer is here, the lowest first.
    pub layers: Vec<bool>,
    /// The bytes that a pull would fetch: what is missing of layers, config and manifest.
    pub missing: u64,
    /// The bytes of all of them.
    pub total: u64,
}

impl Here {
    /// What a store has of an image of a tree; `None` of what is not an image, or was not read.
    #[must_use]
    pub fn of(tree: &Tree, id: NodeId, stocked: &Stocked) -> Option<Self> {
        let node = tree.node(id)?;
        let (_, image) = tree.image_at(id)?;
        let document = node.document()?;
        let is_whole = stocked.whole.contains(&document.digest);
        let has = |digest: &Digest| is_whole || stocked.digests.contains(digest);
        let config = image.config.descriptor();
        let read = tree.config_document(id).map(|document| &document.config.diff_ids);
        let read = read.filter(|ids| ids.len() == image.layers.len());
        let ids: Vec<Digest> =
            read.and_then(|ids| ids.iter().cloned().collect::<Option<_>>()).unwrap_or_default();
        let chains = chain_ids(&ids);
        let mut here = Self {
            digest: document.digest.clone(),
            platform: tree.platform_of(id),
            manifest: has(&document.digest),
            config: config.is_some_and(|config| has(&config.digest)),
            layers: Vec::new(),
            missing: 0,
            total: 0,
        };
        let mut known = HashSet::new();
        let mut count = |digest: &Digest, size: u64, is_here: bool| {
            // One blob is fetched once.
            if known.insert(digest.clone()) {
                here.total = here.total.saturating_add(size);
                here.missing = here.missing.saturating_add(if is_here { 0 } else { size });
            }
        };
        count(&document.digest, document.size(), here.manifest);
        if let Some(config) = config {
            count(&config.digest, config.size, here.config);
        }
        for (at, entry) in image.layers.iter().enumerate() {
            let Some(layer) = entry.descriptor() else { continue };
            let is_here = has(&layer.digest)
                || ids.get(at).is_some_and(|id| stocked.diff_ids.contains(id))
                || chains.get(at).is_some_and(|chain| stocked.chains.contains(chain));
            here.layers.push(is_here);
            count(&layer.digest, layer.size, is_here);
        }
        Some(here)
    }

    /// Whether nothing of it is here.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        // Not by the sums: they stay at the largest number if sizes are absurd.
        !self.manifest && !self.config && !self.layers.contains(&true)
    }

    /// `2 of 3 layers are here; a pull fetches 12 MB of 40 MB`.
    #[must_use]
    pub fn words(&self) -> String {
        if self.missing == 0 {
            return format!("all of it is here ({})", bytes(self.total));
        }
        let here = self.layers.iter().filter(|is_here| **is_here).count();
        let layers = match here {
            0 if self.is_absent() => "nothing of it is here".to_owned(),
            _ => format!("{here} of {} here", plural(self.layers.len(), "layer")),
        };
        let (missing, total) = (bytes(self.missing), bytes(self.total));
        format!("{layers}; a pull fetches {missing} of {total}")
    }
}

/// A line for each of these images of which a store has something, and how many others there are; a
/// single image has one in any case. Nothing if no manifest was read.
#[must_use]
pub fn lines(tree: &Tree, images: &[NodeId], stocked: &Stocked) -> Vec<String> {
    let all: Vec<Here> = images.iter().filter_map(|id| Here::of(tree, *id, stocked)).collect();
    let some: Vec<&Here> = all.iter().filter(|here| all.len() == 1 || !here.is_absent()).collect();
    let name = |here: &Here| here.platform.as_ref().map(Platform::short).unwrap_or_default();
    let names = some.iter().map(|here| width(&name(here))).max().unwrap_or_default();
    let line = |here: &&Here| {
        let name = name(here);
        let name = if names == 0 { name } else { format!("{}  ", pad(&name, names)) };
        format!("{}{}", escape(&name), here.words())
    };
    let mut lines: Vec<String> = some.iter().map(line).collect();
    let others = all.len() - some.len();
    match (some.len(), others) {
        (_, 0) => {}
        (0, _) => lines.push("nothing of it is here".to_owned()),
        (_, others) => {
            lines.push(format!("nothing is here of {}", plural(others, "other image")));
        }
    }
    if !all.is_empty() {
        lines.extend(not_asked_about(stocked));
    }
    lines
}

/// The same of an image whose name is beside them; nothing if its manifest was not read.
#[must_use]
pub fn lines_of(tree: &Tree, image: NodeId, stocked: &Stocked) -> Vec<String> {
    let Some(here) = Here::of(tree, image, stocked) else { return Vec::new() };
    std::iter::once(here.words()).chain(not_asked_about(stocked)).collect()
}

/// That a store has more than it was asked about, which may have what seems to be missing.
fn not_asked_about(stocked: &Stocked) -> Option<String> {
    let left_out = (stocked.left_out > 0).then(|| plural(stocked.left_out, "further image"))?;
    Some(format!("not asked about: {left_out} of the store"))
}

/// The images of a tree, in its order, those of this platform.
#[must_use]
pub fn images(tree: &Tree, only: Option<&PlatformPattern>) -> Vec<NodeId> {
    images_below(tree, tree.root(), only)
}

/// The images at a node and below it, in the tree's order, those of this platform.
#[must_use]
pub fn images_below(tree: &Tree, id: NodeId, only: Option<&PlatformPattern>) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut ahead = vec![id];
    while let Some(id) = ahead.pop() {
        let Some(node) = tree.node(id) else { continue };
        let fits = || match (only, tree.platform_of(id)) {
            (Some(only), Some(platform)) => only.matches(&platform),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if node.kind() == Kind::Image && fits() {
            found.push(id);
        }
        let children = tree.children(id).filter(|(_, child)| child.position().is_some());
        let children: Vec<NodeId> = children.map(|(id, _)| id).collect();
        ahead.extend(children.into_iter().rev());
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::world::World;
    use crate::oci::MediaType;

    const PLATFORMS: [&str; 2] = ["linux/amd64", "linux/arm64/v8"];

    fn loaded(world: &World) -> Tree {
        let mut tree = Tree::default();
        while let Some((_, need)) = tree.next_wanted(&[]) {
            tree.attach(&need, world.answer(&need));
        }
        tree
    }

    /// The first image of a world, and what of it is known by its digests.
    fn first(stocked: impl Fn(&Tree, NodeId) -> Stocked) -> Here {
        let tree = loaded(&World::index(&PLATFORMS, false));
        let id = images(&tree, None)[0];
        Here::of(&tree, id, &stocked(&tree, id)).unwrap()
    }

    fn layers(tree: &Tree, id: NodeId) -> Vec<Digest> {
        let (_, image) = tree.image_at(id).unwrap();
        image.layer_descriptors().map(|layer| layer.digest.clone()).collect()
    }

    fn ids(tree: &Tree, id: NodeId) -> Vec<Digest> {
        let config = tree.config_document(id).unwrap();
        config.config.diff_ids.iter().flatten().cloned().collect()
    }

    #[test]
    fn a_layer_is_here_by_its_digest_its_diff_id_or_its_chain() {
        let nothing = first(|_, _| Stocked::default());
        assert!(nothing.is_absent() && nothing.layers.iter().all(|is_here| !is_here));
        assert!(nothing.words().starts_with("nothing of it is here; a pull fetches"));
        let by_digest = first(|tree, id| Stocked {
            digests: layers(tree, id).into_iter().collect(),
            ..Stocked::default()
        });
        let by_id = first(|tree, id| Stocked {
            diff_ids: ids(tree, id).into_iter().collect(),
            ..Stocked::default()
        });
        let by_chain = first(|tree, id| Stocked {
            chains: chain_ids(&ids(tree, id)).into_iter().collect(),
            ..Stocked::default()
        });
        for found in [&by_digest, &by_id, &by_chain] {
            assert!(found.layers.iter().all(|is_here| *is_here) && !found.layers.is_empty());
            // The manifest and the config are still fetched.
            assert!(found.missing > 0 && found.missing < found.total, "{found:?}");
            assert!(!found.manifest && !found.config);
        }
        let whole = first(|tree, id| {
            let (at, image) = tree.image_at(id).unwrap();
            let config = image.config.descriptor().unwrap().digest.clone();
            let manifest = tree.node(at).unwrap().digest().unwrap().clone();
            let digests = layers(tree, id).into_iter().chain([config, manifest]).collect();
            Stocked { digests, ..Stocked::default() }
        });
        // The store says itself that an image is whole.
        let said = first(|tree, id| {
            let (at, _) = tree.image_at(id).unwrap();
            let manifest = tree.node(at).unwrap().digest().unwrap().clone();
            Stocked { whole: [manifest].into(), ..Stocked::default() }
        });
        for found in [&whole, &said] {
            assert!(found.manifest && found.config && found.missing == 0, "{found:?}");
            assert!(found.words().starts_with("all of it is here ("), "{}", found.words());
        }
    }

    #[test]
    fn images_of_a_store_that_were_not_asked_about_are_counted() {
        let tree = loaded(&World::index(&PLATFORMS, false));
        let stocked = Stocked { left_out: 3, ..Stocked::default() };
        let lines = lines(&tree, &images(&tree, None), &stocked);
        assert_eq!(
            lines,
            ["nothing of it is here", "not asked about: 3 further images of the store"]
        );
        let [first, said] = &lines_of(&tree, images(&tree, None)[0], &stocked)[..] else {
            panic!()
        };
        assert!(first.starts_with("nothing of it is here; a pull fetches "), "{first}");
        assert_eq!(*said, lines[1]);
    }

    #[test]
    fn sizes_beyond_all_numbers_are_no_sum_that_overflows() {
        let mut world = World::default();
        let layer = |name: &str| {
            let digest = Digest::sha256(name.as_bytes());
            let media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
            json!({ "mediaType": media_type, "digest": digest.as_str(), "size": u64::MAX })
        };
        let config = world.put(&MediaType::OciConfig, &json!({}));
        let manifest = json!({
            "schemaVersion": 2, "config": config, "layers": [layer("a"), layer("b")],
        });
        let image = world.put(&MediaType::OciManifest, &manifest);
        world.set_root(&image);
        let tree = loaded(&world);
        let here = |stocked: &Stocked| Here::of(&tree, tree.root(), stocked).unwrap();
        let nothing = here(&Stocked::default());
        assert_eq!((nothing.missing, nothing.total), (u64::MAX, u64::MAX));
        let digests = layers(&tree, tree.root()).into_iter().take(1).collect();
        let one = here(&Stocked { digests, ..Stocked::default() });
        assert!(nothing.is_absent() && !one.is_absent());
        assert_eq!(one.words(), "1 of 2 layers here; a pull fetches 18 EB of 18 EB");
    }

    #[test]
    fn images_are_those_of_the_platform() {
        let tree = loaded(&World::index(&PLATFORMS, false));
        assert_eq!(images(&tree, None).len(), 2);
        let only: PlatformPattern = "linux/arm64".parse().unwrap();
        let found = images(&tree, Some(&only));
        assert_eq!(found.len(), 1);
        assert_eq!(tree.platform_of(found[0]).unwrap().short(), "linux/arm64/v8");
    }
}
