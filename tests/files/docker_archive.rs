//! `docker-archive:PATH[:reference|:@index]`, of both forms.

use platy::oci::{Class, Digest, Document, Entry, Image, Kind, Manifest, MediaType};
use platy::source::Source;
use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

use super::made::{
    Made, Place, add, blob_path, config, descriptor_of, digest_of, drain, gzip, layer,
};

const NAME: &str = "io.containerd.image.name";
const REF: &str = "org.opencontainers.image.ref.name";

/// An archive as Docker wrote it before 25: a folder for each layer, links between them.
#[derive(Default)]
struct Legacy {
    files: Vec<(String, Vec<u8>)>,
    links: Vec<(String, String)>,
    images: Vec<Value>,
}

impl Legacy {
    fn image(&mut self, architecture: &str, tags: &[&str]) -> &mut Self {
        let bytes = layer(architecture);
        let config = config(architecture, &[Digest::sha256(&bytes)]);
        let layer = format!("{architecture}/layer.tar");
        let config_name = format!("{}.json", Digest::sha256(config.as_bytes()).hex());
        let tags = if tags.is_empty() { Value::Null } else { json!(tags) };
        self.images.push(json!({ "Config": config_name, "RepoTags": tags, "Layers": [layer] }));
        self.files.push((config_name, config.into_bytes()));
        self.files.push((layer, bytes));
        self
    }

    fn tar(&self) -> Vec<u8> {
        let mut tar = Builder::new(Vec::new());
        for (path, bytes) in &self.files {
            add(&mut tar, path, bytes);
        }
        for (path, target) in &self.links {
            let mut header = Header::new_ustar();
            header.set_entry_type(EntryType::Symlink);
            header.set_size(0);
            tar.append_link(&mut header, path, target).unwrap();
        }
        add(&mut tar, "manifest.json", json!(self.images).to_string().as_bytes());
        add(&mut tar, "repositories", b"{}");
        tar.into_inner().unwrap()
    }
}

fn image_of(document: &Document) -> &Image {
    match &document.manifest {
        Manifest::Image(image) => image,
        other => panic!("{other:?} is not an image"),
    }
}

async fn architecture(source: &dyn Source, document: &Document) -> String {
    let config = image_of(document).config.descriptor().unwrap();
    source.config(config).await.unwrap().config.platform.architecture
}

#[tokio::test]
async fn one_legacy_image_gets_the_manifest_that_skopeo_would_make() {
    let mut legacy = Legacy::default();
    legacy.image("amd64", &["alpine:3.20", "alpine:latest"]);
    let layer_bytes = layer("amd64");
    let (config_bytes, tar) = (legacy.files[0].1.clone(), legacy.tar());
    for archive in [tar.clone(), gzip(&tar)] {
        let place = Place::archive(&archive);
        let source = place.open_docker(None);
        let root = source.root().await.unwrap();
        let expected = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "size": config_bytes.len(),
                "digest": Digest::sha256(&config_bytes).as_str(),
            },
            "layers": [{
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar",
                "size": layer_bytes.len(),
                "digest": Digest::sha256(&layer_bytes).as_str(),
            }],
        });
        assert_eq!(root.bytes, expected.to_string());
        assert_eq!(root.digest, Digest::sha256(&root.bytes));
        assert_eq!(root.media_type, MediaType::DockerManifest);
        assert!(root.made, "no manifest was in the archive");
        assert_eq!(architecture(&*source, &root).await, "amd64");
        let layer = image_of(&root).layer_descriptors().next().unwrap();
        let (bytes, failure) = drain(source.stream(layer, None).await.unwrap()).await;
        assert_eq!((bytes, failure), (layer_bytes.clone(), None));
        // The same bytes each time.
        assert_eq!(source.root().await.unwrap(), root);
        assert_eq!(place.open_docker(Some("alpine")).root().await.unwrap(), root);
    }
}

#[tokio::test]
async fn several_legacy_images_are_an_index_and_are_chosen_by_name_or_position() {
    let mut legacy = Legacy::default();
    legacy.image("amd64", &["alpine:3.20", "example.com/team/app:1"]);
    legacy.image("arm64", &["alpine:latest"]);
    legacy.image("s390x", &[]);
    let place = Place::archive(&legacy.tar());

    let source = place.open_docker(None);
    let root = source.root().await.unwrap();
    assert_eq!(root.kind(), Kind::Index);
    let Manifest::Index(index) = &root.manifest else { panic!("{root:?}") };
    let entries: Vec<_> = index.entries.iter().filter_map(Entry::descriptor).collect();
    let found: Vec<_> = entries
        .iter()
        .map(|entry| {
            let platform = entry.platform.as_ref().unwrap();
            let annotation = |key| entry.annotations.get(key).map(String::as_str);
            (platform.architecture.as_str(), annotation(NAME), annotation(REF))
        })
        .collect();
    assert_eq!(
        found,
        [
            ("amd64", Some("docker.io/library/alpine:3.20"), Some("3.20")),
            ("amd64", Some("example.com/team/app:1"), Some("1")),
            ("arm64", Some("docker.io/library/alpine:latest"), Some("latest")),
            ("s390x", None, None),
        ]
    );
    for entry in entries {
        let document = source.manifest(entry).await.unwrap();
        assert_eq!(
            architecture(&*source, &document).await,
            entry.platform.as_ref().unwrap().architecture
        );
    }

    for (name, expected) in [
        ("alpine:3.20", "amd64"),
        ("docker.io/library/alpine:3.20", "amd64"),
        ("example.com/team/app:1", "amd64"),
        ("alpine", "arm64"),
        ("@0", "amd64"),
        ("@1", "arm64"),
        ("@2", "s390x"),
    ] {
        let source = place.open_docker(Some(name));
        let root = source.root().await.unwrap();
        assert_eq!(architecture(&*source, &root).await, expected, "{name}");
    }
    for (name, next) in [
        ("alpine:3", "it has: alpine:3.20, example.com/team/app:1, alpine:latest"),
        ("@3", "it holds 3, @0 to @2"),
        ("@x", "it has: alpine:3.20, example.com/team/app:1, alpine:latest"),
    ] {
        let failure = place.open_docker(Some(name)).root().await.unwrap_err();
        assert_eq!(failure.class, Class::NotFound, "{failure}");
        assert_eq!(failure.next.as_deref(), Some(next));
    }
}

/// Docker loads both and leaves the tag with the last, skopeo 1.22 takes the first.
#[tokio::test]
async fn a_tag_of_two_legacy_images_chooses_neither() {
    let mut legacy = Legacy::default();
    legacy.image("amd64", &["a:1"]);
    legacy.image("arm64", &["a:1", "a:2"]);
    let place = Place::archive(&legacy.tar());
    let failure = place.open_docker(Some("a:1")).root().await.unwrap_err();
    assert_eq!(failure.detail, "\"a:1\" is the name of 2 images in it");
    for (name, expected) in [("a:2", "arm64"), ("@0", "amd64"), ("@1", "arm64")] {
        let source = place.open_docker(Some(name));
        let root = source.root().await.unwrap();
        assert_eq!(architecture(&*source, &root).await, expected, "{name}");
        let source = place.open_docker(Some(&format!("@{}", root.digest)));
        assert_eq!(source.root().await.unwrap(), root, "{name}");
    }
    // Without names nothing tells them apart, and the index that platy made is not pushed.
    let mut legacy = Legacy::default();
    legacy.image("amd64", &[]);
    legacy.image("arm64", &[]);
    let place = Place::archive(&legacy.tar());
    let source = place.open_docker(None);
    assert!(source.root().await.unwrap().separate);
    let failure = platy::work::load::gather(source.as_ref()).await.unwrap_err();
    assert!(failure.detail.contains("several images"), "{failure}");
}

#[tokio::test]
async fn layers_may_be_links_to_the_layers_of_another_image() {
    let mut legacy = Legacy::default();
    legacy.image("amd64", &["a:1"]);
    legacy.links.push(("other/layer.tar".into(), "../amd64/layer.tar".into()));
    legacy.images[0]["Layers"] = json!(["other/layer.tar"]);
    let place = Place::archive(&legacy.tar());
    let source = place.open_docker(None);
    let root = source.root().await.unwrap();
    let wanted = image_of(&root).layer_descriptors().next().unwrap();
    let (bytes, failure) = drain(source.stream(wanted, None).await.unwrap()).await;
    assert_eq!((bytes, failure), (layer("amd64"), None));
}

#[tokio::test]
async fn compressed_layers_are_described_as_what_they_are() {
    let mut legacy = Legacy::default();
    legacy.image("amd64", &["a:1"]);
    let packed = gzip(&layer("amd64"));
    legacy.files[1].1.clone_from(&packed);
    let place = Place::archive(&legacy.tar());
    let source = place.open_docker(None);
    let root = source.root().await.unwrap();
    let wanted = image_of(&root).layer_descriptors().next().unwrap();
    assert_eq!(wanted.digest, Digest::sha256(&packed));
    assert!(wanted.media_type.as_str().ends_with(".tar.gzip"));
    let (bytes, failure) = drain(source.stream(wanted, None).await.unwrap()).await;
    assert_eq!((bytes, failure), (packed, None));
}

#[tokio::test]
async fn an_altered_legacy_archive_is_found_out() {
    let mut good = Legacy::default();
    good.image("amd64", &["a:1"]);

    let mut altered = good.tar();
    let at = altered.windows(6).position(|window| window == b"/hello").unwrap();
    altered[at + 1] = b'j';
    let failure = Place::archive(&altered).open_docker(None).root().await.unwrap_err();
    assert_eq!(failure.class, Class::DigestMismatch, "{failure}");

    let mut altered = good.tar();
    let at = altered.windows(11).position(|window| window == b"hello-amd64").unwrap();
    altered[at] = b'j';
    let place = Place::archive(&altered);
    let source = place.open_docker(None);
    let root = source.root().await.unwrap();
    let wanted = image_of(&root).layer_descriptors().next().unwrap();
    let (_, failure) = drain(source.stream(wanted, None).await.unwrap()).await;
    assert_eq!(failure.unwrap().class, Class::DigestMismatch);
}

#[tokio::test]
async fn one_bad_image_leaves_the_others_usable() {
    let mut legacy = Legacy::default();
    legacy.image("amd64", &["bad:1"]).image("arm64", &["good:1"]);
    legacy.files.retain(|(path, _)| path != "amd64/layer.tar");
    let place = Place::archive(&legacy.tar());
    let source = place.open_docker(None);
    let root = source.root().await.unwrap();
    let Manifest::Index(index) = &root.manifest else { panic!("{root:?}") };
    assert!(matches!(&index.entries[0], Entry::Odd { raw, .. } if raw.contains("bad:1")));
    assert!(source.manifest(index.entries[1].descriptor().unwrap()).await.is_ok());
    assert!(place.open_docker(Some("good:1")).root().await.is_ok());
    for name in ["bad:1", "@0"] {
        let failure = place.open_docker(Some(name)).root().await.unwrap_err();
        assert_eq!(failure.class, Class::NotFound);
        assert!(failure.subject.ends_with("amd64/layer.tar"), "{failure}");
    }
}

#[tokio::test]
async fn what_is_no_docker_archive_is_said() {
    let with = |manifest: &[u8]| {
        let mut tar = Builder::new(Vec::new());
        add(&mut tar, "manifest.json", manifest);
        tar.into_inner().unwrap()
    };
    let many = format!("[{}0]", "0,".repeat(5000));
    for (archive, class) in [
        (with(b"[]"), Class::NotFound),
        (with(b"{}"), Class::Malformed),
        (with(b"<html>"), Class::Malformed),
        (with(b"[{}]"), Class::Malformed),
        (with("[".repeat(100_000).as_bytes()), Class::Malformed),
        (with(many.as_bytes()), Class::TooLarge),
        (with(br#"[{"Config":"missing.json"}]"#), Class::NotFound),
        (with(br#"[{"Config":"../../etc/passwd"}]"#), Class::NotFound),
        (with(br#"[{"Config":"manifest.json"}]"#), Class::Malformed),
        (Builder::new(Vec::new()).into_inner().unwrap(), Class::Malformed),
        (b"hello".to_vec(), Class::Malformed),
    ] {
        let place = Place::archive(&archive);
        let failure = place.open_docker(None).root().await.unwrap_err();
        assert_eq!(failure.class, class, "{failure}");
        assert!(failure.next.is_some(), "{failure}");
        assert!(failure.subject.starts_with(&place.file().display().to_string()), "{failure}");
    }
}

/// An archive as Docker writes it since 25: a layout, and manifest.json beside it.
fn modern() -> (Made, Value, Value) {
    let mut made = Made::new();
    let (one, two) = (made.image("amd64"), made.image("arm64"));
    made.list(one.clone(), &[(NAME, "docker.io/library/alpine:3.20"), (REF, "3.20")]);
    made.list(two.clone(), &[(NAME, "example.com/team/app:1"), (REF, "1")]);
    let element = |architecture: &str, tags: &[&str]| {
        let bytes = layer(architecture);
        let config = config(architecture, &[Digest::sha256(&bytes)]);
        json!({
            "Config": blob_path(&Digest::sha256(config.as_bytes())),
            "RepoTags": tags,
            "Layers": [blob_path(&Digest::sha256(&bytes))],
        })
    };
    let manifest = json!([
        element("amd64", &["alpine:3.20"]),
        element("arm64", &["example.com/team/app:1"]),
        element("amd64", &["only/in:manifest"]),
    ]);
    made.files.insert("manifest.json".into(), manifest.to_string().into_bytes());
    (made, one, two)
}

#[tokio::test]
async fn the_layout_in_a_modern_archive_is_used_byte_for_byte() {
    let (made, one, two) = modern();
    let place = Place::archive(&made.tar());
    let whole = place.open_docker(None).root().await.unwrap();
    assert_eq!(whole.bytes, made.files["index.json"]);
    for (name, expected) in [
        ("alpine:3.20", &one),
        ("docker.io/library/alpine:3.20", &one),
        ("3.20", &one),
        ("example.com/team/app:1", &two),
        ("@0", &one),
        ("@1", &two),
    ] {
        let source = place.open_docker(Some(name));
        let root = source.root().await.unwrap();
        assert_eq!(root.digest, digest_of(expected), "{name}");
        assert_eq!(root.media_type, MediaType::OciManifest);
    }
    // What only manifest.json names gets a manifest of ours.
    for name in ["only/in:manifest", "@2"] {
        let source = place.open_docker(Some(name));
        let root = source.root().await.unwrap();
        assert_eq!(root.media_type, MediaType::DockerManifest);
        assert_eq!(architecture(&*source, &root).await, "amd64");
    }
    let failure = place.open_docker(Some("alpine")).root().await.unwrap_err();
    assert_eq!(
        failure.next.as_deref(),
        Some("it has: alpine:3.20, example.com/team/app:1, only/in:manifest")
    );
}

#[tokio::test]
async fn one_image_of_two_names_is_opened_as_the_image() {
    let mut made = Made::new();
    let image = made.image("amd64");
    made.list(image.clone(), &[(NAME, "docker.io/library/alpine:3.20"), (REF, "3.20")]);
    made.list(image.clone(), &[(NAME, "docker.io/library/alpine:3"), (REF, "3")]);
    let place = Place::archive(&made.tar());
    assert_eq!(place.open_docker(None).root().await.unwrap().digest, digest_of(&image));
    assert_eq!(place.open_docker(Some("@1")).root().await.unwrap().digest, digest_of(&image));
    let failure = place.open_docker(Some("@2")).root().await.unwrap_err();
    assert_eq!(failure.class, Class::NotFound);
}

#[tokio::test]
async fn without_a_usable_layout_manifest_json_is_used() {
    let (mut made, ..) = modern();
    made.files.insert("index.json".into(), b"<html>".to_vec());
    let place = Place::archive(&made.tar());
    let source = place.open_docker(Some("alpine:3.20"));
    let root = source.root().await.unwrap();
    assert_eq!(root.media_type, MediaType::DockerManifest);
    let layer = image_of(&root).layer_descriptors().next().unwrap();
    assert!(drain(source.stream(layer, None).await.unwrap()).await.1.is_none());
    made.files.remove("manifest.json");
    let place = Place::archive(&made.tar());
    let failure = place.open_docker(None).root().await.unwrap_err();
    assert_eq!(failure.class, Class::Malformed);
    assert!(failure.subject.ends_with("index.json"), "{failure}");
    let missing = place.open_docker(None).blob(&descriptor_of(b"missing"), 10).await.unwrap_err();
    assert_eq!(missing.class, Class::Malformed);
}

/// Whole archives in zstd and bzip2 (CI caches and `xz`-minded mirrors have such files).
#[tokio::test]
async fn archives_are_decompressed_whatever_packed_them() {
    let mut legacy = Legacy::default();
    let tar = legacy.image("amd64", &["a:1"]).tar();
    let expected = Place::archive(&tar).open_docker(None).root().await.unwrap();
    let zstd = zstd::encode_all(&tar[..], 1).unwrap();
    let mut bzip2 = Vec::new();
    let mut packer = bzip2::read::BzEncoder::new(&tar[..], bzip2::Compression::fast());
    std::io::Read::read_to_end(&mut packer, &mut bzip2).unwrap();
    for (name, packed) in [("zstd", zstd), ("bzip2", bzip2)] {
        let root = Place::archive(&packed).open_docker(None).root().await.unwrap();
        assert_eq!(root.bytes, expected.bytes, "{name}");
        let failure = Place::archive(&packed[..packed.len() / 2]).open_docker(None).root().await;
        let failure = failure.unwrap_err();
        assert_eq!(failure.class, Class::Malformed, "{failure}");
        assert!(failure.detail.contains(name), "{failure}");
    }
}

/// An archive with these names for its config and layers, written as they are.
fn archive_of(files: &[(&str, &[u8])], config: &str, layers: &[&str]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    let manifest = json!([{ "Config": config, "RepoTags": ["a:1"], "Layers": layers }]);
    let manifest = manifest.to_string();
    for (name, bytes) in files.iter().copied().chain([("manifest.json", manifest.as_bytes())]) {
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

/// `pack build` writes absolute names, and "" for a layer that the engine has (podman#8132); `tar
/// -C FOLDER -c .` writes `./`.
#[tokio::test]
async fn absolute_names_dots_and_layers_without_a_name() {
    let bytes = layer("amd64");
    let base = Digest::sha256(b"a base that is not here");
    let of = |ids: &[Digest]| config("amd64", ids);
    let own = Digest::sha256(&bytes);
    let (one, two) = (of(std::slice::from_ref(&own)), of(&[base.clone(), own.clone()]));
    for (files, config, layers, expected) in [
        (["c.json", "/l.tar"], "c.json", vec!["/l.tar"], vec![&own]),
        (["c.json", "l.tar"], "/c.json", vec!["/l.tar"], vec![&own]),
        (["./c.json", "./l.tar"], "./c.json", vec!["./l.tar"], vec![&own]),
        (["./c.json", "l.tar"], "c.json", vec!["./l.tar"], vec![&own]),
        (["c.json", "/l.tar"], "c.json", vec!["", "/l.tar"], vec![&base, &own]),
    ] {
        let document = if layers.len() == 1 { &one } else { &two };
        let files = [(files[0], document.as_bytes()), (files[1], &bytes[..])];
        let place = Place::archive(&archive_of(&files, config, &layers));
        let root = place.open_docker(None).root().await.unwrap();
        let found: Vec<_> = image_of(&root).layer_descriptors().map(|it| &it.digest).collect();
        assert_eq!(found, expected, "{config} {layers:?}");
    }
}

/// A layer in bzip2 has the digest of the bytes that are there, not its diff ID.
#[tokio::test]
async fn a_layer_in_bzip2_has_the_digest_of_its_bytes() {
    let bytes = layer("amd64");
    let mut packed = Vec::new();
    let mut packer = bzip2::read::BzEncoder::new(&bytes[..], bzip2::Compression::fast());
    std::io::Read::read_to_end(&mut packer, &mut packed).unwrap();
    let config = config("amd64", &[Digest::sha256(&bytes)]);
    let files = [("c.json", config.as_bytes()), ("l.tar", &packed[..])];
    let place = Place::archive(&archive_of(&files, "c.json", &["l.tar"]));
    let root = place.open_docker(None).root().await.unwrap();
    let found: Vec<_> = image_of(&root).layer_descriptors().map(|it| &it.digest).collect();
    assert_eq!(found, [&Digest::sha256(&packed)]);
}

/// Docker before 1.10 wrote `repositories` and folders of layers.
#[tokio::test]
async fn archives_from_before_1_10_are_named_as_such() {
    let mut tar = Builder::new(Vec::new());
    add(&mut tar, "repositories", b"{\"a\":{\"1\":\"0123\"}}");
    add(&mut tar, "0123/json", b"{}");
    let failure = Place::archive(&tar.into_inner().unwrap()).open_docker(None).root().await;
    let failure = failure.unwrap_err();
    assert_eq!(failure.class, Class::Unsupported);
    assert!(failure.detail.contains("before 1.10"), "{failure}");
}
