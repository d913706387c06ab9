//! Reading the steps of a build out of provenance: where v0.2 and v1 have them, and how BuildKit 0.34
//! writes them (`solver/pb/ops.proto` as JSON).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::build::{Build, BuildFile, BuildImage, BuildStep, FileAction, Work};
use super::loose::{Many, Maybe, Text};
use crate::oci::{Digest, Platform};

/// The most steps of a build that are followed.
const MAX_STEPS: usize = 20_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    build_definition: Option<&'a RawValue>,
    #[serde(borrow)]
    run_details: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Definition<'a> {
    #[serde(borrow)]
    internal_parameters: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Internal<'a> {
    #[serde(borrow)]
    build_config: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details<'a> {
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(rename = "buildkit_metadata", alias = "https://mobyproject.org/buildkit@v1#metadata")]
    buildkit: Maybe<BuildKit>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BuildKit {
    source: Maybe<RawSource>,
    layers: Maybe<HashMap<String, Vec<Vec<RawLayer>>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawSource {
    locations: Maybe<HashMap<String, RawLocations>>,
    infos: Many<RawInfo>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawLocations {
    locations: Many<RawLocation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawLocation {
    source_index: usize,
    ranges: Many<RawRange>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawRange {
    start: Maybe<RawLine>,
    end: Maybe<RawLine>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawLine {
    line: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawInfo {
    filename: Text,
    data: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawLayer {
    digest: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    llb_definition: Many<RawStep>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawStep {
    id: Text,
    inputs: Many<Text>,
    op: Maybe<RawOp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawOp {
    #[serde(rename = "Op")]
    kind: Maybe<RawKind>,
    platform: Maybe<RawPlatform>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawKind {
    source: Maybe<RawFetch>,
    file: Maybe<RawFile>,
    exec: Maybe<RawExec>,
    merge: Maybe<RawMerge>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawFetch {
    identifier: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawFile {
    actions: Many<RawAction>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawAction {
    input: i64,
    secondary_input: i64,
    #[serde(rename = "Action")]
    action: Maybe<RawVerb>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawVerb {
    copy: Maybe<RawCopy>,
    mkfile: Maybe<RawPath>,
    mkdir: Maybe<RawPath>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawCopy {
    src: Text,
    dest: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPath {
    path: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawExec {
    mounts: Many<RawMount>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawMount {
    input: i64,
    dest: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawMerge {
    inputs: Many<RawInput>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawInput {
    input: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPlatform {
    #[serde(rename = "OS", alias = "os")]
    os: Text,
    #[serde(rename = "Architecture", alias = "architecture")]
    architecture: Text,
    #[serde(rename = "Variant", alias = "variant")]
    variant: Text,
}

/// Takes the steps out of a predicate: v1 has them among the internal parameters, v0.2 beside
/// the metadata (`v02`). `None` if there are none, or they cannot be read.
pub(super) fn build(predicate: &str, v02: Option<&RawValue>) -> Option<Build> {
    let raw: Raw<'_> = serde_json::from_str(predicate).ok()?;
    let definition: Definition<'_> = read(raw.build_definition);
    let internal: Internal<'_> = read(definition.internal_parameters);
    let config: Config = serde_json::from_str(internal.build_config.or(v02)?.get()).ok()?;
    let details: Details<'_> = read(raw.run_details);
    let metadata: Metadata = match details.metadata.or(raw.metadata) {
        Some(raw) => serde_json::from_str(raw.get()).ok()?,
        None => Metadata::default(),
    };
    if config.llb_definition.list.is_empty() || config.llb_definition.list.len() > MAX_STEPS {
        return None;
    }
    let buildkit = metadata.buildkit.0.unwrap_or_default();
    let source = buildkit.source.0.unwrap_or_default();
    let files = source.infos.list.iter().map(file).collect();
    let mut locations = source.locations.0.unwrap_or_default();
    let mut by_step: HashMap<String, Vec<(usize, Vec<Digest>)>> = HashMap::new();
    for (key, chains) in buildkit.layers.0.unwrap_or_default() {
        let Some((step, output)) = key.rsplit_once(':') else { continue };
        let Ok(output) = output.parse() else { continue };
        // A chain of which a digest cannot be read tells nothing.
        let chains = chains.iter().filter_map(|chain| Some((output, digests(chain)?)));
        by_step.entry(step.to_owned()).or_default().extend(chains);
    }
    let steps = config.llb_definition.list.into_iter().map(|raw| {
        let id = raw.id.0.clone().unwrap_or_default();
        let mut step = step(raw);
        step.places = locations.remove(&id).map(places).unwrap_or_default();
        step.layers = by_step.remove(&id).unwrap_or_default();
        step.layers.sort_by_key(|(output, _)| *output);
        step
    });
    Some(Build { steps: steps.collect(), files })
}

fn read<'a, T: Default + Deserialize<'a>>(raw: Option<&'a RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

fn digests(chain: &[RawLayer]) -> Option<Vec<Digest>> {
    chain.iter().map(|layer| layer.digest.as_str().parse().ok()).collect()
}

fn file(info: &RawInfo) -> BuildFile {
    let data = STANDARD.decode(info.data.as_str()).unwrap_or_default();
    BuildFile {
        name: info.filename.as_str().to_owned(),
        text: String::from_utf8_lossy(&data).into_owned(),
    }
}

fn places(raw: RawLocations) -> Vec<(usize, Vec<u64>)> {
    let place = |location: RawLocation| {
        let lines = location.ranges.list.into_iter().flat_map(|range| {
            let start = range.start.0.map_or(0, |start| start.line);
            let end = range.end.0.map_or(start, |end| end.line).clamp(start, start + 1_000);
            start..=end
        });
        (location.source_index, lines.filter(|line| *line > 0).collect())
    };
    raw.locations.list.into_iter().map(place).collect()
}

fn index(number: i64) -> Option<usize> {
    usize::try_from(number).ok()
}

fn step(raw: RawStep) -> BuildStep {
    let op = raw.op.0.unwrap_or_default();
    let kind = op.kind.0.unwrap_or_default();
    let work = if let Some(fetch) = kind.source.0 {
        fetched(fetch.identifier.0.unwrap_or_default(), op.platform.0)
    } else if let Some(file) = kind.file.0 {
        Work::Files(file.actions.list.into_iter().map(action).collect())
    } else if let Some(exec) = kind.exec.0 {
        let root = exec.mounts.list.iter().find(|mount| mount.dest.as_str() == "/");
        Work::Run(root.and_then(|mount| index(mount.input)))
    } else if let Some(merge) = kind.merge.0 {
        Work::Merge(merge.inputs.list.iter().filter_map(|it| index(it.input)).collect())
    } else {
        Work::Other
    };
    BuildStep {
        id: raw.id.0.unwrap_or_default(),
        inputs: raw.inputs.strings(),
        work,
        ..BuildStep::default()
    }
}

fn fetched(identifier: String, on: Option<RawPlatform>) -> Work {
    let Some(image) = identifier.strip_prefix("docker-image://") else {
        return Work::Source(identifier);
    };
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, digest.parse().ok()),
        None => (image, None),
    };
    let on =
        on.map(|it| Platform::new(it.os.as_str(), it.architecture.as_str(), it.variant.as_str()));
    let on = on.filter(|it| !it.os.is_empty() && !it.architecture.is_empty());
    Work::Image(BuildImage { name: name.to_owned(), digest, platform: on })
}

fn action(raw: RawAction) -> FileAction {
    let verb = raw.action.0.unwrap_or_default();
    let (source, target) = match (verb.copy.0, verb.mkfile.0.or(verb.mkdir.0)) {
        (Some(copy), _) => (copy.src.0, copy.dest.0),
        (None, Some(made)) => (None, made.path.0),
        (None, None) => (None, None),
    };
    FileAction { onto: index(raw.input), from: index(raw.secondary_input), source, target }
}
