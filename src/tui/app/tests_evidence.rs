//! The evidence, read from the explorer: what does not fit is marked in the tree.

use serde_json::{Value, json};

use super::{Query, Tab};
use crate::harness::{Player, World};
use crate::model::diagnose::Severity;
use crate::model::evidence::{Installed, RpmDatabase, RpmForm};
use crate::oci::{Failure, MediaType};

/// A statement that an image is built for this platform, as an attestation of BuildKit.
fn attestation(world: &mut World, of: &Value, built: &str) -> Value {
    let hex = of["digest"].as_str().unwrap().trim_start_matches("sha256:").to_owned();
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "_", "digest": { "sha256": hex } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": { "internalParameters": { "targetPlatform": built } },
            "runDetails": {},
        },
    });
    let mut layer = world.put(&MediaType::OciConfig, &statement);
    layer["mediaType"] = json!("application/vnd.in-toto+json");
    layer["annotations"] = json!({ "in-toto.io/predicate-type": "https://slsa.dev/provenance/v1" });
    let config = world.put(&MediaType::OciConfig, &json!({}));
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OciManifest.as_str(),
        "artifactType": "application/vnd.docker.attestation.manifest.v1+json",
        "config": config,
        "layers": [layer],
        "subject": of,
    });
    let mut entry = world.put(&MediaType::OciManifest, &manifest);
    entry["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
    entry["annotations"] = json!({
        "vnd.docker.reference.digest": of["digest"],
        "vnd.docker.reference.type": "attestation-manifest",
    });
    entry
}

fn opened(built: &str) -> Player {
    let mut world = World::default();
    let amd64 = world.image("linux/amd64");
    let arm64 = world.image("linux/arm64");
    let of_amd64 = attestation(&mut world, &amd64, "linux/amd64");
    let of_arm64 = attestation(&mut world, &arm64, built);
    world.set_index(vec![amd64, arm64, of_amd64, of_arm64]);
    Player::opened(world, "demo/app:1.0", 120, 30)
}

/// An image with an SBOM that lists one package of this kind, and its evidence, read.
fn with_sbom(kind: &str) -> Player {
    let mut world = World::default();
    let image = world.image("linux/amd64");
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [{ "type": "library", "name": "a", "purl": format!("pkg:{kind}/a@2") }],
    });
    let mut layer = world.put(&MediaType::OciConfig, &document);
    layer["mediaType"] = json!("application/vnd.cyclonedx+json");
    let config = world.put(&MediaType::OciConfig, &json!({}));
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OciManifest.as_str(),
        "artifactType": "application/vnd.cyclonedx+json",
        "config": config,
        "layers": [layer],
        "subject": image,
    });
    let referrer = world.put(&MediaType::OciManifest, &manifest);
    let of = image["digest"].as_str().unwrap().parse().unwrap();
    world.refer(&of, &referrer);
    world.set_index(vec![image]);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.keys("5");
    player.answer_all();
    player.keys("enter");
    player.answer_all();
    player
}

#[test]
fn sboms_are_held_against_what_is_installed() {
    let installed = |version: &str| Installed {
        kind: "deb",
        name: "a".into(),
        version: version.into(),
        architecture: "amd64".into(),
    };
    for (version, severity) in [("1", Some(Severity::Error)), ("2", None)] {
        let mut player = with_sbom("deb");
        player.databases.installed = vec![installed(version)];
        assert!(player.screen().contains("reads the layers of 1 image ("), "{}", player.screen());
        assert_eq!(mark(&player, 0), None, "no layer was read yet");
        player.keys("enter");
        assert!(player.screen().contains("reading the layers of 1 image"), "{}", player.screen());
        player.answer_all();
        assert!(player.screen().contains("installed   1 package by dpkg"), "{}", player.screen());
        assert_eq!(mark(&player, 0), severity, "{version}");
        // Once read, it is the evidence that is read again.
        player.keys("enter");
        player.answer_all();
        assert_eq!(player.count(|it| matches!(it, Query::Attest(_))), 2);
        assert_eq!(player.count(|it| matches!(it, Query::Databases(_))), 1);
    }
    // What needs no database asks for none.
    let mut player = with_sbom("npm");
    assert!(!player.screen().contains("reads the layers"), "{}", player.screen());
    player.keys("enter");
    player.answer_all();
    assert_eq!(player.count(|it| matches!(it, Query::Databases(_))), 0);
    // A database that is not read is named.
    let mut player = with_sbom("rpm");
    let path = "/var/lib/rpm/rpmdb.sqlite".into();
    player.databases.unread = vec![RpmDatabase { form: RpmForm::Sqlite, path }];
    player.keys("enter");
    player.answer_all();
    assert!(player.screen().contains("a database of RPM in SQLite"), "{}", player.screen());
}

#[test]
fn packages_of_an_sbom_are_sorted_by_what_the_user_wants() {
    let mut world = World::default();
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            { "type": "library", "name": "b", "purl": "pkg:deb/b@1.10" },
            { "type": "library", "name": "a", "purl": "pkg:npm/a@1.9" },
        ],
    });
    let mut layer = world.put(&MediaType::OciConfig, &document);
    layer["mediaType"] = json!("application/vnd.cyclonedx+json");
    let config = world.put(&MediaType::OciConfig, &json!({}));
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OciManifest.as_str(),
        "artifactType": "application/vnd.cyclonedx+json",
        "config": config,
        "layers": [layer],
    });
    let root = world.put(&MediaType::OciManifest, &manifest);
    world.set_root(&root);
    let mut player = Player::opened(world, "demo/sbom:1.0", 120, 30);
    player.keys("s");
    let screen = player.screen();
    assert!(
        screen.contains("no packages are shown; the Summary of an SBOM lists them"),
        "{screen}"
    );
    player.keys("j j");
    player.answer_all();
    let order = |player: &Player| {
        let screen = player.screen();
        let [a, b] = ["a 1.9", "b 1.10"].map(|name| screen.find(name).expect(name));
        if a < b { "ab" } else { "ba" }
    };
    assert!(player.screen().contains("by type; s sorts by name"), "{}", player.screen());
    assert_eq!(order(&player), "ba");
    player.keys("s");
    assert!(player.screen().contains("by name; s sorts by version"), "{}", player.screen());
    assert_eq!(order(&player), "ab");
    player.keys("s");
    assert_eq!(order(&player), "ab", "1.9 before 1.10");
}

fn mark(player: &Player, entry: usize) -> Option<Severity> {
    let open = player.shown();
    open.lints().mark(open.tree.at_path(&[entry]).unwrap())
}

#[test]
fn what_does_not_fit_is_marked_once_it_is_read() {
    let mut player = opened("linux/amd64");
    player.keys("5");
    player.answer_all();
    assert_eq!(player.explorer().tab, Tab::Evidence);
    assert!(player.screen().contains("reads 2 pieces of evidence"), "{}", player.screen());
    assert_eq!(mark(&player, 1), None, "nothing was read yet");
    player.keys("enter");
    assert!(player.screen().contains("reading the evidence"), "{}", player.screen());
    // A second time it is not asked for.
    player.keys("enter");
    assert_eq!(player.count(|it| matches!(it, Query::Attest(_))), 1);
    player.answer_all();
    assert!(player.screen().contains("2 pieces of evidence read"), "{}", player.screen());
    assert_eq!((mark(&player, 0), mark(&player, 1)), (None, Some(Severity::Error)));
    // The same evidence, as it should be.
    let mut player = opened("linux/arm64");
    player.keys("5");
    player.answer_all();
    player.keys("enter");
    player.answer_all();
    assert_eq!((mark(&player, 0), mark(&player, 1)), (None, None));
}

#[test]
fn what_cannot_be_read_is_said_and_can_be_read_again() {
    let mut player = opened("linux/amd64");
    player.keys("5");
    player.answer_all();
    player.keys("enter");
    let (session, request, _) = player.asked().next_back().unwrap();
    let failure = Failure::new(crate::oci::Class::Unreachable, "demo/app", "no route to host");
    player.replies((session, request), Err(failure));
    assert!(player.state.cx.toast.as_ref().unwrap().text.contains("no route to host"));
    player.keys("enter");
    player.answer_all();
    assert_eq!(mark(&player, 1), Some(Severity::Error));
    // Without evidence there is nothing to read.
    let world = World::index(&["linux/amd64"], false);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.keys("5");
    player.answer_all();
    player.keys("enter");
    assert_eq!(player.count(|it| matches!(it, Query::Attest(_))), 0);
    assert_eq!(player.state.cx.toast.as_ref().unwrap().text, "there is no evidence to read");
}
