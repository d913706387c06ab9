#!/usr/bin/env bash
# The crate oci-spec 0.10.0 (Rust 1.95), which containers' Rust tools share.
#
# Expected: a platform's `os.version` and `os.features`, which the OCI image specification names,
# are read from an index and written back; in an image config the same crate does it.
# Seen: they are dropped without an error when an index is read, since the fields of its Platform
# are called `os_version` and `os_features` in JSON. An index that was read and written has Windows
# entries that no host can choose between.
#
#   index: no os.version
#   written back: {"architecture":"amd64","os":"windows"}
#   config: os.version 10.0.20348.2402
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
mkdir src
cat > Cargo.toml <<'X'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
oci-spec = { version = "=0.10.0", default-features = false, features = ["image"] }
serde_json = "1"
X
cat > src/main.rs <<'X'
use oci_spec::image::{ImageConfiguration, ImageIndex};

fn main() {
    let index: ImageIndex = serde_json::from_str(
        r#"{"schemaVersion":2,"manifests":[{
            "mediaType":"application/vnd.oci.image.manifest.v1+json","size":7,
            "digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "platform":{"architecture":"amd64","os":"windows","os.version":"10.0.20348.2402"}}]}"#,
    )
    .unwrap();
    let platform = index.manifests()[0].platform().as_ref().unwrap();
    match platform.os_version() {
        Some(version) => println!("index: os.version {version}"),
        None => println!("index: no os.version"),
    }
    println!("written back: {}", serde_json::to_string(platform).unwrap());
    let config: ImageConfiguration = serde_json::from_str(
        r#"{"architecture":"amd64","os":"windows","os.version":"10.0.20348.2402",
            "rootfs":{"type":"layers","diff_ids":[]}}"#,
    )
    .unwrap();
    println!("config: os.version {}", config.os_version().as_deref().unwrap_or("none"));
}
X
cargo run --quiet 2>cargo.log > seen || { cat cargo.log; exit 1; }
diff - seen <<'X'
index: no os.version
written back: {"architecture":"amd64","os":"windows"}
config: os.version 10.0.20348.2402
X
cat seen
