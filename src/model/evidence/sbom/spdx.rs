//! SPDX 2.2 and 2.3 as JSON (spdx-spec, `model`).

use std::collections::HashSet;

use serde::Deserialize;

use super::{About, Format, Package, Sbom};
use crate::model::evidence::loose::{Keep, Kept, Many, Maybe, Text};
use crate::model::evidence::purl::Purl;
use crate::oci::Digest;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw {
    spdx_version: Text,
    name: Text,
    creation_info: Maybe<Creation>,
    packages: Kept<RawPackage>,
    document_describes: Many<Text>,
    relationships: Kept<Relationship>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Creation {
    created: Text,
    creators: Many<Text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawPackage {
    #[serde(rename = "SPDXID")]
    id: Text,
    name: Text,
    version_info: Text,
    license_concluded: Text,
    license_declared: Text,
    primary_package_purpose: Text,
    external_refs: Many<Reference>,
    checksums: Many<Checksum>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Reference {
    reference_type: Text,
    reference_locator: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Checksum {
    algorithm: Text,
    checksum_value: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: Text,
    relationship_type: Text,
    related_spdx_element: Text,
}

/// A package beside its identity and, if it may be what the document is about, that.
pub(super) struct Found {
    pub(super) id: Box<str>,
    pub(super) package: Package,
    pub(super) about: About,
    /// Whether it stands for an image, folder or file, not for something that is installed.
    pub(super) is_whole: bool,
}

impl Keep for RawPackage {
    type Kept = Found;

    fn keep(self) -> Option<Found> {
        let url =
            self.external_refs.list.into_iter().find(|it| it.reference_type.as_str() == "purl");
        let url = url.and_then(|it| it.reference_locator.0);
        let checksums = self.checksums.list.iter();
        let mut digest = checksums.filter_map(|it| {
            let algorithm = it.algorithm.as_str().to_ascii_lowercase();
            format!("{algorithm}:{}", it.checksum_value.as_str()).parse::<Digest>().ok()
        });
        let digest = digest.next_back();
        let licence =
            self.license_concluded.asserted().or_else(|| self.license_declared.asserted());
        let purpose = self.primary_package_purpose.as_str();
        Some(Found::new(
            self.id.as_str(),
            (self.name.as_str(), self.version_info.as_str(), url.as_deref()),
            licence,
            digest,
            purpose,
        ))
    }
}

impl Found {
    pub(super) fn new(
        id: &str,
        (name, version, url): (&str, &str, Option<&str>),
        licence: Option<String>,
        digest: Option<Digest>,
        purpose: &str,
    ) -> Self {
        let purl = url.and_then(Purl::parse);
        let image = purl.as_ref().filter(|purl| purl.is_image());
        let about = About {
            name: name.to_owned(),
            digest: digest.or_else(|| image.and_then(Purl::digest)),
            architecture: image.and_then(|it| it.qualifier("arch")).map(str::to_owned),
        };
        // `OPERATING-SYSTEM` as tags and values, `OPERATING_SYSTEM` in the schema of 2.3,
        // `operatingSystem` in 3.0.
        let purpose = purpose.to_ascii_lowercase().replace(['-', '_'], "");
        Self {
            id: id.into(),
            package: Package::new(name, version, url).licensed(licence),
            about,
            is_whole: image.is_some()
                || matches!(purpose.as_str(), "container" | "file" | "archive" | "operatingsystem"),
        }
    }
}

impl Keep for Relationship {
    type Kept = String;

    fn keep(self) -> Option<String> {
        let (from, to) = (self.spdx_element_id.0, self.related_spdx_element.0);
        let kind = self.relationship_type.0;
        describes(from.as_deref(), kind.as_deref(), to.as_deref()).map(str::to_owned)
    }
}

/// What the document is about, if a relationship says that, in either direction.
pub(super) fn describes<'a>(
    from: Option<&'a str>,
    kind: Option<&str>,
    to: Option<&'a str>,
) -> Option<&'a str> {
    const DOCUMENT: &str = "SPDXRef-DOCUMENT";
    match (from?, kind?, to?) {
        (DOCUMENT, "DESCRIBES", id) | (id, "DESCRIBED_BY", DOCUMENT) => Some(id),
        _ => None,
    }
}

/// Reads a document.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn spdx(bytes: &[u8]) -> Result<Sbom, String> {
    let raw: Raw = serde_json::from_slice(bytes).map_err(|error| format!("not SPDX: {error}"))?;
    let creation = raw.creation_info.0.unwrap_or_default();
    let mut sbom = Sbom::new(Format::Spdx, raw.spdx_version.0.unwrap_or_default());
    sbom.name = raw.name.0;
    sbom.created = creation.created.0;
    sbom.tools = tools(creation.creators.strings());
    let described = [raw.document_describes.strings(), raw.relationships.list].concat();
    sbom.left_out = raw.packages.left_out;
    fill(&mut sbom, raw.packages.list, &described);
    Ok(sbom)
}

/// The tools among the creators (`Tool: syft-1.0`).
pub(super) fn tools(creators: Vec<String>) -> Vec<String> {
    let tools = creators.iter().filter_map(|creator| creator.strip_prefix("Tool:"));
    tools.map(|tool| tool.trim().to_owned()).collect()
}

/// Tells what the document is about from what it lists.
pub(super) fn fill(sbom: &mut Sbom, found: Vec<Found>, described: &[String]) {
    let described: HashSet<&str> = described.iter().map(String::as_str).collect();
    for one in found {
        let described = described.contains(&*one.id);
        if described && sbom.about.is_none() {
            sbom.about = Some(one.about.clone());
        }
        // A document may describe every package that it has; what stands for the whole is none.
        if !(one.is_whole || described && one.package.kind.is_empty()) {
            sbom.packages.push(one.package);
        }
    }
}
