//! The Content-Type with which a registry sends a list is part of the answer. Each row was tried
//! with the engine's own program on 28 November 2026: crane 0.22.1, regctl 0.11.7, oras 1.3.6,
//! skopeo 1.9.3 and 1.22, containerd 2.4.2, BuildKit 0.34.2.

use platy::sandbox::{Fault, Rule};
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use super::{Lab, TEN};

const OCI: &str = "application/vnd.oci.image.index.v1+json";

/// Of an engine: whether it picks an image, takes the list for one, or fails, with which words.
#[derive(Clone, Copy)]
enum Ends {
    Picks,
    TakesTheList,
    Fails(&'static str),
}
use Ends::{Fails, Picks, TakesTheList};

async fn ask(lab: &Lab, header: &str) -> Value {
    let fault = Fault::Headers(vec![(CONTENT_TYPE, header.to_owned())]);
    lab.sandbox.faults().clear();
    lab.sandbox.faults().add(Rule::new(fault).contains("/manifests/latest"));
    let ran = lab.why(TEN, "--json --host linux/amd64 --no-cache").await;
    ran.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_engine_reads_the_header_in_its_own_way() {
    let lab = Lab::start().await;
    let engines = ["ggcr", "containers-image", "regclient", "containerd-client-pull", "buildkit"];
    let schema2 = Fails("unsupported schema version 2");
    for (header, ends) in [
        (OCI.to_owned(), [Picks; 5]),
        (format!("{OCI}; charset=utf-8"), [TakesTheList, Picks, Picks, Picks, Picks]),
        (
            OCI.to_uppercase(),
            [
                TakesTheList,
                Picks,
                Picks,
                Fails("unexpected media type APPLICATION/"),
                Fails("encountered unknown type APPLICATION/"),
            ],
        ),
        (
            "application/json".to_owned(),
            [
                TakesTheList,
                schema2,
                Fails("unsupported media type: \"application/json\""),
                Fails("unexpected media type application/json for sha256:"),
                Fails("encountered unknown type application/json; children may not be fetched"),
            ],
        ),
        (
            "text/plain; charset=utf-8".to_owned(),
            [
                TakesTheList,
                schema2,
                Fails("unsupported media type: \"text/plain\""),
                Fails("no longer supported since containerd v2.1"),
                Fails("schema 1 has been removed"),
            ],
        ),
        (
            String::new(),
            [
                TakesTheList,
                schema2,
                Fails("unsupported media type: \"\""),
                Fails("target.MediaType must be set: invalid argument"),
                Fails("encountered unknown type ; children may not be fetched"),
            ],
        ),
    ] {
        let json = ask(&lab, &header).await;
        assert_eq!(json["content_type"], header);
        for (engine, ends) in engines.iter().zip(ends) {
            let answers = json["engines"].as_array().unwrap();
            let answer = answers.iter().find(|it| it["engine"] == *engine).unwrap();
            let error = answer["error"].as_str().unwrap_or_default();
            match ends {
                Picks => assert_eq!(answer["matches_host"], true, "{header}: {answer:#}"),
                TakesTheList => {
                    assert_eq!(answer["pick"]["digest"], json["digest"], "{header}: {answer:#}");
                    assert_eq!(answer["matches_host"], false, "{header}: {answer:#}");
                    assert!(answer["problem"].as_str().unwrap().contains("without layers"));
                }
                Fails(words) => {
                    assert!(error.contains(words), "{header}: {answer:#}");
                    assert_eq!(answer["pick"], Value::Null, "{header}");
                }
            }
        }
        let told = json["findings"].as_array().unwrap();
        let told = told.iter().any(|finding| finding["rule"] == "content-type");
        assert_eq!(told, header != OCI, "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_is_known_again_from_the_cache() {
    let lab = Lab::start().await;
    let fault = Fault::Headers(vec![(CONTENT_TYPE, format!("{OCI}; charset=utf-8"))]);
    lab.sandbox.faults().add(Rule::new(fault).contains("/manifests/latest"));
    let cold = lab.why(TEN, "--json --host linux/amd64 --engine crane").await.json();
    let warm = lab.why(TEN, "--json --host linux/amd64 --engine crane").await.json();
    assert_eq!(cold["content_type"], format!("{OCI}; charset=utf-8"));
    assert_eq!(cold, warm, "the same with a warm and a cold cache");
    // What nobody sent is not claimed.
    let digest = cold["digest"].as_str().unwrap();
    let by_digest = lab.why(&format!("demo/ten-platforms@{digest}"), "--json").await.json();
    assert_eq!(by_digest["content_type"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_shows_what_was_sent() {
    let lab = Lab::start().await;
    let ran = lab.why("demo/cases:content-type", "--host linux/amd64").await;
    let text = ran.text();
    assert!(text.contains("the registry sends it as application/json; it is application/vnd"));
    assert!(text.contains("✗ the registry sends the list as application/json"), "{text}");
    let check = lab.run("check", "demo/cases:content-type", &[]).await;
    assert!(check.text().contains("the registry sends the list as application/json"));
    assert_eq!(check.code, 1);
}

/// What a registry sends a child as: containers/image and regclient go by it whatever the entry
/// says, oras wants both to be the same, the others do not look (skopeo 1.9.3, regctl 0.11.7, oras
/// 1.3.6, crane 0.22.1, containerd 2.4.2).
#[tokio::test(flavor = "multi_thread")]
async fn children_are_what_they_are_sent_as() {
    let lab = Lab::start().await;
    let child = lab.entry("demo/ten-platforms", "latest", 0);
    let path = format!("/manifests/{}", child.as_str().unwrap());
    let schema2 = "unsupported schema version 2";
    let other = "manifest contains an unexpected media type: expected ";
    let manifest = "application/vnd.docker.distribution.manifest.v2+json";
    for (header, skopeo, regctl, oras) in [
        ("application/json", schema2, "unsupported media type", "mismatch response Content-Type"),
        (OCI, "Unexpectedly received a manifest list", other, "mismatch response Content-Type"),
        (manifest, "unsupported docker v2s2 media type", other, "mismatch response Content-Type"),
        ("application/vnd.oci.image.manifest.v1+json; a=b", "", "", ""),
    ] {
        lab.sandbox.faults().clear();
        let fault = Fault::Headers(vec![(CONTENT_TYPE, header.to_owned())]);
        lab.sandbox.faults().add(Rule::new(fault).contains(&path));
        let arguments = "--json --host linux/amd64 --platform linux/amd64";
        let cold = lab.why(TEN, arguments).await.json();
        let warm = lab.why(TEN, arguments).await.json();
        assert_eq!(cold["engines"], warm["engines"], "{header}");
        let answers = cold["engines"].as_array().unwrap();
        for (engine, words) in [
            ("containers-image", skopeo),
            ("podman", skopeo),
            ("regclient", regctl),
            ("oras", oras),
            ("ggcr", ""),
            ("containerd-client-pull", ""),
            ("oci-client-current", ""),
        ] {
            let answer = answers.iter().find(|it| it["engine"] == engine).unwrap();
            let error = answer["error"].as_str().unwrap_or_default();
            assert_eq!(error.is_empty(), words.is_empty(), "{header}: {answer:#}");
            assert!(error.contains(words), "{header}: {answer:#}");
        }
    }
}

/// An answer to a question about a document that comes as this.
async fn sent_as(lab: &Lab, reference: &str, header: &str, more: &str) -> Value {
    let (_, name) = reference.split_once(':').unwrap();
    let fault = Fault::Headers(vec![(CONTENT_TYPE, header.to_owned())]);
    lab.sandbox.faults().clear();
    lab.sandbox.faults().add(Rule::new(fault).contains(&format!("/manifests/{name}")));
    let arguments = format!("--json --host linux/amd64 --no-cache {more}");
    lab.why(reference, &arguments).await.json()
}

fn engine<'a>(json: &'a Value, id: &str) -> &'a Value {
    json["engines"].as_array().unwrap().iter().find(|it| it["engine"] == id).unwrap()
}

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const SCHEMA2: &str = "application/vnd.docker.distribution.manifest.v2+json";
const SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";

/// A list that a registry sends as an image, as another kind of list or as schema 1. Tried with
/// crane 0.22.1, skopeo 1.9.3, regctl 0.11.7, oras 1.3.6 and ctr 2.4.2.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_comes_as_something_else_is_taken_for_that() {
    let lab = Lab::start().await;
    let ambiguous = "rejecting ambiguous manifest, unexpected fields []string{\"manifests\"} in";
    let children = "media-type: expected manifest but found index";
    let unlike = "manifest contains an unexpected media type: expected application/vnd.";
    for (header, skopeo, regctl, oras, ctr) in [
        (IMAGE, ambiguous, unlike, "taken for an image without layers", children),
        (SCHEMA2, ambiguous, unlike, "taken for an image without layers", children),
        (LIST, "", unlike, "", ""),
        (
            SCHEMA1,
            "unsupported schema version 2",
            "missing signature key",
            ": not found",
            "schema 1 image manifests are no longer supported",
        ),
    ] {
        let json = sent_as(&lab, TEN, header, "").await;
        for (id, words) in [
            ("containers-image", skopeo),
            ("podman", skopeo),
            ("regclient", regctl),
            ("oras", oras),
            ("ctr-pull", ctr),
        ] {
            let error = engine(&json, id)["error"].as_str().unwrap_or_default();
            assert_eq!(error.is_empty(), words.is_empty(), "{header}, {id}: {error}");
            assert!(error.contains(words), "{header}, {id}: {error}");
        }
        // It prints the list, and unpacks nothing of it.
        let crane = engine(&json, "ggcr");
        let takes = header != LIST && header != SCHEMA1;
        assert_eq!(crane["pick"]["digest"] == json["digest"], takes, "{header}: {crane:#}");
        assert_eq!(crane["fails"], takes, "{header}: {crane:#}");
        // Nobody who reads the document alone minds.
        assert_eq!(engine(&json, "oci-client-current")["matches_host"], true, "{header}");
    }
}

/// The same of an image.
#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_comes_as_a_list_is_an_empty_one() {
    let lab = Lab::start().await;
    let store = lab.repository("bench/sent");
    store.image("linux", "amd64", "").layer("a layer").push_tag("one");
    let ambiguous = "rejecting ambiguous manifest, unexpected fields []string{\"config\", \
                     \"layers\"} in supposedly application/vnd.";
    let unlike = "manifest contains an unexpected media type: expected application/vnd.";
    for header in [OCI, LIST] {
        let json = sent_as(&lab, "bench/sent:one", header, "--platform linux/amd64").await;
        for (id, words) in [
            ("containers-image", ambiguous),
            ("regclient", unlike),
            ("oras", "no matching manifest was found in the manifest list"),
            ("ctr-pull", "media-type: expected index but found manifest"),
            ("docker-c8d", "media-type: expected index but found manifest"),
            ("ggcr", "no child with platform linux/amd64 in index "),
        ] {
            let answer = engine(&json, id);
            assert!(answer["error"].as_str().unwrap().contains(words), "{header}: {answer:#}");
            assert_eq!(answer["pick"], Value::Null, "{header}: {answer:#}");
        }
    }
}

/// Parameters that Go's library does not read: skopeo 1.9.3 knows no type then, oras 1.3.6 fails,
/// regctl 0.11.7 and containerd 2.4.2 cut them off. What oras knows as no manifest it asks for
/// among the blobs.
#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_cannot_be_read_fail_two_of_them() {
    let lab = Lab::start().await;
    let json = sent_as(&lab, TEN, &format!("{OCI}; charset"), "").await;
    for (id, words) in [
        ("containers-image", "unsupported schema version 2"),
        ("oras", "invalid response `Content-Type` header; mime: invalid media parameter"),
        ("regclient", ""),
        ("containerd-client-pull", ""),
    ] {
        let error = engine(&json, id)["error"].as_str().unwrap_or_default();
        assert_eq!(error.is_empty(), words.is_empty(), "{id}: {error}");
        assert!(error.contains(words), "{id}: {error}");
    }
    let json = sent_as(&lab, TEN, "text/html", "").await;
    let oras = engine(&json, "oras");
    assert_eq!(oras["fails"], true, "{oras:#}");
    assert!(oras["error"].as_str().unwrap().ends_with(": not found"), "{oras:#}");
}
