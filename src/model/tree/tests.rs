//! The tree against content in memory.

use jiff::tz::TimeZone;
use serde_json::json;

use super::*;
use crate::model::world::World;
use crate::oci::{Class, Digest, Failure, Kind, MediaType, Referrer, Via};

/// Answers everything that the tree wants; how many questions there were.
fn load(tree: &mut Tree, world: &World) -> usize {
    let mut asked = 0;
    while let Some((_, need)) = tree.next_wanted(&[]) {
        asked += 1;
        tree.attach(&need, world.answer(&need));
    }
    tree.settle();
    asked
}

fn loaded(world: &World) -> Tree {
    let mut tree = Tree::default();
    load(&mut tree, world);
    tree
}

/// The open rows as text: indent, sign, label, digest left out.
fn shown(tree: &Tree) -> Vec<String> {
    tree.rows()
        .iter()
        .map(|row| {
            let words = tree.words(row.node, &TimeZone::UTC);
            let facts = [&words.size, &words.layers, &words.rest];
            let facts: Vec<&str> =
                facts.into_iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
            let indent = "  ".repeat(usize::from(row.depth));
            format!("{indent}{} | {}", words.label, facts.join(" | "))
        })
        .collect()
}

fn find(tree: &Tree, label: &str) -> NodeId {
    let mut ahead = vec![tree.root()];
    while let Some(id) = ahead.pop() {
        if tree.words(id, &TimeZone::UTC).label == label {
            return id;
        }
        ahead.extend(tree.children(id).map(|(id, _)| id));
    }
    panic!("there is no {label}");
}

#[test]
fn an_index_is_asked_for_once_and_laid_out_in_order() {
    let world = World::index(&["linux/amd64", "linux/arm64/v8"], true);
    let mut tree = Tree::default();
    // The index, two images, two attestations, two configs.
    assert_eq!(load(&mut tree, &world), 7);
    assert_eq!(
        shown(&tree),
        [
            "index | 2 images · 7.8 MB · 2 attestations",
            "  linux/amd64 | 3.9 MB | 2 layers | 2024-05-01",
            "  linux/arm64/v8 | 3.9 MB | 2 layers | 2024-05-01",
            "  referrers | open to ask for them",
        ]
    );
    let arm = find(&tree, "linux/arm64/v8");
    tree.set_open(arm, true);
    tree.settle();
    assert_eq!(
        shown(&tree)[2..8],
        [
            "  linux/arm64/v8 | 3.9 MB | 2 layers | 2024-05-01",
            "    config | linux/arm64/v8",
            "    layer 1 | 3.4 MB | ADD rootfs.tar /",
            "    layer 2 | 512 kB | COPY server-linux/arm64/v8 /app/server",
            "    attestation | provenance · sbom",
            "    referrers | open to ask for them",
        ]
    );
}

/// The one rule of what states a platform is that of the commands: `oci::Image::platform_config`.
#[test]
fn the_config_of_a_component_is_read_for_its_platform() {
    let mut world = World::default();
    let mut entry = |media_type: &MediaType| {
        let config = json!({ "os": "wasip2", "architecture": "wasm", "component": {} });
        let config = world.put(media_type, &config);
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MediaType::OciManifest.as_str(),
            "config": config, "layers": [],
        });
        world.put(&MediaType::OciManifest, &manifest)
    };
    let other = MediaType::parse("application/vnd.example.config.v1+json");
    let entries = vec![entry(&MediaType::WasmConfig), entry(&other)];
    world.set_index(entries);
    let mut tree = Tree::default();
    // The index, two manifests, one config.
    assert_eq!(load(&mut tree, &world), 4);
    let [component, artifact, ..] =
        tree.children(tree.root()).map(|it| it.0).collect::<Vec<_>>()[..]
    else {
        panic!("no entries")
    };
    assert_eq!(tree.platform_of(component).unwrap().to_string(), "wasip2/wasm");
    assert_eq!(tree.platform_of(artifact), None);
    let config = tree.config_of(component).unwrap();
    assert_eq!(tree.words(config, &TimeZone::UTC).rest, "wasip2/wasm");
}

#[test]
fn the_index_is_shown_before_its_children_are_there() {
    let world = World::index(&["linux/amd64", "linux/386"], false);
    let mut tree = Tree::default();
    let (_, need) = tree.next_wanted(&[]).unwrap();
    assert_eq!(need, Need::Root);
    assert_eq!(tree.next_wanted(&[]), None);
    tree.attach(&need, world.answer(&need));
    tree.settle();
    let labels: Vec<String> =
        tree.rows().iter().map(|row| tree.words(row.node, &TimeZone::UTC).label).collect();
    assert_eq!(labels, ["index", "linux/amd64", "linux/386", "referrers"]);
    assert_eq!(
        tree.progress(),
        Progress { ready: 1, pending: 2, manifests: 3, ..Progress::default() }
    );
    assert!(tree.is_busy());
}

#[test]
fn what_is_on_the_screen_comes_first() {
    let platforms: Vec<String> = (0..50).map(|n| format!("linux/arch{n}")).collect();
    let platforms: Vec<&str> = platforms.iter().map(String::as_str).collect();
    let world = World::index(&platforms, false);
    let mut tree = Tree::default();
    let (_, need) = tree.next_wanted(&[]).unwrap();
    tree.attach(&need, world.answer(&need));
    let last = find(&tree, "linux/arch49");
    let (first, need) = tree.next_wanted(&[last]).unwrap();
    assert_eq!(first, last);
    tree.attach(&need, world.answer(&need));
    // Its config too goes before the manifests that nobody sees.
    let (next, need) = tree.next_wanted(&[last]).unwrap();
    assert!(matches!(need, Need::Config(_)));
    assert_eq!(tree.node(next).unwrap().parent, Some(last));
}

#[test]
fn a_failure_stays_in_its_node_and_can_be_retried() {
    let mut world = World::index(&["linux/amd64", "linux/arm64"], false);
    let whole = world.clone();
    let tree = loaded(&world);
    let arm = find(&tree, "linux/arm64");
    let digest = tree.node(arm).unwrap().digest().unwrap().clone();
    world.lose(&digest);
    let mut tree = loaded(&world);
    assert_eq!(shown(&tree)[2], "  linux/arm64 | not in the registry (404)");
    assert_eq!(tree.progress().failed, 1);
    assert!(!tree.retry(find(&tree, "linux/amd64")));
    let arm = find(&tree, "linux/arm64");
    assert!(tree.retry(arm));
    assert_eq!(load(&mut tree, &whole), 2);
    assert_eq!(tree.progress().failed, 0);
}

#[test]
fn the_same_content_is_asked_for_once() {
    let mut world = World::default();
    let entry = world.image("linux/amd64");
    let mut other = entry.clone();
    other["platform"] = json!({ "os": "linux", "architecture": "amd64", "variant": "v2" });
    // A size that lies is another question: it must fail by itself.
    let mut lying = entry.clone();
    lying["size"] = json!(1);
    world.set_index(vec![entry, other, lying]);
    let mut tree = Tree::default();
    assert_eq!(load(&mut tree, &world), 1 + 2 + 1);
    assert_eq!(tree.progress().ready, 4);
}

#[test]
fn known_content_is_not_asked_for_again() {
    let world = World::index(&["linux/amd64", "linux/arm64"], true);
    let known = loaded(&world).into_known();
    let mut again = Tree::new(known);
    assert_eq!(load(&mut again, &world), 1);
    assert_eq!(shown(&again), shown(&loaded(&world)));
}

#[test]
fn an_index_in_an_index_is_followed_to_depth_8() {
    let mut world = World::default();
    let mut entry = world.image("linux/amd64");
    for level in 0..12 {
        let index = json!({ "manifests": [entry], "annotations": { "level": level.to_string() } });
        entry = world.put(&MediaType::OciIndex, &index);
    }
    world.set_index(vec![entry]);
    let tree = loaded(&world);
    let mut depth = 0;
    let mut id = tree.root();
    while let Some((child, _)) = tree.children(id).find(|(_, node)| node.kind() == Kind::Index) {
        (depth, id) = (depth + 1, child);
    }
    assert_eq!(depth, 8);
    let failure = tree.node(id).unwrap().load.failure().unwrap();
    assert!(failure.detail.contains("nest deeper than 8"), "{failure}");
}

#[test]
fn a_cycle_is_named() {
    // Only a registry that does not check digests can serve one; the parent's digest is claimed.
    let mut world = World::default();
    let image = world.image("linux/amd64");
    world.set_index(vec![image]);
    let mut tree = Tree::default();
    let (_, need) = tree.next_wanted(&[]).unwrap();
    let claimed = Digest::sha256(b"claimed");
    let json = json!({ "manifests": [{
        "mediaType": MediaType::OciIndex.as_str(), "digest": claimed.as_str(), "size": 5,
    }]});
    let mut document = crate::oci::Document::parse(
        json.to_string().into(),
        Some(&MediaType::OciIndex),
        crate::oci::Algorithm::Sha256,
    )
    .unwrap();
    document.digest = claimed;
    tree.attach(&need, Ok(Answer::Manifest(std::sync::Arc::new(document))));
    let (_, child) = tree.children(tree.root()).next().unwrap();
    assert!(child.load.failure().unwrap().detail.contains("cycle"));
    assert_eq!(tree.next_wanted(&[]), None);
}

#[test]
fn odd_entries_leave_their_siblings_alone() {
    let mut world = World::default();
    let image = world.image("linux/amd64");
    let orphan = world.attestation(&json!(Digest::sha256(b"gone").as_str()));
    let mut bare = world.image("linux/s390x");
    bare.as_object_mut().unwrap().remove("platform");
    world.set_index(vec![json!({ "digest": "sha256:xyz", "size": 1 }), orphan, image, bare]);
    let tree = loaded(&world);
    let labels: Vec<String> =
        tree.rows().iter().map(|row| tree.words(row.node, &TimeZone::UTC).label).collect();
    assert_eq!(
        labels,
        ["index", "unusable entry", "linux/amd64", "(linux/s390x)", "attestation", "referrers"]
    );
}

#[test]
fn referrers_are_asked_for_on_request() {
    let mut world = World::index(&["linux/amd64"], false);
    world.sign(&world.root_digest());
    let mut tree = loaded(&world);
    let group = find(&tree, "referrers");
    // The first one found is the image's or the root's; take the root's.
    let group = tree
        .children(tree.root())
        .find(|(_, node)| matches!(node.what, What::Referrers { .. }))
        .map_or(group, |(id, _)| id);
    tree.set_open(group, true);
    assert!(load(&mut tree, &world) >= 2);
    assert_eq!(shown(&tree)[2..], ["  referrers | 1", "    example.signature | 0 B | 0 blobs"]);
}

// BuildKit 0.34 gives its attestations a subject, so a registry with the API names them too.
#[test]
fn an_attestation_that_is_listed_and_refers_has_one_row() {
    let mut world = World::default();
    let image = world.image("linux/amd64");
    let attestation = world.attestation(&image["digest"]);
    let of: Digest = image["digest"].as_str().unwrap().parse().unwrap();
    world.set_index(vec![image, attestation.clone()]);
    world.sign(&of);
    let descriptor = crate::oci::Entry::from_value(&attestation).descriptor().cloned().unwrap();
    let referrer = Referrer { descriptor, via: Via::Api };
    world.referrers.get_mut(&of).unwrap().push(referrer);
    let mut tree = loaded(&world);
    tree.want_referrers(100);
    load(&mut tree, &world);
    let attestation = find(&tree, "attestation");
    assert!(tree.is_also_referrer(attestation));
    let words = tree.words(attestation, &TimeZone::UTC).rest;
    assert_eq!(words, "provenance · sbom · in the list and as a referrer");
    let image = tree.node(attestation).unwrap().parent.unwrap();
    let group = tree.children(image).find(|(_, it)| matches!(it.what, What::Referrers { .. }));
    let (group, _) = group.unwrap();
    let others: Vec<_> = tree.children(group).map(|(id, _)| id).collect();
    assert_eq!(others.len(), 1, "the signature alone");
    assert_eq!(tree.totals(tree.root()).attestations, 1);
}

// `soci convert` 0.16 and `podman manifest add --all` 4.3 strip the annotations of attestations.
#[test]
fn an_attestation_without_annotations_is_known_by_its_layers() {
    let mut world = World::default();
    let image = world.image("linux/amd64");
    let mut attestation = world.attestation(&image["digest"]);
    attestation.as_object_mut().unwrap().remove("annotations");
    world.set_index(vec![image, attestation]);
    let tree = loaded(&world);
    let totals = tree.totals(tree.root());
    assert_eq!((totals.images, totals.attestations, totals.others), (1, 1, 0));
}

#[test]
fn a_config_that_leaves_the_architecture_out_does_not_contradict() {
    let mut world = World::default();
    for (platform, expected) in [
        (json!({ "os": "linux", "architecture": "" }), ""),
        (json!({ "os": "linux", "architecture": "arm64" }), "config says linux/arm64"),
    ] {
        let mut config = platform.clone();
        config["created"] = json!("1970-01-01T00:00:00Z");
        let config = world.put(&MediaType::OciConfig, &config);
        let manifest = json!({ "schemaVersion": 2, "config": config, "layers": [] });
        let mut entry = world.put(&MediaType::OciManifest, &manifest);
        entry["platform"] = json!({ "os": "linux", "architecture": "amd64" });
        world.set_index(vec![entry]);
        let tree = loaded(&world);
        let image = find(&tree, "linux/amd64");
        assert_eq!(tree.words(image, &TimeZone::UTC).rest, expected, "{platform}");
    }
}

#[test]
fn more_manifests_than_are_fetched_eagerly_wait_until_they_are_seen() {
    let mut world = World::default();
    let image = world.image("linux/amd64");
    let entries = (0..EAGER_MANIFESTS + 10)
        .map(|n| {
            let mut entry = image.clone();
            entry["digest"] = json!(Digest::sha256(&n.to_be_bytes()).as_str());
            entry
        })
        .collect();
    world.set_index(entries);
    let mut tree = Tree::default();
    load(&mut tree, &world);
    assert_eq!(tree.progress().idle, 10);
    let last = tree.children(tree.root()).map(|(id, _)| id).nth(EAGER_MANIFESTS + 9).unwrap();
    assert_eq!(tree.node(last).unwrap().load, Load::Idle);
    assert_eq!(tree.next_wanted(&[last]).unwrap().0, last);
}

#[test]
fn search_looks_into_closed_parts_and_says_what_it_could_not_see() {
    let world = World::index(&["linux/amd64", "linux/arm64/v8"], true);
    let tree = loaded(&world);
    let found = tree.search("ARM64");
    assert!(found.nodes.is_empty(), "capital letters count where they are typed");
    let found = tree.search("copy server-linux/arm64");
    assert_eq!(found.nodes.len(), 1);
    assert!(matches!(tree.node(found.nodes[0]).unwrap().what, What::Layer { number: 2, .. }));
    // The referrers of the index, of its two images and of what attests them were not asked for.
    assert_eq!(found.unloaded, 5);
    let digest = tree.node(find(&tree, "linux/amd64")).unwrap().digest().unwrap().hex().to_owned();
    assert_eq!(tree.search(&digest[..16]).nodes.len(), 2, "the image, and what attests it");
}

#[test]
fn only_what_is_wanted_is_fetched() {
    let world = World::index(&["linux/amd64", "linux/arm64/v8", "linux/s390x"], true);
    let mut tree = Tree::default().only(Some("linux/arm64".parse().unwrap()));
    // The index, the image, its config, and what attests it.
    assert_eq!(load(&mut tree, &world), 4);
}

#[test]
fn an_answer_that_nobody_waits_for_changes_nothing() {
    let world = World::index(&["linux/amd64"], false);
    let mut tree = loaded(&world);
    let before = shown(&tree);
    let failure = Failure::new(Class::TimedOut, "", "late");
    tree.attach(&Need::Root, Err(failure));
    tree.settle();
    assert_eq!(shown(&tree), before);
}

#[test]
fn the_tree_is_what_engines_choose_from() {
    use crate::model::select::{Engine, Host, Outcome, select};
    let world = World::index(&["linux/amd64", "linux/arm64/v8"], true);
    let tree = loaded(&world);
    let offer = tree.offer("demo/app:1.0").unwrap();
    let host: Host = "linux/arm64/v8".parse().unwrap();
    let selection = select(Engine::find("docker").unwrap(), &host, None, &offer);
    // The positions count the attestations between the images.
    assert_eq!(selection.outcome, Outcome::Picked(vec![2]));
    let node = tree.at_path(selection.outcome.pick().unwrap()).unwrap();
    assert_eq!(tree.words(node, &TimeZone::UTC).label, "linux/arm64/v8");
    let attestation = tree.at_path(&[3]).unwrap();
    assert_eq!(tree.node(attestation).unwrap().kind(), Kind::Attestation);
    assert_eq!(tree.at_path(&[9]), None);
}

/// The totals of an index, counted anew.
fn counted(tree: &Tree, id: NodeId, layers: &mut HashMap<Digest, u64>) -> Totals {
    let mut totals = Totals::default();
    for (id, node) in tree.children(id) {
        let What::Manifest { role, document, .. } = &node.what else { continue };
        if matches!(role, Role::Referrer { .. }) {
            continue;
        }
        match node.kind() {
            Kind::Image => totals.images += 1,
            Kind::Attestation => totals.attestations += 1,
            _ => totals.others += 1,
        }
        if let Some(crate::oci::Manifest::Image(image)) = document.as_ref().map(|it| &it.manifest)
            && node.kind() == Kind::Image
        {
            layers.extend(image.layer_descriptors().map(|it| (it.digest.clone(), it.size)));
        }
        if node.kind() != Kind::Attestation {
            let below = counted(tree, id, layers);
            totals.images += below.images;
            totals.attestations += below.attestations;
            totals.others += below.others;
        }
    }
    totals
}

#[test]
fn totals_are_true_after_every_answer() {
    let mut world = World::index(&["linux/amd64", "linux/arm64/v8"], true);
    let inner = world.root_digest();
    let bytes = world.answer(&wants::Need::Root).unwrap();
    let Answer::Manifest(document) = bytes else { panic!("no index") };
    let mut entries = vec![json!({
        "mediaType": MediaType::OciIndex.as_str(),
        "digest": inner.as_str(),
        "size": document.size(),
    })];
    for platform in ["linux/s390x", "windows/amd64"] {
        let image = world.image(platform);
        entries.push(world.attestation(&image["digest"]));
        entries.push(image);
    }
    // A list that takes an index for an image.
    let mut lie = entries[0].clone();
    lie["mediaType"] = json!(MediaType::OciManifest.as_str());
    entries.push(lie);
    world.set_index(entries);
    world.sign(&inner);
    let mut tree = Tree::default();
    let mut answers = 0;
    while let Some((_, need)) = tree.next_wanted(&[]) {
        tree.attach(&need, world.answer(&need));
        tree.want_referrers(10);
        answers += 1;
        for at in 0..tree.len() {
            let id = NodeId::new(at);
            if tree.node(id).unwrap().kind() == Kind::Index {
                let mut layers = HashMap::new();
                let mut totals = counted(&tree, id, &mut layers);
                totals.layers_size = layers.values().sum();
                assert_eq!(tree.totals(id), totals, "{at} after {answers} answers");
            }
        }
    }
    let totals = tree.totals(tree.root());
    // The inner list counts a second time under the entry that calls it an image.
    assert_eq!((totals.images, totals.attestations), (6, 6), "{totals:?}");
}

/// So many lists of so many entries, each of which names the list below, the last of them an image.
fn lists(depth: usize, entries: usize) -> World {
    let mut world = World::default();
    let mut below = world.image("linux/amd64");
    for _ in 0..depth {
        let list = json!({ "schemaVersion": 2, "manifests": vec![below; entries] });
        below = world.put(&MediaType::OciIndex, &list);
    }
    world.set_root(&below);
    world
}

#[test]
fn lists_that_name_each_other_many_times_stay_small() {
    let world = lists(3, 3);
    let mut tree = Tree::default();
    // Three lists, an image and its config, each once.
    assert_eq!(load(&mut tree, &world), 5);
    let images = (0..tree.len()).map(NodeId::new);
    let images = images.filter(|id| tree.node(*id).unwrap().kind() == Kind::Image);
    assert_eq!(images.count(), 27);
    assert_eq!(tree.progress().failed, 0);

    // 50 to the 7 paths, 2,101 to the 3, 300 to the 4.
    for (depth, entries) in [(7, 50), (3, 2_101), (4, 300)] {
        let world = lists(depth, entries);
        let mut tree = Tree::default();
        assert!(load(&mut tree, &world) <= depth + 2, "each document is asked for once");
        assert!(tree.len() <= 110_000, "{} nodes", tree.len());
        let failed =
            (0..tree.len()).map(NodeId::new).filter_map(|id| tree.node(id)?.load.failure());
        let mut failed = failed.peekable();
        assert!(failed.peek().is_some());
        assert!(failed.all(|it| it.class == Class::TooLarge && it.next.is_some()));
    }
}

#[test]
fn documents_are_asked_for_up_to_a_sum_of_bytes() {
    let mut world = World::default();
    let images: Vec<_> = ["linux/amd64", "linux/arm64", "linux/riscv64"]
        .map(|platform| {
            let mut entry = world.image(platform);
            // What is asked for counts by what its descriptor says.
            entry["size"] = json!(2 << 20);
            entry
        })
        .into();
    world.set_index(images);
    let mut tree = Tree::default();
    // The index, two images and their configs.
    assert_eq!(load(&mut tree, &world), 5);
    let failed = (0..tree.len()).map(NodeId::new).filter_map(|id| tree.node(id)?.load.failure());
    let failed: Vec<_> = failed.collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].class, Class::TooLarge);
    assert!(failed[0].detail.ends_with("more than 34 MB"), "{}", failed[0].detail);
}
