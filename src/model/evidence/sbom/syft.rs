//! syft's own JSON (anchore/syft, `schema/json`).

use serde::Deserialize;

use super::{About, Format, Package, Sbom};
use crate::model::evidence::loose::{Keep, Kept, Many, Maybe, Text};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    artifacts: Kept<Artifact>,
    source: Maybe<Source>,
    descriptor: Maybe<Tool>,
    schema: Maybe<Schema>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Artifact {
    name: Text,
    version: Text,
    r#type: Text,
    purl: Text,
    licenses: Many<Licence>,
    metadata: Maybe<ArtifactMetadata>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ArtifactMetadata {
    architecture: Text,
}

/// A licence: text up to schema 8, an object since.
#[derive(Deserialize)]
#[serde(untagged)]
enum Licence {
    Text(String),
    Object {
        #[serde(rename = "spdxExpression", default)]
        expression: Text,
        #[serde(default)]
        value: Text,
    },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    name: Text,
    metadata: Maybe<SourceMetadata>,
    /// Up to schema 7.
    target: Maybe<SourceMetadata>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SourceMetadata {
    user_input: Text,
    manifest_digest: Text,
    architecture: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool {
    name: Text,
    version: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Schema {
    version: Text,
}

impl Keep for Artifact {
    type Kept = Package;

    fn keep(self) -> Option<Package> {
        let licences = self.licenses.list.into_iter().filter_map(|licence| match licence {
            Licence::Text(text) => Some(text),
            Licence::Object { expression, value } => expression.0.or(value.0),
        });
        let licences: Vec<String> = licences.collect();
        let licence = (!licences.is_empty()).then(|| licences.join(" AND "));
        let url = self.purl.0.as_deref();
        let mut package =
            Package::new(self.name.as_str(), self.version.as_str(), url).licensed(licence);
        if package.kind.is_empty() {
            package.kind = self.r#type.as_str().into();
        }
        let own = self.metadata.0.and_then(|metadata| metadata.architecture.0);
        package.architecture = package.architecture.or_else(|| own.map(String::into_boxed_str));
        Some(package)
    }
}

/// Reads a document.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn syft(bytes: &[u8]) -> Result<Sbom, String> {
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| format!("not syft's JSON: {error}"))?;
    let version = raw.schema.0.and_then(|schema| schema.version.0).unwrap_or_default();
    let mut sbom = Sbom::new(Format::Syft, version);
    let source = raw.source.0.unwrap_or_default();
    let metadata = source.metadata.0.or(source.target.0).unwrap_or_default();
    sbom.name = source.name.0.or(metadata.user_input.0);
    sbom.about = sbom.name.clone().map(|name| About {
        name,
        digest: metadata.manifest_digest.as_str().parse().ok(),
        architecture: metadata.architecture.0,
    });
    let tool = raw.descriptor.0.unwrap_or_default();
    let named = format!("{} {}", tool.name.as_str(), tool.version.as_str()).trim().to_owned();
    sbom.tools = Some(named).filter(|it| !it.is_empty()).into_iter().collect();
    sbom.packages = raw.artifacts.list;
    sbom.left_out = raw.artifacts.left_out;
    Ok(sbom)
}
