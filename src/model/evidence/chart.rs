//! Helm charts: what their config says (helm, `pkg/chart/v2/metadata.go`).

use serde::Deserialize;

use super::loose::{Many, Text};

/// What a chart says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    /// The name.
    pub name: String,
    /// The version of the chart.
    pub version: String,
    /// The version of what it installs.
    pub app_version: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// `application` or `library`.
    pub kind: Option<String>,
    /// The versions of Kubernetes that it is for.
    pub kubernetes: Option<String>,
    /// Where its source is.
    pub sources: Vec<String>,
    /// Its home page.
    pub home: Option<String>,
    /// Who keeps it.
    pub maintainers: Vec<String>,
    /// The charts that it needs, with their versions.
    pub dependencies: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw {
    name: Text,
    version: Text,
    app_version: Text,
    description: Text,
    r#type: Text,
    kube_version: Text,
    sources: Many<Text>,
    home: Text,
    maintainers: Many<Maintainer>,
    dependencies: Many<Dependency>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Maintainer {
    name: Text,
    email: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dependency {
    name: Text,
    version: Text,
}

/// Reads the config of a chart.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn chart(bytes: &[u8]) -> Result<Chart, String> {
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| format!("not a chart's config: {error}"))?;
    let maintainer = |it: Maintainer| match (it.name.0, it.email.0) {
        (Some(name), Some(mail)) => Some(format!("{name} <{mail}>")),
        (name, mail) => name.or(mail),
    };
    let dependency =
        |it: Dependency| Some(format!("{} {}", it.name.0?, it.version.as_str()).trim().to_owned());
    Ok(Chart {
        name: raw.name.0.unwrap_or_default(),
        version: raw.version.0.unwrap_or_default(),
        app_version: raw.app_version.0,
        description: raw.description.0,
        kind: raw.r#type.0,
        kubernetes: raw.kube_version.0,
        sources: raw.sources.strings(),
        home: raw.home.0,
        maintainers: raw.maintainers.list.into_iter().filter_map(maintainer).collect(),
        dependencies: raw.dependencies.list.into_iter().filter_map(dependency).collect(),
    })
}
