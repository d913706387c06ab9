//! SPDX 3.0 as JSON-LD (spdx-spec 3.0.1; `@graph` of the elements, or one element alone).

use std::collections::HashMap;

use serde::Deserialize;

use super::spdx::{Found, fill};
use super::{Format, Sbom};
use crate::model::evidence::loose::{Keep, Kept, Many, Text};
use crate::oci::Digest;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    #[serde(rename = "@graph")]
    graph: Kept<Element>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Element {
    #[serde(alias = "@type")]
    r#type: Text,
    #[serde(alias = "@id")]
    spdx_id: Text,
    name: Text,
    created: Text,
    created_using: Many<Text>,
    spec_version: Text,
    root_element: Many<Text>,
    from: Text,
    to: Many<Text>,
    relationship_type: Text,
    #[serde(rename = "software_packageVersion", alias = "packageVersion")]
    version: Text,
    #[serde(rename = "software_packageUrl", alias = "packageUrl")]
    url: Text,
    #[serde(rename = "software_primaryPurpose", alias = "primaryPurpose")]
    purpose: Text,
    #[serde(rename = "simplelicensing_licenseExpression", alias = "licenseExpression")]
    expression: Text,
    external_identifier: Many<Identifier>,
    verified_using: Many<Hash>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Identifier {
    external_identifier_type: Text,
    identifier: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Hash {
    r#type: Text,
    algorithm: Text,
    hash_value: Text,
}

/// What is kept of an element.
enum Known {
    Package(Box<Found>),
    Licence { id: String, name: String },
    Licensed { package: String, licence: String, concluded: bool },
    Tool { id: String, name: String },
    Creation { created: Option<String>, tools: Vec<String>, version: Option<String> },
    Document { name: Option<String>, roots: Vec<String> },
    Collection { id: String, roots: Vec<String> },
}

impl Keep for Element {
    type Kept = Known;

    fn keep(self) -> Option<Known> {
        let id = self.spdx_id.0;
        // Profiles are written `software_Package`, or `software:Package` and whole addresses.
        let kind = self.r#type.0?;
        let kind = kind.rsplit(['_', ':', '/']).next().unwrap_or(&kind);
        match kind {
            "Package" => {
                let url = self.url.0.or_else(|| {
                    let is_url = |it: &Identifier| {
                        matches!(
                            it.external_identifier_type.as_str(),
                            "packageUrl" | "packageURL" | "purl"
                        )
                    };
                    self.external_identifier.list.into_iter().find(is_url)?.identifier.0
                });
                let hashes =
                    self.verified_using.list.iter().filter(|it| it.r#type.as_str() == "Hash");
                let digest = hashes
                    .filter_map(|it| {
                        format!("{}:{}", it.algorithm.as_str(), it.hash_value.as_str())
                            .parse::<Digest>()
                            .ok()
                    })
                    .next_back();
                let names = (self.name.as_str(), self.version.as_str(), url.as_deref());
                let id = id.as_deref().unwrap_or_default();
                Some(Known::Package(Box::new(Found::new(
                    id,
                    names,
                    None,
                    digest,
                    self.purpose.as_str(),
                ))))
            }
            "Relationship" => {
                let concluded = match self.relationship_type.as_str() {
                    "hasConcludedLicense" => true,
                    "hasDeclaredLicense" => false,
                    _ => return None,
                };
                let licence = self.to.strings().into_iter().next()?;
                Some(Known::Licensed { package: self.from.0?, licence, concluded })
            }
            "LicenseExpression" => Some(Known::Licence { id: id?, name: self.expression.0? }),
            "ListedLicense" | "CustomLicense" => {
                Some(Known::Licence { id: id?, name: self.name.0? })
            }
            "Tool" => Some(Known::Tool { id: id?, name: self.name.0? }),
            "CreationInfo" => Some(Known::Creation {
                created: self.created.0,
                tools: self.created_using.strings(),
                version: self.spec_version.0,
            }),
            "SpdxDocument" => {
                Some(Known::Document { name: self.name.0, roots: self.root_element.strings() })
            }
            "Sbom" | "Bom" | "Bundle" => {
                Some(Known::Collection { id: id?, roots: self.root_element.strings() })
            }
            _ => None,
        }
    }
}

/// Reads a document.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn spdx3(bytes: &[u8]) -> Result<Sbom, String> {
    let raw: Raw = serde_json::from_slice(bytes).map_err(|error| format!("not SPDX 3: {error}"))?;
    let mut sbom = Sbom::new(Format::Spdx3, "3".to_owned());
    sbom.left_out = raw.graph.left_out;
    let mut found = Vec::new();
    let mut names: HashMap<String, String> = HashMap::new();
    let mut licensed: HashMap<String, [Option<String>; 2]> = HashMap::new();
    let (mut tools, mut roots) = (Vec::new(), Vec::new());
    let mut collections: HashMap<String, Vec<String>> = HashMap::new();
    for known in raw.graph.list {
        match known {
            Known::Package(one) => found.push(*one),
            Known::Licence { id, name } | Known::Tool { id, name } => {
                names.insert(id, name);
            }
            Known::Licensed { package, licence, concluded } => {
                let [by_who, declared] = licensed.entry(package).or_default();
                *(if concluded { by_who } else { declared }) = Some(licence);
            }
            Known::Creation { created, tools: made_with, version } => {
                sbom.created = sbom.created.or(created);
                tools.extend(made_with);
                if let Some(version) = version {
                    sbom.version = version;
                }
            }
            Known::Document { name, roots: of } => {
                sbom.name = name;
                roots.extend(of);
            }
            Known::Collection { id, roots } => {
                collections.insert(id, roots);
            }
        }
    }
    for one in &mut found {
        let Some(both) = licensed.get(&*one.id) else { continue };
        let name = both.iter().flatten().find_map(|id| names.get(id).filter(|it| is_said(it)));
        one.package.licence = name.map(|name| name.as_str().into());
    }
    sbom.tools = tools.iter().map(|id| names.get(id).unwrap_or(id).clone()).collect();
    // What a collection is about, the document is about.
    let described = roots.into_iter().flat_map(|id| match collections.get(&id) {
        Some(roots) => roots.clone(),
        None => vec![id],
    });
    let described: Vec<String> = described.collect();
    fill(&mut sbom, found, &described);
    Ok(sbom)
}

fn is_said(licence: &str) -> bool {
    !matches!(licence, "NOASSERTION" | "NONE")
}
