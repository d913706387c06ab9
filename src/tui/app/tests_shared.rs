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
    let (os, architecture) = platform.split_once('/').unwrap();
    entry["platform"] = json!({ "os": os, "architecture": architecture });
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
    assert!(screen.contains("4 layers in 2 images") && !screen.contains("no image here"), "{screen}");
}
