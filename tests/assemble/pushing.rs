//! `platy push SPEC`

use std::fs;

use platy::sandbox::{Fault, Rule};

use super::{Lab, platforms};

const LIST: &str = "application/vnd.oci.image.index.v1+json";

#[tokio::test(flavor = "multi_thread")]
async fn a_spec_is_pushed() {
    let lab = Lab::start().await;
    lab.hello("app");
    let spec = format!(
        "image: {}\ntags: [\"1\", \"1.0\"]\nmanifests:\n  - image: {}\n    platform:\n      os: linux\n      architecture: amd64\n      variant: v2\n  - image: {}\n",
        lab.at("app:latest"),
        lab.at("app:linux"),
        lab.at("app:windows"),
    );
    let path = lab.home.path().join("spec.yaml");
    fs::write(&path, &spec).unwrap();
    let ran = lab.run(&["push", "spec.yaml", "--dry-run"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(lab.writes().is_empty());
    let ran = lab.run(&["push", "spec.yaml", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(platforms(&lab.list("app", "latest")), ["linux/amd64/v2", "windows/amd64"]);
    for tag in ["1", "1.0"] {
        assert_eq!(lab.digest("app", tag), lab.digest("app", "latest"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_in_a_spec_names_the_line() {
    let lab = Lab::start().await;
    lab.hello("app");
    let path = lab.home.path().join("spec.yaml");
    let spec = format!("image: {}\nmanifests:\n  - image: App\n", lab.at("app:x"));
    fs::write(&path, spec).unwrap();
    let ran = lab.run(&["push", "spec.yaml", "--yes"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("spec.yaml, line 3: "), "{}", ran.stderr);
    let spec = format!("image: {}\nmanifests:\n  - imag: b\n", lab.at("app:x"));
    fs::write(&path, spec).unwrap();
    let ran = lab.run(&["push", "spec.yaml", "--yes"]).await;
    assert!(ran.code == 2 && ran.stderr.contains("line 3"), "{}", ran.stderr);
    let ran = lab.run(&["push", "missing.yaml", "--yes"]).await;
    assert!(ran.code == 2 && ran.stderr.contains("missing.yaml"), "{}", ran.stderr);
    assert!(lab.writes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_names_an_image_for_each_platform() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("t");
    repository.image("linux", "amd64", "").layer("a").push_tag("linux-amd64");
    repository.image("linux", "arm", "v7").layer("b").push_tag("linux-armv7");
    let (target, template) = (lab.at("t:all"), lab.at("t:OS-ARCHVARIANT"));
    let ran = lab
        .run(&[
            "push",
            "--platforms",
            "linux/amd64,linux/arm/v7",
            "--template",
            &template,
            "--target",
            &target,
            "--yes",
        ])
        .await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(platforms(&lab.list("t", "all")), ["linux/amd64", "linux/arm/v7"]);
}

/// oci-client reads the tag with its own transport; the fault meets nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_reader_that_reads_something_else_is_an_error() {
    let lab = Lab::start().await;
    lab.hello("app");
    let (target, linux) = (lab.at("app:both"), lab.at("app:linux"));
    let create = ["create", &target, &linux, "--yes", "--second-reader"];
    let ran = lab.run(&create).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.text().ends_with("  oci-client reads the same\n"), "{}", ran.text());

    let another = lab.bytes("app", "windows").unwrap().to_vec();
    let body = String::from_utf8(another).unwrap();
    let headers = vec![("content-type".to_owned(), String::from(LIST))];
    for (fault, said) in [
        (Fault::Answer { status: 200, headers, body: body.into() }, "oci-client reads sha256:"),
        (Fault::Corrupt(9), "oci-client says: "),
        (Fault::DigestHeader(Some(format!("sha256:{}", "0".repeat(64)))), "oci-client says: "),
        (Fault::status(500), "oci-client says: "),
    ] {
        lab.sandbox.faults().clear();
        let rule = Rule::new(fault).contains("/manifests/both").agent("oci-client/");
        let rule = lab.sandbox.faults().add(rule);
        let ran = lab.run(&create).await;
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert_eq!(lab.sandbox.faults().met(rule), 1);
        let ran = lab.run(&[&create[..], &["--json"]].concat()).await;
        let json = ran.json();
        assert_eq!((&json["done"], &json["second_reader"]["same"]), (&false.into(), &false.into()));
    }
}
