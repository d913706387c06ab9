//! Commands on layouts and archives that hold several images.

use serde_json::{Value, json};

use super::made::{Made, Place, add, config, digest_of, gzip, layer};
use crate::assemble::Lab;
use crate::support::command::platy;
use platy::oci::Digest;

const REF_NAME: &str = "org.opencontainers.image.ref.name";
const IMAGE_NAME: &str = "io.containerd.image.name";

/// Two images under names of their own, as `docker save a b` writes them since Docker 25.
fn two() -> Made {
    let mut made = Made::new();
    for (architecture, name) in [("amd64", "example/app:1"), ("arm64", "example/tools:1")] {
        let image = made.image(architecture);
        let full = format!("docker.io/{name}");
        made.list(image, &[(IMAGE_NAME, &full), (REF_NAME, "1")]);
    }
    made
}

/// Several named images are not one list: engines are asked for one of them by its name (skopeo
/// 1.22: "more than one image in oci, choose an image").
#[test]
fn several_named_images_are_not_taken_for_one_list() {
    let (layout, archive) = (Place::layout(&two()), Place::archive(&two().tar()));
    let home = Place::new();
    for at in [format!("oci:{}", layout.path().display()), format!("{}", archive.file().display())]
    {
        let commands: [&[&str]; 5] = [
            &["why", &at],
            &["matrix", &at],
            &["check", &at],
            &["digest", &at],
            &["diff", &at, &format!("{at}:example/app:1")],
        ];
        for command in commands {
            let ran = platy(home.path(), command);
            assert_eq!(ran.code, 2, "{command:?}: {}{}", ran.text(), ran.stderr);
            for words in ["several images", "docker.io/example/app:1", "docker.io/example/tools:1"]
            {
                assert!(ran.stderr.contains(words), "{command:?}: {}", ran.stderr);
            }
        }
        let one = format!("{at}:example/tools:1");
        for command in ["why", "matrix", "check", "digest"] {
            let ran = platy(home.path(), &[command, &one]);
            assert!(ran.code < 2, "{command}: {}", ran.stderr);
        }
        // The tree shows them with their names, and the names can be listed.
        let ran = platy(home.path(), &["inspect", &at]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.text().contains("docker.io/example/tools:1"), "{}", ran.text());
        let ran = platy(home.path(), &["tags", &at]);
        let mut names: Vec<String> = ran.text().lines().map(str::to_owned).collect();
        names.sort();
        assert_eq!(names, ["docker.io/example/app:1", "docker.io/example/tools:1"]);
        let ran = platy(home.path(), &["tags", "--json", &at]);
        assert_eq!((ran.code, &ran.json()["complete"]), (0, &json!(true)));
    }
}

/// Nothing is made of images without names, and the tree says that they are several.
#[tokio::test(flavor = "multi_thread")]
async fn several_images_without_names_are_chosen_by_digest() {
    let lab = Lab::start().await;
    let to = &lab.at("app:1");
    let mut made = Made::new();
    let images = ["amd64", "arm64"].map(|architecture| made.image(architecture));
    for image in &images {
        made.list(image.clone(), &[]);
    }
    let place = Place::layout(&made);
    let at = format!("oci:{}", place.path().display());
    let out = format!("oci:{}:1", lab.home.path().join("out").display());
    let commands: [&[&str]; 11] = [
        &["why", &at],
        &["matrix", &at],
        &["check", &at],
        &["digest", &at],
        &["diff", &at, &at],
        &["files", &at],
        &["config", &at],
        &["edit", &at, "--to", to, "--annotation", "a=b", "--yes"],
        &["export", &at, "--to", to],
        &["create", to, &at, "--dry-run"],
        &["copy", &at, &out, "--yes"],
    ];
    for command in commands {
        let ran = lab.run(command).await;
        assert_eq!(ran.code, 2, "{command:?}: {}{}", ran.text(), ran.stderr);
        assert!(ran.stderr.contains("several images"), "{command:?}: {}", ran.stderr);
        for image in &images {
            let choice = format!("@{}", digest_of(image));
            assert!(ran.stderr.contains(&choice), "{command:?}: {}", ran.stderr);
        }
    }
    assert!(!lab.home.path().join("out").exists());
    assert!(lab.writes().is_empty(), "{:?}", lab.writes());
    let ran = lab.run(&["inspect", &at]).await;
    assert!(
        ran.text().contains("2 images") && ran.text().contains("not one list"),
        "{}",
        ran.text()
    );
    let ran = lab.run(&["inspect", &at, "--json"]).await;
    assert_eq!(ran.json()["separate_images"], json!(true));
    let one = format!("{at}:@{}", digest_of(&images[1]));
    let ran = lab.run(&["copy", &one, &out, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = lab.run(&["digest", &out]).await;
    assert_eq!(ran.text().trim(), digest_of(&images[1]).as_str());
}

/// A list whose children carry names is one list.
#[test]
fn one_named_list_is_opened_whatever_its_children_are_called() {
    let mut made = Made::new();
    let mut entries = Vec::new();
    for architecture in ["amd64", "arm64"] {
        let mut image = made.image(architecture);
        image["platform"] = json!({ "os": "linux", "architecture": architecture });
        image["annotations"] = json!({ REF_NAME: architecture });
        entries.push(image);
    }
    let index = json!({ "schemaVersion": 2, "manifests": entries }).to_string();
    let index = made.blob(super::made::INDEX, index.as_bytes());
    made.named(index.clone(), "1");
    let (place, home) = (Place::layout(&made), Place::new());
    let at = format!("oci:{}", place.path().display());
    let ran = platy(home.path(), &["digest", &at]);
    assert_eq!(ran.text().trim(), digest_of(&index).as_str(), "{}", ran.stderr);
    assert_eq!(platy(home.path(), &["matrix", &at]).code, 0);
    let nameless = Place::layout(Made::new().list(index, &[]));
    let ran = platy(home.path(), &["tags", &format!("oci:{}", nameless.path().display())]);
    assert_eq!((ran.code, ran.text().as_str()), (0, ""));
    assert!(ran.stderr.contains("nothing in it has a name"), "{}", ran.stderr);
}

/// A foreign layer that is only in `LayerSources` (moby `image/tarexport`): its descriptor is
/// there, its content at its addresses.
#[test]
fn a_foreign_layer_is_shown_as_layer_sources_has_it() {
    let (foreign, own) = (layer("foreign"), layer("own"));
    let ids = [Digest::sha256(&foreign), Digest::sha256(&own)];
    let blob = Digest::sha256(&gzip(&foreign));
    let source = json!({
        "mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "size": 9,
        "digest": blob.as_str(),
        "urls": ["https://example.com/l"],
    });
    let sources: Value = json!({ ids[0].as_str(): source });
    let manifest = json!([{
        "Config": "c.json", "RepoTags": ["example/app:1"], "Layers": ["f/layer.tar", "l.tar"],
        "LayerSources": sources,
    }]);
    let mut tar = tar::Builder::new(Vec::new());
    add(&mut tar, "c.json", config("amd64", &ids).as_bytes());
    add(&mut tar, "l.tar", &own);
    add(&mut tar, "manifest.json", manifest.to_string().as_bytes());
    let (place, home) = (Place::archive(&tar.into_inner().unwrap()), Place::new());
    let at = format!("docker-archive:{}", place.file().display());
    let ran = platy(home.path(), &["inspect", "--json", &at]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let layer = &ran.json()["image"]["layers"][0];
    assert_eq!((&layer["digest"], &layer["size"]), (&json!(blob.as_str()), &json!(9)));
    assert_eq!(layer["urls"], json!(["https://example.com/l"]));
}

/// Go's `encoding/json` reads no byte order mark, so no engine reads such a file.
#[test]
fn a_byte_order_mark_is_named() {
    let mut made = two();
    let index = made.files.get_mut("index.json").unwrap();
    index.splice(0..0, *b"\xef\xbb\xbf");
    let (place, home) = (Place::layout(&made), Place::new());
    let ran = platy(home.path(), &["inspect", &format!("oci:{}", place.path().display())]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("byte order mark"), "{}", ran.stderr);
}

/// With more steps than layers it is not known which step made which layer.
#[test]
fn history_that_does_not_fit_the_layers_is_not_aligned() {
    let mut made = Made::new();
    let bytes = layer("amd64");
    let mut config: Value =
        serde_json::from_str(&config("amd64", &[Digest::sha256(&bytes)])).unwrap();
    config["history"] = json!([{ "created_by": "ADD base" }, { "created_by": "COPY app" }]);
    let config = made.blob(super::made::CONFIG, config.to_string().as_bytes());
    let layer = made.blob(super::made::LAYER, &bytes);
    let manifest = json!({
        "schemaVersion": 2, "mediaType": super::made::MANIFEST, "config": config, "layers": [layer],
    });
    let image = made.blob(super::made::MANIFEST, manifest.to_string().as_bytes());
    made.named(image, "1");
    let (place, home) = (Place::layout(&made), Place::new());
    let at = format!("oci:{}", place.path().display());
    let ran = platy(home.path(), &["inspect", "--json", &at]);
    let image = &ran.json()["image"];
    assert_eq!(image["layers"][0]["created_by"], Value::Null);
    let problem = image["history_problem"].as_str().unwrap();
    assert!(problem.contains("2 steps") && problem.contains("cannot be aligned"), "{problem}");
    let ran = platy(home.path(), &["inspect", &at]);
    assert!(ran.text().contains("cannot be aligned"), "{}", ran.text());
    assert!(!ran.text().contains("ADD base"), "{}", ran.text());
}
