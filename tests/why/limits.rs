//! What engines fail on besides the platform, and with which words. The shapes and the sentences
//! were tried with the software that each row names: containerd and ctr 2.4.2, skopeo 1.9.3 and
//! 1.22, crane 0.22.1, regctl 0.11.7, oras 1.3.6, moby v2.0.0-beta.24, BuildKit 0.34.2.

use platy::oci::{Algorithm, Descriptor, Digest};
use platy::sandbox::{RepositoryStore, descriptor_json};
use serde_json::{Value, json};

use super::Lab;

pub(super) const LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(super) const PLAIN: &str = "application/vnd.oci.image.layer.v1.tar";
const FOREIGN: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
pub(super) const SCHEMA2: &str = "application/vnd.docker.distribution.manifest.v2+json";
pub(super) const SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const UNSIGNED: &str = "application/vnd.docker.distribution.manifest.v1+json";

/// A repository into which documents are put as they are written here.
pub(super) struct Bench(pub(super) RepositoryStore);

impl Bench {
    pub(super) fn layer(&self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = self.0.put_blob(bytes.to_vec());
        json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    }

    pub(super) fn config(&self, diff_ids: &[Value], more: &Value) -> Value {
        let mut config = json!({
            "os": "linux",
            "architecture": "amd64",
            "config": {},
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
        });
        merge(&mut config, more);
        let bytes = config.to_string().into_bytes();
        let digest = self.0.put_blob(bytes.clone());
        json!({ "mediaType": CONFIG, "digest": digest, "size": bytes.len() })
    }

    /// An image of these layers, whose diff IDs are their digests.
    fn image(&self, layers: &[Value], more: &Value) -> Value {
        let ids: Vec<Value> = layers.iter().map(|layer| layer["digest"].clone()).collect();
        let config = self.config(&ids, &json!({}));
        self.manifest(MANIFEST, &config, layers, more)
    }

    pub(super) fn manifest(
        &self,
        media_type: &str,
        config: &Value,
        layers: &[Value],
        more: &Value,
    ) -> Value {
        let mut manifest = json!({
            "schemaVersion": 2, "mediaType": media_type, "config": config, "layers": layers,
        });
        merge(&mut manifest, more);
        described(&self.0.put_manifest(media_type, manifest.to_string()))
    }

    pub(super) fn list(&self, tag: &str, entries: &[Value], more: &Value) {
        let mut list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
        merge(&mut list, more);
        let list = self.0.put_manifest(INDEX, list.to_string());
        self.0.tag(tag, &list.digest);
    }

    /// A good image of this type of manifest.
    pub(super) fn image_as(&self, media_type: &str) -> Value {
        let (layer, config) = match media_type {
            SCHEMA2 => (
                "application/vnd.docker.image.rootfs.diff.tar",
                "application/vnd.docker.container.image.v1+json",
            ),
            _ => (PLAIN, CONFIG),
        };
        let layer = self.layer(layer, b"good");
        let made = self.config(&[layer["digest"].clone()], &json!({}));
        let config = with(made, &json!({ "mediaType": config }));
        self.manifest(media_type, &config, &[layer], &json!({}))
    }

    /// An image of one layer with these bytes for a config.
    pub(super) fn image_with_config(&self, bytes: &str) -> Value {
        let digest = self.0.put_blob(bytes.as_bytes().to_vec());
        let config = json!({ "mediaType": CONFIG, "digest": digest, "size": bytes.len() });
        self.manifest(MANIFEST, &config, &[self.layer(PLAIN, b"good")], &json!({}))
    }

    /// A good image as an entry for linux/amd64.
    pub(super) fn good(&self) -> Value {
        entry(self.image(&[self.layer(PLAIN, b"good")], &json!({})))
    }
}

fn merge(into: &mut Value, more: &Value) {
    let (Some(into), Some(more)) = (into.as_object_mut(), more.as_object()) else { return };
    into.extend(more.clone());
}

pub(super) fn described(descriptor: &Descriptor) -> Value {
    descriptor_json(descriptor)
}

pub(super) fn entry(mut descriptor: Value) -> Value {
    descriptor["platform"] = json!({ "os": "linux", "architecture": "amd64" });
    descriptor
}

pub(super) fn with(mut value: Value, more: &Value) -> Value {
    merge(&mut value, more);
    value
}

/// How an engine ends: it takes what it picked, takes it and it does not serve, picks it and fails,
/// or fails before.
#[derive(Clone, Copy)]
pub(super) enum Ends {
    Well,
    Useless,
    Falls(&'static str),
    Fails(&'static str),
}
use Ends::{Fails, Falls, Useless, Well};

/// The answers of engines about a tag.
pub(super) async fn check(lab: &Lab, tag: &str, expected: &[(&str, Ends)]) {
    let ran = lab.why(&format!("bench/limits:{tag}"), "--json --host linux/amd64").await;
    let json = ran.json();
    let engines = json["engines"].as_array().unwrap();
    for (id, ends) in expected {
        let answer = engines.iter().find(|it| it["engine"] == *id).unwrap();
        let (words, fails, picks) = match ends {
            Well | Useless => ("", false, true),
            Falls(words) => (*words, true, true),
            Fails(words) => (*words, false, false),
        };
        assert_eq!(answer["fails"], fails, "{tag}: {answer:#}");
        assert_eq!(answer["pick"].is_object(), picks, "{tag}: {answer:#}");
        match answer["error"].as_str() {
            Some(error) => assert!(!words.is_empty() && error.contains(words), "{tag}: {answer:#}"),
            None => assert_eq!(words, "", "{tag}: {answer:#}"),
        }
        assert_eq!(answer["matches_host"], matches!(ends, Well), "{tag}: {answer:#}");
    }
    let grave = expected.iter().any(|(_, ends)| !matches!(ends, Well));
    assert!(!grave || ran.code == 1, "{tag}: {}", ran.code);
}

pub(super) async fn bench() -> (Lab, Bench) {
    let lab = Lab::start().await;
    let bench = Bench(lab.repository("bench/limits"));
    (lab, bench)
}

#[tokio::test(flavor = "multi_thread")]
async fn descriptors_that_lie_make_engines_fail_in_their_own_words() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    bench.list("well", std::slice::from_ref(&good), &json!({}));
    check(&lab, "well", &[("docker-c8d", Well), ("ctr-pull", Well), ("oci-client-current", Well)])
        .await;

    let empty = bench.layer(PLAIN, b"");
    let image = entry(bench.image(&[empty], &json!({})));
    bench.list("empty-layer", &[image], &json!({}));
    let zero = "which reports content size of zero: invalid argument";
    let containerd = ["docker-c8d", "containerd-cri", "containerd-1.7", "ctr-pull", "buildkit"];
    for engine in containerd {
        check(&lab, "empty-layer", &[(engine, Falls(zero)), ("podman", Well), ("ggcr", Well)])
            .await;
    }

    bench.list("no-size", &[with(good.clone(), &json!({ "size": 0 }))], &json!({}));
    check(&lab, "no-size", &[("nerdctl", Falls(zero)), ("ggcr", Well), ("regclient", Well)]).await;

    bench.list("above", &[with(good.clone(), &json!({ "size": 9999 }))], &json!({}));
    let short = "short read: expected 9999 bytes but got ";
    check(&lab, "above", &[("docker-c8d", Falls(short)), ("buildkit", Falls(short))]).await;
    bench.list("below", &[with(good.clone(), &json!({ "size": 10 }))], &json!({}));
    check(
        &lab,
        "below",
        &[
            ("containerd-cri", Falls("read past expected size 10: failed precondition")),
            ("docker-c8d", Falls(" != 10: failed precondition")),
            ("containers-image", Well),
        ],
    )
    .await;

    let wrong = Digest::sha256(b"another");
    let bytes = lab.repository("bench/limits").manifest(good["digest"].as_str().unwrap()).unwrap();
    bench.0.put_manifest_as(&wrong, MANIFEST, bytes);
    bench.list("wrong", &[with(good.clone(), &json!({ "digest": wrong }))], &json!({}));
    let ends = Falls("unexpected commit digest sha256:");
    check(
        &lab,
        "wrong",
        &[
            ("containerd-client-pull", ends),
            ("podman", Falls("Manifest does not match provided manifest digest sha256:")),
            ("ggcr", Falls("does not match requested digest: \"sha256:")),
            ("regclient", Falls("manifest digest mismatch, expected sha256:")),
            ("docker-graphdriver", Falls("manifest verification failed for digest sha256:")),
        ],
    )
    .await;
}

/// Each was tried with skopeo 1.9.3, podman 4.3.1, crane 0.22.1, regctl 0.11.7, oras 1.3.6 and ctr
/// 2.4.2.
#[tokio::test(flavor = "multi_thread")]
async fn sizes_of_what_an_entry_leads_to_are_looked_at_by_some() {
    let (lab, bench) = bench().await;
    let layer = bench.layer(PLAIN, b"good");
    let made = bench.config(&[layer["digest"].clone()], &json!({}));
    let size = made["size"].as_u64().unwrap();
    for (tag, stated, containerd) in
        [("config-above", 5000, "short read: expected 5000"), ("config-below", 50, "50")]
    {
        let config = with(made.clone(), &json!({ "size": stated }));
        let image = bench.manifest(MANIFEST, &config, std::slice::from_ref(&layer), &json!({}));
        bench.list(tag, &[entry(image)], &json!({}));
        let crane = format!("Content-Length header {size} does not match expected size {stated}");
        let skopeo = format!("expected {stated}, got {size}");
        check(
            &lab,
            tag,
            &[
                ("ggcr", Falls(crane.leak())),
                ("containers-image", Falls(skopeo.leak())),
                ("podman", Falls("Size mismatch when copying sha256:")),
                ("regclient", Falls("failed to get blob, digest sha256:")),
                ("ctr-pull", Falls(containerd)),
            ],
        )
        .await;
    }

    let pad = "z".repeat(4_300_000);
    let more = json!({ "annotations": { "pad": pad } });
    let image = bench.manifest(MANIFEST, &made, std::slice::from_ref(&layer), &more);
    bench.list("large-child", &[entry(image)], &json!({}));
    let most = "exceeded maximum allowed size of 4194304 bytes";
    check(
        &lab,
        "large-child",
        &[
            ("containers-image", Falls(most)),
            ("podman", Falls(most)),
            ("oras", Falls("exceeds push size limit 4194304: size exceeds limit")),
            ("ctr-pull", Well),
            ("ggcr", Well),
            ("regclient", Well),
        ],
    )
    .await;

    let image = bench.manifest(MANIFEST, &Value::Null, &[layer], &json!({}));
    bench.list("no-config", &[entry(image)], &json!({}));
    check(
        &lab,
        "no-config",
        &[
            ("ctr-pull", Falls("which reports content size of zero: invalid argument")),
            ("regclient", Falls("invalid checksum digest format")),
            ("oras", Falls(": invalid digest")),
            ("containers-image", Well),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_makes_those_fail_that_read_it() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    let gone = json!({ "digest": Digest::sha256(b"gone") });
    bench.list("missing", &[with(good.clone(), &gone)], &json!({}));
    check(
        &lab,
        "missing",
        &[
            ("docker-c8d", Falls("not found: not found")),
            ("containers-image", Falls("reading manifest sha256:")),
            ("regclient", Falls("request failed: not found [http 404]")),
            ("ggcr", Falls("MANIFEST_UNKNOWN")),
            ("oras", Falls(": not found")),
        ],
    )
    .await;

    // ctr reads every entry's manifest; the others only what they chose.
    let other = json!({ "platform": { "os": "linux", "architecture": "s390x" } });
    let other = with(with(good.clone(), &gone), &other);
    bench.list("missing-other", &[good.clone(), other], &json!({}));
    check(
        &lab,
        "missing-other",
        &[
            ("docker-c8d", Well),
            ("nerdctl", Well),
            ("ctr-pull", Falls("not found: not found")),
            ("ctr-local", Falls("not found: not found")),
        ],
    )
    .await;

    let layer = bench.layer(PLAIN, b"x");
    let config = bench.config(&[layer["digest"].clone()], &json!({ "author": "gone" }));
    let image = entry(bench.manifest(MANIFEST, &config, &[layer], &json!({})));
    bench.0.remove_blob(&config["digest"].as_str().unwrap().parse().unwrap());
    bench.list("missing-config", &[image], &json!({}));
    let config = "could not fetch content descriptor sha256:";
    check(&lab, "missing-config", &[("docker-c8d", Falls(config)), ("podman", Falls("blob"))])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn diff_ids_and_layer_types_fail_those_who_unpack() {
    let (lab, bench) = bench().await;
    let layers = [bench.layer(PLAIN, b"one"), bench.layer(PLAIN, b"two")];
    let few = bench.config(&[layers[0]["digest"].clone()], &json!({}));
    bench.list("few", &[entry(bench.manifest(MANIFEST, &few, &layers, &json!({})))], &json!({}));
    check(
        &lab,
        "few",
        &[
            ("docker-c8d", Falls("number of layers and diffIDs don't match: 2 != 1")),
            ("ctr-local", Falls("mismatched image rootfs and manifest layers")),
            ("buildkit", Falls("mismatched image rootfs and manifest layers")),
            ("docker-28", Falls("layers from manifest don't match image configuration")),
            (
                "podman",
                Falls("image config has only 1 DiffID values, but a layer with index 1 exists"),
            ),
            ("containers-image", Well),
            ("ggcr", Well),
            ("regclient", Well),
        ],
    )
    .await;
    // podman lets configs without diff IDs through, and those with too many.
    let none = bench.config(&[], &json!({}));
    bench.list("none", &[entry(bench.manifest(MANIFEST, &none, &layers, &json!({})))], &json!({}));
    let counts = "number of layers and diffIDs don't match: 2 != 0";
    check(&lab, "none", &[("docker-c8d", Falls(counts)), ("podman", Well)]).await;
    // Diff IDs without layers: Docker and `ctr --local` look once more.
    let ids = [layers[0]["digest"].clone()];
    let config = bench.config(&ids, &json!({}));
    let image = entry(bench.manifest(MANIFEST, &config, &[], &json!({})));
    bench.list("no-layers", &[image], &json!({}));
    let mismatched = "mismatched image rootfs and manifest layers";
    check(
        &lab,
        "no-layers",
        &[
            ("docker-c8d", Falls(mismatched)),
            ("ctr-local", Falls(mismatched)),
            ("containerd-cri-1.7", Fails(mismatched)),
            ("containerd-cri", Well),
            ("ctr-pull", Well),
            ("podman", Well),
        ],
    )
    .await;
    // What is listed for a machine that is compatible only has no layers with `ctr --local`, which
    // counts them first, and has not fetched a config that it does not know (2.4.2, live).
    let statement = bench.layer("application/vnd.in-toto+json", b"{}");
    let compatible = json!({ "platform": { "os": "linux", "architecture": "386" } });
    let (one, none) = (bench.config(&ids, &json!({})), bench.config(&[], &json!({})));
    let mut foreign = one.clone();
    foreign["mediaType"] = json!("application/vnd.example.config+json");
    let (file, not_there) = (&layers[..1], "failed to get reader from content store");
    let unresolved = "failed to resolve rootfs: content digest";
    for (name, config, layers, expected) in [
        ("statement", &one, &[statement.clone()][..], Falls(mismatched)),
        ("no-statement", &none, &[statement], Well),
        ("uncounted", &none, file, Falls(mismatched)),
        ("not-there", &one, file, Fails(not_there)),
        ("foreign", &foreign, file, Fails(unresolved)),
    ] {
        let listed = with(bench.manifest(MANIFEST, config, layers, &json!({})), &compatible);
        bench.list(name, &[listed], &json!({}));
        check(&lab, name, &[("ctr-local", expected)]).await;
    }
    // What is unpacked is hashed with SHA-256.
    let longer = [json!(Digest::of(Algorithm::Sha512, b"one")), layers[1]["digest"].clone()];
    let config = bench.config(&longer, &json!({}));
    let image = entry(bench.manifest(MANIFEST, &config, &layers, &json!({})));
    bench.list("diff-512", &[image], &json!({}));
    let wrong = "calculated on extraction \"sha512:";
    check(&lab, "diff-512", &[("ctr-pull", Falls(wrong)), ("regclient", Well)]).await;

    let others = [json!(Digest::sha256(b"1")), json!(Digest::sha256(b"2"))];
    let wrong = bench.config(&others, &json!({}));
    bench.list("diff", &[entry(bench.manifest(MANIFEST, &wrong, &layers, &json!({})))], &json!({}));
    check(
        &lab,
        "diff",
        &[
            ("containerd-cri", Falls("\" calculated on extraction \"sha256:")),
            ("containerd-cri-1.7", Falls("wrong diff id calculated on extraction \"sha256:")),
            // containers/image 5.42.1 compares (podman 4.3.1 did not).
            ("podman", Falls("does not match config's DiffID \"sha256:")),
            ("containers-image", Well),
            // It does not notice where it only exports.
            ("buildkit", Well),
            ("ggcr", Well),
        ],
    )
    .await;

    // A layer of an unknown type is left out, and then the counts differ or not.
    let odd = bench.layer("application/vnd.example.thing", b"odd");
    let both = [layers[0].clone(), odd];
    let one = bench.config(&[layers[0]["digest"].clone()], &json!({}));
    bench.list("odd-1", &[entry(bench.manifest(MANIFEST, &one, &both, &json!({})))], &json!({}));
    check(&lab, "odd-1", &[("ctr-pull", Well), ("docker-c8d", Well)]).await;
    bench.list("odd-2", &[entry(bench.image(&both, &json!({})))], &json!({}));
    let counts = "number of layers and diffIDs don't match: 1 != 2";
    check(&lab, "odd-2", &[("ctr-pull", Falls(counts)), ("docker-c8d", Falls(counts))]).await;

    // containers/image wants Docker's layer types in a Docker manifest (skopeo 1.22).
    let config = with(
        bench.config(&[layers[0]["digest"].clone()], &json!({})),
        &json!({ "mediaType": "application/vnd.docker.container.image.v1+json" }),
    );
    let image = entry(bench.manifest(SCHEMA2, &config, &layers[..1], &json!({})));
    bench.list("docker-oci", &[image], &json!({}));
    check(
        &lab,
        "docker-oci",
        &[
            ("podman", Falls("unsupported docker v2s2 media type: \"application/vnd.oci.image")),
            ("docker-c8d", Well),
            ("containerd-cri", Well),
        ],
    )
    .await;
    let octets = bench.layer("application/octet-stream", b"octets");
    let image = entry(bench.manifest(SCHEMA2, &config, &[octets], &json!({})));
    bench.list("docker-octets", &[image], &json!({}));
    let skopeo = "unsupported docker v2s2 media type: \"application/octet-stream\"";
    check(
        &lab,
        "docker-octets",
        &[
            ("containers-image", Falls(skopeo)),
            ("ctr-local", Falls(mismatched)),
            ("ctr-pull", Well),
        ],
    )
    .await;

    let env = json!({ "config": { "Env": "A=B" } });
    let config = bench.config(&[layers[0]["digest"].clone()], &env);
    let image = entry(bench.manifest(MANIFEST, &config, &layers[..1], &json!({})));
    bench.list("env", &[image], &json!({}));
    check(
        &lab,
        "env",
        &[
            // The unpacker reads platform and layers alone, CRI the whole.
            ("docker-c8d", Well),
            ("ctr-pull", Well),
            ("containerd-cri", Falls("")),
            ("containerd-cri-1.7", Falls("")),
            ("docker-c8d-local", Falls("")),
            ("podman", Falls("")),
            ("containers-image", Well),
            ("ggcr", Well),
        ],
    )
    .await;
    // A field that only Docker has.
    let health = json!({ "config": { "Healthcheck": { "Test": ["NONE"], "Interval": "5s" } } });
    let config = bench.config(&[layers[0]["digest"].clone()], &health);
    let image = entry(bench.manifest(MANIFEST, &config, &layers[..1], &json!({})));
    bench.list("health", &[image], &json!({}));
    check(
        &lab,
        "health",
        &[("containerd-cri", Well), ("docker-c8d-local", Falls("")), ("podman", Falls(""))],
    )
    .await;
    // What is not JSON to Go: a byte order mark, something behind it, comments.
    for (tag, before, after) in [("bom", "\u{feff}", ""), ("nul", "", "\0"), ("two", "", "{}")] {
        let good = bench.config(&[layers[0]["digest"].clone()], &json!({ "author": tag }));
        let bytes = bench.0.blob(&good["digest"].as_str().unwrap().parse().unwrap()).unwrap();
        let bytes = [before.as_bytes(), &bytes, after.as_bytes()].concat();
        let digest = bench.0.put_blob(bytes.clone());
        let config = json!({ "mediaType": CONFIG, "digest": digest, "size": bytes.len() });
        let image = entry(bench.manifest(MANIFEST, &config, &layers[..1], &json!({})));
        bench.list(tag, &[image], &json!({}));
        let falls = ["docker-c8d", "ctr-pull", "containerd-cri", "containerd-cri-1.7", "podman"];
        let expected: Vec<_> = falls.iter().map(|engine| (*engine, Falls(""))).collect();
        check(&lab, tag, &expected).await;
    }
}

/// A list or a manifest that Go cannot read fails whoever is written in it, with what Go says of
/// the field (containerd 2.4.2 and 1.6.20, skopeo 1.9.3, podman 4.3.1, crane 0.22.1).
#[tokio::test(flavor = "multi_thread")]
async fn fields_of_another_type_fail_every_engine_that_reads_them() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    let engines = ["docker-c8d", "ctr-pull", "containers-image", "ggcr", "regclient", "docker-28"];
    let all =
        |ends: fn() -> Ends| engines.iter().map(|engine| (*engine, ends())).collect::<Vec<_>>();
    let arm = json!({ "os": "linux", "architecture": "arm64" });
    for (tag, more) in [
        ("e-annotations", json!({ "annotations": { "a": true } })),
        ("e-platform", json!({ "platform": "linux/arm64" })),
        ("e-version", json!({ "platform": { "os": "linux", "os.version": 10 } })),
        ("e-size", json!({ "size": "12", "platform": arm })),
        ("e-urls", json!({ "urls": "x", "platform": arm })),
    ] {
        bench.list(tag, &[good.clone(), with(good.clone(), &more)], &json!({}));
        check(&lab, tag, &all(|| Fails("cannot be read: "))).await;
    }
    bench.list("version", std::slice::from_ref(&good), &json!({ "schemaVersion": "2" }));
    check(&lab, "version", &all(|| Fails("cannot be read: "))).await;
    // A field that containerd 1.x does not know.
    bench.list("subject", std::slice::from_ref(&good), &json!({ "subject": "x" }));
    check(
        &lab,
        "subject",
        &[("ctr-pull", Fails("cannot be read: ")), ("containerd-cri-1.7", Well)],
    )
    .await;

    let layer = bench.layer(PLAIN, b"x");
    for (tag, more) in [
        ("m-version", json!({ "schemaVersion": 2.5 })),
        ("m-annotations", json!({ "annotations": { "a": 1 } })),
        ("m-layers", json!({ "layers": {} })),
    ] {
        bench.list(tag, &[entry(bench.image(std::slice::from_ref(&layer), &more))], &json!({}));
        check(&lab, tag, &all(|| Falls(""))).await;
    }
    let config = bench.config(&[layer["digest"].clone()], &json!({}));
    let image =
        bench.manifest(MANIFEST, &config, std::slice::from_ref(&layer), &json!({ "config": null }));
    bench.list("no-config", &[entry(image)], &json!({}));
    let zero = "unable to fetch descriptor () which reports content size of zero";
    let artifact = "unsupported image-specific operation on artifact with type \"\"";
    check(
        &lab,
        "no-config",
        &[
            ("docker-c8d", Falls(zero)),
            ("containerd-cri-1.7", Falls(zero)),
            ("podman", Falls(artifact)),
        ],
    )
    .await;
    let image = bench.manifest(MANIFEST, &config, &[Value::Null, layer], &json!({}));
    bench.list("odd-layer", &[entry(image)], &json!({}));
    check(&lab, "odd-layer", &[("ctr-pull", Falls(zero)), ("podman", Falls("unknown digest"))])
        .await;
}

/// Layers of types that are not unpacked, and artifacts in containers/storage (containerd 2.4.2 and
/// 1.6.20, podman 4.3.1).
#[tokio::test(flavor = "multi_thread")]
async fn layers_of_other_types_fail_those_who_unpack_them() {
    let (lab, bench) = bench().await;
    let stream = |name: &str| format!("failed to get stream processor for {name}");
    for (tag, name, words, podman) in [
        ("encrypted", format!("{PLAIN}+gzip+encrypted"), true, false),
        ("nydus", "application/vnd.oci.image.layer.nydus.blob.v1".to_owned(), true, false),
        ("erofs", "application/vnd.erofs.layer.v1".to_owned(), true, true),
        ("xz", format!("{PLAIN}+xz"), false, true),
    ] {
        let layer = bench.layer(&name, tag.as_bytes());
        bench.list(tag, &[entry(bench.image(&[layer], &json!({})))], &json!({}));
        let words = if words { stream(&name) } else { String::new() };
        let words: &'static str = words.leak();
        for engine in ["docker-c8d", "ctr-pull", "ctr-local", "containerd-cri"] {
            check(&lab, tag, &[(engine, Falls(words))]).await;
        }
        check(&lab, tag, &[("podman", if podman { Well } else { Falls("") })]).await;
        check(&lab, tag, &[("containers-image", Well), ("ggcr", Well)]).await;
    }
    // An encrypted layer's diff ID is that of what is inside: it does not misfit.
    let ran = lab.run("inspect", "bench/limits:encrypted", &[]).await.text();
    assert!(!ran.contains("diff ID"), "{ran}");

    let layer = bench.layer(PLAIN, b"x");
    let config = bench.config(&[layer["digest"].clone()], &json!({}));
    let docker = json!({ "mediaType": "application/vnd.docker.container.image.v1+json" });
    let image = bench.manifest(MANIFEST, &with(config, &docker), &[layer], &json!({}));
    bench.list("docker-config", &[entry(image)], &json!({}));
    // containers/image 5.42.1 (internal/manifest/errors.go), which podman 5 and later have.
    let words = "parsing image configuration: invalid mixed OCI image with Docker v2s2 config \
                 (\"application/vnd.docker.container.image.v1+json\")";
    check(
        &lab,
        "docker-config",
        &[("podman", Falls(words)), ("containers-image", Well), ("docker-c8d", Well)],
    )
    .await;
}

/// CRI before containerd 2.1 pulls with the client, and then looks at config and size (1.6.20 was
/// played; 1.7.28 and 2.0.5 were read).
#[tokio::test(flavor = "multi_thread")]
async fn kubernetes_on_older_containerd_fails_in_its_own_way() {
    let (lab, bench) = bench().await;
    let layer = |text: &str| bench.layer(PLAIN, text.as_bytes());
    let both =
        |ends: fn() -> Ends| [("containerd-cri-1.7", ends()), ("containerd-cri-2.0", ends())];
    let bare = bench.image(&[layer("bare")], &json!({}));
    let arm = json!({ "platform": { "os": "linux", "architecture": "arm64" } });
    let named = with(bench.image(&[layer("named")], &json!({})), &arm);
    let size = || Fails("get image compressed resource size: content digest sha256:");
    bench.list("size", &[named.clone(), bare.clone()], &json!({}));
    check(&lab, "size", &both(size)).await;
    check(&lab, "size", &[("containerd-1.7", Well), ("containerd-2.0", Well)]).await;
    bench.list("alone", &[bare], &json!({}));
    check(&lab, "alone", &both(|| Well)).await;
    // A compatible entry is taken, which CRI of 2.1 and later does not download.
    let i386 = json!({ "platform": { "os": "linux", "architecture": "386" } });
    bench.list("386", &[with(bench.image(&[layer("386")], &json!({})), &i386)], &json!({}));
    check(&lab, "386", &both(|| Well)).await;
    check(&lab, "386", &[("containerd-cri", Fails("content digest"))]).await;
    bench.list("miss", &[named], &json!({}));
    let miss = || Fails("failed to pull and unpack image \"");
    check(&lab, "miss", &both(miss)).await;

    // An attestation under a platform is unpacked as any image, also one that says what it is: its
    // config is read then, which nothing else needs (containerd 1.6.20 was played).
    let statement = bench.layer("application/vnd.in-toto+json", b"{}");
    let unknown = json!({ "os": "unknown", "architecture": "unknown" });
    let config = bench.config(&[statement["digest"].clone()], &unknown);
    let attestation = bench.manifest(MANIFEST, &config, &[statement], &json!({}));
    let listed = with(attestation.clone(), &json!({ "platform": unknown }));
    let says = json!({ "annotations": {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": attestation["digest"],
    } });
    let i386 = with(attestation.clone(), &i386);
    let processor = "failed to get stream processor for application/vnd.in-toto+json: no processor";
    for (name, entry) in [
        ("attestation", entry(attestation.clone())),
        ("attestation-386", i386.clone()),
        ("attestation-named", with(i386, &says)),
    ] {
        bench.list(name, &[with(listed.clone(), &says), entry], &json!({}));
        check(&lab, name, &[("containerd-cri-1.7", Fails(processor))]).await;
    }

    let one = layer("other");
    let s390x = json!({ "architecture": "s390x" });
    let config = bench.config(&[one["digest"].clone()], &s390x);
    let other = bench.manifest(MANIFEST, &config, &[one], &json!({}));
    bench.list("other", &[other], &json!({}));
    let other = || Fails("get image config descriptor: no match for platform in manifest sha256:");
    check(&lab, "other", &both(other)).await;

    let empty = json!({ "mediaType": "application/vnd.oci.empty.v1+json" });
    let config = with(bench.config(&[], &json!({ "author": "empty" })), &empty);
    let thing = bench.layer("application/vnd.example.thing", b"thing");
    let artifact = bench.manifest(MANIFEST, &config, &[thing], &json!({}));
    let amd64 = json!({ "platform": { "os": "linux", "architecture": "amd64" } });
    bench.list("artifact", &[with(artifact, &amd64)], &json!({}));
    let mismatched = Fails("mismatched image rootfs and manifest layers");
    check(&lab, "artifact", &[("containerd-cri-1.7", mismatched)]).await;
    let (_, cri) = lab.answer("bench/limits:386", "--engine kubernetes-containerd-1.6").await;
    assert_eq!(cri["engine"], "containerd-cri-1.7");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_with_two_readings_are_refused_by_some() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    let layer = bench.layer(PLAIN, b"x");
    let config = bench.config(&[layer["digest"].clone()], &json!({}));
    let fields = json!({ "config": config, "layers": [layer.clone()] });
    bench.list("mixed", std::slice::from_ref(&good), &fields);
    let index = "media-type: expected index but found manifest (application/vnd.oci.image.index";
    check(
        &lab,
        "mixed",
        &[
            ("docker-c8d", Fails(index)),
            ("buildkit", Fails(index)),
            ("podman", Fails("unexpected fields []string{\"config\", \"layers\"} in supposedly")),
            ("docker-28", Fails("index: expected index but found manifest")),
            ("ggcr", Well),
            ("regclient", Well),
        ],
    )
    .await;
    let image = bench.image(&[layer], &json!({ "manifests": [good.clone()] }));
    bench.list("mixed-child", &[entry(image)], &json!({}));
    check(
        &lab,
        "mixed-child",
        &[
            ("containerd-cri", Falls("media-type: expected manifest but found index")),
            ("podman", Falls("unexpected fields []string{\"manifests\"} in supposedly")),
            ("ggcr", Well),
        ],
    )
    .await;
    bench.list("called", std::slice::from_ref(&good), &json!({ "mediaType": MANIFEST }));
    check(
        &lab,
        "called",
        &[
            ("containerd-client-pull", Fails("expected index but found manifest")),
            ("regclient", Fails("manifest contains an unexpected media type: expected")),
            ("containers-image", Well),
        ],
    )
    .await;
    // Go takes the last of several keys in any case; the Rust client refuses the document.
    let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [good] }).to_string();
    let twice = format!("{},\"Manifests\":[]}}", list.strip_suffix('}').unwrap());
    let twice = bench.0.put_manifest(INDEX, twice);
    bench.0.tag("twice", &twice.digest);
    check(
        &lab,
        "twice",
        &[
            ("containerd-client-pull", Fails("no match for platform in manifest")),
            ("ggcr", Fails("no child with platform linux/amd64")),
            ("oci-client-current", Fails("data did not match any variant")),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_lists_are_refused_by_size() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    let of_size = |bytes: usize| {
        let list = |pad: usize| {
            json!({
                "schemaVersion": 2, "mediaType": INDEX, "manifests": [good.clone()],
                "annotations": { "pad": "x".repeat(pad) },
            })
            .to_string()
        };
        list(bytes - list(0).len())
    };
    // containers/image and oras read 4 MiB; containerd reads 4 × 1048 × 1048 bytes.
    for (tag, bytes, podman, containerd) in [
        ("most", 4 << 20, true, true),
        ("more", (4 << 20) + 1, false, true),
        ("most-of-containerd", 4 * 1048 * 1048, false, true),
        ("too-large", 4 * 1048 * 1048 + 1, false, false),
    ] {
        let list = bench.0.put_manifest(INDEX, of_size(bytes));
        assert_eq!(list.size, bytes as u64);
        bench.0.tag(tag, &list.digest);
        let limit = "exceeded maximum allowed size of 4194304 bytes";
        let of_podman = if podman { Well } else { Fails(limit) };
        let rejecting = || if containerd { Well } else { Fails(" byte manifest for ") };
        check(
            &lab,
            tag,
            &[
                ("podman", of_podman),
                ("docker-c8d", rejecting()),
                ("buildkit", rejecting()),
                ("ggcr", Well),
                ("regclient", Well),
            ],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn schema_1_is_told_by_engine_and_version() {
    let (lab, bench) = bench().await;
    let schema1 = json!({
        "schemaVersion": 1, "name": "x", "tag": "t", "architecture": "amd64",
        "fsLayers": [{ "blobSum": Digest::sha256(b"x") }],
        "history": [{ "v1Compatibility": "{\"id\":\"a\",\"architecture\":\"amd64\",\"os\":\"linux\"}" }],
    });
    let signed = bench.0.put_manifest(SIGNED, schema1.to_string());
    bench.0.tag("signed", &signed.digest);
    check(
        &lab,
        "signed",
        &[
            ("containerd-1.7", Well),
            ("docker-20.10", Well),
            ("docker-25", Well),
            ("docker-27", Fails("schema 1 support is disabled by default")),
            ("docker-28", Fails("schema 1 support has been removed")),
            ("docker-graphdriver", Fails("schema 1 support has been removed")),
            ("containerd-2.0", Fails("CONTAINERD_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1")),
            ("containerd-client-pull", Fails("no longer supported since containerd v2.1")),
            ("docker-c8d", Fails("no longer supported since containerd v2.1")),
            ("ctr-pull", Fails("schema 1 image manifests are no longer supported")),
            ("nerdctl", Fails("schema 1 image manifests are no longer supported")),
            ("containerd-cri", Fails("failed to pull and unpack image \"")),
            ("buildkit", Fails("schema 1 has been removed")),
            ("ggcr", Fails("unsupported MediaType: \"")),
        ],
    )
    .await;
    let unsigned = bench.0.put_manifest(UNSIGNED, schema1.to_string());
    bench.0.tag("unsigned", &unsigned.digest);
    let as_a_blob = || Fails("could not fetch content descriptor sha256:");
    check(
        &lab,
        "unsigned",
        &[
            ("docker-c8d", as_a_blob()),
            ("containerd-1.7", as_a_blob()),
            ("ctr-pull", as_a_blob()),
            ("buildkit", as_a_blob()),
            ("docker-25", Fails("missing signature key")),
        ],
    )
    .await;
    let child = described(&signed);
    bench.list("child", &[entry(child)], &json!({}));
    check(
        &lab,
        "child",
        &[
            ("docker-25", Well),
            ("containers-image", Well),
            ("containerd-client-pull", Fails("manifest.v1+prettyjws not supported")),
            ("ctr-local", Fails("manifest.v1+prettyjws not supported")),
            // Other words than of a root.
            ("docker-c8d", Fails("schema 1 support has been removed. Suggest the author of ")),
            ("docker-27", Fails("schema 1 support is disabled by default")),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_at_other_addresses_are_not_asked_for() {
    let (lab, bench) = bench().await;
    let address = "https://layers.invalid/a.tar.gz";
    let foreign = json!({
        "mediaType": FOREIGN, "digest": Digest::sha256(b"foreign"), "size": 7, "urls": [address],
    });
    let image = entry(bench.image(std::slice::from_ref(&foreign), &json!({})));
    bench.list("foreign", &[image], &json!({}));
    check(
        &lab,
        "foreign",
        &[
            ("docker-c8d", Well),
            ("podman", Well),
            ("regclient", Well),
            ("buildkit", Falls("could not fetch content descriptor sha256:")),
        ],
    )
    .await;
    let (code, docker) =
        lab.answer("bench/limits:foreign", "--host linux/amd64 --engine docker").await;
    let problem = docker["problem"].as_str().unwrap();
    assert_eq!(code, 0, "what is not known is not a fault");
    assert!(problem.contains(&format!("not known whether {address} answers")), "{problem}");
    // crane 0.22.1 and regctl 0.11.7 ask the registry first, and then the address.
    for engine in ["crane", "regctl"] {
        let asked = format!("--host linux/amd64 --engine {engine}");
        let (_, answer) = lab.answer("bench/limits:foreign", &asked).await;
        assert!(answer["problem"].as_str().unwrap().contains("not known whether"), "{answer:#}");
    }

    // The registry has this one, so nobody fails.
    let here = with(bench.layer(FOREIGN, b"here"), &json!({ "urls": [address] }));
    bench.list("here", &[entry(bench.image(&[here], &json!({})))], &json!({}));
    check(&lab, "here", &[("buildkit", Well), ("docker-28", Well)]).await;

    // An ordinary layer that only an address has: oras fails too, and crane asks no private host.
    let private = json!({
        "mediaType": PLAIN, "digest": Digest::sha256(b"private"), "size": 7,
        "urls": ["http://127.0.0.1:9/x"],
    });
    bench.list("private", &[entry(bench.image(&[private], &json!({})))], &json!({}));
    let host = "foreign layer URL host \"127.0.0.1\" is a private or link-local address";
    check(&lab, "private", &[("ggcr", Falls(host)), ("buildkit", Falls("could not fetch"))]).await;
    let asked = "--host linux/amd64 --platform linux/amd64 --engine oras";
    let (_, oras) = lab.answer("bench/limits:private", asked).await;
    assert_eq!(oras["fails"], true, "{oras:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sha512_is_not_taken_by_all() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    let bytes = bench.0.manifest(good["digest"].as_str().unwrap()).unwrap();
    let longer = Digest::of(Algorithm::Sha512, &bytes);
    bench.0.put_manifest_as(&longer, MANIFEST, bytes);
    bench.list("sha512", &[with(good, &json!({ "digest": longer }))], &json!({}));
    check(
        &lab,
        "sha512",
        &[
            ("containers-image", Falls("Manifest does not match provided manifest digest sha512:")),
            ("docker-c8d", Well),
            ("ggcr", Well),
            ("regclient", Well),
            ("containerd-cri-1.7", Falls("expected sha512:")),
        ],
    )
    .await;

    // containerd hashed with SHA-256 alone until 2.0; the others take layers and configs
    // (containerd 2.4.2 and 1.6.20, podman 4.3.1, crane 0.22.1, regctl 0.11.7).
    let bytes = b"longer".to_vec();
    let digest = Digest::of(Algorithm::Sha512, &bytes);
    bench.0.put_blob_as(&digest, bytes);
    let layer = json!({ "mediaType": PLAIN, "digest": digest, "size": 6 });
    let config = bench.config(&[json!(Digest::sha256(b"longer"))], &json!({}));
    let image = bench.manifest(MANIFEST, &config, &[layer], &json!({}));
    bench.list("sha512-layer", &[entry(image)], &json!({}));
    let bytes = json!({
        "os": "linux", "architecture": "amd64", "rootfs": { "type": "layers", "diff_ids": [] },
    });
    let bytes = bytes.to_string().into_bytes();
    let digest = Digest::of(Algorithm::Sha512, &bytes);
    let config = json!({ "mediaType": CONFIG, "digest": digest, "size": bytes.len() });
    bench.0.put_blob_as(&digest, bytes);
    let image = bench.manifest(MANIFEST, &config, &[], &json!({}));
    bench.list("sha512-config", &[entry(image)], &json!({}));
    for tag in ["sha512-layer", "sha512-config"] {
        let old = "unexpected commit digest sha256:…, expected sha512:";
        for engine in ["containerd-1.7", "containerd-2.0", "containerd-cri-1.7"] {
            check(&lab, tag, &[(engine, Falls(old))]).await;
        }
        check(&lab, tag, &[("docker-c8d", Well), ("podman", Well), ("ggcr", Well)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn features_keep_docker_from_running() {
    let (lab, bench) = bench().await;
    let layer = bench.layer(PLAIN, b"x");
    let platform = json!({ "os": "linux", "architecture": "arm64", "os.features": ["win32k"] });
    let config = bench.config(&[layer["digest"].clone()], &platform);
    let image = bench.manifest(MANIFEST, &config, &[layer], &json!({}));
    let image = with(image, &json!({ "platform": platform }));
    bench.list("features", &[image], &json!({}));
    let (code, run) =
        lab.answer("bench/limits:features", "--host linux/arm64 --engine docker-run").await;
    let error = run["error"].as_str().unwrap();
    assert!(
        error.contains("overlayfs does not support platform {arm64 linux  [win32k] }"),
        "{error}"
    );
    assert_eq!(code, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headline_says_that_it_is_picked_and_then_fails() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    bench.list("headline", &[with(good, &json!({ "size": 9999 }))], &json!({}));
    let ran = lab.why("bench/limits:headline", "--host linux/amd64 --engine docker").await;
    let text = ran.text();
    let line = text.lines().find(|line| line.starts_with('✗')).unwrap_or_default();
    assert!(line.starts_with("✗ Entry 1, linux/amd64, sha256:"), "{text}");
    assert!(line.contains("is picked, and then fails"), "{line}");
    assert!(!text.contains('✓'), "{text}");
    assert!(text.contains("known of containerd 2.4.2"), "{text}");
    let matrix = lab.run("matrix", "bench/limits:headline", &[]).await.text();
    assert!(matrix.contains("amd64✗") && matrix.contains("✗ it is picked"), "{matrix}");
}

/// A list within a list: Docker 20.10 takes its first match and no list for one; since 23.0 it goes
/// down, and on to the next entry if that fails otherwise than by a miss (moby 20.10.27 and 23.0.6
/// distribution/pull_v2.go, 20.10 seen live).
#[tokio::test(flavor = "multi_thread")]
async fn nested_lists_are_refused_by_docker_20_10() {
    let (lab, bench) = bench().await;
    let good = bench.good();
    bench.list("inner", std::slice::from_ref(&good), &json!({}));
    let inner = lab.repository("bench/limits").resolve("inner").unwrap();
    let size = lab.repository("bench/limits").manifest(inner.as_str()).unwrap().len();
    let inner = entry(json!({ "mediaType": INDEX, "digest": inner, "size": size }));
    let refused = || Fails("unsupported manifest format");
    bench.list("nested", &[inner.clone(), good.clone()], &json!({}));
    let newer = ["docker-25", "docker-27", "docker-28", "docker-graphdriver", "containerd-1.7"];
    for engine in newer {
        check(&lab, "nested", &[("docker-20.10", refused()), (engine, Well)]).await;
    }
    let podman = Fails("Unexpectedly received a manifest list");
    check(&lab, "nested", &[("podman", podman)]).await;
    // The first match counts.
    bench.list("behind", &[good, inner], &json!({}));
    check(&lab, "behind", &[("docker-20.10", Well), ("docker-25", Well)]).await;
}
