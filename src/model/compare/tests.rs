//! Two trees in, a comparison out.

use serde_json::{Value, json};

use super::*;
use crate::model::tree::{Known, Tree};
use crate::model::world::World;
use crate::oci::{Class, Failure, MediaType};

pub(super) fn tree(world: &World) -> Tree {
    let mut tree = Tree::new(Known::default());
    while let Some((_, need)) = tree.next_wanted(&[]) {
        let answer = world.answer(&need);
        tree.attach(&need, answer);
    }
    tree
}

pub(super) fn part(world: &World) -> Part {
    let tree = tree(world);
    Part::of_tree(&tree, tree.root()).unwrap()
}

pub(super) fn of(a: &World, b: &World) -> Comparison {
    compare(&part(a), &part(b))
}

pub(super) fn index(comparison: &Comparison) -> &IndexDiff {
    match &comparison.detail {
        Detail::Index(diff) => diff,
        other => panic!("{other:?}"),
    }
}

pub(super) fn image(comparison: &Comparison) -> &ImageDiff {
    match &comparison.detail {
        Detail::Image(diff) => diff,
        other => panic!("{other:?}"),
    }
}

fn entries(comparison: &Comparison) -> Vec<(String, Change)> {
    index(comparison).entries.iter().map(|row| (row.side().unwrap().label(), row.change)).collect()
}

fn expected(rows: &[(&str, Change)]) -> Vec<(String, Change)> {
    rows.iter().map(|(label, change)| ((*label).to_owned(), *change)).collect()
}

/// An image of these layers and this config; its entry.
pub(super) fn made(
    world: &mut World,
    platform: &str,
    layers: &[(&str, u64)],
    config: Value,
) -> Value {
    let (os, architecture) = platform.split_once('/').unwrap();
    let mut document = json!({ "os": os, "architecture": architecture });
    for (key, value) in config.as_object().unwrap() {
        document[key] = value.clone();
    }
    let config = world.put(&MediaType::OciConfig, &document);
    let layers: Vec<Value> = layers
        .iter()
        .map(|(what, size)| {
            let digest = crate::oci::Digest::sha256(what.as_bytes());
            json!({ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                    "digest": digest.as_str(), "size": size })
        })
        .collect();
    let manifest = json!({ "schemaVersion": 2, "mediaType": MediaType::OciManifest.as_str(),
                           "config": config, "layers": layers });
    let mut entry = world.put(&MediaType::OciManifest, &manifest);
    entry["platform"] = json!({ "os": os, "architecture": architecture });
    entry
}

fn id(text: &str) -> String {
    crate::oci::Digest::sha256(text.as_bytes()).to_string()
}

/// A world whose root is an image of these layers and this config.
pub(super) fn one(layers: &[(&str, u64)], config: Value) -> World {
    let mut world = World::default();
    let entry = made(&mut world, "linux/amd64", layers, config);
    world.set_root(&entry);
    world
}

#[test]
fn a_thing_is_identical_with_itself() {
    let world = World::index(&["linux/amd64", "linux/arm64"], true);
    let found = of(&world, &world);
    assert_eq!(found.relation, Relation::Identical);
    assert!(found.same_digest() && found.is_equal());
    assert_eq!(found.kind(), "index");
    assert!(index(&found).is_equal());
    assert_eq!(index(&found).bytes.new, Some(0));
    assert_eq!(summary(&found), ["A and B are the same: one digest."]);
    assert_eq!(lines(&found).len(), 1, "{:?}", lines(&found));
}

/// What a machine of one platform downloads is not what a copy of the whole list does.
#[test]
fn a_line_counts_against_its_counterpart_and_the_sum_against_all() {
    let (mut a, mut b) = (World::default(), World::default());
    let layers = [("for all platforms", 5_000_000)];
    let amd64 = made(&mut a, "linux/amd64", &layers, json!({}));
    a.set_index(vec![amd64]);
    let entries = ["linux/amd64", "linux/arm64"].map(|it| made(&mut b, it, &layers, json!({})));
    b.set_index(entries.to_vec());
    let found = of(&a, &b);
    let lines = lines(&found);
    assert_eq!(
        (lines[1].label.as_str(), lines[1].note.as_str()),
        ("linux/arm64", "5.0 MB to download")
    );
    assert!(index(&found).bytes.new.unwrap() < 2_000);
    let summary = summary(&found).join(" ");
    assert!(summary.contains("With all of A pulled, all of B downloads "), "{summary}");
    assert!(summary.ends_with(" and shares 5.0 MB."), "{summary}");
    let images = of(&one(&[("x", 1)], json!({})), &one(&[("y", 2)], json!({})));
    assert!(super::summary(&images).join(" ").contains("With A pulled, B downloads "));
}

#[test]
fn entries_are_matched_by_platform() {
    let (mut a, mut b) = (World::default(), World::default());
    let amd64 = a.image("linux/amd64");
    let arm64 = a.image("linux/arm64/v8");
    let v6 = a.image("linux/arm/v6");
    a.set_index(vec![amd64.clone(), arm64, v6]);
    b.image("linux/amd64");
    let layers = [("base linux/arm64/v8", 3_400_000), ("new server", 640_000)];
    let config = json!({ "variant": "v8", "history": [{ "created_by": "ADD rootfs.tar /" }] });
    let changed = made(&mut b, "linux/aarch64", &layers, config);
    let riscv = b.image("linux/riscv64");
    b.set_index(vec![amd64, changed, riscv]);
    let found = of(&a, &b);
    let rows = expected(&[
        ("linux/amd64", Change::Same),
        ("linux/aarch64", Change::Changed),
        ("linux/riscv64", Change::Added),
        ("linux/arm/v6", Change::Removed),
    ]);
    assert_eq!(entries(&found), rows);
    let changed = &index(&found).entries[1];
    assert_eq!(changed.bytes.shared, 3_400_000);
    assert!(changed.bytes.new.unwrap() > 640_000);
    assert!(changed.bytes.old.unwrap() > 512_000);
    let Some(Detail::Image(diff)) = &changed.detail else { panic!("{changed:?}") };
    assert_eq!(diff.layers_that_differ(), (1, 2));
    assert!(!found.is_equal());
    assert_eq!(index(&found).entries_that_differ(), (3, 4));
    assert_eq!(index(&found).entries[2].bytes.shared, 0);
}

#[test]
fn one_digest_under_another_platform_is_relabelled() {
    let mut a = World::default();
    let image = a.image("linux/amd64");
    let mut b = a.clone();
    a.set_index(vec![image.clone()]);
    let mut other = image.clone();
    other["platform"]["architecture"] = json!("arm64");
    b.set_index(vec![other]);
    let found = of(&a, &b);
    assert_eq!(entries(&found), expected(&[("linux/arm64", Change::Relabelled)]));
    assert_eq!(index(&found).entries[0].bytes.new, Some(0));
    assert_eq!(index(&found).entries[0].fields[0].path(), "platform.architecture");
    assert_eq!(lines(&found)[0].note, "the same content, was linux/amd64");
}

#[test]
fn exchanged_labels_are_relabelled_and_a_taken_platform_is_changed() {
    let mut a = World::default();
    let (x, y, z) = (a.image("linux/amd64"), a.image("linux/arm64"), a.image("linux/s390x"));
    let label = |entry: &Value, platform: &Value| {
        let mut entry = entry.clone();
        entry["platform"] = platform["platform"].clone();
        entry
    };
    let mut b = a.clone();
    a.set_index(vec![x.clone(), y.clone()]);
    b.set_index(vec![label(&y, &x), label(&x, &y)]);
    assert_eq!(
        index(&of(&a, &b)).entries.iter().map(|it| it.change).collect::<Vec<_>>(),
        [Change::Relabelled, Change::Relabelled]
    );
    // amd64 is another image now, and the old one has become arm64's.
    a.set_index(vec![x.clone()]);
    b.set_index(vec![label(&z, &x), label(&x, &y)]);
    let rows = expected(&[("linux/amd64", Change::Changed), ("linux/arm64", Change::Added)]);
    assert_eq!(entries(&of(&a, &b)), rows);
}

#[test]
fn another_spelling_of_a_platform_is_told() {
    let mut a = World::default();
    let image = a.image("linux/arm64");
    let mut b = a.clone();
    a.set_index(vec![image.clone()]);
    let mut other = image;
    other["platform"]["variant"] = json!("v8");
    b.set_index(vec![other]);
    let found = of(&a, &b);
    assert_eq!(entries(&found), expected(&[("linux/arm64/v8", Change::Relabelled)]));
    assert_eq!(lines(&found)[0].note, "the same platform, was written linux/arm64");
}

#[test]
fn another_order_and_other_annotations_are_told() {
    let mut a = World::default();
    let (x, y, z) = (a.image("linux/amd64"), a.image("linux/arm64"), a.image("linux/s390x"));
    let mut b = a.clone();
    a.set_index(vec![x.clone(), y.clone(), z.clone()]);
    let mut noted = z.clone();
    noted["annotations"] = json!({ "org.example": "new" });
    b.set_index(vec![noted, x, y]);
    let found = of(&a, &b);
    let rows = expected(&[
        ("linux/amd64", Change::Same),
        ("linux/arm64", Change::Same),
        ("linux/s390x", Change::Changed),
    ]);
    assert_eq!(entries(&found), rows);
    let last = &index(&found).entries[2];
    assert!(last.moved && last.detail.is_none());
    assert_eq!(last.fields[0].path(), "annotations.org.example");
    assert_eq!(
        lines(&found).last().unwrap().note,
        "the same content, described otherwise · place 3 → 1"
    );
    let mut c = b.clone();
    c.set_index(vec![z]);
    b.set_index(Vec::new());
    assert_eq!(entries(&of(&b, &c)), expected(&[("linux/s390x", Change::Added)]));
}

#[test]
fn only_another_order_is_reordered() {
    let mut a = World::default();
    let (x, y) = (a.image("linux/amd64"), a.image("linux/arm64"));
    let mut b = a.clone();
    a.set_index(vec![x.clone(), y.clone()]);
    b.set_index(vec![y, x]);
    let found = of(&a, &b);
    let changes: Vec<Change> = index(&found).entries.iter().map(|it| it.change).collect();
    assert_eq!(changes.iter().filter(|it| **it == Change::Reordered).count(), 1, "{changes:?}");
    assert!(!found.is_equal());
}

#[test]
fn what_stays_in_its_place_among_others_that_move_is_not_reordered() {
    let mut a = World::default();
    let (x, y, z) = (a.image("linux/amd64"), a.image("linux/arm64"), a.image("linux/s390x"));
    let mut b = a.clone();
    a.set_index(vec![x.clone(), y.clone(), z.clone()]);
    b.set_index(vec![z, y, x]);
    let found = of(&a, &b);
    let moved: Vec<&EntryRow> = index(&found).entries.iter().filter(|row| row.moved).collect();
    assert!(!moved.is_empty());
    for row in moved {
        assert_ne!(row.a.as_ref().unwrap().position, row.b.as_ref().unwrap().position);
    }
}

#[test]
fn of_two_entries_for_one_platform_those_that_are_written_alike_belong_together() {
    let (mut a, mut b) = (World::default(), World::default());
    let one = a.image("linux/arm64/v8");
    a.set_index(vec![one]);
    let plain = made(&mut b, "linux/arm64", &[("other", 1)], json!({}));
    let mut v8 = made(&mut b, "linux/arm64", &[("another", 1)], json!({}));
    v8["platform"]["variant"] = json!("v8");
    b.set_index(vec![plain, v8]);
    let rows = expected(&[("linux/arm64", Change::Added), ("linux/arm64/v8", Change::Changed)]);
    assert_eq!(entries(&of(&a, &b)), rows);
}

#[test]
fn an_image_without_its_attestation_is_the_same_image() {
    let world = World::index(&["linux/amd64", "linux/arm64"], true);
    let mut alone = world.clone();
    let entry = alone.image("linux/amd64");
    alone.set_root(&entry);
    let found = of(&world, &alone);
    let row = index(&found).entries.iter().find(|row| row.b.is_some()).unwrap();
    assert_eq!((row.change, row.is_equal()), (Change::Same, false));
    assert_eq!(index(&found).entries_that_differ(), (1, 2));
    assert!(summary(&found).join(" ").contains("(1 removed) · 1 has other attestations"));
    let line = lines(&found).into_iter().find(|line| line.label == "linux/amd64").unwrap();
    assert_eq!((line.sign, line.children[0].sign), (Sign::Same, Sign::Removed));
}

#[test]
fn of_one_digest_nothing_is_missing_that_was_not_asked_for() {
    let world = World::index(&["linux/amd64"], false);
    let mut tree = Tree::new(Known::default());
    let (_, need) = tree.next_wanted(&[]).unwrap();
    let answer = world.answer(&need);
    tree.attach(&need, answer);
    let part = Part::of_tree(&tree, tree.root()).unwrap();
    let image = part.narrowed(&"linux/amd64".parse().unwrap()).unwrap();
    let found = compare(&image, &image);
    assert!(found.is_equal() && found.missing.is_empty(), "{:?}", found.missing);
}

#[test]
fn attestations_stand_under_their_image() {
    let (mut a, mut b) = (World::default(), World::default());
    let old = made(&mut a, "linux/amd64", &[("base", 10)], json!({}));
    let attested = a.attestation(&old["digest"]);
    a.set_index(vec![old, attested]);
    let new = made(&mut b, "linux/amd64", &[("base", 10), ("more", 5)], json!({}));
    let attested = b.attestation(&new["digest"]);
    b.set_index(vec![new, attested]);
    let found = of(&a, &b);
    assert_eq!(entries(&found), expected(&[("linux/amd64", Change::Changed)]));
    let under = &index(&found).entries[0].attestations;
    assert_eq!(under.len(), 1);
    assert_eq!(under[0].change, Change::Changed);
    assert!(under[0].fields.is_empty(), "{:?}", under[0].fields);
}

#[test]
fn an_update_of_windows_is_a_change_and_another_release_is_not() {
    let windows = |world: &mut World, version: &str, layer: &str| {
        let mut entry = made(world, "windows/amd64", &[(layer, 9)], json!({}));
        entry["platform"]["os.version"] = json!(version);
        entry
    };
    let mut a = World::default();
    let entry = windows(&mut a, "10.0.20348.2402", "a");
    a.set_index(vec![entry]);
    for (version, changes) in [
        ("10.0.20348.2500", vec![Change::Changed]),
        ("10.0.17763.1", vec![Change::Added, Change::Removed]),
    ] {
        let mut b = World::default();
        let entry = windows(&mut b, version, "b");
        b.set_index(vec![entry]);
        let found = of(&a, &b);
        let rows: Vec<Change> = index(&found).entries.iter().map(|it| it.change).collect();
        assert_eq!(rows, changes, "{version}");
    }
}

#[test]
fn layers_align_by_digest_diff_id_and_step() {
    let history = |last: &str| {
        json!([{ "created_by": "ADD base /" }, { "created_by": "RUN update" },
               { "created_by": "ENV X", "empty_layer": true }, { "created_by": last }])
    };
    let ids = |last: &str| json!({ "diff_ids": [id("base"), id("update"), id(last)] });
    let a = one(
        &[("base", 100), ("update gzip", 50), ("server 1", 20)],
        json!({ "history": history("COPY server /"), "rootfs": ids("server 1") }),
    );
    let b = one(
        &[("base", 100), ("update zstd", 40), ("server 2", 30), ("extra", 7)],
        json!({ "history": history("COPY server /"), "rootfs": ids("server 2") }),
    );
    let found = of(&a, &b);
    let rows: Vec<(LayerChange, Option<usize>, Option<usize>)> = image(&found)
        .layers
        .iter()
        .map(|row| {
            let number = |side: &Option<LayerSide>| side.as_ref().map(|side| side.number);
            (row.change, number(&row.a), number(&row.b))
        })
        .collect();
    assert_eq!(
        rows,
        [
            (LayerChange::Same, Some(1), Some(1)),
            (LayerChange::Recompressed, Some(2), Some(2)),
            (LayerChange::Changed, Some(3), Some(3)),
            (LayerChange::Added, None, Some(4)),
        ]
    );
    assert_eq!(image(&found).layers[2].b.as_ref().unwrap().step.as_deref(), Some("COPY server /"));
    assert!(image(&found).history.iter().all(HistoryRow::is_same));
    assert_eq!(found.kind(), "image");
    assert_eq!(image(&found).bytes.shared, 100);
}

#[test]
fn config_and_history_are_read() {
    let a = one(
        &[("base", 1)],
        json!({ "config": { "Env": ["LOG=info"] }, "created": "2024-01-01T00:00:00Z",
                "history": [{ "created_by": "ADD", "created": "1" }] }),
    );
    let b = one(
        &[("base", 1)],
        json!({ "config": { "Env": ["LOG=warn"], "Labels": { "x": "y" } },
                "created": "2024-01-01T00:00:00Z",
                "history": [{ "created_by": "ADD", "created": "2" },
                            { "created_by": "LABEL x=y", "empty_layer": true }] }),
    );
    let found = of(&a, &b);
    let paths: Vec<String> = image(&found).config.iter().map(FieldChange::path).collect();
    assert_eq!(paths, ["config.Env.LOG", "config.Labels.x"]);
    let shown: Vec<(String, &str)> =
        lines(&found).iter().map(|it| (it.label.clone(), it.sign.as_str())).collect();
    let expected = [("layer 1", "="), ("env LOG", "~"), ("label x", "+"), ("history", "~")];
    assert_eq!(shown, expected.map(|(label, sign)| (label.to_owned(), sign)));
}

#[test]
fn the_same_json_written_otherwise_is_equal() {
    let (mut a, mut b) = (World::default(), World::default());
    let root = |world: &mut World, json: Value| {
        let descriptor = world.put(&MediaType::OciIndex, &json);
        world.set_root(&descriptor);
    };
    root(&mut a, json!({ "schemaVersion": 2, "manifests": [] }));
    root(&mut b, json!({ "manifests": [], "schemaVersion": 2 }));
    let found = of(&a, &b);
    assert!(found.is_equal() && !found.same_digest());
    assert_eq!(found.relation, Relation::Different);
}

#[test]
fn each_relation_is_told() {
    let mut list = World::default();
    let ids = json!({ "rootfs": { "diff_ids": [id("x")] } });
    let amd64 = made(&mut list, "linux/amd64", &[("x", 9)], ids.clone());
    let arm64 = made(&mut list, "linux/arm64", &[("x", 9)], ids.clone());
    list.set_index(vec![amd64, arm64.clone()]);
    let mut child = list.clone();
    child.set_root(&arm64);
    let name = "linux/arm64".to_owned();
    let found = of(&list, &child);
    assert_eq!(found.relation, Relation::ChildOf { name: name.clone() });
    assert_eq!(summary(&found)[0], "B is the linux/arm64 child of A.");
    let rows = expected(&[("linux/amd64", Change::Removed), ("linux/arm64", Change::Same)]);
    assert_eq!(entries(&found), rows);
    assert!(!found.is_equal());
    assert_eq!(of(&child, &list).relation, Relation::Contains { name: name.clone() });

    // Pushed anew by a client: the same files under another compression.
    let mut flat = World::default();
    let other = json!({ "rootfs": { "diff_ids": [id("x")] }, "author": "docker" });
    let pushed = made(&mut flat, "linux/arm64", &[("x again", 8)], other);
    flat.set_root(&pushed);
    assert_eq!(of(&list, &flat).relation, Relation::FlattenedFrom { name: name.clone() });
    assert_eq!(of(&flat, &list).relation, Relation::FlattenedTo { name });
    let other = one(&[("y", 9)], json!({}));
    assert_eq!(of(&list, &other).relation, Relation::Different);
}

#[test]
fn configs_compare_with_configs_and_blobs_with_blobs() {
    let config = |world: &World| {
        let tree = tree(world);
        Part::of_tree(&tree, tree.config_of(tree.root()).unwrap()).unwrap()
    };
    let a = one(&[("x", 1)], json!({ "rootfs": { "diff_ids": [id("x")] } }));
    let b = one(&[("x", 1)], json!({ "rootfs": { "diff_ids": [id("y")] }, "author": "me" }));
    let found = compare(&config(&a), &config(&b));
    assert_eq!(found.kind(), "config");
    assert_eq!(image(&found).config[0].path(), "author");
    assert_eq!(image(&found).layers_that_differ(), (1, 1));
    assert_eq!(of(&a, &b).relation, Relation::Different);
    let whole = compare(&part(&a), &config(&a));
    assert_eq!(whole.relation, Relation::ChildOf { name: "config".to_owned() });
    let layer = |world: &World| {
        let tree = tree(world);
        let id = tree.children(tree.root()).nth(1).unwrap().0;
        Part::of_tree(&tree, id).unwrap()
    };
    let c = one(&[("z", 2)], json!({}));
    let found = compare(&layer(&a), &layer(&c));
    let Detail::Json(fields) = &found.detail else { panic!("{found:?}") };
    let paths: Vec<String> = fields.iter().map(FieldChange::path).collect();
    assert_eq!(paths, ["digest", "size"]);
    assert!(compare(&layer(&a), &layer(&b)).is_equal());
}

#[test]
fn what_is_missing_for_one_reason_is_said_once_for_each_side() {
    let missing = |side, what: &str, class| Missing {
        side,
        what: what.to_owned(),
        digest: None,
        failure: Some(Failure::new(class, what, "why").into()),
    };
    let mut all: Vec<Missing> =
        ["a", "b", "c", "d", "e"].map(|what| missing(Side::A, what, Class::NotFound)).into();
    all.push(missing(Side::B, "a", Class::NotFound));
    all.push(missing(Side::A, "f", Class::Server));
    let mut found =
        of(&World::index(&["linux/amd64"], false), &World::index(&["linux/amd64"], false));
    found.missing = all;
    let lines = lines(&found);
    let notes: Vec<&str> = lines.iter().rev().take(3).rev().map(|it| it.note.as_str()).collect();
    assert_eq!(notes.len(), 3);
    assert!(notes[0].starts_with("a, b, c and 2 more of A: "), "{notes:?}");
    assert!(notes[1].starts_with("a of B: ") && notes[2].starts_with("f of A: "), "{notes:?}");
}

#[test]
fn what_is_missing_is_named_and_the_rest_is_compared() {
    let (mut a, mut b) = (World::default(), World::default());
    let shared = a.image("linux/amd64");
    b.image("linux/amd64");
    let old = made(&mut a, "linux/arm64", &[("old", 1)], json!({}));
    let new = made(&mut b, "linux/arm64", &[("new", 1)], json!({}));
    a.set_index(vec![shared.clone(), old]);
    b.set_index(vec![shared, new.clone()]);
    let digest: crate::oci::Digest = new["digest"].as_str().unwrap().parse().unwrap();
    b.lose(&digest);
    let found = of(&a, &b);
    let rows = expected(&[("linux/amd64", Change::Same), ("linux/arm64", Change::Changed)]);
    assert_eq!(entries(&found), rows);
    assert_eq!(found.missing.len(), 1);
    assert_eq!(found.missing[0].side, Side::B);
    assert_eq!(found.missing[0].digest, Some(digest));
    assert!(found.missing[0].failure.is_some());
    assert_eq!(index(&found).entries[1].bytes.new, None);
    let Some(Detail::Image(diff)) = &index(&found).entries[1].detail else { panic!() };
    assert!(!diff.compared && !diff.is_equal());
    let lines = lines(&found);
    assert_eq!(lines[1].note, "not compared: a manifest is missing");
    let last = lines.last().unwrap();
    assert_eq!(last.note, "the manifest of linux/arm64 of B: not in the registry (404)");
}

#[test]
fn text_from_outside_is_harmless() {
    let evil = "\u{1b}[2J\u{202e}";
    let a = one(&[("x", 1)], json!({ "author": "x" }));
    let b = one(
        &[("y", 1)],
        json!({ "author": evil, "config": { "Labels": { evil: evil } },
                "history": [{ "created_by": evil, "created": evil }] }),
    );
    fn check(lines: &[Line]) {
        for line in lines {
            for text in [&line.label, &line.a, &line.b, &line.note] {
                assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
            }
            check(&line.children);
        }
    }
    check(&lines(&of(&a, &b)));
    assert!(unified(&part(&a), &part(&b), "a", "b").contains("author"));
}

#[test]
fn a_unified_diff_is_of_the_pretty_printed_json() {
    let a = one(&[("x", 1)], json!({ "author": "me" }));
    let b = one(&[("x", 1)], json!({ "author": "you" }));
    let text = unified(&part(&a), &part(&b), "one", "two");
    for line in
        ["--- one", "+++ two", "--- one config", "-  \"author\": \"me\"", "+  \"author\": \"you\""]
    {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    assert_eq!(unified(&part(&a), &part(&a), "one", "two"), "");
}
