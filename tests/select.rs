//! The table of executed selections, and what must hold for every input.
//!
//! `PLATY_VECTORS` names another table of the same form instead of the one that lies beside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test stops where something unexpected stands in its data"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use platy::host::cpu;
use platy::oci::{Annotations, Descriptor, Digest, MediaType, Platform};
use platy::select::platforms::{Comparer, Library, Normal, Version};
use platy::select::{
    Candidate, Content, Engine, Facts, Host, Level, Offer, Outcome, Path, Selection, Verdict,
    select,
};
use serde_json::Value;

/// Kinds of which a vector holds words for people and nothing that could be checked.
const READ_ONLY: [&str; 1] = ["behaviour"];

fn table() -> Value {
    let path = std::env::var("PLATY_VECTORS").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/platform-vectors.json").to_owned()
    });
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_vector_of_the_table_holds() {
    let table = table();
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
    let (os, architecture) = text(&vector["parser_host"]).split_once('/').unwrap();
    let found = library(version_of(vector), os, architecture).parse(text(&vector["input"]));
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
    assert_eq!(vector["goos"], "linux");
    let found = match text(&vector["client"]) {
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
        return Content::Index(Arc::new(Level { entries: entries.collect() }));
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
    descriptor.annotations =
        entry["annotations"].as_object().map_or_else(Annotations::new, |annotations| {
            annotations.iter().map(|(k, v)| (k.clone(), text(v).to_owned())).collect()
        });
    Candidate::new(&descriptor, content(entry, path))
}

fn offer(client: &str, image: &Value) -> Offer {
    // dockerd names a local image by its short name.
    let local = client == "docker-c8d-local";
    Offer {
        reference: if local { "lab:latest" } else { "example.com/lab:latest" }.to_owned(),
        digest: digest(&[]),
        media_type: media_type(image),
        content: content(image, &Path::new()),
    }
}

fn host(vector: &Value) -> Host {
    Host::detected(platform(&vector["host"]))
}

/// Puts digests in the place of `{root}`, `{manifest.0.1}` and `{index.0}`.
fn filled(error: &str) -> String {
    let mut filled = error.to_owned();
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
        same("steps of an index", &steps, &offer.level(level).unwrap().entries.len())?;
    }
    Ok(())
}
