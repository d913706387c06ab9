//! The referrers API, its pages and filter, and the fallback tag without it.

use platy::oci::{Descriptor, Digest};
use platy::sandbox::{RepositoryStore, SandboxOptions};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Lab, header, refusal};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// An image with three artifacts that refer to it.
fn fill(repository: &RepositoryStore) -> Descriptor {
    let image = repository.image("linux", "amd64", "").layer("x").push_tag("latest");
    for (kind, note) in [("a/sbom", "1"), ("a/signature", "2"), ("a/sbom", "3")] {
        let artifact = repository.artifact(kind).blob("text/plain", note);
        artifact.annotation("note", note).subject(&image).push();
    }
    image
}

async fn pages(lab: &Lab, first: String) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(first);
    while let Some(path) = next {
        let page = lab.get(&path).await;
        assert_eq!(header(&page, "content-type"), INDEX);
        let filtered = if path.contains("artifactType") { "artifactType" } else { "" };
        assert_eq!(header(&page, "oci-filters-applied"), filtered);
        let link = header(&page, "link").strip_prefix('<');
        next = link.and_then(|link| link.split_once('>')).map(|(path, _)| path.to_owned());
        let page: Value = serde_json::from_slice(&page.bytes().await.unwrap()).unwrap();
        let manifests = page["manifests"].as_array().unwrap().clone();
        let note = |entry: &Value| entry["annotations"]["note"].as_str().unwrap().to_owned();
        pages.push(manifests.iter().map(note).collect());
    }
    pages
}

#[tokio::test]
async fn referrers_are_listed_filtered_and_paged() {
    let options = SandboxOptions { referrers_page_size: 2, ..SandboxOptions::default() };
    let lab = Lab::with(options).await;
    let image = fill(&lab.sandbox.store().repository("app"));
    let path = format!("/v2/app/referrers/{}", image.digest);
    assert_eq!(pages(&lab, path.clone()).await, [vec!["1", "2"], vec!["3"]]);
    assert_eq!(pages(&lab, format!("{path}?artifactType=a%2Fsbom")).await, [["1", "3"]]);
    assert_eq!(pages(&lab, format!("{path}?artifactType=none")).await, [Vec::<String>::new()]);
    let nothing = format!("/v2/none/referrers/{}", Digest::sha256(b""));
    assert_eq!(pages(&lab, nothing).await, [Vec::<String>::new()]);
    assert_eq!(refusal(lab.get("/v2/app/referrers/x").await).await.1, "DIGEST_INVALID");
}

#[tokio::test]
async fn a_pushed_subject_is_confirmed() {
    for referrers_api in [true, false] {
        let options = SandboxOptions { referrers_api, ..SandboxOptions::default() };
        let lab = Lab::with(options).await;
        let subject = Digest::sha256(b"not there yet");
        let body = json!({
            "manifests": [],
            "artifactType": "a/b",
            "subject": { "mediaType": INDEX, "digest": subject, "size": 13 },
        });
        let pushed = lab
            .request(Method::PUT, "/v2/app/manifests/referrer")
            .header("Content-Type", INDEX)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(pushed.status(), 201);
        let confirmed = if referrers_api { subject.as_str() } else { "" };
        assert_eq!(header(&pushed, "oci-subject"), confirmed);
    }
}

#[tokio::test]
async fn without_the_api_the_fallback_tag_lists_the_referrers() {
    let options = SandboxOptions { referrers_api: false, ..SandboxOptions::default() };
    let lab = Lab::with(options).await;
    let repository = lab.sandbox.store().repository("app");
    let image = fill(&repository);
    assert_eq!(lab.get(&format!("/v2/app/referrers/{}", image.digest)).await.status(), 404);
    repository.write_fallback_tags();
    let tag = format!("sha256-{}", image.digest.hex());
    let index = lab.get(&format!("/v2/app/manifests/{tag}")).await;
    let index: Value = serde_json::from_slice(&index.bytes().await.unwrap()).unwrap();
    assert_eq!(index["manifests"][1]["artifactType"], "a/signature");
    assert_eq!(index["manifests"].as_array().unwrap().len(), 3);
}
