//! SLSA provenance v0.1, v0.2 and v1, as BuildKit, GitHub, Tekton and others write it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::build::{Build, BuildImage};
use super::build_read::build;
use super::loose::{Many, Maybe, Pairs, Text};
use super::purl::Purl;
use crate::oci::{Digest, Platform};

/// How something was built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Who built it; `None` if that is not said (BuildKit without `builder-id` says nothing).
    pub builder: Option<String>,
    /// What kind of build.
    pub build_type: Option<String>,
    /// Where the source is.
    pub source: Option<String>,
    /// The commit of the source.
    pub commit: Option<String>,
    /// The path of the Dockerfile or of the build's description in the source.
    pub file: Option<String>,
    /// The stage that was built.
    pub target: Option<String>,
    /// The arguments of the build.
    pub arguments: Vec<(String, String)>,
    /// What went into it.
    pub materials: Vec<Material>,
    /// The platform that was built for, if the provenance says it itself.
    pub platform: Option<Platform>,
    /// The platform that it was built on.
    pub builder_platform: Option<String>,
    /// When it began (RFC 3339, as written).
    pub started: Option<String>,
    /// When it ended (RFC 3339, as written).
    pub finished: Option<String>,
    /// The identity of the build.
    pub invocation: Option<String>,
    /// The steps of the build, if BuildKit told them (`mode=max`).
    pub build: Option<Box<Build>>,
}

/// Something that went into a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Material {
    /// Where it came from.
    pub uri: String,
    /// Its digest: algorithm and hex digits, as written.
    pub digest: Option<(String, String)>,
    /// What it was for.
    pub role: MaterialRole,
}

/// What a material was for, as far as that can be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MaterialRole {
    /// The source.
    Source,
    /// The image that the last stage begins with.
    Base,
    /// An image of another stage.
    Stage,
    /// An image that no step of the build uses: the scanner that made the SBOM.
    Beside,
    /// An image; the provenance does not tell what for.
    Image,
    /// Something else.
    #[default]
    Other,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw<'a> {
    // v1
    build_definition: Maybe<Definition>,
    run_details: Maybe<Details>,
    // v0.2
    builder: Maybe<Builder>,
    build_type: Text,
    invocation: Maybe<Invocation>,
    metadata: Maybe<Metadata>,
    materials: Many<RawMaterial>,
    // v0.1
    recipe: Maybe<Recipe>,
    /// For the steps of the build, which are read only if they are there.
    #[serde(borrow)]
    build_config: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Definition {
    build_type: Text,
    external_parameters: Maybe<External>,
    internal_parameters: Maybe<Internal>,
    resolved_dependencies: Many<RawMaterial>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct External {
    config_source: Maybe<ConfigSource>,
    request: Maybe<Request>,
    /// GitHub (`actions.github.io/buildtypes/workflow/v1`) and slsa-github-generator.
    workflow: Maybe<Workflow>,
    /// slsa-github-generator names the source alone.
    source: Source,
    r#ref: Text,
    repository: Text,
}

/// A source that is text or an object.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Source {
    Text(String),
    Object(ConfigSource),
    #[default]
    None,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Workflow {
    repository: Text,
    r#ref: Text,
    path: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Internal {
    target_platform: Text,
    builder_platform: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ConfigSource {
    uri: Text,
    digest: Pairs,
    /// v1 of BuildKit.
    path: Text,
    /// v0.2.
    entry_point: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    args: Pairs,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    builder: Maybe<Builder>,
    metadata: Maybe<Metadata>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Builder {
    id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Invocation {
    config_source: Maybe<ConfigSource>,
    parameters: Maybe<Request>,
    environment: Maybe<Environment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environment {
    /// The builder's, never the image's (BuildKit 0.34).
    platform: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    #[serde(alias = "buildStartedOn")]
    started_on: Text,
    #[serde(alias = "buildFinishedOn")]
    finished_on: Text,
    #[serde(alias = "buildInvocationID", alias = "buildInvocationId", alias = "invocationID")]
    invocation_id: Text,
    #[serde(rename = "buildkit_metadata", alias = "https://mobyproject.org/buildkit@v1#metadata")]
    buildkit: Maybe<BuildKit>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BuildKit {
    vcs: Pairs,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Recipe {
    r#type: Text,
    entry_point: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawMaterial {
    #[serde(alias = "URI")]
    uri: Text,
    name: Text,
    digest: Pairs,
}

/// What BuildKit puts before the arguments that a user gave (`docker buildx build --build-arg`).
const BUILD_ARG: &str = "build-arg:";

/// Reads a predicate.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn provenance(predicate: &str) -> Result<Provenance, String> {
    let raw: Raw<'_> =
        serde_json::from_str(predicate).map_err(|error| format!("not provenance: {error}"))?;
    let mut read = Provenance::default();
    let definition = raw.build_definition.0.unwrap_or_default();
    let details = raw.run_details.0.unwrap_or_default();
    let external = definition.external_parameters.0.unwrap_or_default();
    let internal = definition.internal_parameters.0.unwrap_or_default();
    let invocation = raw.invocation.0.unwrap_or_default();
    let recipe = raw.recipe.0.unwrap_or_default();
    let metadata = details.metadata.0.or(raw.metadata.0).unwrap_or_default();
    read.builder = details.builder.0.or(raw.builder.0).and_then(|builder| builder.id.0);
    read.build_type = definition.build_type.0.or(raw.build_type.0).or(recipe.r#type.0);
    read.platform = internal.target_platform.as_str().parse().ok();
    read.builder_platform = internal
        .builder_platform
        .0
        .or_else(|| invocation.environment.0.and_then(|environment| environment.platform.0));
    read.started = metadata.started_on.0;
    read.finished = metadata.finished_on.0;
    read.invocation = metadata.invocation_id.0;
    let materials = definition.resolved_dependencies.list.into_iter().chain(raw.materials.list);
    read.materials = materials.map(material).collect();
    take_source(&mut read, external.config_source.0.or(invocation.config_source.0));
    if let Source::Object(source) = external.source {
        take_source(&mut read, Some(source));
    } else if let Source::Text(text) = external.source {
        read.source = read.source.or(Some(text));
    }
    let workflow = external.workflow.0.unwrap_or_default();
    let repository = workflow.repository.0.or(external.repository.0);
    let at = workflow.r#ref.0.or(external.r#ref.0);
    read.source = read.source.or_else(|| {
        repository.map(|repository| match at {
            Some(at) => format!("{repository}@{at}"),
            None => repository,
        })
    });
    read.file = read.file.or(workflow.path.0).or(recipe.entry_point.0);
    let vcs = metadata.buildkit.0.unwrap_or_default().vcs;
    read.source = read.source.or_else(|| vcs.get("source").map(str::to_owned));
    read.commit = read.commit.or_else(|| vcs.get("revision").map(str::to_owned));
    let arguments = external.request.0.or(invocation.parameters.0).unwrap_or_default().args;
    take_arguments(&mut read, arguments);
    find_commit(&mut read);
    read.build = build(predicate, raw.build_config).map(Box::new);
    tell_roles(&mut read);
    Ok(read)
}

fn material(raw: RawMaterial) -> Material {
    let uri = raw.uri.0.or(raw.name.0).unwrap_or_default();
    let digest = raw.digest.0.into_iter().next();
    Material { uri, digest, role: MaterialRole::Other }
}

fn take_source(read: &mut Provenance, source: Option<ConfigSource>) {
    let Some(source) = source else { return };
    read.source = read.source.take().or(source.uri.0);
    let commit = ["gitCommit", "sha1"].iter().find_map(|key| source.digest.get(key));
    read.commit = read.commit.take().or_else(|| commit.map(str::to_owned));
    read.file = read.file.take().or(source.path.0).or(source.entry_point.0);
}

/// `target`, `filename` and the user's arguments among those of the frontend
/// (`frontend/dockerui/config.go` of BuildKit 0.34).
fn take_arguments(read: &mut Provenance, arguments: Pairs) {
    for (key, value) in arguments.0 {
        match key.as_str() {
            "target" => read.target = Some(value),
            "filename" => read.file = read.file.take().or(Some(value)),
            "vcs:source" => read.source = read.source.take().or(Some(value)),
            "vcs:revision" => read.commit = read.commit.take().or(Some(value)),
            _ => {
                if let Some(name) = key.strip_prefix(BUILD_ARG) {
                    read.arguments.push((name.to_owned(), value));
                }
            }
        }
    }
}

/// The commit of the source among the materials: of the one at the same address, else of the only
/// one that has a commit.
fn find_commit(read: &mut Provenance) {
    let commit = |it: &Material| {
        let (algorithm, hex) = it.digest.as_ref()?;
        let is_commit = algorithm == "gitCommit"
            || algorithm == "sha1" && (it.uri.starts_with("git") || it.uri.contains(".git"));
        is_commit.then(|| hex.clone())
    };
    if read.commit.is_none() {
        let same = read.materials.iter().find(|it| read.source.as_ref() == Some(&it.uri));
        let mut all = read.materials.iter().filter_map(commit);
        let only = all.next().filter(|_| all.next().is_none());
        read.commit = same.and_then(commit).or(only);
    }
    if read.source.is_none() {
        let mut sources = read.materials.iter().filter(|it| commit(it).is_some());
        let only = sources.next().filter(|_| sources.next().is_none());
        read.source = only.map(|it| it.uri.clone());
    }
}

/// Tells base, stages and the rest apart where the steps of the build are known.
fn tell_roles(read: &mut Provenance) {
    let images = read.build.as_ref().map(|build| (build.base(), build.images()));
    for material in &mut read.materials {
        let is_image = Purl::parse(&material.uri).is_some_and(|purl| purl.is_image());
        material.role = match &images {
            _ if read.source.as_ref() == Some(&material.uri) => MaterialRole::Source,
            _ if !is_image => MaterialRole::Other,
            Some((base, images)) => {
                let digest = material.image_digest();
                let same = |image: &BuildImage| {
                    digest.is_some() && image.digest == digest && image.fits(&material.uri)
                };
                if base.as_ref().is_some_and(same) {
                    MaterialRole::Base
                } else if images.iter().any(same) {
                    MaterialRole::Stage
                } else {
                    MaterialRole::Beside
                }
            }
            None => MaterialRole::Image,
        };
    }
}

impl Material {
    /// The digest as registries have it.
    #[must_use]
    pub fn image_digest(&self) -> Option<Digest> {
        let (algorithm, hex) = self.digest.as_ref()?;
        format!("{algorithm}:{hex}").parse().ok()
    }
}

impl MaterialRole {
    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Base => "base image",
            Self::Stage => "image of a stage",
            Self::Beside => "image beside the build (scanner)",
            Self::Image => "image",
            Self::Other => "other",
        }
    }
}
