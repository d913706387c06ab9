//! What arrives of the evidence, and what the receipt says of the rest. crane, skopeo and `oras cp`
//! leave everything behind that is attached, `oras cp -r` and `regctl --referrers` Cosign's tags,
//! `cosign copy` the bundles (crane 0.22.1, skopeo 1.22, oras 1.3.6, regctl 0.11.7, cosign 3.1.3).

use platy::sandbox::SandboxOptions;
use serde_json::Value;

use super::Lab;
use crate::files::made::{Made, digest_of};

#[tokio::test(flavor = "multi_thread")]
async fn referrers_and_cosign_s_tags_arrive_with_the_list() {
    for referrers_api in [true, false] {
        let lab = Lab::with(SandboxOptions { referrers_api, ..SandboxOptions::default() }).await;
        let (source, target) = (lab.source("demo/ten-platforms:latest"), lab.target("app:1"));
        let json = lab.copy(&[&source, &target, "--referrers"]).await;
        let evidence = &json["copies"][0]["evidence"];
        assert_eq!(evidence["left_behind"], serde_json::json!([]));
        assert_eq!(evidence["referrers_looked_for"], true);
        let arrived = evidence["arrived"].as_array().unwrap();
        let count = |place: &str| arrived.iter().filter(|it| it["place"] == place).count();
        assert_eq!(count("list"), 10);
        assert!(count("referrer") >= 4, "{evidence}");
        assert!(count("tag") >= 1, "{evidence}");
        // Each refers to what it did, as the target tells it.
        let mut told = Vec::new();
        for reference in [&source, &target] {
            let ran = lab.run(&["evidence", reference, "--json"]).await;
            assert!(ran.code <= 1, "{}", ran.stderr);
            told.push(attached(&ran.json()));
        }
        assert!(told[0].len() > 20, "{told:?}");
        assert_eq!(told[0], told[1]);
        // The same through a layout.
        lab.copy(&[&source, "oci:out", "--referrers"]).await;
        // What is in files costs no request to show.
        let shown = lab.run(&["inspect", "oci:out:latest"]).await;
        assert!(shown.text().contains("referrers"), "{}", shown.text());
        let again = lab.target("again:1");
        let json = lab.copy(&["oci:out:latest", &again, "--referrers"]).await;
        let through = json["copies"][0]["evidence"]["arrived"].as_array().unwrap().len();
        assert_eq!(through, arrived.len(), "{json}");
    }
}

/// What refers to an image lies beside it in a folder of `dir:`, and is found there by its subject.
/// What only a tag joins to the image has no place there.
#[tokio::test(flavor = "multi_thread")]
async fn what_refers_to_an_image_goes_through_a_folder_of_dir() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:latest");
    let json = lab.copy(&[&source, "dir:plain", "--referrers"]).await;
    let evidence = &json["copies"][0]["evidence"];
    let of = |evidence: &Value, list: &str, place: &str| -> Vec<String> {
        let all = evidence[list].as_array().unwrap().iter().filter(|it| it["place"] == place);
        let mut all: Vec<String> = all.map(|it| it["digest"].to_string()).collect();
        all.sort_unstable();
        all
    };
    let referrers = of(evidence, "arrived", "referrer");
    assert!(referrers.len() >= 4, "{evidence}");
    assert_eq!(of(evidence, "arrived", "tag"), Vec::<String>::new());
    let tagged = of(evidence, "left_behind", "tag");
    assert!(!tagged.is_empty() && evidence.to_string().contains("has no tags"), "{evidence}");
    let shown = lab.run(&["inspect", "dir:plain", "--referrers"]).await;
    assert!(shown.text().contains("referrers"), "{}", shown.text());
    let json = lab.copy(&["dir:plain", &lab.target("app:1"), "--referrers"]).await;
    assert_eq!(of(&json["copies"][0]["evidence"], "arrived", "referrer"), referrers);
}

/// `cosign save` 3.1.3 marks what it saved; `cosign load` gives it Cosign's tags, without which
/// nothing joins it to the image.
#[tokio::test(flavor = "multi_thread")]
async fn what_cosign_saved_gets_its_tag() {
    let lab = Lab::start().await;
    let mut made = Made::new();
    let image = made.image("amd64");
    for (kind, what) in
        [("image", image.clone()), ("sigs", made.image("x")), ("atts", made.image("y"))]
    {
        let kind = format!("dev.cosignproject.cosign/{kind}");
        made.list(what, &[("kind", kind.as_str())]);
    }
    made.write_folder(&lab.home.path().join("saved"));
    let target = lab.target("app:1");
    lab.copy(&["oci:saved", &target, "--referrers"]).await;
    let tag = digest_of(&image).as_str().replace(':', "-");
    let tags = lab.run(&["tags", &lab.target("app"), "--json"]).await;
    for suffix in ["sig", "att"] {
        assert!(tags.text().contains(&format!("{tag}.{suffix}")), "{}", tags.text());
    }
}

/// `docker save --platform` (moby v2.0.0-beta.24) of an image with an attestation from before
/// BuildKit 0.34, which has no subject: nothing would join it to the image elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_index_alone_joins_is_said_to_stay() {
    let lab = Lab::start().await;
    let mut made = Made::new();
    let (image, attestation) = (made.image("amd64"), made.image("unknown"));
    let subject = digest_of(&image);
    made.named(image, "1");
    made.list(attestation.clone(), &[("io.containerd.manifest.subject", subject.as_str())]);
    made.write_folder(&lab.home.path().join("saved"));
    let target = lab.target("app:1");
    let ran = lab.run(&["copy", "oci:saved", &target, "--referrers", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = format!("{}{}", ran.text(), ran.stderr);
    let why = format!(
        "only the index of this archive or layout joins it to {}; it has no subject",
        subject.short()
    );
    assert!(told.contains(&format!("stays behind: {why}")), "{told}");
    assert!(!told.contains("referrer: arrived"), "{told}");
    // Where it was not asked for, the receipt does not say that it could be.
    let ran = lab.run(&["copy", "oci:saved", &lab.target("app:2"), "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = ran.text();
    assert!(text.contains(&why) && !text.contains("--referrers takes it along"), "{text}");
    let store = lab.to.store().repository("app");
    assert!(store.manifest(digest_of(&attestation).as_str()).is_none());
}

/// What is attached to each row, in no order: registries list referrers in one of their own.
fn attached(json: &Value) -> Vec<String> {
    let rows = json["rows"].as_array().unwrap().iter();
    let mut told: Vec<String> = rows
        .flat_map(|row| {
            let of = row["digest"].as_str().unwrap_or_default();
            let items = row["evidence"].as_array().into_iter().flatten();
            items.map(move |it| format!("{of} {} {} {}", it["kind"], it["name"], it["digest"]))
        })
        .collect();
    told.sort_unstable();
    told
}

/// What hangs on the images, and on that again, is named as what hangs on the list.
#[tokio::test(flavor = "multi_thread")]
async fn what_stayed_at_the_images_is_named() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:latest");
    let told = |json: &Value, list: &str| -> Vec<String> {
        let all = json["copies"][0]["evidence"][list].as_array().unwrap().iter();
        let mut all: Vec<String> = all
            .filter(|it| it["place"] != "list")
            .map(|it| format!("{} of {}", it["digest"], it["of"]))
            .collect();
        all.sort_unstable();
        all
    };
    let whole = lab.copy(&[&source, &lab.target("whole:1"), "--referrers"]).await;
    let bare = lab.copy(&[&source, &lab.target("bare:1")]).await;
    assert_eq!(bare["copies"][0]["evidence"]["referrers_looked_for"], true);
    let left = told(&bare, "left_behind");
    assert_eq!(left, told(&whole, "arrived"));
    let root = whole["copies"][0]["after"].as_str().unwrap();
    assert!(left.iter().any(|it| !it.ends_with(&format!("{root:?}"))), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_along_is_named() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:latest");
    let ran = lab.run(&["copy", &source, &lab.target("app:1"), "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = ran.text();
    for words in ["evidence 10 attestations: arrived", "--referrers takes it along"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // A signature of the whole list says nothing of a part of it.
    let arguments = [
        "copy",
        &source,
        &lab.target("part:1"),
        "--yes",
        "--referrers",
        "--platform",
        "linux/amd64",
    ];
    let ran = lab.run(&arguments).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = ran.text();
    for words in ["it speaks of the whole list", "its image is not taken", "at the source, "] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
