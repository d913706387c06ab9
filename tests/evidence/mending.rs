//! Tags that stand for digests, mended.

use platy::oci::Digest;

use super::Lab;

const BUILT: &str = "ev/buildkit-max:1";
const COPIED: &str = "ev/cosign-copied:1";

impl Lab {
    fn names(&self, repository: &str) -> Vec<String> {
        let tags = self.sandbox.store().repository(repository).tags();
        tags.into_iter().filter(|tag| tag.starts_with("sha256-")).collect()
    }
}

/// The lists that BuildKit leaves out where there is no referrers API.
#[tokio::test(flavor = "multi_thread")]
async fn missing_lists_are_written_and_taken_back() {
    let lab = Lab::start(false).await;
    let names = || lab.names("ev/buildkit-max");
    assert_eq!(lab.findings(BUILT).await, ["info unlisted-attestation"]);
    let ran = lab.run(&format!("tag mend --dry-run {BUILT}")).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.text().matches("a list with 1 attestation more").count(), 2, "{}", ran.text());
    assert_eq!(names(), [""; 0]);

    let ran = lab.run(&format!("tag mend --yes --json {BUILT}")).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lists = ran.json()["lists"].clone();
    let lists = lists.as_array().unwrap();
    assert_eq!(lists.len(), 2);
    assert!(lists.iter().all(|it| it["done"] == true && it["added"] == 1), "{lists:#?}");
    assert_eq!(names().len(), 2);
    assert_eq!(lab.findings(BUILT).await, [""; 0]);
    let rows = lab.rows(BUILT).await;
    assert_eq!(rows["linux/arm64"], ["provenance SLSA provenance v1 @list+fallback_tag"]);
    let ran = lab.run(&format!("tag mend {BUILT}")).await;
    assert_eq!(ran.text(), "no tag that stands for a digest has to be mended\n");
    assert_eq!(ran.code, 0);

    for tag in names() {
        let ran = lab.run(&format!("tag rm --yes ev/buildkit-max:{tag}")).await;
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    }
    assert_eq!(names(), [""; 0]);
    assert_eq!(lab.findings(BUILT).await, ["info unlisted-attestation"]);
}

/// What `cosign copy` leaves, beside both kinds of registry.
#[tokio::test(flavor = "multi_thread")]
async fn stray_tags_are_deleted_and_put_back() {
    for api in [true, false] {
        let lab = Lab::start(api).await;
        let names = || lab.names("ev/cosign-copied");
        let before = names();
        assert_eq!(before.len(), 3);
        assert_eq!(lab.findings(COPIED).await, ["info stray-tag"]);
        let ran = lab.run(&format!("tag mend --yes {COPIED}")).await;
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.text());
        assert_eq!(names(), [""; 0]);
        assert_eq!(lab.findings(COPIED).await, [""; 0]);
        let ran = lab.run(&format!("undo --yes ev/cosign-copied:{}", before[0])).await;
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert_eq!(names(), before[..1]);
    }
}

/// A stray tag where a list belongs gives way to it; a list of others keeps what it has; a tag that
/// changed since is left alone.
#[tokio::test(flavor = "multi_thread")]
async fn lists_take_the_place_of_strays_and_keep_what_they_have() {
    let lab = Lab::start(false).await;
    let repository = lab.sandbox.store().repository("ev/buildkit-max");
    let digest = |text: &str| -> Digest { text.parse().unwrap() };
    let list = repository.manifest("1").unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let entry = |at: usize| digest(list["manifests"][at]["digest"].as_str().unwrap());
    let (first, second) = (entry(0), entry(1));
    let tag_of = |digest: &Digest| format!("sha256-{}", digest.hex());
    repository.tag(&tag_of(&first), &first);
    let theirs = br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"theirs":1}"#;
    let theirs = repository.put_manifest("application/vnd.oci.image.index.v1+json", &theirs[..]);
    repository.tag(&tag_of(&second), &theirs.digest);
    assert_eq!(lab.findings(BUILT).await, ["info unlisted-attestation", "info stray-tag"]);
    let ran = lab.run(&format!("tag mend --yes {BUILT}")).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.text());
    assert_eq!(lab.findings(BUILT).await, [""; 0]);
    let kept = repository.manifest(&tag_of(&second)).unwrap();
    assert!(String::from_utf8_lossy(&kept).ends_with(r#"}],"theirs":1}"#), "{kept:?}");
    // Something else than a list is not replaced.
    let ran = lab.run(&format!("undo --yes ev/buildkit-max:{}", tag_of(&second))).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(repository.resolve(&tag_of(&second)), Some(theirs.digest));
    repository.tag(&tag_of(&second), &entry(0));
    let ran = lab.run(&format!("tag mend --yes {BUILT}")).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is not an image index"), "{}", ran.stderr);
}
