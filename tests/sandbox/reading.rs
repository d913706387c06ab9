//! Manifests, blobs and lists, as clients read them.

use platy::oci::{Algorithm, Digest};
use platy::sandbox::SandboxOptions;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Lab, header, refusal};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

#[tokio::test]
async fn a_manifest_is_answered_as_it_was_put() {
    let lab = Lab::new().await;
    let repository = lab.sandbox.store().repository("team/deep/app");
    let bytes = "{ \"manifests\" : [ ] }\n";
    let pushed = repository.put_manifest(INDEX, bytes);
    repository.tag("latest", &pushed.digest);

    for reference in ["latest", pushed.digest.as_str()] {
        let path = format!("/v2/team/deep/app/manifests/{reference}");
        let head = lab.head(&path).await;
        let get = lab.get(&path).await;
        for response in [&head, &get] {
            assert_eq!(response.status(), 200);
            assert_eq!(header(response, "content-type"), INDEX);
            assert_eq!(header(response, "content-length"), "22");
            assert_eq!(header(response, "docker-content-digest"), pushed.digest.as_str());
            assert_eq!(header(response, "docker-distribution-api-version"), "registry/2.0");
        }
        assert_eq!(get.text().await.unwrap(), bytes);

        let etag = header(&head, "etag").to_owned();
        for (held, status) in [(etag.as_str(), 304), ("\"other\"", 200), ("*", 304)] {
            let again = lab.request(Method::GET, &path).header("If-None-Match", held);
            assert_eq!(again.send().await.unwrap().status(), status, "{held}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_named_in_the_errors_of_the_specification() {
    let lab = Lab::new().await;
    let repository = lab.sandbox.store().repository("app");
    let digest = repository.put_blob("x");
    repository.remove_blob(&digest);
    for (path, status, code) in [
        ("/v2/none/manifests/latest".to_owned(), 404, "NAME_UNKNOWN"),
        ("/v2/app/manifests/latest".to_owned(), 404, "MANIFEST_UNKNOWN"),
        (format!("/v2/app/manifests/{digest}"), 404, "MANIFEST_UNKNOWN"),
        ("/v2/app/manifests/sha256:zz".to_owned(), 400, "DIGEST_INVALID"),
        (format!("/v2/app/blobs/{digest}"), 404, "BLOB_UNKNOWN"),
        ("/v2/app/blobs/nothing".to_owned(), 400, "DIGEST_INVALID"),
        ("/v2/none/tags/list".to_owned(), 404, "NAME_UNKNOWN"),
        ("/v2/UPPER/tags/list".to_owned(), 400, "NAME_INVALID"),
        ("/v2/app/tags/list?n=many".to_owned(), 400, "PAGINATION_NUMBER_INVALID"),
    ] {
        assert_eq!(refusal(lab.get(&path).await).await, (status, code.to_owned()), "{path}");
    }
    let post = lab.request(Method::POST, "/v2/app/manifests/latest").send().await.unwrap();
    assert_eq!(header(&post, "allow"), "GET, HEAD, PUT, DELETE");
    assert_eq!(refusal(post).await, (405, "UNSUPPORTED".to_owned()));
    assert_eq!(lab.get("/v1/").await.status(), 404);
    assert_eq!(lab.get("/v2/").await.text().await.unwrap(), "{}");
}

#[tokio::test]
async fn blobs_are_read_whole_and_in_ranges() {
    let lab = Lab::new().await;
    let repository = lab.sandbox.store().repository("app");
    let digest = repository.put_blob("0123456789");
    let path = format!("/v2/app/blobs/{digest}");
    let whole = lab.get(&path).await;
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    assert_eq!(header(&whole, "docker-content-digest"), digest.as_str());
    assert_eq!(whole.text().await.unwrap(), "0123456789");
    assert_eq!(header(&lab.head(&path).await, "content-length"), "10");

    for (range, status, covered, body) in [
        ("bytes=2-4", 206, "bytes 2-4/10", "234"),
        ("bytes=8-", 206, "bytes 8-9/10", "89"),
        ("bytes=-1", 206, "bytes 9-9/10", "9"),
        ("bytes=0-0,2-2", 200, "", "0123456789"),
    ] {
        let part = lab.request(Method::GET, &path).header("Range", range).send().await.unwrap();
        assert_eq!(part.status(), status, "{range}");
        assert_eq!(header(&part, "content-range"), covered, "{range}");
        assert_eq!(part.text().await.unwrap(), body, "{range}");
    }
    let beyond = lab.request(Method::GET, &path).header("Range", "bytes=10-").send().await.unwrap();
    assert_eq!(beyond.status(), 416);
    assert_eq!(header(&beyond, "content-range"), "bytes */10");
}

#[tokio::test]
async fn sha512_content_is_found_by_its_digest() {
    let lab = Lab::new().await;
    let repository = lab.sandbox.store().repository("app");
    let digest = Digest::of(Algorithm::Sha512, b"content");
    repository.put_blob_as(&digest, "content");
    let blob = lab.get(&format!("/v2/app/blobs/{digest}")).await;
    assert_eq!(blob.text().await.unwrap(), "content");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let options = SandboxOptions { page_size: 3, ..SandboxOptions::default() };
    let lab = Lab::with(options).await;
    let digest = Digest::sha256(b"");
    for tag in ["d", "a", "c", "b", "e"] {
        lab.sandbox.store().repository("app").tag(tag, &digest);
        lab.sandbox.store().repository(&format!("other/{tag}")).tag("latest", &digest);
    }
    for (first, key, expected) in [
        ("/v2/app/tags/list?n=2", "tags", vec![vec!["a", "b"], vec!["c", "d"], vec!["e"]]),
        ("/v2/app/tags/list", "tags", vec![vec!["a", "b", "c"], vec!["d", "e"]]),
        ("/v2/app/tags/list?n=0", "tags", vec![vec![]]),
        ("/v2/app/tags/list?n=9&last=b", "tags", vec![vec!["c", "d", "e"]]),
        (
            "/v2/_catalog?n=4",
            "repositories",
            vec![vec!["app", "other/a", "other/b"], vec!["other/c", "other/d", "other/e"]],
        ),
    ] {
        let mut pages = Vec::new();
        let mut next = Some(first.to_owned());
        while let Some(path) = next {
            let page = lab.get(&path).await;
            let link = header(&page, "link").to_owned();
            next = link
                .strip_prefix('<')
                .and_then(|link| link.strip_suffix(">; rel=\"next\""))
                .map(str::to_owned);
            let page: Value = serde_json::from_slice(&page.bytes().await.unwrap()).unwrap();
            pages.push(page[key].clone());
        }
        assert_eq!(json!(pages), json!(expected), "{first}");
    }
}

#[tokio::test]
async fn content_can_be_deleted() {
    let lab = Lab::new().await;
    let repository = lab.sandbox.store().repository("app");
    let image = repository.image("linux", "amd64", "").layer("x").push_tag("one");
    repository.tag("two", &image.digest);
    let delete = async |path: &str| {
        let response = lab.request(Method::DELETE, path).send().await.unwrap();
        response.status().as_u16()
    };
    assert_eq!(delete("/v2/app/manifests/one").await, 202);
    assert_eq!(delete("/v2/app/manifests/one").await, 404);
    assert_eq!(repository.tags(), ["two"]);
    let by_digest = format!("/v2/app/manifests/{}", image.digest);
    assert_eq!(delete(&by_digest).await, 202);
    assert_eq!(delete(&by_digest).await, 404);
    assert!(repository.tags().is_empty());
    let blob = format!("/v2/app/blobs/{}", Digest::sha256(b"x"));
    assert_eq!(delete(&blob).await, 202);
    assert_eq!(delete(&blob).await, 404);
}

#[tokio::test]
async fn the_port_is_closed_when_the_sandbox_goes() {
    let lab = Lab::new().await;
    let url = lab.url("/v2/");
    assert_eq!(lab.get("/v2/").await.status(), 200);
    let Lab { sandbox, client } = lab;
    drop(sandbox);
    // The task that owns the listener ends at its next turn.
    while client.get(&url).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn requests_are_logged() {
    let lab = Lab::new().await;
    lab.get("/v2/app/tags/list?n=1").await;
    lab.request(Method::HEAD, "/v2/app/manifests/x")
        .header("Accept", "a/b")
        .bearer_auth("secret")
        .send()
        .await
        .unwrap();
    let log = lab.sandbox.requests().all();
    assert_eq!(log[0].to_string(), "GET /v2/app/tags/list?n=1 404");
    assert_eq!(log[1].to_string(), "HEAD /v2/app/manifests/x 404");
    assert_eq!(log[1].header("accept"), Some("a/b"));
    assert_eq!(log[1].header("authorization"), Some("Bearer secret"));
    assert!(log[0].began <= log[1].began);
    assert_eq!(lab.sandbox.requests().max_in_flight(), 1);
    lab.sandbox.requests().clear();
    assert_eq!(lab.sandbox.requests().count(), 0);
}
