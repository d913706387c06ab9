//! Which of the entries of an index is the image, in the dialects of the programs that write them.

use std::sync::Arc;

use platy::oci::{Class, Entry, Location, Manifest};
use platy::source::{Source, Via};
use serde_json::{Value, json};

use super::made::{INDEX, MANIFEST, Made, Place, digest_of, gzip, open};

const REF_NAME: &str = "org.opencontainers.image.ref.name";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";

fn list_of(made: &mut Made, children: &[Value]) -> Value {
    let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": children });
    made.blob(INDEX, list.to_string().as_bytes())
}

/// An artifact that refers to a manifest.
fn referrer(made: &mut Made, subject: &Value, kind: &str) -> Value {
    let config = made.blob(EMPTY, b"{}");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": kind, "config": config,
        "layers": [config], "subject": subject,
    });
    made.blob(MANIFEST, manifest.to_string().as_bytes())
}

/// `oras cp -r` 1.3.6 lists every child and every referrer, the list last and with or without a
/// name; referrers of referrers too.
#[tokio::test]
async fn the_list_that_reaches_all_others_is_the_image() {
    for name in [None, Some("tag1")] {
        let mut made = Made::new();
        let children = [made.image("amd64"), made.image("arm64")];
        let list = list_of(&mut made, &children);
        let sbom = referrer(&mut made, &children[0], "text/spdx+json");
        let signature = referrer(&mut made, &sbom, "application/vnd.cncf.notary.signature");
        for entry in [&signature, &children[1], &sbom, &children[0]] {
            made.list(entry.clone(), &[]);
        }
        match name {
            Some(name) => made.named(list.clone(), name),
            None => made.list(list.clone(), &[]),
        };
        let place = Place::layout(&made);
        let source = place.open_layout(None);
        assert_eq!(source.root().await.unwrap().digest, digest_of(&list), "{name:?}");
        for (of, by) in [(&children[0], Some(&sbom)), (&sbom, Some(&signature)), (&list, None)] {
            let found = source.referrers(&digest_of(of)).await.unwrap();
            let found: Vec<_> = found.iter().map(|it| it.descriptor.digest.clone()).collect();
            assert_eq!(found, by.map(digest_of).into_iter().collect::<Vec<_>>());
        }
    }
}

/// regctl 0.11.7 names lists of referrers by tags made of digests. After `cosign copy` 3.1.3 such
/// a tag may hold the images of the list itself, which do not refer to it.
#[tokio::test]
async fn a_tag_made_of_a_digest_names_no_image() {
    let mut made = Made::new();
    let image = made.image("amd64");
    let other = made.image("arm64");
    let sbom = referrer(&mut made, &image, "text/spdx+json");
    let referrers = list_of(&mut made, &[sbom.clone(), other]);
    let tag = digest_of(&image).as_str().replace(':', "-");
    made.named(referrers, &tag).named(image.clone(), "1.0");
    let place = Place::layout(&made);
    let source = place.open_layout(None);
    assert_eq!(source.root().await.unwrap().digest, digest_of(&image));
    let found = source.referrers(&digest_of(&image)).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].descriptor.digest, digest_of(&sbom));
}

/// `docker save --platform` (moby v2.0.0-beta.24): the manifest, and its attestation with an
/// annotation of containerd; with two platforms two images of one name.
#[tokio::test]
async fn an_attestation_beside_its_image_is_not_an_image() {
    let mut made = Made::new();
    let image = made.image("amd64");
    let attestation = made.image("unknown");
    let subject = digest_of(&image);
    made.list(attestation, &[("io.containerd.manifest.subject", subject.as_str())]);
    made.list(image.clone(), &[(REF_NAME, "1"), ("io.containerd.image.name", "r.example/a:1")]);
    let place = Place::archive(&made.tar());
    for source in [place.open_oci(None), place.open_docker(None), place.open_oci(Some("1"))] {
        assert_eq!(source.root().await.unwrap().digest, subject);
    }
    // `a:1` is on Docker Hub, and this name is not.
    let failure = place.open_oci(Some("a:1")).root().await.unwrap_err();
    assert!(failure.next.unwrap().contains("r.example/a:1"));
    assert_eq!(place.open_oci(None).referrers(&subject).await.unwrap().len(), 1);

    let arm64 = made.image("arm64");
    made.list(arm64, &[(REF_NAME, "1"), ("io.containerd.image.name", "r.example/a:1")]);
    let two = Place::archive(&made.tar());
    let root = two.open_oci(None).root().await.unwrap();
    let Manifest::Index(index) = &root.manifest else { panic!("{root:?}") };
    assert!(root.made, "no index of two images is in the file");
    assert_eq!(index.entries.len(), 2);
}

/// `cosign save` 3.1.3 marks what it saved with the annotation `kind`.
#[tokio::test]
async fn what_cosign_saved_beside_an_image_refers_to_it() {
    let mut made = Made::new();
    let image = made.image("amd64");
    let signature = made.image("signature");
    made.list(image.clone(), &[("kind", "dev.cosignproject.cosign/image")]);
    made.list(signature.clone(), &[("kind", "dev.cosignproject.cosign/sigs")]);
    let place = Place::layout(&made);
    let source = place.open_layout(None);
    assert_eq!(source.root().await.unwrap().digest, digest_of(&image));
    let found = source.referrers(&digest_of(&image)).await.unwrap();
    assert_eq!(found[0].descriptor.digest, digest_of(&signature));
    // Its manifest has no subject: in a registry a tag joins it to the image.
    let tag = format!("{}.sig", digest_of(&image).as_str().replace(':', "-"));
    assert_eq!(found[0].via, Via::CosignTag(tag));
}

/// The bundles of cosign 3 are among the blobs, and `index.json` does not list them: in the folder
/// that it writes, and in the archive that somebody made of that.
#[tokio::test]
async fn bundles_that_cosign_saved_without_listing_them_are_found() {
    let mut made = Made::new();
    let (image, other) = (made.image("amd64"), made.image("arm64"));
    let bundle_of = |made: &mut Made, subject: &serde_json::Value| {
        let config = made.blob("application/vnd.oci.empty.v1+json", b"{}");
        let layer = made.blob("application/vnd.dev.sigstore.bundle.v0.3+json", b"{\"a\":1}");
        let manifest = json!({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "config": config, "layers": [layer], "subject": subject,
            "annotations": { "dev.sigstore.bundle.content": "message-signature" },
        });
        made.blob("application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes())
    };
    let bundle = bundle_of(&mut made, &image);
    bundle_of(&mut made, &other);
    let mut plain = Made::new();
    plain.image("amd64");
    bundle_of(&mut plain, &image);
    made.list(image.clone(), &[("kind", "dev.cosignproject.cosign/image")]);
    plain.list(image.clone(), &[]);
    let forms = |made: &Made| {
        let (tar, folder) = (made.tar(), Place::layout(made));
        let [tar, gzip] = [Place::archive(&tar), Place::archive(&gzip(&tar))];
        let sources = [folder.open_layout(None), tar.open_oci(None), gzip.open_oci(None)];
        (sources, [folder, tar, gzip])
    };
    let (sources, _places) = forms(&made);
    for source in sources {
        let found = source.referrers(&digest_of(&image)).await.unwrap();
        let [one] = found.as_slice() else { panic!("{}: {found:?}", source.location()) };
        assert_eq!((&one.descriptor.digest, &one.via), (&digest_of(&bundle), &Via::SameIndex));
        let bundles = Some("application/vnd.dev.sigstore.bundle.v0.3+json");
        assert_eq!(one.descriptor.artifact_type.as_deref(), bundles);
        assert!(one.descriptor.annotations.contains_key("dev.sigstore.bundle.content"));
    }
    // What others wrote lists what belongs to it.
    let (sources, _places) = forms(&plain);
    for source in sources {
        assert_eq!(source.referrers(&digest_of(&image)).await.unwrap(), []);
    }
}

/// Two images of one name: skopeo 1.22 and regctl 0.11.7 take the first without a word, oras 1.3.6
/// the last.
#[tokio::test]
async fn one_name_of_two_images_chooses_neither() {
    let mut made = Made::new();
    let images = [made.image("amd64"), made.image("arm64")];
    let other = made.image("s390x");
    for (image, name) in images.iter().zip(["1.0", "1.0"]).chain([(&other, "2.0")]) {
        let mut image = image.clone();
        image["platform"] = json!({ "os": "linux", "architecture": "any" });
        made.named(image, name);
    }
    let digests = images.each_ref().map(digest_of);
    let (layout, archive) = (Place::layout(&made), Place::archive(&made.tar()));
    for open in [
        &|name: &str| layout.open_layout(Some(name)) as Arc<dyn Source>,
        &|name: &str| archive.open_oci(Some(name)),
        &|name: &str| archive.open_docker(Some(name)),
    ] as [&dyn Fn(&str) -> Arc<dyn Source>; 3]
    {
        let failure = open("1.0").root().await.unwrap_err();
        assert_eq!(failure.class, Class::Unsupported, "{failure}");
        assert_eq!(failure.detail, "\"1.0\" is the name of 2 images in it");
        let choices = digests.each_ref().map(|digest| format!("@{digest} (linux/any)")).join(", ");
        assert_eq!(failure.next, Some(format!("choose one behind the path: {choices}")));
        assert_eq!(open("2.0").root().await.unwrap().digest, digest_of(&other));
        for (position, digest) in digests.iter().enumerate() {
            for choice in [format!("@{position}"), format!("@{digest}")] {
                let root = open(&choice).root().await.unwrap();
                assert_eq!((&root.digest, root.separate), (digest, false), "{choice}");
            }
        }
    }
}

/// A list and an image of it under one name: the list is the image, as without the name.
#[tokio::test]
async fn a_name_of_a_list_and_of_its_child_is_the_list() {
    let mut made = Made::new();
    let children = [made.image("amd64"), made.image("arm64")];
    let list = list_of(&mut made, &children);
    made.named(children[0].clone(), "1.0").named(list.clone(), "1.0");
    let place = Place::layout(&made);
    for name in [None, Some("1.0")] {
        let root = place.open_layout(name).root().await.unwrap();
        assert_eq!(root.digest, digest_of(&list), "{name:?}");
    }
}

/// `skopeo copy` 1.22 of two images into one layout without a name; two lists of `oras cp` 1.3.6
/// with their children.
#[tokio::test]
async fn images_without_names_and_platforms_are_not_one_list() {
    let mut images = Made::new();
    for architecture in ["amd64", "arm64"] {
        let image = images.image(architecture);
        images.list(image, &[]);
    }
    let mut lists = Made::new();
    for architectures in [["amd64", "arm64"], ["s390x", "riscv64"]] {
        let children = architectures.map(|architecture| lists.image(architecture));
        let list = list_of(&mut lists, &children);
        lists.list(list, &[]).list(children[0].clone(), &[]);
    }
    for made in [images, lists] {
        let roots = [&made.entries[0], made.entries.get(2).unwrap_or(&made.entries[1])];
        let (layout, archive) = (Place::layout(&made), Place::archive(&made.tar()));
        for source in [layout.open_layout(None), archive.open_oci(None)] {
            let root = source.root().await.unwrap();
            assert!(root.separate);
            let shown: Vec<_> = root.manifest.descriptors().map(|it| it.digest.clone()).collect();
            assert_eq!(shown, roots.map(digest_of));
            let failure = platy::work::load::gather(source.as_ref()).await.unwrap_err();
            assert!(failure.detail.contains("several images"), "{failure}");
            for digest in shown {
                assert!(failure.next.as_ref().unwrap().contains(&format!("@{digest}")));
            }
        }
    }
}

/// Two repositories with one tag: the tag alone names neither.
#[tokio::test]
async fn two_repositories_of_one_tag_are_named_in_full() {
    let mut made = Made::new();
    let images = [made.image("amd64"), made.image("arm64")];
    for (image, name) in images.iter().zip(["docker.io/library/a:1", "docker.io/library/b:1"]) {
        made.list(image.clone(), &[("io.containerd.image.name", name), (REF_NAME, "1")]);
    }
    let place = Place::archive(&made.tar());
    for opened in [Place::open_oci, Place::open_docker] {
        for (name, image) in [("b:1", &images[1]), ("docker.io/library/a:1", &images[0])] {
            let root = opened(&place, Some(name)).root().await.unwrap();
            assert_eq!(root.digest, digest_of(image), "{name}");
        }
        assert_eq!(opened(&place, Some("@1")).root().await.unwrap().digest, digest_of(&images[1]));
        let failure = opened(&place, Some("1")).root().await.unwrap_err();
        assert_eq!(failure.class, Class::Unsupported);
        let next = failure.next.unwrap();
        assert!(next.contains("docker.io/library/a:1, docker.io/library/b:1"), "{next}");
    }
    // A draft takes one image or one list.
    let failure = platy::work::load::gather(place.open_oci(None).as_ref()).await.unwrap_err();
    assert!(failure.detail.contains("several images"), "{failure}");
    assert!(failure.next.unwrap().contains("docker.io/library/b:1"));
}

/// Without names an index of several images is a list (go-containerregistry's `layout.Write`).
#[tokio::test]
async fn an_index_without_names_stays_a_list() {
    let mut made = Made::new();
    for architecture in ["amd64", "arm64"] {
        let mut image = made.image(architecture);
        image["platform"] = json!({ "os": "linux", "architecture": architecture });
        made.list(image, &[]);
    }
    let place = Place::layout(&made);
    let root = place.open_layout(None).root().await.unwrap();
    assert_eq!(root.bytes, made.files["index.json"]);
    assert!(!root.made && !root.separate);
    assert!(platy::work::load::gather(place.open_layout(None).as_ref()).await.is_ok());
}

/// A path is opened as what it is.
#[tokio::test]
async fn paths_are_opened_as_what_they_are() {
    let mut made = Made::new();
    let image = made.image("amd64");
    made.named(image.clone(), "1.0");
    let folder = Place::layout(&made);
    let archive = Place::archive(&made.tar());
    // What `skopeo copy … dir:FOLDER` writes.
    let plain = Place::new();
    for (path, bytes) in made.files.iter().filter(|(path, _)| path.starts_with("blobs/")) {
        let hex = path.rsplit('/').next().unwrap();
        let name = if digest_of(&image).hex() == hex { "manifest.json" } else { hex };
        std::fs::write(plain.path().join(name), bytes).unwrap();
    }
    for path in [folder.path().to_owned(), archive.file(), plain.path().to_owned()] {
        let source = open(&path.display().to_string().parse::<Location>().unwrap());
        let root = source.root().await.unwrap();
        assert_eq!(root.digest, digest_of(&image), "{}", path.display());
        let Manifest::Image(found) = &root.manifest else { panic!("{root:?}") };
        assert!(source.config(found.image_config().unwrap()).await.is_ok());
        assert!(found.layers.iter().all(|layer| matches!(layer, Entry::Descriptor(_))));
    }
    let dir = open(&format!("dir:{}", plain.path().display()).parse::<Location>().unwrap());
    assert_eq!(dir.root().await.unwrap().digest, digest_of(&image));
}
