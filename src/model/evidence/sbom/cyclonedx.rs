//! CycloneDX 1.2 to 1.7 as JSON.

use serde::Deserialize;

use super::{About, Format, Package, Sbom};
use crate::model::evidence::limits::{MAX_KEPT, MAX_NESTED};
use crate::model::evidence::loose::{Many, Maybe, Text};
use crate::model::evidence::purl::Purl;
use crate::oci::Digest;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw {
    spec_version: Text,
    metadata: Maybe<Metadata>,
    components: Many<Component>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    timestamp: Text,
    tools: Many<Tool>,
    component: Maybe<Component>,
}

/// A tool up to 1.4; since 1.5 one object that holds components and services.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool {
    name: Text,
    version: Text,
    components: Many<Named>,
    services: Many<Named>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Text,
    version: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Component {
    pub(super) r#type: Text,
    pub(super) group: Text,
    pub(super) name: Text,
    pub(super) version: Text,
    pub(super) purl: Text,
    pub(super) licenses: Many<Choice>,
    pub(super) hashes: Many<Hash>,
    pub(super) components: Many<Self>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    pub(super) expression: Text,
    pub(super) license: Maybe<License>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct License {
    pub(super) id: Text,
    pub(super) name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Hash {
    pub(super) alg: Text,
    pub(super) content: Text,
}

/// Reads a document.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn cyclonedx(bytes: &[u8]) -> Result<Sbom, String> {
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| format!("not CycloneDX: {error}"))?;
    let mut sbom = Sbom::new(Format::CycloneDx, raw.spec_version.0.unwrap_or_default());
    let metadata = raw.metadata.0.unwrap_or_default();
    sbom.created = metadata.timestamp.0;
    for tool in metadata.tools.list {
        let inner = tool.components.list.into_iter().chain(tool.services.list);
        let all = std::iter::once(Named { name: tool.name, version: tool.version }).chain(inner);
        sbom.tools.extend(all.filter_map(|it| named(it.name, &it.version)));
    }
    if let Some(component) = metadata.component.0 {
        set_about(&mut sbom, &component);
        add(&mut sbom, component.components, 0);
    }
    add(&mut sbom, raw.components, 0);
    Ok(sbom)
}

/// `syft 1.57.1`.
pub(super) fn named(name: Text, version: &Text) -> Option<String> {
    let name = name.0?;
    Some(format!("{name} {}", version.as_str()).trim().to_owned())
}

/// Takes what the document is about.
pub(super) fn set_about(sbom: &mut Sbom, component: &Component) {
    let purl = component.purl.0.as_deref().and_then(Purl::parse);
    let hashes = component.hashes.list.iter();
    let mut digests = hashes.filter_map(|it| {
        let algorithm = it.alg.as_str().to_ascii_lowercase().replace('-', "");
        format!("{algorithm}:{}", it.content.as_str()).parse::<Digest>().ok()
    });
    // syft and Trivy put the digest of the manifest into the place of a version.
    let version = component.version.as_str().parse().ok();
    let name = component.name.as_str().to_owned();
    let digest = version.or_else(|| digests.next());
    let digest = digest.or_else(|| purl.as_ref().and_then(Purl::digest));
    let architecture = purl.as_ref().and_then(|it| it.qualifier("arch")).map(str::to_owned);
    sbom.name = Some(name.clone()).filter(|name| !name.is_empty());
    sbom.about = Some(About { name, digest, architecture });
}

fn add(sbom: &mut Sbom, components: Many<Component>, depth: usize) {
    sbom.left_out += components.left_out;
    if depth > MAX_NESTED {
        // What is inside of these is not counted either: there are some, and not all.
        sbom.left_out += components.list.len();
        return;
    }
    for mut component in components.list {
        let nested = std::mem::take(&mut component.components);
        push(sbom, component);
        add(sbom, nested, depth + 1);
    }
}

/// Adds a component, unless it is a file or the distribution, which are not packages.
pub(super) fn push(sbom: &mut Sbom, component: Component) {
    let kind = component.r#type.as_str();
    if matches!(kind, "file" | "operating-system") {
        return;
    }
    if sbom.packages.len() >= MAX_KEPT {
        sbom.left_out += 1;
        return;
    }
    let licences = component.licenses.list.into_iter().filter_map(|choice| {
        let license = choice.license.0.unwrap_or_default();
        choice.expression.0.or(license.id.0).or(license.name.0)
    });
    let licences: Vec<String> = licences.collect();
    let licence = (!licences.is_empty()).then(|| licences.join(" AND "));
    let url = component.purl.0.as_deref();
    let purl = url.and_then(Purl::parse);
    // The group of a distribution's package is the distribution (cdxgen), and no part of its name.
    let group =
        component.group.0.filter(|_| purl.as_ref().is_none_or(|it| !it.is_of_distribution()));
    let name = match group {
        Some(group) => format!("{group}/{}", component.name.as_str()),
        None => component.name.as_str().to_owned(),
    };
    let mut package = Package::new(&name, component.version.as_str(), url).licensed(licence);
    if package.kind.is_empty() {
        package.kind = kind.into();
    }
    sbom.packages.push(package);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Sbom {
        cyclonedx(json.as_bytes()).unwrap()
    }

    /// What is left out anywhere makes an SBOM one that does not tell all: it is not held against an
    /// image.
    #[test]
    fn components_that_are_nested_too_deep_are_left_out() {
        let nested = |levels: usize| {
            let open = r#"{"name":"x","components":["#.repeat(levels);
            format!(r#"{{"bomFormat":"CycloneDX","components":[{open}{}]}}"#, "]}".repeat(levels))
        };
        let whole = read(&nested(MAX_NESTED + 1));
        assert_eq!((whole.packages.len(), whole.left_out), (MAX_NESTED + 1, 0));
        let cut = read(&nested(MAX_NESTED + 3));
        assert_eq!((cut.packages.len(), cut.left_out), (MAX_NESTED + 1, 1));
        let many = vec![r#"{"name":"x"}"#; MAX_KEPT + 5].join(",");
        let of_metadata = format!(
            r#"{{"bomFormat":"CycloneDX","metadata":{{"component":{{"components":[{many}]}}}}}}"#
        );
        assert_eq!(read(&of_metadata).left_out, 5);
    }

    #[test]
    fn the_group_of_a_distribution_is_no_part_of_a_name() {
        let name = |group: &str, purl: &str| {
            let json = format!(
                r#"{{"components":[{{"type":"library","group":"{group}","name":"x","purl":"{purl}"}}]}}"#
            );
            read(&json).packages[0].name.to_string()
        };
        assert_eq!(name("debian", "pkg:deb/debian/x@1"), "x");
        assert_eq!(name("alpine", "pkg:apk/alpine/x@1"), "x");
        assert_eq!(name("@acme", "pkg:npm/%40acme/x@1"), "@acme/x");
    }
}
