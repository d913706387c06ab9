//! The table of executed selections, and what must hold for every input.
//!
//! `PLATY_VECTORS` names another table of the same form instead of the one that lies beside.

use std::collections::BTreeMap;
use std::sync::Arc;

use oci_distribution::client::{linux_amd64_resolver, windows_amd64_resolver};
use oci_distribution::manifest::{ImageIndexEntry, OciManifest};
use platy::model::select::platforms::{Comparer, Library, Normal, Version};
use platy::model::select::{
    Candidate, Content, ENGINES, Engine, Facts, Host, Level, Lookup, Missing, Need, Offer, Outcome,
    Path, Selection, Verdict, outcome, select,
};
use platy::oci::{
    Algorithm, Annotations, ConfigDocument, Descriptor, Digest, Document, MediaType, Platform,
    PlatformKeys,
};
use platy::work::host::cpu;
use serde_json::Value;

/// Kinds of which a vector holds words for people and nothing that could be checked.
const READ_ONLY: [&str; 1] = ["behaviour"];

/// The tables: executed before November 2026 (with corrections), and with the releases of then.
const TABLES: [&str; 2] = ["platform-vectors.json", "platform-vectors-2026.json"];

/// Rows that live engines of November 2026 contradict, and what those say: the tables were made by
/// calling parts of the engines. CRI 2.4.2 looks for the size of an entry that it did not fetch;
/// ctr and nerdctl unpack no other system on a Linux host; `docker create` cannot start an
/// attestation.
/// ctr asks a registry for an entry of an unknown type among the blobs, where no manifest is.
const OVERRULED: [(&str, &str); 11] = [
    ("ctr-pull/128", "could not fetch content descriptor"),
    ("containerd-cri/064", "get image compressed resource size: content digest"),
    ("nerdctl/110", "no unpack platforms defined"),
    ("ctr-pull/110", "no unpack platforms defined"),
    ("ctr-pull/2026-296", "no unpack platforms defined"),
    ("docker-c8d-local/2026-043", "mismatched image rootfs and manifest layers"),
    (
        "docker-c8d-local/112",
        "snapshotter overlayfs does not support platform {amd64 linux  [gpu] }",
    ),
    (
        "docker-c8d-local/2026-224",
        "snapshotter overlayfs does not support platform {ARM64 LINUX  [gpu] v5}",
    ),
    (
        "docker-c8d-local/2026-248",
        "snapshotter overlayfs does not support platform {arm64 linux  [sve] }",
    ),
    (
        "docker-c8d-local/2026-264",
        "snapshotter overlayfs does not support platform {arm linux  [win32k win32k] v2.5}",
    ),
    (
        "docker-c8d-local/2026-270",
        "snapshotter overlayfs does not support platform {aarch64 linux  [win32k win32k] v9}",
    ),
];

fn table(path: &str) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_vector_of_the_tables_holds() {
    match std::env::var("PLATY_VECTORS") {
        Ok(path) => every_vector_holds(&path),
        Err(_) => {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
            TABLES.iter().for_each(|name| every_vector_holds(&format!("{folder}/{name}")));
        }
    }
}

fn every_vector_holds(path: &str) {
    let table = table(path);
    assert_eq!(table["format"], "platform-vectors/1");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for vector in table["vectors"].as_array().unwrap() {
        let kind = vector["kind"].as_str().unwrap();
        let result = match kind {
            "select" => check_select(vector),
            "order" => check_order(vector),
            "match" => check_match(vector),
            "parse" => check_parse(vector),
            "normalize" => check_normalize(vector),
            "cpu-variant" => check_cpu_variant(vector),
            _ if READ_ONLY.contains(&kind) => Ok(()),
            _ => Err("a kind that is not known".to_owned()),
        };
        match result {
            Ok(()) => *counts.entry(kind.to_owned()).or_default() += 1,
            Err(problem) => failures.push(format!("{}: {problem}", vector["id"])),
        }
    }
    println!("vectors that hold, by kind: {counts:?} (not checkable: {READ_ONLY:?})");
    assert!(
        failures.is_empty(),
        "{} vectors do not hold:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn platform(value: &Value) -> Platform {
    match value {
        Value::Object(object) => Platform::from_object(object),
        Value::String(text) => linux_library().parse(text).unwrap(),
        _ => Platform::default(),
    }
}

fn library(tag: &str, os: &str, architecture: &str) -> Library {
    Library {
        version: Version::from_tag(tag).unwrap_or_else(|| panic!("no version {tag}")),
        os: os.to_owned(),
        architecture: architecture.to_owned(),
        variant: String::new(),
    }
}

fn linux_library() -> Library {
    library("v1.0.0-rc.5", "linux", "amd64")
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: found {found:?}, expected {expected:?}"))
    }
}

// ── the platform library ──

fn version_of(vector: &Value) -> &str {
    text(&vector["client"]).split_once('@').unwrap().1
}

fn comparer(vector: &Value) -> Comparer {
    let library = library(version_of(vector), "linux", "amd64");
    let host = platform(&vector["host"]);
    match text(&vector["comparer"]) {
        "Only" => library.only(&host),
        "OnlyStrict" => library.only_strict(&host),
        "OnlyOS" => library.only_os(&host),
        other => panic!("no comparer {other}"),
    }
}

fn check_order(vector: &Value) -> Result<(), String> {
    let entries: Vec<Normal> =
        vector["entries"].as_array().unwrap().iter().map(|e| Normal::new(&platform(e))).collect();
    let found = serde_json::json!(comparer(vector).sort(&entries));
    same("order", &found, &vector["expect"]["order"])
}

fn check_match(vector: &Value) -> Result<(), String> {
    let entry = Normal::new(&platform(&vector["entry"]));
    let found = comparer(vector).standing(&entry).is_ok();
    same("match", &Value::Bool(found), &vector["expect"]["match"])
}

fn check_parse(vector: &Value) -> Result<(), String> {
    let mut host = text(&vector["parser_host"]).split('/');
    let mut library =
        library(version_of(vector), host.next().unwrap(), host.next().unwrap_or_default());
    library.variant = host.next().unwrap_or_default().to_owned();
    let found = library.parse(text(&vector["input"]));
    match &vector["expect"]["error"] {
        Value::String(error) => same("error", &found.unwrap_err().to_string(), error),
        _ => same("platform", &found.unwrap(), &platform(&vector["expect"]["platform"])),
    }
}

fn check_normalize(vector: &Value) -> Result<(), String> {
    let library = library(version_of(vector), text(&vector["normalizer_host"]), "amd64");
    let found = library.normalize(&platform(&vector["input"]));
    same("platform", &found, &platform(&vector["expect"]["platform"]))
}

fn check_cpu_variant(vector: &Value) -> Result<(), String> {
    let expect = &vector["expect"];
    let (cpuinfo, architecture) = (text(&vector["proc_cpuinfo"]), text(&vector["goarch"]));
    let os = text(&vector["goos"]);
    let found = match text(&vector["client"]) {
        _ if os != "linux" => cpu::without_cpuinfo(os, architecture).to_owned(),
        "containers-image" => cpu::containers_image(cpuinfo, architecture),
        "regclient" => cpu::regclient(cpuinfo, architecture),
        client if client.starts_with("containerd/platforms@") => {
            match cpu::containerd(cpuinfo, architecture, text(&vector["uname_m"])) {
                Ok(variant) => variant,
                Err(error) => {
                    same("error", &error.to_string().as_str(), &text(&expect["error"]))?;
                    return same("variant", &"", &text(&expect["variant"]));
                }
            }
        }
        client => panic!("no client {client}"),
    };
    same("error", &expect["error"], &Value::Null)?;
    same("variant", &found.as_str(), &text(&expect["variant"]))
}

// ── the engines ──

fn digest(path: &[usize]) -> Digest {
    Digest::sha256(format!("{path:?}").as_bytes())
}

fn is_index(image: &Value) -> bool {
    image["manifests"].is_array()
}

fn media_type(image: &Value) -> MediaType {
    match image["mediaType"].as_str() {
        Some(media_type) => MediaType::parse(media_type),
        None if is_index(image) => MediaType::OciIndex,
        None => MediaType::OciManifest,
    }
}

fn content(image: &Value, path: &Path) -> Content {
    if is_index(image) {
        let entries =
            image["manifests"].as_array().unwrap().iter().enumerate().map(|(at, entry)| {
                let path = path.iter().copied().chain([at]).collect();
                candidate(entry, &path)
            });
        return Content::Index(Arc::new(Level::new(entries.collect())));
    }
    let config = match (&image["config"], &image["platform"]) {
        (Value::Object(config), _) => Platform::from_object(config),
        (_, Value::Object(own)) => Platform::from_object(own),
        _ => Platform::new("linux", "amd64", ""),
    };
    let docker = media_type(image) == MediaType::DockerManifest;
    let config_type = match image["configType"].as_str() {
        Some(config_type) => MediaType::parse(config_type),
        None if docker => MediaType::DockerConfig,
        None => MediaType::OciConfig,
    };
    let layer = image["layerType"].as_str().unwrap_or("application/vnd.oci.image.layer.v1.tar");
    Content::Image(Arc::new(Facts::new(
        Some(config),
        Some(config_type),
        vec![MediaType::parse(layer)],
    )))
}

fn candidate(entry: &Value, path: &Path) -> Candidate {
    let mut descriptor = Descriptor::new(media_type(entry), digest(path), 1);
    descriptor.platform = entry["platform"]
        .as_object()
        .or_else(|| entry["raw_platform"].as_object())
        .map(Platform::from_object);
    descriptor.platform_keys = entry["platform"]
        .as_object()
        .or_else(|| entry["raw_platform"].as_object())
        .map(PlatformKeys::of)
        .unwrap_or_default();
    descriptor.annotations =
        entry["annotations"].as_object().map_or_else(Annotations::new, |annotations| {
            annotations.iter().map(|(k, v)| (k.clone(), text(v).to_owned())).collect()
        });
    Candidate::new(&descriptor, content(entry, path))
}

fn offer(client: &str, image: &Value) -> Offer {
    // dockerd names a local image by its short name.
    let local = client == "docker-c8d-local";
    let reference = if local { "lab:latest" } else { "example.com/lab:latest" };
    Offer::of(reference, digest(&[]), media_type(image), content(image, &Path::new()))
}

fn host(vector: &Value) -> Host {
    Host::detected(platform(&vector["host"]))
}

/// Puts digests in the place of `{root}`, `{manifest.0.1}` and `{index.0}`.
fn filled(error: &str) -> String {
    let mut filled = error.replace("{source}", "docker://example.com/lab:latest");
    while let Some(start) = filled.find('{') {
        let end = start + filled[start..].find('}').unwrap();
        let path: Vec<usize> =
            filled[start + 1..end].split('.').skip(1).map(|at| at.parse().unwrap()).collect();
        filled.replace_range(start..=end, digest(&path).as_str());
    }
    filled
}

fn paths(value: &Value) -> Vec<Path> {
    serde_json::from_value(value.clone()).unwrap()
}

fn check_select(vector: &Value) -> Result<(), String> {
    let client = text(&vector["client"]);
    let engine = Engine::find(client).filter(|engine| engine.id == client);
    let engine = engine.ok_or("no such engine")?;
    let offer = offer(client, &vector["image"]);
    let found = select(engine, &host(vector), vector["request"].as_str(), &offer);
    consistent(&found, &offer)?;
    if let Some((_, live)) = OVERRULED.iter().find(|(id, _)| vector["id"] == *id) {
        let says = found.outcome.error().is_some_and(|error| error.contains(live));
        return same("what the live engine says", &says, &true);
    }

    let expect = &vector["expect"];
    let pick: Option<Path> = serde_json::from_value(expect["pick"].clone()).unwrap();
    same("pick", &found.outcome.pick(), &pick.as_ref())?;
    match expect["error"].as_str() {
        Some(error) => {
            let found = found.outcome.error().ok_or("no error")?;
            // The table gives oci-client's sentence without the name of the error and with a
            // remark of its own.
            let found = found.strip_prefix("Image manifest not found: ").unwrap_or(found);
            let remark = " (deserialisation of the whole index fails)";
            let error = filled(error.strip_suffix(remark).unwrap_or(error));
            same("error", &found, &error.as_str())?;
        }
        None => same("error", &found.outcome.error(), &None)?,
    }
    if pick.is_none() && expect["error"].is_null() {
        let quiet = matches!(found.outcome, Outcome::Nothing | Outcome::Several(_));
        same("outcome without an error", &quiet, &true)?;
        same("exit", &text(&expect["exit"]), &"success")?;
    }
    let downloads = match &expect["layer_sets_fetched"] {
        Value::Null => pick.into_iter().collect(),
        sets => paths(sets),
    };
    same("downloads", &found.downloads, &downloads)
}

/// What must hold for every answer.
fn consistent(found: &Selection, offer: &Offer) -> Result<(), String> {
    let picked: Vec<&Path> =
        found.trace.iter().filter(|s| s.verdict == Verdict::Picked).map(|s| &s.path).collect();
    match found.outcome.pick() {
        Some(pick) => {
            let leads: Vec<Path> = (1..=pick.len()).map(|n| pick[..n].to_vec()).collect();
            let mut sorted: Vec<Path> = picked.into_iter().cloned().collect();
            sorted.sort_by_key(Vec::len);
            same("steps that are picked", &sorted, &leads)?;
            same("the pick exists", &(pick.is_empty() || offer.at(pick).is_some()), &true)?;
        }
        None => same("steps that are picked", &picked, &Vec::new())?,
    }
    let mut seen = std::collections::HashSet::new();
    for step in &found.trace {
        same("each entry once", &seen.insert(&step.path), &true)?;
        same("a rule is given", &step.rule.is_empty(), &false)?;
        let entry = offer.at(&step.path).ok_or("a step leads nowhere")?;
        same("platform of a step", &step.platform, &entry.platform)?;
    }
    // An index that was looked into is in the trace as a whole.
    let levels: std::collections::HashSet<&[usize]> =
        found.trace.iter().map(|step| &step.path[..step.path.len() - 1]).collect();
    for level in levels {
        let steps = found.trace.iter().filter(|s| s.path[..s.path.len() - 1] == *level).count();
        same("steps of an index", &steps, &offer.level(level).unwrap().entries().len())?;
    }
    Ok(())
}

// ── the rules' table of edge cases ──

/// `linux/arm/v7`; `-` for no platform, `-=linux/arm64` with that config; `[a b]` for a nested
/// index without a platform.
fn entries(text: &str) -> Value {
    let mut stack = vec![Vec::new()];
    for word in text.replace('[', "[ ").replace(']', " ]").split_whitespace() {
        let entry = match word {
            "[" => {
                stack.push(Vec::new());
                continue;
            }
            "]" => serde_json::json!({ "manifests": stack.pop().unwrap() }),
            _ => match word.strip_prefix('-') {
                Some(config) => match config.strip_prefix('=') {
                    Some(config) => serde_json::json!({ "config": object(config) }),
                    None => serde_json::json!({}),
                },
                None => serde_json::json!({ "platform": object(word) }),
            },
        };
        stack.last_mut().unwrap().push(entry);
    }
    serde_json::json!({ "manifests": stack.pop().unwrap() })
}

/// A platform's fields unchanged, nothing normalised.
fn object(text: &str) -> Value {
    let (os, rest) = text.split_once('/').unwrap();
    let (os, version) = os.trim_end_matches(')').split_once('(').unwrap_or((os, ""));
    let (architecture, variant) = rest.split_once('/').unwrap_or((rest, ""));
    serde_json::json!({
        "os": os, "os.version": version, "architecture": architecture, "variant": variant
    })
}

fn ask(engine: &str, host: &str, request: Option<&str>, index: &str) -> Selection {
    let engine = Engine::find(engine).unwrap();
    let offer = offer(engine.id, &entries(index));
    let found = select(engine, &host.parse().unwrap(), request, &offer);
    consistent(&found, &offer).unwrap();
    found
}

#[test]
fn engines_part_ways_where_the_rules_say_so() {
    const WINDOWS: &str = "linux/amd64 windows(10.0.14393.7000)/amd64 \
        windows(10.0.17763.5000)/amd64 windows(10.0.20348.2000)/amd64 \
        windows(10.0.26100.3000)/amd64";
    // containerd, CRI, nerdctl, docker graphdriver, docker containerd store, podman, buildkit,
    // regclient, crane, oras with --platform os/architecture.
    let engines = [
        "containerd",
        "kubernetes",
        "nerdctl",
        "docker-graphdriver",
        "docker",
        "skopeo",
        "docker build",
        "regctl",
        "crane",
        "oras",
    ];
    let cases = [
        ("linux/arm/v7", "linux/arm/v5 linux/arm/v6", "1 x x 1 1 1 1 1 x x"),
        ("linux/arm64/v8", "linux/arm/v7", "0 x x 0 0 x 0 x x x"),
        ("linux/amd64/v1", "linux/386", "0 x x 0 0 x 0 x x x"),
        ("linux/arm64/v8", "linux/arm64/v8 linux/arm64", "0 0 0 0 0 0 0 0 x 0"),
        ("linux/arm64/v8", "linux/arm64 linux/arm64/v8", "0 0 0 0 0 1 0 0 x 0"),
        ("linux/arm/v7", "linux/arm/v5 linux/arm", "1 1 1 1 1 0 1 1 x x"),
        ("linux/arm/v6", "linux/arm", "x x x x x 0 x x x x"),
        ("linux/amd64/v3", "linux/amd64 linux/amd64/v2 linux/amd64/v3", "0 0 0 2 2 0 0 2 0 0"),
        ("linux/amd64/v3", "linux/amd64/v3", "x x x 0 0 x x 0 0 0"),
        ("linux/amd64/v1", "linux/amd64/v1", "0 0 0 0 0 x 0 0 0 0"),
        ("linux/amd64/v1", "-=linux/arm64", "x x x 0 0 0 x x 0 x"),
        ("linux/amd64/v1", "-=linux/arm64 -=linux/amd64", "x x x 0 0 0 x x 0 x"),
        ("linux/amd64/v1", "-=linux/arm64 linux/amd64", "1 1 1 1 1 1 1 1 0 1"),
        ("linux/amd64/v1", "[linux/amd64] linux/amd64", "1 1 1 1 1 1 1 1 0.0 1"),
        ("linux/amd64/v1", "[linux/arm64] [linux/amd64]", "x x x x x x x x x x"),
        ("linux/amd64/v1", "linux/aarch64 linux/x86_64", "1 1 1 1 1 x 1 1 x x"),
        ("linux/riscv64", "linux/riscv64/rva20u64", "x x x x x x x 0 x 0"),
        ("windows(10.0.22621)/amd64", WINDOWS, "3 3 3 1 3 1 3 0 0 1"),
        ("windows(10.0.26100)/amd64", WINDOWS, "4 4 3 4 3 1 3 4 0 1"),
    ];
    for (host, index, expected) in cases {
        let machine: Host = host.parse().unwrap();
        let found: Vec<String> = engines
            .iter()
            .map(|engine| {
                // On 32-bit ARM oras is asked with the variant, as a user there would.
                let variant = if machine.architecture() == "arm" {
                    format!("/{}", machine.platform().variant)
                } else {
                    String::new()
                };
                let typed = format!("{}/{}{variant}", machine.os(), machine.architecture());
                let request = (*engine == "oras").then_some(typed.as_str());
                ask(engine, host, request, index).outcome.pick().map_or("x".to_owned(), |path| {
                    path.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
                })
            })
            .collect();
        assert_eq!(found.join(" "), expected, "{host}: {index}");
    }
}

#[test]
fn what_was_only_read_of_the_engines_holds_too() {
    let list = "linux/amd64 linux/arm64/v8";
    // The command line since 29.0 completes a bare architecture on its own machine.
    let mac = ask("docker", "mac", Some("arm64"), list);
    assert_eq!(
        mac.outcome.error().unwrap(),
        "no matching manifest for darwin/arm64 in the manifest list entries: no match for platform \
         in manifest: not found"
    );
    assert_eq!(ask("docker-28", "mac", Some("arm64"), list).outcome, Outcome::Picked(vec![1]));
    assert_eq!(ask("docker", "mac", None, list).outcome, Outcome::Picked(vec![1]));

    let bare =
        Offer { content: content(&Value::Null, &vec![]), ..offer("docker-c8d", &Value::Null) };
    for (engine, word) in [("docker", "without a word"), ("docker-28", "warning"), ("oras", "must")]
    {
        let host = "linux/arm64".parse().unwrap();
        let found = select(Engine::find(engine).unwrap(), &host, None, &bare);
        assert_eq!(found.outcome, Outcome::Picked(vec![]));
        assert!(found.trace.is_empty());
        assert!(found.notes[0].contains("no selection") && found.notes[0].contains(word));
    }

    let old = "windows(10.0.17763.1)/amd64";
    for engine in ["containerd-1.7", "containerd-2.0"] {
        let found = ask(engine, "windows(10.0.20348)/amd64", None, old);
        assert!(found.outcome.error().is_some(), "{engine}");
    }
    for host in ["mac", "i386"] {
        let index = "darwin/arm64 macos/arm64 linux/arm64 linux/386 linux/x86";
        assert!(ask("oci-client", host, None, index).outcome.error().is_some(), "{host}");
    }
}

#[test]
fn older_engines_keep_their_own_rules() {
    for (engine, host, index, pick) in [
        // moby pull request 44390: any ARM entry will do where none matches.
        ("docker-20.10", "linux/arm/v6", "linux/amd64 linux/arm/v7 linux/arm/v5", Some(1)),
        ("docker-20.10", "linux/arm/v7", "linux/arm/v6 linux/arm/v7", Some(1)),
        ("docker-20.10", "linux/arm64", "linux/arm/v7", None),
        ("docker-20.10", "linux/amd64/v3", "linux/386", None),
        ("docker-27", "linux/arm/v6", "linux/amd64 linux/arm/v7 linux/arm/v5", Some(2)),
        ("docker-27", "linux/amd64/v3", "linux/amd64 linux/amd64/v2", Some(1)),
        ("docker-29.5", "linux/amd64/v3", "linux/amd64 linux/amd64/v2", Some(0)),
        ("containerd-1.7", "linux/arm64", "linux/arm/v7 linux/arm64/v8", Some(1)),
        // containerd 1.x compares system and architecture of a config only.
        ("containerd-1.7", "linux/arm/v7", "-=linux/arm/v8", Some(0)),
        ("containerd", "linux/arm/v7", "-=linux/arm/v8", None),
    ] {
        let found = ask(engine, host, None, index);
        assert_eq!(found.outcome.pick(), pick.map(|at| vec![at]).as_ref(), "{engine} {host}");
    }
}

#[test]
fn a_request_that_an_engine_does_not_understand_is_its_own_error() {
    for (engine, request, error) in [
        ("docker", "linux/*", "wildcards not yet supported"),
        ("containerd", "toaster", "unknown operating system or architecture"),
        ("nerdctl", "a/b/c/d", "invalid platform: \"a/b/c/d\""),
        ("crane", "a/b/c/d", "too many slashes"),
        ("regctl", "linux/arm64/v8.2", "invalid platform component v8.2"),
        ("oras", "/amd64", "OS cannot be empty"),
        // Taken unchanged, and found nowhere.
        ("skopeo", "linux/x86_64", "architecture \"x86_64\""),
    ] {
        let found = ask(engine, "linux/amd64", Some(request), "linux/amd64");
        let text = found.outcome.error().unwrap();
        assert!(text.contains(error), "{engine}: {text}");
    }
    let kubernetes = ask("kubernetes", "linux/amd64", Some("linux/arm64"), "linux/amd64");
    assert_eq!(kubernetes.outcome, Outcome::Picked(vec![0]));
    assert!(kubernetes.notes[0].contains("ignored"));
}

#[test]
fn what_has_not_been_read_is_named_instead_of_guessed() {
    let unread = |media_type: MediaType, at: usize, platform: Option<Platform>| {
        let mut descriptor = Descriptor::new(media_type, digest(&[at]), 1);
        descriptor.platform = platform;
        Candidate::new(&descriptor, Content::Unread)
    };
    let level = |entries| Content::Index(Arc::new(Level::new(entries)));
    let ask = |engine: &str, content: Content| -> Vec<(Path, Missing)> {
        let offer = Offer { content, ..offer("", &entries("")) };
        let host = "linux/arm64".parse().unwrap();
        let request = (engine == "oras").then_some("linux/arm64");
        let found = select(Engine::find(engine).unwrap(), &host, request, &offer);
        consistent(&found, &offer).unwrap();
        match found.outcome {
            Outcome::Needs(needs) => needs.into_iter().map(|need| (need.path, need.what)).collect(),
            other => panic!("{engine}: {other:?}"),
        }
    };
    let nameless = || vec![unread(MediaType::OciManifest, 0, None)];
    for engine in ["containerd", "kubernetes", "nerdctl", "docker build", "docker run"] {
        let needs: Vec<_> = ask(engine, level(nameless()));
        assert_eq!(needs, [(vec![0], Missing::Config)], "{engine}");
    }
    for engine in ["docker", "docker-28"] {
        assert_eq!(ask(engine, level(nameless())), vec![(vec![0], Missing::Manifest)], "{engine}");
    }
    let arm = Platform::new("linux", "arm64", "");
    let nested = || vec![unread(MediaType::OciIndex, 0, Some(arm.clone()))];
    for engine in [
        "docker",
        "kubernetes",
        "nerdctl",
        "ctr",
        "docker build",
        "docker run",
        "docker-28",
        "regctl",
    ] {
        let needs: Vec<_> = ask(engine, level(nested()));
        assert_eq!(needs, [(vec![0], Missing::Index)], "{engine}");
    }
    // The root itself.
    for engine in &ENGINES {
        let needs: Vec<_> = ask(engine.id, Content::Unread);
        assert_eq!(needs, [(vec![], Missing::Index)], "{}", engine.id);
    }
}

#[test]
fn the_trace_words_every_verdict() {
    const BUILDS: &str = "linux/amd64 windows(10.0.17763.1)/amd64 windows(10.0.26100.1)/amd64 \
        windows(10.0.20348.5)/amd64 windows(10.0.20348.9)/amd64 windows/arm64";
    const ARM: &str = "linux/arm/v5 linux/arm/v6 linux/amd64 unknown/unknown linux/arm/v8 \
        linux/arm/v6";
    let mut words = String::new();
    for (engine, host, index) in [
        ("docker", "linux/arm/v7", ARM),
        ("skopeo", "linux/arm64", "linux/aarch64 linux/arm64/v8.0 - linux/arm64"),
        ("oras", "linux/arm64", "linux/amd64 linux/arm64"),
        ("crane", "linux/arm64", "linux/arm64 - linux/amd64/v2"),
        ("kubernetes", "linux/arm64", "linux/arm/v7 linux/amd64"),
        ("containerd", "linux/amd64", "linux/arm64 -=linux/arm64"),
        ("containerd", "linux/amd64", "[linux/arm64 [linux/amd64]] linux/arm64"),
        ("containerd", "linux/amd64", "[linux/arm64] linux/arm64"),
        ("ctr", "linux/amd64", "linux/amd64 - linux/arm64"),
        ("docker", "windows-2025", BUILDS),
        ("docker-29.5", "windows-2019", BUILDS),
        ("docker-windowsfilter", "windows-2022", BUILDS),
        ("regctl", "windows-2022", BUILDS),
        ("docker run", "linux/amd64/v3", "linux/arm64 [linux/amd64] linux/amd64/v2"),
        ("docker-20.10", "linux/arm/v6", "linux/amd64 linux/arm/v7 linux/arm/v5"),
    ] {
        let request = (engine == "oras").then_some(host);
        let found = ask(engine, host, request, index);
        words += &format!("{engine} on {host}: {index}\n");
        for step in found.trace {
            let at = step.path.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
            let platform = step.platform.map_or("(none)".to_owned(), |p| p.to_string());
            let rank = step.rank.map_or("-".to_owned(), |rank| rank.to_string());
            let (verdict, rule) = (step.verdict.as_str(), step.rule);
            words += &format!("  {at:<6}{platform:<28}{verdict:<10}{rank:<3}{rule}\n");
        }
        words += &format!("  {:?} {:?}\n\n", found.outcome, found.notes);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("data");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("select-traces", words));
}

/// The library's own resolvers (oci-client 0.18 `src/client.rs`), which exist for two platforms,
/// choose of every list what the row `oci-client` says.
#[test]
fn the_row_of_oci_client_is_what_its_library_chooses() {
    type Resolver = fn(&[ImageIndexEntry]) -> Option<String>;
    let resolvers: [(&str, Resolver); 2] =
        [("linux", linux_amd64_resolver), ("windows", windows_amd64_resolver)];
    let engine = Engine::find("oci-client").unwrap();
    let (mut picks, mut refusals) = (0, 0);
    let path = format!("{}/tests/data/{}", env!("CARGO_MANIFEST_DIR"), TABLES[0]);
    for vector in table(&path)["vectors"].as_array().unwrap() {
        let image = &vector["image"];
        if !is_index(image) || !media_type(image).is_index() {
            continue;
        }
        let offer = offer("oci-client", image);
        let entries = image["manifests"].as_array().unwrap();
        let manifests: Vec<Value> = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| {
                let platform = if entry["platform"].is_object() {
                    &entry["platform"]
                } else {
                    &entry["raw_platform"]
                };
                serde_json::json!({
                    "mediaType": media_type(entry).as_str(),
                    "digest": digest(&[at]).as_str(),
                    "size": 1,
                    "platform": platform,
                })
            })
            .collect();
        let index = serde_json::json!({ "schemaVersion": 2, "manifests": manifests });
        let index = serde_json::from_value::<OciManifest>(index);
        for (os, resolve) in resolvers {
            let found =
                select(engine, &Host::detected(Platform::new(os, "amd64", "")), None, &offer);
            let ours = found.outcome.pick().map(|path| digest(path).as_str().to_owned());
            let theirs = match &index {
                Ok(OciManifest::ImageIndex(index)) => resolve(&index.manifests),
                Ok(OciManifest::Image(_)) => panic!("{}: a list is read as an image", vector["id"]),
                Err(error) => {
                    refusals += 1;
                    let text = format!("Failed to parse manifest as Versioned object: {error}");
                    assert_eq!(found.outcome.error(), Some(&*text), "{}", vector["id"]);
                    None
                }
            };
            // A pull goes on with what the resolver chose, and refuses what is not an image.
            let nested = |it: &String| {
                entries.iter().enumerate().any(|(at, entry)| {
                    digest(&[at]).as_str() == it && !media_type(entry).is_image_manifest()
                })
            };
            assert_eq!(ours, theirs.filter(|it| !nested(it)), "{} {os}", vector["id"]);
            picks += usize::from(ours.is_some());
        }
    }
    assert!(picks > 100 && refusals > 0, "{picks} picks, {refusals} refusals");
}

#[test]
fn an_offer_is_made_of_documents() {
    struct Read(Vec<Arc<Document>>, Digest);
    impl Lookup for Read {
        fn manifest(&self, digest: &Digest) -> Option<Arc<Document>> {
            self.0.iter().find(|document| document.digest == *digest).cloned()
        }
        fn config(&self, digest: &Digest) -> Option<Arc<ConfigDocument>> {
            let bytes = &br#"{"os":"linux","architecture":"arm64"}"#[..];
            let config = ConfigDocument::parse(bytes.into(), Algorithm::Sha256);
            (*digest == self.1).then(|| Arc::new(config.unwrap()))
        }
    }
    let document = |json: String| Document::parse(json.into(), None, Algorithm::Sha256).unwrap();
    let config = Digest::sha256(b"config");
    let image = document(format!(
        r#"{{"config":{{"mediaType":"{}","digest":"{config}","size":1}},"layers":[]}}"#,
        MediaType::OciConfig
    ));
    let root = document(format!(
        r#"{{"manifests":[{{"mediaType":"{}","digest":"{}","size":{}}},{{"odd":true}}]}}"#,
        MediaType::OciManifest,
        image.digest,
        image.size()
    ));
    let (host, engine) = ("linux/arm64".parse().unwrap(), Engine::find("containerd").unwrap());
    let unread = Offer::new("example.com/lab:latest", &root, &());
    let needs = select(engine, &host, None, &unread).outcome;
    let need = Need { path: vec![0], digest: Some(image.digest.clone()), what: Missing::Config };
    assert_eq!(needs, Outcome::Needs(vec![need]));
    let read = Offer::new("example.com/lab:latest", &root, &Read(vec![Arc::new(image)], config));
    let found = select(engine, &host, None, &read);
    assert_eq!(found.outcome, Outcome::Picked(vec![0]));
    // Go reads an empty descriptor there, which ranks alike.
    assert!(found.trace.iter().any(|step| step.path == [1] && step.verdict == Verdict::Outranked));
}

/// A WebAssembly component's config states a platform, as `create` and the tree read it: until it was
/// read it is not known. What a config of another type holds is not looked for.
#[test]
fn an_unread_config_names_no_platform_only_if_its_type_states_none() {
    let document = |json: String| Document::parse(json.into(), None, Algorithm::Sha256).unwrap();
    let known = |config_type: &str| {
        let config = Digest::sha256(b"config");
        let image = document(format!(
            r#"{{"mediaType":"{}","config":{{"mediaType":"{config_type}","digest":"{config}","size":1}},"layers":[]}}"#,
            MediaType::OciManifest
        ));
        let offer = Offer::new("example.com/lab:latest", &image, &());
        let Content::Image(facts) = &offer.content else { panic!("no image") };
        facts.config.clone()
    };
    assert_eq!(known(MediaType::OciConfig.as_str()), None);
    assert_eq!(known(MediaType::WasmConfig.as_str()), None);
    assert_eq!(known("application/vnd.example.config.v1+json"), Some(Platform::default()));
}

#[test]
fn indexes_that_name_each_other_do_not_stop_the_walk() {
    // Every entry leads to the same index again: 40 entries at each of nine depths.
    let mut content = Content::TooDeep;
    for _ in 0..9 {
        let mut descriptor = Descriptor::new(MediaType::OciIndex, digest(&[]), 1);
        descriptor.platform = None;
        let entry = Candidate::new(&descriptor, content);
        content = Content::Index(Arc::new(Level::new(vec![entry; 40])));
    }
    let offer = Offer { content, ..offer("", &entries("")) };
    for engine in &ENGINES {
        let found = select(engine, &"linux/amd64".parse().unwrap(), None, &offer);
        // Where platy gives up, it says so, and shows what it has seen.
        if !matches!(found.outcome, Outcome::Unknown(_)) {
            consistent(&found, &offer).unwrap();
        }
    }
}

// ── what holds for every input ──

mod any {
    use super::*;
    use proptest::prelude::*;

    /// Names that mean something, and any text at all.
    fn part(known: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop_oneof![
            8 => proptest::sample::select(known).prop_map(str::to_owned),
            1 => "\\PC{0,6}",
        ]
    }

    pub(super) fn platform() -> impl Strategy<Value = Platform> {
        (
            part(&["linux", "windows", "darwin", "macos", "freebsd", "unknown", "Linux", ""]),
            part(&["amd64", "x86_64", "386", "arm", "armhf", "arm64", "aarch64", "riscv64", ""]),
            part(&["", "", "v1", "v2", "v3", "v5", "v6", "v7", "v8", "v8.2", "v9", "8", "v10"]),
            part(&["", "", "10.0.17763.1", "10.0.20348.9", "10.0.26100", "10.0", "1.2.3.4.5"]),
            proptest::collection::vec(part(&["win32k", "erofs", "gpu"]), 0..3),
        )
            .prop_map(|(os, architecture, variant, os_version, os_features)| Platform {
                os,
                architecture,
                variant,
                os_version,
                os_features,
                features: Vec::new(),
            })
    }

    fn entry() -> impl Strategy<Value = Value> {
        let leaf = (
            proptest::option::weighted(0.8, platform()),
            proptest::option::of(platform()),
            part(&[
                "application/vnd.oci.image.manifest.v1+json",
                "application/vnd.docker.distribution.manifest.v2+json",
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "application/vnd.oci.image.index.v1+json",
            ]),
        )
            .prop_map(|(platform, config, media_type)| {
                let mut entry = serde_json::json!({ "mediaType": media_type });
                if let Some(platform) = platform {
                    entry["platform"] = json(&platform);
                }
                if let Some(config) = config {
                    entry["config"] = json(&config);
                }
                entry
            });
        leaf.prop_recursive(3, 24, 5, |entry| {
            (proptest::option::of(platform()), proptest::collection::vec(entry, 0..5)).prop_map(
                |(platform, manifests)| {
                    let mut nested = serde_json::json!({ "manifests": manifests });
                    if let Some(platform) = platform {
                        nested["platform"] = json(&platform);
                    }
                    nested
                },
            )
        })
    }

    fn json(platform: &Platform) -> Value {
        serde_json::json!({
            "os": platform.os, "architecture": platform.architecture,
            "variant": platform.variant, "os.version": platform.os_version,
            "os.features": platform.os_features,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn an_answer_is_whole(
            index in proptest::collection::vec(entry(), 0..8),
            host in platform(),
            request in proptest::option::of(part(&["linux/amd64", "arm64", "linux/arm/v7", "*"])),
            docker in any::<bool>(),
        ) {
            let mut image = serde_json::json!({ "manifests": index });
            if docker {
                image["mediaType"] = MediaType::DockerList.as_str().into();
            }
            let offer = offer("", &image);
            for host in [Host::new(&host), Host::detected(host)] {
                for engine in &ENGINES {
                    let found = select(engine, &host, request.as_deref(), &offer);
                    prop_assert_eq!(consistent(&found, &offer), Ok(()), "{}", engine.id);
                    let quick = outcome(engine, &host, request.as_deref(), &offer);
                    prop_assert_eq!(quick, found.outcome, "{}", engine.id);
                }
            }
        }

        #[test]
        fn texts_from_outside_are_read_or_refused(text in "\\PC{0,24}") {
            let _ = text.parse::<Host>();
            let _ = linux_library().parse(&text);
            let _ = Engine::find(&text);
            let _ = cpu::containerd(&text, "arm", &text);
            let _ = cpu::containers_image(&text, "arm64");
        }

        #[test]
        fn normalising_twice_changes_nothing(platform in platform()) {
            let library = linux_library();
            let once = library.normalize(&platform);
            prop_assert_eq!(&library.normalize(&once), &once);
        }

        #[test]
        fn an_exact_match_is_never_beaten(host in platform(), others in proptest::collection::vec(platform(), 0..6)) {
            let library = linux_library();
            let comparer = library.only(&host);
            let own = Normal::new(&host);
            if comparer.standing(&own).is_ok() {
                let mut entries: Vec<Normal> = others.iter().map(Normal::new).collect();
                entries.push(own);
                let best = comparer.sort(&entries)[0];
                prop_assert_eq!(comparer.standing(&entries[best]).unwrap().place, 0);
            }
        }
    }
}
