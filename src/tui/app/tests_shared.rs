//! The layers of a list's images, one under the other.

use serde_json::{Value, json};

use crate::harness::{Player, World};
use crate::oci::{Digest, MediaType};

/// An image with these layers; its entry.
fn image(world: &mut World, platform: &str, layers: &[(&str, u64)]) -> Value {
    let layer = |(name, size): &(&str, u64)| {
        let digest = Digest::sha256(name.as_bytes());
        let media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
        json!({ "mediaType": media_type, "digest": digest.as_str(), "size": size })
    };
    let config = world.put(&MediaType::OciConfig, &json!({}));
    let manifest = json!({
        "schemaVersion": 2,
        "config": config,
        "layers": layers.iter().map(layer).collect::<Vec<_>>(),
        "annotations": { "platform": platform },
    });
    let mut entry = world.put(&MediaType::OciManifest, &manifest);
    let parts: Vec<&str> = platform.split('/').collect();
    entry["platform"] = json!({ "os": parts[0], "architecture": parts[1] });
    if let Some(variant) = parts.get(2) {
        entry["platform"]["variant"] = json!(variant);
    }
    entry
}

#[test]
fn sizes_beyond_all_numbers_are_no_sum_that_overflows() {
    let mut world = World::default();
    let own = [("base", u64::MAX), ("own", u64::MAX)];
    let images = ["linux/amd64", "linux/arm64"].map(|it| image(&mut world, it, &own));
    world.set_index(images.to_vec());
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.keys("3");
    let screen = player.screen();
    assert!(screen.contains("4 layers in 2 images · 18 EB"), "{screen}");
}

#[test]
fn strips_follow_the_answers_that_come_in() {
    let mut player = Player::new(World::index(&["linux/amd64"; 2], false), 120, 30);
    player.open("demo/app:1.0");
    player.answer_one();
    player.keys("3");
    assert!(player.screen().contains("no image here"), "{}", player.screen());
    player.answer_all();
    let screen = player.screen();
    assert!(
        screen.contains("4 layers in 2 images") && !screen.contains("no image here"),
        "{screen}"
    );
}

#[test]
fn platforms_are_whole_beside_the_tree() {
    const PLATFORMS: [&str; 3] = ["linux/arm64/v8", "linux/arm/v7", "linux/amd64"];
    // The largest is A.
    let names: Vec<String> = (0..12).map(|at| format!("layer {at}")).collect();
    let sizes = (1..=12).rev().map(|at| at * 1_000_000);
    let layers: Vec<(&str, u64)> = names.iter().map(String::as_str).zip(sizes).collect();
    for columns in 104..=125 {
        let mut world = World::default();
        let images = PLATFORMS.map(|platform| image(&mut world, platform, &layers));
        world.set_index(images.to_vec());
        let mut player = Player::opened(world, "demo/app:1.0", columns, 30);
        player.keys("3");
        let screen = player.screen();
        for platform in PLATFORMS {
            let strip = format!("{platform:<14}  ABCDEFGHIJKL ");
            assert_eq!(screen.matches(&strip).count(), 1, "{columns} {strip}: {screen}");
        }
    }
}

#[test]
fn layers_without_a_letter_have_a_line_in_the_legend() {
    let names: Vec<String> = (0..53).map(|at| format!("layer {at}")).collect();
    let layers: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 4_000_000)).collect();
    for (shared, told) in [(52, false), (53, true)] {
        let mut world = World::default();
        let layers = &layers[..shared];
        let images = ["linux/amd64", "linux/arm64"].map(|it| image(&mut world, it, layers));
        world.set_index(images.to_vec());
        let mut player = Player::opened(world, "demo/app:1.0", 160, 80);
        player.keys("3");
        let screen = player.screen();
        assert!(screen.contains("z  ") && screen.contains("in 2 images"), "{screen}");
        assert_eq!(screen.contains("+  in several images"), told, "{screen}");
    }
}

#[test]
fn hundreds_of_images_are_not_held_against_each_other() {
    for (images, too_many) in [(500, false), (501, true)] {
        let world = World::index(&vec!["linux/amd64"; images], false);
        let mut player = Player::new(world, 120, 30);
        player.open("demo/app:1.0");
        player.answer_one();
        player.keys("3");
        let screen = player.screen();
        assert_eq!(screen.contains("501 images are too many"), too_many, "{screen}");
    }
}
