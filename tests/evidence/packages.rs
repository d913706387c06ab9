//! `platy diff --packages`: what tells the packages of two images apart.

use platy::sandbox::{Layer, TarFile};
use platy::text::plural;
use serde_json::{Value, json};

use super::Lab;

fn changes(found: &Value) -> Vec<String> {
    let words = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let line = |it: &Value| {
        let (a, b) = (words(&it["a"]).join(","), words(&it["b"]).join(","));
        format!(
            "{} {} {} {a}>{b}",
            it["change"].as_str().unwrap(),
            it["type"].as_str().unwrap(),
            it["name"].as_str().unwrap()
        )
    };
    found["changes"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_of_one_list_are_compared_with_its_first() {
    let lab = Lab::start(true).await;
    let ran = lab.run("diff --packages --json demo/cases:sbom-packages").await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let found = ran.json()["packages"].clone();
    assert_eq!(found[0]["a"]["platform"], "linux/amd64");
    assert_eq!(found[0]["b"]["platform"], "linux/arm64");
    let older = changes(&found[0]);
    assert!(older.contains(&"changed deb libc6 2.36-9>2.31-13".to_owned()), "{older:?}");
    let ran = lab.run("diff --packages ev/buildkit-sbom:1").await;
    assert!(ran.text().contains("packages  linux/amd64 → linux/arm64"), "{}", ran.text());
    assert!(ran.text().ends_with("the same packages\n"), "{}", ran.text());
    assert_eq!(ran.code, 0);
    let ran = lab.run("diff --packages demo/evidence:complete --platform linux/amd64").await;
    assert_eq!(ran.code, 2, "{}", ran.text());
    assert!(ran.stderr.contains("no two platforms to compare"), "{}", ran.stderr);
    let ran = lab.run("diff ev/base:1").await;
    assert!(ran.code == 2 && ran.stderr.contains("<B>"), "{}", ran.stderr);
}

/// A database of which a part would be read is not compared: the rest would seem to be missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_too_large_is_told_and_not_compared() {
    let lab = Lab::start(true).await;
    let package = |number: usize| format!("Package: p{number}\nVersion: 1\n\n");
    let files: Vec<(String, String)> = (0..=10_000)
        .map(|number| (format!("var/lib/dpkg/status.d/p{number}"), package(number)))
        .collect();
    let one: String = (0..=250_000).map(package).collect();
    let one = vec![("var/lib/dpkg/status".to_owned(), one)];
    for (tag, files, name, most) in [
        ("folder", files, "status.d", plural(10_000, "file")),
        ("file", one, "status", plural(250_000, "package")),
    ] {
        let files: Vec<TarFile> =
            files.iter().map(|(path, text)| TarFile::text(path, text)).collect();
        let layer = Layer::gzip("COPY packages", &files).unwrap();
        let repository = lab.sandbox.store().repository("many/packages");
        let image = repository.image("linux", "amd64", "").layer(layer).push();
        repository.index().entry(image).push_tag(tag);
        let ran = lab
            .run(&format!("diff --packages --platform linux/amd64 many/packages:{tag} ev/base:1"))
            .await;
        let problem = format!("/var/lib/dpkg/{name}\n  it has more than {most}\n");
        assert!(ran.stderr.contains(&problem), "{} {}", ran.text(), ran.stderr);
        assert!(ran.text().contains("not compared: too large"), "{}", ran.text());
    }
}

/// SBOMs where there are some, found as the tools attached them; else the database of dpkg or apk.
#[tokio::test(flavor = "multi_thread")]
async fn packages_come_from_sboms_or_else_from_databases() {
    for api in [true, false] {
        let lab = Lab::start(api).await;
        for (a, b, platform, from, expected) in [
            ("ev/buildkit-sbom:1", "ev/base:1", "linux/amd64", ["sbom", "databases"], &[][..]),
            ("ev/base:1", "ev/buildkit-max:1", "linux/arm64", ["databases", "databases"], &[]),
            (
                "ev/cosign-bundle:1",
                "ev/buildkit-sbom:1",
                "linux/arm64",
                ["sbom", "sbom"],
                // A scan of a folder finds no npm (syft 1.57.1).
                &["removed npm sample-js 4.5.6>"],
            ),
            (
                "ev/sbom-formats:1",
                "ev/buildkit-max:1",
                "linux/arm64",
                ["sbom", "databases"],
                &[
                    "removed apk alpine-baselayout-data 3.6.5-r0>",
                    "removed apk busybox 1.36.1-r29>",
                    "removed apk ca-certificates-bundle 20240705-r0>",
                    "removed apk musl 1.2.5-r0>",
                    "removed apk tzdata 2024b-r0>",
                    "added deb libc6 >2.36-9+deb12u10",
                    "added deb libgcc-s1 >12.2.0-14",
                    "added deb tzdata >2025b-0+deb12u1",
                    "added deb zlib1g >1:1.2.13.dfsg-1",
                ],
            ),
        ] {
            let ran =
                lab.run(&format!("diff --packages --json --platform {platform} {a} {b}")).await;
            let found = &ran.json()["packages"][0];
            let has = |side: &str, key: &str| found[side]["from"].get(key).is_some();
            assert!(has("a", from[0]) && has("b", from[1]), "{a} {b} (api: {api}): {found:#}");
            let told = changes(found);
            let told: Vec<&str> = told.iter().map(String::as_str).collect();
            assert_eq!(told, expected, "{a} {b} (api: {api})");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sboms_cost_two_requests() {
    let lab = Lab::start(true).await;
    let of = "--no-cache --platform linux/arm64 demo/evidence:complete demo/cases:sbom-packages";
    let count = async |what: &str| {
        lab.sandbox.requests().clear();
        let ran = lab.run(&format!("{what} {of}")).await;
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        lab.sandbox.requests().count()
    };
    let without = count("diff").await;
    assert_eq!(count("diff --packages").await, without + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_compared_is_said() {
    let lab = Lab::start(true).await;
    let two = "demo/cases:evidence-unreadable demo/evidence:complete --platform linux/arm64";
    let ran = lab.run(&format!("diff --packages {two}")).await;
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the SBOM cannot be read"), "{}", ran.stderr);
    let ran =
        lab.run("diff --packages --json yorek/multiarch-hello-world:latest ev/base:1 --platform linux/amd64").await;
    let found = &ran.json()["packages"][0];
    assert_eq!(found["changes"], json!([]));
    let why = found["not_compared"].as_str().unwrap();
    assert!(why.contains("A has no SBOM, and no database"), "{why}");
    let ran = lab.run("diff --packages ev/base:1 ev/base:1").await;
    assert!(ran.text().contains("no image has other content on the other side"), "{}", ran.text());
    assert_eq!(ran.code, 0);
}

/// As `check` does, for the images that engines end with.
#[tokio::test(flavor = "multi_thread")]
async fn why_holds_sboms_against_what_is_installed_in_what_is_picked() {
    let lab = Lab::start(true).await;
    let rules = async |more: &str| -> Vec<String> {
        let ran = lab.run(&format!("why --json --evidence {more}")).await;
        let found = ran.json()["findings"].as_array().unwrap().clone();
        found.iter().map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
    };
    let of = "sbom-packages".to_owned();
    let arm64 = rules("--engine docker --host linux/arm64 demo/cases:sbom-packages").await;
    assert!(arm64.contains(&of), "{arm64:?}");
    for right in [
        "--engine docker --host linux/amd64 demo/cases:sbom-packages",
        "--engine docker --host linux/arm64 demo/evidence:complete",
    ] {
        let found = rules(right).await;
        assert!(!found.contains(&of), "{right}: {found:?}");
    }
}
