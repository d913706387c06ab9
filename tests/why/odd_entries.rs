//! Entries that are not usable descriptors, or not what they say: which engine minds them, and with
//! which words. Each row was played on containerd and ctr 2.4.2, CRI of 2.4.2 and 1.6.20, podman
//! 4.3.1, skopeo 1.9.3, crane 0.22.1, regctl 0.11.7 and oras 1.3.6; `tests/live` plays them again.

use serde_json::{Value, json};

use super::Lab;
use super::limits::Ends::{Fails, Falls, Well};
use super::limits::{Bench, Ends, INDEX, LIST, MANIFEST, SCHEMA2, SIGNED, bench, check, entry};

const ARM: &str = "arm64";
const ZERO: &str = "which reports content size of zero: invalid argument";
const NEGATIVE: &str = "which reports negative content size (-1): invalid argument";
const GONE: &str = "could not fetch content descriptor sha256:";

fn of(architecture: &str, mut entry: Value) -> Value {
    entry["platform"] = json!({ "os": "linux", "architecture": architecture });
    entry
}

/// The same entry with these fields; `"-"` takes one away.
fn patched(mut entry: Value, fields: &Value) -> Value {
    for (key, value) in fields.as_object().unwrap() {
        if value == "-" {
            entry.as_object_mut().unwrap().remove(key);
        } else {
            entry[key] = value.clone();
        }
    }
    entry
}

async fn chosen(lab: &Lab, bench: &Bench, tag: &str, fields: Value, expected: &[(&str, Ends)]) {
    let tag = format!("chosen-{tag}");
    bench.list(&tag, &[patched(bench.good(), &fields), of(ARM, bench.good())], &json!({}));
    check(lab, &tag, expected).await;
}

/// The odd entry is for another platform.
async fn beside(lab: &Lab, bench: &Bench, tag: &str, fields: Value, expected: &[(&str, Ends)]) {
    let tag = format!("beside-{tag}");
    bench.list(&tag, &[bench.good(), patched(of(ARM, bench.good()), &fields)], &json!({}));
    check(lab, &tag, expected).await;
}

/// The odd entry names no platform.
async fn nameless(lab: &Lab, bench: &Bench, tag: &str, fields: Value, expected: &[(&str, Ends)]) {
    let tag = format!("nameless-{tag}");
    let odd = patched(patched(bench.good(), &json!({ "platform": "-" })), &fields);
    bench.list(&tag, &[bench.good(), odd], &json!({}));
    check(lab, &tag, expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_is_none_fails_who_chose_it_and_crane_whoever_chose() {
    let (lab, bench) = bench().await;
    let capitals = format!("sha256:{}", "A".repeat(64));
    let other = format!("blake3:{}", "a".repeat(64));
    for (tag, digest, crane, dockerd) in [
        ("short", "sha256:abc", "wrong number of hex digits for sha256: abc", "invalid digest"),
        ("word", "hello", "cannot parse hash: \"hello\"", "invalid digest format"),
        ("capitals", &capitals, "found non-hex character in hash: A", "not found: manifest unk"),
        ("other", &other, "unsupported hash: \"blake3\"", "not found: manifest unknown"),
    ] {
        let fields = json!({ "digest": digest });
        let fetch = [
            ("ggcr", Fails(crane)),
            ("docker-c8d", Fails("failed to copy: httpReadSeeker: failed open: content at ")),
            ("containerd-client-pull", Fails(" not found: not found")),
            ("containerd-cri", Fails(" not found: not found")),
            ("containerd-cri-1.7", Fails(" not found: not found")),
            ("ctr-pull", Fails(" not found: not found")),
            ("ctr-local", Fails(" not found: not found")),
            ("containers-image", Fails(": manifest unknown")),
            ("podman", Fails(": manifest unknown")),
            ("regclient", Fails("request failed: not found [http 404]")),
            // It copies the whole list.
            ("oras", Falls(": not found")),
            ("docker-28", Fails(dockerd)),
            // Its words are not known.
            ("oci-client-current", Fails("the entry's digest is ")),
        ];
        chosen(&lab, &bench, tag, fields.clone(), &fetch).await;
        let others = [
            ("ggcr", Fails(crane)),
            ("docker-c8d", Well),
            ("containerd-cri", Well),
            ("ctr-pull", Falls(" not found: not found")),
            ("ctr-local", Falls(" not found: not found")),
            ("containers-image", Well),
            ("regclient", Well),
            ("oci-client-current", Well),
        ];
        beside(&lab, &bench, tag, fields.clone(), &others).await;
        // CRI and nerdctl fetch what names no platform too.
        let nameless_ends = [
            ("containerd-cri", Falls(" not found: not found")),
            ("nerdctl", Falls(" not found: not found")),
            ("containerd-client-pull", Well),
            ("containerd-cri-1.7", Well),
            ("podman", Well),
        ];
        nameless(&lab, &bench, tag, fields, &nameless_ends).await;
    }
    for (tag, digest) in [("null", Value::Null), ("empty", json!("")), ("none", json!("-"))] {
        let crane = || match tag {
            "none" => Fails("/manifests/:: MANIFEST_UNKNOWN"),
            _ => Fails("cannot parse hash: \"\""),
        };
        let expected = [
            ("ggcr", crane()),
            ("docker-c8d", Fails("/manifests not found: not found")),
            ("ctr-pull", Fails("/manifests not found: not found")),
            ("containers-image", Fails("reading manifest  in ")),
            ("regclient", Fails("reference missing tag and digest: ")),
            ("oras", Falls(": not found")),
            ("docker-graphdriver", Fails("invalid digest format")),
        ];
        chosen(&lab, &bench, tag, json!({ "digest": digest }), &expected).await;
        let rust = || match tag {
            "empty" => Well,
            _ => Fails("data did not match any variant of untagged enum OciManifest"),
        };
        let ends = if tag == "none" { Well } else { Fails("cannot parse hash: \"\"") };
        let expected = [("ggcr", ends), ("podman", Well), ("oci-client-current", rust())];
        beside(&lab, &bench, tag, json!({ "digest": digest }), &expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_is_none_fails_containerd_and_oras() {
    let (lab, bench) = bench().await;
    for (tag, size, words) in [
        ("negative", json!(-1), NEGATIVE),
        ("null", Value::Null, ZERO),
        ("none", json!("-"), ZERO),
        ("zero", json!(0), ZERO),
    ] {
        let fields = json!({ "size": size });
        let expected = [
            ("docker-c8d", Falls(words)),
            ("containerd-cri", Falls(words)),
            ("ctr-pull", Falls(words)),
            ("ctr-local", Falls(words)),
            ("buildkit", Falls(words)),
            ("ggcr", Well),
            ("regclient", Well),
            ("containers-image", Well),
            ("podman", Well),
        ];
        chosen(&lab, &bench, tag, fields.clone(), &expected).await;
        let expected = [("ctr-pull", Falls(words)), ("docker-c8d", Well), ("nerdctl", Well)];
        beside(&lab, &bench, tag, fields.clone(), &expected).await;
        let expected =
            [("containerd-cri", Falls(words)), ("nerdctl", Falls(words)), ("docker-c8d", Well)];
        nameless(&lab, &bench, tag, fields, &expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_is_none_is_asked_for_among_the_blobs() {
    let (lab, bench) = bench().await;
    for (tag, media_type) in [("null", Value::Null), ("empty", json!("")), ("none", json!("-"))] {
        let fields = json!({ "mediaType": media_type });
        let expected = [
            ("docker-c8d", Fails(GONE)),
            ("containerd-cri", Fails(GONE)),
            ("containerd-cri-1.7", Fails(GONE)),
            ("ctr-pull", Fails(GONE)),
            ("ctr-local", Fails(GONE)),
            ("oras", Falls(": not found")),
            ("ggcr", Well),
            ("regclient", Well),
            ("podman", Well),
        ];
        chosen(&lab, &bench, tag, fields.clone(), &expected).await;
        let expected = [("ctr-pull", Falls(GONE)), ("ctr-local", Falls(GONE)), ("podman", Well)];
        beside(&lab, &bench, tag, fields.clone(), &expected).await;
        let expected = [("containerd-cri", Falls(GONE)), ("containerd-client-pull", Well)];
        nameless(&lab, &bench, tag, fields, &expected).await;
    }
    // Schema 1 is refused by who reads every entry.
    let schema1 = json!({ "schemaVersion": 1, "name": "x", "fsLayers": [], "history": [] });
    let signed = bench.0.put_manifest(SIGNED, schema1.to_string());
    let old = of(ARM, super::limits::described(&signed));
    bench.list("beside-signed", &[bench.good(), old], &json!({}));
    let refused = "manifest.v1+prettyjws not supported";
    let expected = [("ctr-pull", Falls(refused)), ("ctr-local", Falls(refused)), ("nerdctl", Well)];
    check(&lab, "beside-signed", &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_that_are_nothing_are_empty_descriptors_to_go() {
    let (lab, bench) = bench().await;
    for (tag, element) in [("null", Value::Null), ("object", json!({}))] {
        bench.list(tag, &[bench.good(), element.clone()], &json!({}));
        let expected = [
            ("ctr-pull", Falls(ZERO)),
            ("ctr-local", Falls(ZERO)),
            ("containerd-cri", Falls(ZERO)),
            ("containerd-cri-1.7", Well),
            ("docker-c8d", Well),
            ("ggcr", Well),
            ("regclient", Well),
            ("oras", Falls("mismatch Content-Length")),
            ("podman", Well),
        ];
        check(&lab, tag, &expected).await;
        // crane takes what names no platform for linux/amd64.
        let tag = format!("first-{tag}");
        bench.list(&tag, &[element, bench.good()], &json!({}));
        let expected = [
            ("ggcr", Fails("/manifests/:: MANIFEST_UNKNOWN")),
            ("regclient", Well),
            ("podman", Well),
            ("containerd-cri", Falls(ZERO)),
        ];
        check(&lab, &tag, &expected).await;
    }
    bench.list("list", &[bench.good(), json!([])], &json!({}));
    let unreadable = ["ggcr", "regclient", "oras", "docker-c8d", "podman", "ctr-pull"];
    check(&lab, "list", &unreadable.map(|engine| (engine, Fails("cannot be read: ")))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn images_listed_as_lists_are_taken_by_who_goes_by_the_header() {
    let (lab, bench) = bench().await;
    for (tag, listed, real) in [("oci", INDEX, MANIFEST), ("docker", LIST, SCHEMA2)] {
        let image = bench.image_as(real);
        let image = entry(patched(image, &json!({ "mediaType": listed })));
        bench.list(tag, &[image, of(ARM, bench.good())], &json!({}));
        let found = "media-type: expected index but found manifest";
        let expected = [
            ("docker-c8d", Falls(found)),
            ("containerd-cri", Falls(found)),
            ("containerd-cri-1.7", Falls(found)),
            ("ctr-pull", Fails(found)),
            ("ctr-local", Falls(found)),
            ("buildkit", Falls(found)),
            ("ggcr", Fails("no child with platform linux/amd64 in index ")),
            ("regclient", Well),
            ("containers-image", Well),
            ("podman", Well),
            ("docker-graphdriver", Well),
            ("oci-client-current", Well),
        ];
        check(&lab, tag, &expected).await;
        let asked = format!("bench/limits:{tag}");
        let ran = lab.why(&asked, "--json --engine oras --platform linux/amd64").await;
        let error = ran.json()["engines"][0]["error"].as_str().unwrap().to_owned();
        assert!(error.contains("mismatch response Content-Type"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_listed_as_images_are_gone_into_by_who_goes_by_the_header() {
    let (lab, bench) = bench().await;
    let inner = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [bench.good()] });
    let inner = super::limits::described(&bench.0.put_manifest(INDEX, inner.to_string()));
    let list = entry(patched(inner, &json!({ "mediaType": MANIFEST })));
    bench.list("mistaken", &[list, of(ARM, bench.good())], &json!({}));
    let found = "media-type: expected manifest but found index";
    let expected = [
        ("docker-c8d", Falls(found)),
        ("containerd-cri", Falls(found)),
        ("ctr-pull", Falls(found)),
        ("buildkit", Falls(found)),
        ("regclient", Well),
        ("containers-image", Fails("Unexpectedly received a manifest list instead")),
        ("oci-client-current", Fails("received Image Index manifest instead")),
    ];
    check(&lab, "mistaken", &expected).await;
}

/// A nested index that Go cannot read has nothing for anybody.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_below_the_root_is_told_too() {
    let (lab, bench) = bench().await;
    for (tag, fields, crane, others) in [
        ("size", json!({ "size": "4" }), "cannot be read: ", "cannot be read: "),
        ("digest", json!({ "digest": "sha256:abc" }), "wrong number of hex digits", "not found"),
    ] {
        let inner = patched(bench.good(), &fields);
        let inner = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [inner] });
        let inner = super::limits::described(&bench.0.put_manifest(INDEX, inner.to_string()));
        bench.list(tag, &[entry(inner)], &json!({}));
        let engines = ["docker-c8d", "containerd-cri", "ctr-pull", "regclient"];
        check(&lab, tag, &engines.map(|engine| (engine, Fails(others)))).await;
        check(&lab, tag, &[("ggcr", Fails(crane))]).await;
    }
}

/// `null` is an object without fields to Go.
#[tokio::test(flavor = "multi_thread")]
async fn a_config_that_is_null_has_no_diff_ids() {
    let (lab, bench) = bench().await;
    for (tag, bytes) in [("null", "null"), ("object", "{}"), ("list", "[]"), ("text", "\"\"")] {
        let image = entry(bench.image_with_config(bytes));
        bench.list(tag, &[image], &json!({}));
        let reads = matches!(tag, "null" | "object");
        // Of what Go refuses the words are not known.
        let words = |counts: &'static str| if reads { counts } else { "" };
        let expected = [
            ("docker-c8d", Falls(words("number of layers and diffIDs don't match: 1 != 0"))),
            ("containerd-cri", Falls(words("number of layers and diffIDs don't match: 1 != 0"))),
            ("ctr-local", Falls(words("mismatched image rootfs and manifest layers"))),
            ("containers-image", Well),
            ("ggcr", Well),
            ("regclient", Well),
            ("podman", if reads { Well } else { Falls("") }),
        ];
        check(&lab, tag, &expected).await;
    }
    let ran = lab.run("check", "bench/limits:null", &[]).await;
    assert!(ran.text().contains("can be read in two ways"), "{}", ran.text());
}
