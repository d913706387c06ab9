//! Specs and the scripts of other tools.

use std::sync::Arc;

use super::*;
use crate::oci::{Algorithm, Digest, Document, Location};

const SPEC: &str = r#"image: example.com/app:latest
tags: ["1", "1.2", latest]
manifests:
  - image: example.com/app:linux
    platform:
      os: linux
      architecture: arm
      variant: v7
  - image: example.com/app:windows
    platform:
      architecture: amd64
      os: windows
      variant:
      osversion: 10.0.17763.1
      osfeatures: [win32k]
  - image: oci:layout:x
"#;

#[test]
fn a_spec_is_read_as_manifest_tool_writes_it() {
    let spec = Spec::parse(SPEC).unwrap();
    assert_eq!(spec.target.to_string(), "example.com/app:latest");
    assert_eq!(spec.target.tags, ["latest", "1", "1.2"]);
    let entries: Vec<(u64, String, String)> = spec
        .entries
        .iter()
        .map(|it| (it.line, it.image.to_string(), it.platform.to_string()))
        .collect();
    let expected = |line, image: &str, platform: &str| (line, image.into(), platform.into());
    assert_eq!(
        entries,
        [
            expected(4, "example.com/app:linux", "linux/arm/v7"),
            expected(9, "example.com/app:windows", "windows(10.0.17763.1+win32k)/amd64"),
            expected(16, "oci:layout:x", "?/?"),
        ]
    );
}

#[test]
fn an_error_in_a_spec_names_its_line() {
    for (from, to, line, problem) in [
        ("example.com/app:windows", "example.com/App", 9, "capital"),
        ("tags: [\"1\"", "tags: [\"a b\"", 2, "tag"),
        ("example.com/app:latest", "example.com/app@sha256:12", 1, "64 hex"),
        ("architecture: arm\n", "arch: arm\n", 7, "arch"),
        ("manifests:", "manifest:", 3, "manifest"),
        ("      osversion: 10", "    osversion: [", 14, ""),
        ("os: linux", "os: [a, b]", 6, ""),
    ] {
        let text = SPEC.replacen(from, to, 1);
        assert_ne!(text, SPEC);
        let error = Spec::parse(&text).unwrap_err();
        assert_eq!(error.line, Some(line), "{to}: {error}");
        assert!(error.problem.contains(problem), "{to}: {error}");
        assert!(!error.problem.contains('\n'), "{error}");
    }
    assert!(Spec::parse("").is_err());
}

#[test]
fn a_template_names_one_image_for_each_platform() {
    let target = Target::of(&"example.com/app:1".parse().unwrap()).unwrap();
    let platforms = ["linux/amd64".to_owned(), "linux/arm/v7".to_owned()];
    let spec =
        from_template(target.clone(), &platforms, "example.com/app-OS:ARCHVARIANT-1").unwrap();
    let images: Vec<String> = spec.entries.iter().map(|it| it.image.to_string()).collect();
    assert_eq!(images, ["example.com/app-linux:amd64-1", "example.com/app-linux:armv7-1"]);
    assert_eq!(spec.entries[1].platform.to_string(), "linux/arm/v7");
    let wrong = from_template(target, &["arm".to_owned()], "a-ARCH").unwrap_err();
    assert_eq!(wrong.to_string(), "\"arm\" is not os/arch[/variant]");
}

fn draft() -> Draft {
    let digest = |n: u8| Digest::sha256(&[n]);
    let json = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":1,"platform":{{"architecture":"arm","os":"linux","variant":"v7"}},"annotations":{{"a b":"it's"}}}},
        {{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":2,"platform":{{"architecture":"amd64","os":"windows","os.version":"10.0.17763.1"}}}},
        {{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":3,"annotations":{{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"{}"}}}}],
        "annotations":{{"title":"$(rm -rf ~)\u001b[31m"}}}}"#,
        digest(1),
        digest(2),
        digest(3),
        digest(1)
    );
    let document = Document::parse(json.into(), None, Algorithm::Sha256).unwrap();
    let location: Location = "example.com/app:1".parse().unwrap();
    Draft::of(Base::new(location, Arc::new(document)).unwrap()).unwrap()
}

fn target() -> Target {
    let repository = crate::oci::Repository::parse("example.com/new").unwrap();
    Target { repository, tags: vec!["a".into(), "b".into()] }
}

#[test]
fn a_spec_that_was_written_is_read_again() {
    let text = write_spec(&draft(), &target()).unwrap();
    assert!(text.starts_with("# not in this spec: annotations of the list\n"), "{text}");
    let spec = Spec::parse(&text).unwrap();
    assert_eq!(spec.target, target());
    let entries = draft().entries();
    let platforms: Vec<_> = spec.entries.iter().map(|it| it.platform.clone()).collect();
    assert_eq!(
        platforms,
        [entries[0].platform().unwrap().clone(), entries[1].platform().unwrap().clone()]
    );
    let image = spec.entries[0].image.reference().unwrap().clone();
    assert_eq!(image.repository.to_string(), "example.com/app");
    assert_eq!(image.digest.as_ref(), Some(&entries[0].descriptor.as_ref().unwrap().digest));
}

#[test]
fn scripts_of_other_tools() {
    let mut whole = String::new();
    for tool in Tool::ALL {
        whole.push_str(&export(&draft(), &target(), tool).script);
        whole.push('\n');
    }
    assert!(!whole.contains('\u{1b}'), "nothing in it reaches the terminal");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("draft-export", whole));
}
