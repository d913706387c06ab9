//! `create` into files.

use platy::oci::Digest;
use serde_json::json;

use super::Lab;
use crate::files::made::Made;

/// The same places as those of `copy`, with its plan, its guard and its receipt.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_made_in_every_form_of_files() {
    let lab = Lab::start().await;
    let mut made = Made::new();
    for name in ["amd64", "arm64", "s390x"] {
        let image = made.image(name);
        made.named(image, name);
    }
    made.write_folder(&lab.home.path().join("in"));
    let two = ["oci:in:amd64", "oci:in:arm64"];
    let raw = lab.run(&[&["create", "oci:raw", "--dry-run", "--raw"][..], &two].concat()).await;
    let digest = Digest::sha256(&raw.stdout).to_string();
    for (target, place) in [
        ("oci:made:x", "oci:made:x"),
        ("oci-archive:a.tar:x", "oci-archive:a.tar:x"),
        ("docker-archive:d.tar:app:1", "docker-archive:d.tar:app:1"),
        ("dir:plain", "dir:plain"),
        ("./folder", "oci:folder"),
        ("./x.tar", "oci-archive:x.tar"),
    ] {
        let plan = lab.run(&[&["create", target, "--dry-run"][..], &two].concat()).await;
        assert_eq!(plan.code, 0, "{target}: {}", plan.stderr);
        assert!(plan.text().contains("oci:in:amd64 + oci:in:arm64 → "), "{}", plan.text());
        assert_eq!(lab.run(&["digest", place]).await.code, 2, "{target}");
        let ran = lab.run(&[&["create", target, "--yes", "--json"][..], &two].concat()).await;
        assert_eq!(ran.code, 0, "{target}: {}", ran.stderr);
        let json = ran.json();
        assert_eq!((&json["done"], &json["copies"][0]["after"]), (&true.into(), &json!(digest)));
        assert_eq!(json["copies"][0]["sources"], json!(two), "{target}");
        assert_eq!(lab.digest(place).await, digest, "{target}");
        let shown = lab.run(&["inspect", place]).await.text();
        assert!(shown.contains("linux/amd64") && shown.contains("linux/arm64"), "{shown}");
        // What is there as a whole is not replaced unless that is asked for.
        let other = ["create", target, "oci:in:s390x", "oci:in:arm64", "--yes"];
        let ran = lab.run(&other).await;
        let is_layout = place.starts_with("oci:");
        assert_eq!(ran.code, if is_layout { 0 } else { 1 }, "{target}: {}", ran.stderr);
        let ran = lab.run(&[&other[..], &["--force"]].concat()).await;
        assert_eq!(ran.code, 0, "{target}: {}", ran.stderr);
    }
    lab.assert_tidy("");
    // What only a tag of a registry has.
    for option in ["--join", "--tag=2"] {
        let ran = lab.run(&["create", "oci:made", "oci:in:amd64", option, "--yes"]).await;
        assert_eq!(ran.code, 2, "{option}");
        assert!(ran.stderr.contains("the tags of a registry"), "{}", ran.stderr);
    }
    // Nobody is there to be asked.
    let ran = lab.run(&["create", "oci:new", "oci:in:amd64"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(!lab.home.path().join("new").exists());
}
