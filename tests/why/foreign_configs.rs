//! Images and artifacts whose config is of another type than an image's. containerd's unpacker waits
//! for a config of a type that it knows; tried with containerd 2.4.2 (the client's `Pull` with
//! unpack, as moby v2.0.0-beta.24 calls it; `ctr` with and without `--local`; CRI), 1.6.20 (CRI),
//! and podman 4.3.1.

use serde_json::{Value, json};

use super::Lab;
use super::limits::Ends::{Fails, Falls, Useless, Well};
use super::limits::{Bench, Ends, MANIFEST, PLAIN, SCHEMA2, bench, check, entry, with};

const ACME: &str = "application/vnd.acme.config.v1+json";
const UNFETCHED: &str = "failed to get reader from content store: content digest sha256:";
const MISMATCHED: &str = "mismatched image rootfs and manifest layers";

/// A config of another type with these bytes.
fn config(bench: &Bench, media_type: &str, bytes: &str) -> Value {
    with(bench.layer(media_type, bytes.as_bytes()), &json!({}))
}

/// The document as an entry with a platform, and by itself.
async fn both(lab: &Lab, bench: &Bench, tag: &str, image: &Value, expected: &[(&str, Ends)]) {
    bench.list(tag, &[entry(image.clone())], &json!({}));
    check(lab, tag, expected).await;
    let bare = format!("{tag}-bare");
    bench.0.tag(&bare, &image["digest"].as_str().unwrap().parse().unwrap());
    check(lab, &bare, expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_are_not_fetched_for_a_config_of_another_type() {
    let (lab, bench) = bench().await;
    let layers = [bench.layer(PLAIN, b"files")];
    let ids = [layers[0]["digest"].clone()];
    let types = [
        "application/octet-stream",
        "application/json",
        "application/vnd.oci.empty.v1+json",
        "application/vnd.cncf.helm.config.v1+json",
        ACME,
    ];
    for (at, media_type) in types.into_iter().enumerate() {
        let config = with(bench.config(&ids, &json!({})), &json!({ "mediaType": media_type }));
        let image = bench.manifest(MANIFEST, &config, &layers, &json!({}));
        let expected = [
            ("docker-c8d", Falls(UNFETCHED)),
            ("containerd-client-pull", Falls(UNFETCHED)),
            ("containerd-cri-1.7", Fails(UNFETCHED)),
            ("ctr-pull", Useless),
            ("containerd-cri", Useless),
            ("ctr-local", Well),
            ("nerdctl", Fails("unknown media type \"")),
            ("podman", Falls("unsupported image-specific operation on artifact with type \"")),
        ];
        both(&lab, &bench, &format!("type-{at}"), &image, &expected).await;
        let image = bench.manifest(SCHEMA2, &config, &layers, &json!({}));
        both(&lab, &bench, &format!("docker-{at}"), &image, &expected[..6]).await;
    }
    // containers/image 5.42.1 names the artifact's type before the config's.
    let config = with(bench.config(&ids, &json!({})), &json!({ "mediaType": ACME }));
    let typed = json!({ "artifactType": "application/vnd.acme.kind" });
    let image = bench.manifest(MANIFEST, &config, &layers, &typed);
    let words = "artifact with type \"application/vnd.acme.kind\"";
    both(&lab, &bench, "typed", &image, &[("podman", Falls(words))]).await;

    let ran = lab.why("bench/limits:type-0", "--engine ctr --host linux/amd64").await;
    assert_eq!(ran.code, 1);
    let why = "its config is of type application/octet-stream, so none of its layers is fetched";
    assert!(ran.text().contains(why), "{}", ran.text());
    let ran = lab.why("bench/limits:type-0", "--engine docker --host linux/amd64").await;
    let words = format!("failed to extract layer {}: {UNFETCHED}", ids[0].as_str().unwrap());
    assert!(ran.text().contains(&words), "{}", ran.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn diff_ids_of_such_a_config_are_counted() {
    let (lab, bench) = bench().await;
    let files = bench.layer(PLAIN, b"files");
    let text = bench.layer("text/plain", b"text");
    let id = files["digest"].clone();
    let of = |ids: &[Value]| with(bench.config(ids, &json!({})), &json!({ "mediaType": ACME }));
    let mismatched = [
        ("docker-c8d", Falls(MISMATCHED)),
        ("ctr-local", Falls(MISMATCHED)),
        ("containerd-cri-1.7", Fails(MISMATCHED)),
    ];
    let two = of(&[id.clone(), id.clone()]);
    let image = bench.manifest(MANIFEST, &two, std::slice::from_ref(&files), &json!({}));
    both(&lab, &bench, "two", &image, &mismatched).await;
    check(&lab, "two", &[("ctr-pull", Useless), ("containerd-cri", Useless)]).await;

    // Layers of other types count in 1.x only.
    let one = of(std::slice::from_ref(&id));
    let image = bench.manifest(MANIFEST, &one, &[text.clone(), files.clone()], &json!({}));
    let first = format!("content digest {}", files["digest"].as_str().unwrap());
    let first: &'static str = first.leak();
    both(
        &lab,
        &bench,
        "text-first",
        &image,
        &[
            ("docker-c8d", Falls(first)),
            ("ctr-local", Well),
            ("containerd-cri-1.7", Fails(MISMATCHED)),
        ],
    )
    .await;
    let image = bench.manifest(MANIFEST, &one, std::slice::from_ref(&text), &json!({}));
    let unknown = "failed to get stream processor for text/plain: no processor for media-type";
    let processor = ("containerd-cri-1.7", Fails(unknown));
    both(&lab, &bench, "text", &image, &[mismatched[1], processor]).await;
    check(&lab, "text", &[("docker-c8d", Fails(MISMATCHED))]).await;
    check(&lab, "text-bare", &[("docker-c8d", Falls(MISMATCHED))]).await;

    // What `oras push` makes of a file: its type is that of a tar archive.
    let empty = "application/vnd.oci.empty.v1+json";
    let image = bench.manifest(MANIFEST, &config(&bench, empty, "{}"), &[files], &json!({}));
    both(&lab, &bench, "oras", &image, &mismatched).await;
    check(&lab, "oras", &[("ctr-pull", Useless)]).await;
    let image = bench.manifest(MANIFEST, &config(&bench, empty, "{}"), &[text], &json!({}));
    bench.list("oras-text", &[entry(image)], &json!({}));
    check(&lab, "oras-text", &[("docker-c8d", Well), ("ctr-local", Well), mismatched[2]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn such_a_config_is_read_where_it_decides() {
    let (lab, bench) = bench().await;
    let files = bench.layer(PLAIN, b"files");
    let image = bench.manifest(
        MANIFEST,
        &config(&bench, ACME, "no JSON"),
        std::slice::from_ref(&files),
        &json!({}),
    );
    let rootfs = "failed to resolve rootfs: invalid character";
    both(
        &lab,
        &bench,
        "no-json",
        &image,
        &[
            ("docker-c8d", Falls(rootfs)),
            ("ctr-local", Falls(rootfs)),
            ("containerd-cri-1.7", Falls(rootfs)),
            ("containerd-cri", Falls("get image diffIDs: invalid character")),
            ("ctr-pull", Useless),
        ],
    )
    .await;

    // Without a platform in its entry its own decides, whatever its type is.
    let of = |architecture: &str| {
        let more = json!({ "architecture": architecture });
        with(bench.config(&[files["digest"].clone()], &more), &json!({ "mediaType": ACME }))
    };
    let other = entry(bench.good());
    let other = with(other, &json!({ "platform": { "os": "linux", "architecture": "arm64" } }));
    let image = bench.manifest(MANIFEST, &of("amd64"), std::slice::from_ref(&files), &json!({}));
    bench.list("unnamed", &[image, other.clone()], &json!({}));
    check(
        &lab,
        "unnamed",
        &[
            ("docker-c8d", Falls(UNFETCHED)),
            ("ctr-local", Well),
            ("ctr-pull", Useless),
            ("containerd-cri-1.7", Fails(UNFETCHED)),
            ("containerd-cri", Fails("get image compressed resource size: content digest sha256:")),
        ],
    )
    .await;
    let image = bench.manifest(MANIFEST, &of("s390x"), &[files], &json!({}));
    bench.list("unnamed-other", &[image, other], &json!({}));
    let no_match = "no match for platform in manifest sha256:";
    check(
        &lab,
        "unnamed-other",
        &[
            ("docker-c8d", Fails(no_match)),
            ("ctr-local", Fails(no_match)),
            ("ctr-pull", Useless),
            ("containerd-cri-1.7", Fails(no_match)),
            ("containerd-cri", Fails(no_match)),
        ],
    )
    .await;
}

/// Several entries that ctr and CRI download are unpacked, each of them (containerd 2.4.2).
#[tokio::test(flavor = "multi_thread")]
async fn what_is_fetched_beside_the_choice_is_unpacked_too() {
    let (lab, bench) = bench().await;
    let files = bench.layer(PLAIN, b"files");
    let id = files["digest"].clone();
    let two = bench.config(&[id.clone(), id], &json!({}));
    let image = bench.manifest(MANIFEST, &two, &[files], &json!({}));
    bench.list("several", &[bench.good(), image], &json!({}));
    let counts = "number of layers and diffIDs don't match: 1 != 2";
    check(&lab, "several", &[("ctr-pull", Fails(counts)), ("docker-c8d", Well)]).await;
    // CRI unpacks whatever it fetches, too, and before it looks at the config's platform or at sizes.
    let bad = entry(bench.manifest(MANIFEST, &two, &[bench.layer(PLAIN, b"files")], &json!({})));
    bench.list("second", &[bench.good(), bad], &json!({}));
    check(&lab, "second", &[("containerd-cri", Falls(counts)), ("docker-c8d", Well)]).await;
    let id = bench.layer(PLAIN, b"files")["digest"].clone();
    let other = json!({ "platform": { "os": "linux", "architecture": "arm64" } });
    for architecture in ["s390x", "amd64"] {
        let more = json!({ "architecture": architecture });
        let two = bench.config(&[id.clone(), id.clone()], &more);
        let image = bench.manifest(MANIFEST, &two, &[bench.layer(PLAIN, b"files")], &json!({}));
        bench.list(architecture, &[image, with(bench.good(), &other)], &json!({}));
        let expected = [("containerd-cri", Fails(counts)), ("containerd-cri-1.7", Fails(counts))];
        check(&lab, architecture, &expected).await;
    }
}

/// An entry whose type is none of a manifest is asked for among the blobs (containerd 2.4.2, on
/// distribution 3.1.2, which has no manifest there).
#[tokio::test(flavor = "multi_thread")]
async fn ctr_asks_for_entries_of_unknown_types_among_the_blobs() {
    let (lab, bench) = bench().await;
    let thing = json!({ "mediaType": "application/vnd.example.thing+json" });
    let thing = with(bench.image_as(MANIFEST), &thing);
    bench.list("thing", &[thing, bench.good()], &json!({}));
    let blob = Falls("could not fetch content descriptor sha256:");
    check(
        &lab,
        "thing",
        &[
            ("ctr-pull", blob),
            ("ctr-local", blob),
            ("containerd-cri", blob),
            ("docker-c8d", Well),
            ("containerd-cri-1.7", Well),
        ],
    )
    .await;
}
