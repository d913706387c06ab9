//! Uploads, mounts and pushed manifests.

use platy::oci::{Algorithm, Digest};
use platy::sandbox::{Chunks, Fault, Rule, SandboxOptions};
use reqwest::{Method, Response};
use serde_json::json;

use super::{Lab, header, refusal};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

impl Lab {
    async fn send(&self, method: Method, path: &str, body: impl Into<String>) -> Response {
        self.request(method, path).body(body.into()).send().await.unwrap()
    }

    /// Opens an upload and gives its path.
    async fn upload(&self) -> String {
        let opened = self.send(Method::POST, "/v2/app/blobs/uploads/", "").await;
        assert_eq!(opened.status(), 202);
        assert_eq!(header(&opened, "range"), "0-0");
        header(&opened, "location").to_owned()
    }

    async fn put_manifest(&self, path: &str, media_type: &str, body: &str) -> Response {
        let request = self.request(Method::PUT, path).header("Content-Type", media_type);
        request.body(body.to_owned()).send().await.unwrap()
    }
}

#[tokio::test]
async fn a_blob_is_pushed_in_one_request() {
    let lab = Lab::new().await;
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
        let digest = Digest::of(algorithm, b"content");
        let path = format!("/v2/app/blobs/uploads/?digest={digest}");
        let pushed = lab.send(Method::POST, &path, "content").await;
        assert_eq!(pushed.status(), 201);
        assert_eq!(header(&pushed, "location"), format!("/v2/app/blobs/{digest}"));
        assert_eq!(header(&pushed, "docker-content-digest"), digest.as_str());
        assert_eq!(lab.sandbox.store().repository("app").blob(&digest).unwrap(), "content");
        let wrong = lab.send(Method::POST, &path, "other").await;
        assert_eq!(refusal(wrong).await, (400, "DIGEST_INVALID".to_owned()));
    }
}

#[tokio::test]
async fn a_blob_is_pushed_in_chunks() {
    let lab = Lab::new().await;
    let digest = Digest::sha256(b"0123456789");
    let upload = lab.upload().await;
    let chunk = async |range: &str, body: &'static str| {
        let request = lab.request(Method::PATCH, &upload).header("Content-Range", range);
        request.body(body).send().await.unwrap()
    };
    let first = chunk("0-3", "0123").await;
    assert_eq!((first.status().as_u16(), header(&first, "range")), (202, "0-3"));
    let gap = chunk("6-7", "67").await;
    assert_eq!(header(&gap, "range"), "0-3");
    assert_eq!(header(&gap, "location"), upload);
    assert_eq!(refusal(gap).await, (416, "BLOB_UPLOAD_INVALID".to_owned()));
    assert_eq!(refusal(chunk("4-5", "456").await).await.0, 400);
    assert_eq!(refusal(chunk("5-4", "456").await).await.0, 400);
    assert_eq!(header(&chunk("bytes 4-6/10", "456").await, "range"), "0-6");

    let state = lab.get(&upload).await;
    assert_eq!((state.status().as_u16(), header(&state, "range")), (204, "0-6"));
    assert_eq!(refusal(lab.send(Method::PUT, &upload, "789").await).await.1, "DIGEST_INVALID");
    let done = lab.send(Method::PUT, &format!("{upload}?digest={digest}"), "789").await;
    assert_eq!(done.status(), 201);
    assert_eq!(lab.sandbox.store().repository("app").blob(&digest).unwrap(), "0123456789");
    assert_eq!(refusal(lab.get(&upload).await).await, (404, "BLOB_UPLOAD_UNKNOWN".to_owned()));
}

#[tokio::test]
async fn a_wrong_digest_ends_an_upload_and_a_client_can_cancel_one() {
    let lab = Lab::new().await;
    let upload = lab.upload().await;
    let wrong = format!("{upload}?digest={}", Digest::sha256(b"other"));
    assert_eq!(refusal(lab.send(Method::PUT, &wrong, "content").await).await.1, "DIGEST_INVALID");
    assert_eq!(lab.get(&upload).await.status(), 404);

    let upload = lab.upload().await;
    let elsewhere = upload.replace("/app/", "/other/");
    assert_eq!(lab.get(&elsewhere).await.status(), 404);
    assert_eq!(lab.send(Method::DELETE, &upload, "").await.status(), 204);
    assert_eq!(lab.send(Method::PATCH, &upload, "x").await.status(), 404);
}

#[tokio::test]
async fn an_upload_that_was_cut_goes_on_where_it_stopped() {
    let lab = Lab::new().await;
    let upload = lab.upload().await;
    lab.sandbox.faults().add(Rule::new(Fault::CutRequest(4)).method(Method::PATCH).once());
    let cut = lab.request(Method::PATCH, &upload).body("0123456789").send().await;
    assert!(cut.is_err());
    assert_eq!(header(&lab.get(&upload).await, "range"), "0-3");
    let rest = format!("{upload}?digest={}", Digest::sha256(b"0123456789"));
    assert_eq!(lab.send(Method::PUT, &rest, "456789").await.status(), 201);
}

#[tokio::test]
async fn a_blob_is_mounted_where_it_can_be() {
    let lab = Lab::new().await;
    let digest = lab.sandbox.store().repository("team/base").put_blob("content");
    let path = |from: &str| format!("/v2/app/blobs/uploads/?mount={digest}{from}");
    for from in ["", "&from=team/none", "&from=app"] {
        let refused = lab.send(Method::POST, &path(from), "").await;
        assert_eq!(refused.status(), 202, "{from}");
        assert!(header(&refused, "location").starts_with("/v2/app/blobs/uploads/"));
    }
    let mounted = lab.send(Method::POST, &path("&from=team/base"), "").await;
    assert_eq!(mounted.status(), 201);
    assert_eq!(header(&mounted, "location"), format!("/v2/app/blobs/{digest}"));
    assert_eq!(lab.sandbox.store().repository("app").blob(&digest).unwrap(), "content");
}

#[tokio::test]
async fn a_manifest_is_kept_byte_for_byte() {
    let lab = Lab::new().await;
    let body = "{ \"manifests\":[] }\n";
    let digest = Digest::sha256(body.as_bytes());
    let pushed = lab.put_manifest("/v2/app/manifests/latest", INDEX, body).await;
    assert_eq!(pushed.status(), 201);
    assert_eq!(header(&pushed, "docker-content-digest"), digest.as_str());
    assert_eq!(header(&pushed, "location"), format!("/v2/app/manifests/{digest}"));
    assert_eq!(lab.get("/v2/app/manifests/latest").await.text().await.unwrap(), body);

    let sha512 = Digest::of(Algorithm::Sha512, body.as_bytes());
    let pushed = lab.put_manifest(&format!("/v2/app/manifests/{sha512}"), INDEX, body).await;
    assert_eq!(header(&pushed, "docker-content-digest"), sha512.as_str());
    // What the registry does not know, it cannot check.
    let odd = lab.put_manifest("/v2/app/manifests/odd", "text/plain", "hello").await;
    assert_eq!(odd.status(), 201);
    assert_eq!(header(&lab.get("/v2/app/manifests/odd").await, "content-type"), "text/plain");
}

#[tokio::test]
async fn a_manifest_must_be_what_it_says() {
    let lab = Lab::new().await;
    let other = format!("/v2/app/manifests/{}", Digest::sha256(b"other"));
    let missing = Digest::sha256(b"missing");
    let child = json!({ "digest": missing, "size": 7 });
    let index = json!({ "manifests": [child] }).to_string();
    let image = json!({ "config": child, "layers": [] }).to_string();
    let large = format!("{{\"manifests\":[],\"x\":\"{}\"}}", "x".repeat(4 << 20));
    let docker = "application/vnd.docker.distribution.manifest.list.v2+json";
    let typed = json!({ "mediaType": docker, "manifests": [] }).to_string();
    let tag = "/v2/app/manifests/latest";
    for (path, media_type, body, status, code) in [
        (other.as_str(), INDEX, "{\"manifests\":[]}", 400, "DIGEST_INVALID"),
        ("/v2/app/manifests/.x", INDEX, "{\"manifests\":[]}", 400, "MANIFEST_INVALID"),
        (tag, INDEX, "<html>", 400, "MANIFEST_INVALID"),
        (tag, INDEX, &typed, 400, "MANIFEST_INVALID"),
        (tag, INDEX, &index, 400, "MANIFEST_BLOB_UNKNOWN"),
        (tag, MANIFEST, &image, 400, "MANIFEST_BLOB_UNKNOWN"),
        (tag, INDEX, &large, 413, "SIZE_INVALID"),
    ] {
        let response = lab.put_manifest(path, media_type, body).await;
        assert_eq!(refusal(response).await, (status, code.to_owned()), "{path} {media_type}");
    }
    // Foreign layers are not there, and need not be.
    let config = lab.sandbox.store().repository("app").put_blob("{}");
    let foreign = json!({
        "config": { "digest": config, "size": 2 },
        "layers": [{ "digest": missing, "size": 7, "urls": ["http://elsewhere.test/"] }],
    });
    let foreign = foreign.to_string();
    assert_eq!(lab.put_manifest(tag, MANIFEST, &foreign).await.status(), 201);

    let lenient = SandboxOptions { check_references: false, ..SandboxOptions::default() };
    let lab = Lab::with(lenient).await;
    assert_eq!(lab.put_manifest(tag, INDEX, &index).await.status(), 201);
}

#[tokio::test]
async fn a_registry_may_want_chunks_and_know_no_mounts() {
    let only = |chunks| SandboxOptions { chunks, mounts: false, ..SandboxOptions::default() };
    let lab = Lab::with(only(Chunks::AtLeast(1000))).await;
    let digest = lab.sandbox.store().repository("team/base").put_blob("content");
    let path = format!("/v2/app/blobs/uploads/?mount={digest}&from=team/base");
    let opened = lab.send(Method::POST, &path, "").await;
    assert_eq!((opened.status().as_u16(), header(&opened, "oci-chunk-min-length")), (202, "1000"));

    let lab = Lab::with(only(Chunks::Only)).await;
    let upload = lab.upload().await;
    let path = format!("{upload}?digest={digest}");
    let refused = refusal(lab.send(Method::PUT, &path, "content").await).await;
    assert_eq!(refused, (501, "UNSUPPORTED".to_owned()));
    assert_eq!(lab.send(Method::PATCH, &upload, "content").await.status(), 202);
    assert_eq!(lab.send(Method::PUT, &path, "").await.status(), 201);
}

#[tokio::test]
async fn a_push_may_be_done_unheard_and_a_body_be_too_large() {
    let lab = Lab::new().await;
    let tag = "/v2/app/manifests/latest";
    let put = |body: &'static str| {
        lab.request(Method::PUT, tag).header("Content-Type", INDEX).body(body).send()
    };
    lab.sandbox.faults().add(Rule::new(Fault::LoseAnswer).once());
    assert!(put("{\"manifests\":[]}").await.is_err());
    let kept = lab.sandbox.store().repository("app").manifest("latest").unwrap();
    assert_eq!(kept, "{\"manifests\":[]}");

    lab.sandbox.faults().add(Rule::new(Fault::SizeLimit(16)));
    assert_eq!(put("{\"manifests\":[] }").await.unwrap().status(), 413);
    assert_eq!(put("{\"manifests\":[]}").await.unwrap().status(), 201);
}
