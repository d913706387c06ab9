//! `platy blame`: the lines of a real build (BuildKit 0.34.2, `mode=max`).

use serde_json::json;

use super::Lab;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_leads_to_its_lines_and_the_commit() {
    for api in [true, false] {
        let lab = Lab::start(api).await;
        let of = "--platform linux/arm64 ev/buildkit-max:1";
        let ran = lab.run(&format!("blame {of} /usr/share/app/app.txt")).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let text = ran.text();
        for line in [
            "made by     Dockerfile:11  COPY --from=build --chmod=0644 /out/app /usr/share/app/app.txt",
            "copied from /out/app, Dockerfile:6  COPY src-$TARGETARCH.txt /out/app",
            "from /src-arm64.txt of git://127.0.0.1:21310/sample.git#main",
            "commit      68b59c09edba7a33930c52aedda5c298035c3f67",
            "known       the provenance names the digests of these layers",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        let ran = lab.run(&format!("blame --json {of} etc/app/config.txt")).await;
        let found = ran.json();
        assert_eq!(found["known_by"], "digest");
        assert_eq!(found["file"]["layer"], 3);
        let writer = &found["file"]["hops"][0]["writers"][0];
        assert_eq!(writer["lines"], json!([{ "file": "Dockerfile", "first": 12, "last": 12 }]));
        assert_eq!(writer["from"]["path"], "/config.txt");
        let ran = lab.run(&format!("blame {of} /no/such")).await;
        assert!(ran.code == 2 && ran.stderr.contains("no such file"), "{}", ran.stderr);
        let ran = lab.run("blame ev/buildkit-max:1").await;
        assert!(ran.stderr.contains("--platform: linux/amd64, linux/arm64"), "{}", ran.stderr);
    }
}

/// Without a path no layer is read.
#[tokio::test(flavor = "multi_thread")]
async fn the_dockerfile_has_bytes_for_each_line() {
    let lab = Lab::start(true).await;
    lab.sandbox.requests().clear();
    let ran = lab.run("blame --json --platform linux/arm64 ev/buildkit-max:1").await;
    let found = ran.json();
    let lines = found["dockerfile"].as_array().unwrap().iter();
    let bytes: Vec<(u64, u64)> =
        lines.filter_map(|line| Some((line["line"].as_u64()?, line["bytes"].as_u64()?))).collect();
    assert_eq!(bytes, [(2, 1084), (11, 173), (12, 165), (13, 185)]);
    // The config and the statement.
    let asked = lab.sandbox.requests().all();
    assert_eq!(asked.iter().filter(|it| it.path.contains("/blobs/")).count(), 2);
}

/// A guess is called one, and the command says so with its code.
#[tokio::test(flavor = "multi_thread")]
async fn without_steps_the_history_is_a_guess() {
    let lab = Lab::start(true).await;
    for (reference, why) in [
        ("ev/base:1", "there is no provenance"),
        ("ev/buildkit-sbom:1", "the provenance tells no steps"),
        ("ev/other-digest:1", "the provenance is of another image"),
    ] {
        let ran = lab.run(&format!("blame --platform linux/amd64 {reference}")).await;
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.text().contains("a guess by the history of the config"), "{}", ran.text());
        assert!(ran.text().contains(why), "{reference}: {}", ran.text());
        assert!(!ran.text().contains("Dockerfile"), "{}", ran.text());
    }
}
