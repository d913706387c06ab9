//! Facts in a few words, for the rules' tests.

use std::sync::Arc;

use serde_json::{Value, json};

use super::rule::{Find, Rule};
use super::table::diagnose;
use super::{Behind, Daemon, EngineKind, Fact, Facts, Finding, HostFacts};
use crate::model::check::Claim;
use crate::model::select::ENGINES;
use crate::model::tree::Tree;
use crate::model::world::World;
use crate::oci::{Digest, Location, MediaType, Platform};

/// An index of these entries, on this host, for every engine. An entry is written
/// `ENTRY[=CONFIG][~LAYERS][!]`: the platform of the entry (`-` for none), the platform of its
/// config if that is another one, a name for its layers where images share them, and `!` where
/// the registry does not have it.
pub(super) fn listed(host: &str, entries: &[&str]) -> Facts {
    let mut world = World::default();
    let entries = entries.iter().map(|entry| image(&mut world, entry)).collect();
    world.set_index(entries);
    facts(&world, "example.com/team/app:1", host)
}

/// A bare manifest of this platform.
pub(super) fn bare(host: &str, platform: &str) -> Facts {
    bare_as("example.com/team/app:1", host, platform)
}

pub(super) fn bare_as(reference: &str, host: &str, platform: &str) -> Facts {
    let mut world = World::default();
    let entry = image(&mut world, platform);
    world.set_root(&entry);
    let reference = reference.replace("DIGEST", entry["digest"].as_str().unwrap());
    facts(&world, &reference, host)
}

pub(super) fn facts(world: &World, reference: &str, host: &str) -> Facts {
    let mut tree = Tree::default();
    while let Some((_, need)) = tree.next_wanted(&[]) {
        let answer = world.answer(&need);
        tree.attach(&need, answer);
    }
    tree.settle();
    let location: Location = reference.parse().unwrap();
    let host = host.parse().ok();
    let host = host.map(|host| HostFacts { host, kernel: None, this_machine: true });
    let engines: Vec<_> = ENGINES.iter().collect();
    Facts::of_tree(&tree, &location, host, None, &engines)
}

fn image(world: &mut World, text: &str) -> Value {
    let lost = text.ends_with('!');
    let text = text.trim_end_matches('!');
    let (text, layers) = text.split_once('~').unwrap_or((text, text));
    let (entry, config) = text.split_once('=').unwrap_or((text, text));
    let mut config_json = written(config);
    config_json["history"] = json!([
        { "created_by": format!("ADD {layers} /") },
        { "created_by": "CMD sh", "empty_layer": true },
        { "created_by": "COPY app /" },
    ]);
    let diff_ids =
        ["base", "app"].map(|part| Digest::sha256(format!("{part} tar {layers}").as_bytes()));
    config_json["rootfs"] = json!({
        "type": "layers",
        "diff_ids": diff_ids.map(|id| id.to_string()),
    });
    let config = world.put(&MediaType::OciConfig, &config_json);
    let size = layers.split_once('*').map_or(1, |(_, times)| times.parse().unwrap());
    let layer = |part: &str| {
        json!({
            "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
            "digest": Digest::sha256(format!("{part} {layers}").as_bytes()).as_str(),
            "size": 3_000_000 * size,
        })
    };
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OciManifest.as_str(),
        "config": config,
        "layers": [layer("base"), layer("app")],
    });
    let mut descriptor = world.put(&MediaType::OciManifest, &manifest);
    if entry != "-" {
        descriptor["platform"] = written(entry);
    }
    if lost {
        world.lose(&descriptor["digest"].as_str().unwrap().parse().unwrap());
    }
    descriptor
}

/// `os[(version)]/architecture[/variant]`, spelled as it is written.
fn written(text: &str) -> Value {
    let mut parts = text.split('/');
    let (os, architecture) = (parts.next().unwrap(), parts.next().unwrap_or_default());
    let (os, version) = os.split_once('(').unwrap_or((os, ""));
    let mut json = json!({ "os": os, "architecture": architecture });
    if !version.is_empty() {
        json["os.version"] = json!(version.trim_end_matches(')'));
    }
    if let Some(variant) = parts.next() {
        json["variant"] = json!(variant);
    }
    json
}

/// A daemon that answered, without a copy of the reference.
pub(super) fn daemon(version: &str, architecture: &str) -> Daemon {
    Daemon {
        kind: EngineKind::Docker,
        socket: "/var/run/docker.sock".to_owned(),
        version: version.to_owned(),
        os: "linux".to_owned(),
        architecture: architecture.to_owned(),
        store: Fact::Known("overlay2 (graphdriver)".to_owned()),
        copy: Fact::Known(None),
    }
}

/// What one rule finds.
pub(super) fn find(rule: &Rule, facts: &Facts) -> Vec<Finding> {
    match rule.find {
        Find::Facts(find) => find(facts),
        Find::Others(_) => {
            let found = diagnose(facts).into_iter();
            found.filter(|finding| finding.rule == rule.name).collect()
        }
    }
}

/// The one finding of a rule.
#[track_caller]
pub(super) fn one(rule: &Rule, facts: &Facts) -> Finding {
    let mut found = find(rule, facts);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(!found[0].evidence.is_empty() && !found[0].next_step.is_empty(), "{found:#?}");
    found.remove(0)
}

#[track_caller]
pub(super) fn silent(rule: &Rule, facts: &Facts) {
    assert_eq!(find(rule, facts), [], "{}", rule.name);
}

/// Reads the layers of an image: its second layer has these entries (as [`crate::model::check`]'s tests
/// write them), and its command is `/COMMAND`.
pub(super) fn proven(facts: &mut Facts, image: usize, entries: &[&str], command: &str) {
    let image = &mut behind(facts).entries[image];
    let claim = Claim {
        list: image.platform.clone(),
        config: image.config.known().cloned(),
        created_by: image.history.iter().cloned().map(Some).collect(),
    };
    let read = crate::model::check::fixture::Image::new(&format!("/{command}"), &[&[], entries]);
    image.truth = Fact::Known(Arc::new(read.row(claim, true)));
}

pub(super) fn behind(facts: &mut Facts) -> &mut Behind {
    Arc::make_mut(facts.behind.as_mut().unwrap())
}

pub(super) fn platform(text: &str) -> Platform {
    Platform::from_object(written(text).as_object().unwrap())
}
