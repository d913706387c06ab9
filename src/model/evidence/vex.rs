//! Statements about vulnerabilities: OpenVEX, and CycloneDX's.

use serde::Deserialize;

use super::loose::{Many, Maybe, Pairs, Text};

/// Statements about which vulnerabilities matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vex {
    /// The form and its version, as written.
    pub form: String,
    /// Who says it.
    pub author: Option<String>,
    /// When it was said (RFC 3339, as written).
    pub said: Option<String>,
    /// The statements, in the order of the document.
    pub statements: Vec<VexStatement>,
    /// How many statements there are beside those.
    pub left_out: usize,
}

/// What is said of a vulnerability.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VexStatement {
    /// The vulnerability.
    pub vulnerability: String,
    /// Whether it matters, as written: `not_affected`, `under_investigation`.
    pub status: String,
    /// Why, as written.
    pub why: Option<String>,
    /// Of which products that is said.
    pub products: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OpenVex {
    #[serde(rename = "@context")]
    context: Text,
    author: Text,
    timestamp: Text,
    statements: Many<Statement>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Statement {
    vulnerability: Named,
    products: Many<Product>,
    status: Text,
    justification: Text,
    impact_statement: Text,
    action_statement: Text,
}

/// A vulnerability: an object since v0.2.0, text before.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Named {
    Text(String),
    Object {
        #[serde(default)]
        name: Text,
        #[serde(rename = "@id", default)]
        id: Text,
    },
    #[default]
    None,
}

/// A product: an object since v0.2.0, text before. It may have identifiers in the place of an
/// identity.
#[derive(Deserialize)]
#[serde(untagged)]
enum Product {
    Text(String),
    Object {
        #[serde(rename = "@id", default)]
        id: Text,
        #[serde(default)]
        identifiers: Pairs,
    },
}

/// Reads OpenVEX.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn openvex(bytes: &[u8]) -> Result<Vex, String> {
    let raw: OpenVex =
        serde_json::from_slice(bytes).map_err(|error| format!("not OpenVEX: {error}"))?;
    // The first version is `https://openvex.dev/ns`, the others have theirs behind it.
    let version = raw.context.as_str().rsplit('/').next().filter(|it| it.starts_with('v'));
    let version = version.unwrap_or_default().to_owned();
    let statements = raw.statements.list.into_iter().map(|statement| VexStatement {
        vulnerability: match statement.vulnerability {
            Named::Text(name) => name,
            Named::Object { name, id } => name.0.or(id.0).unwrap_or_default(),
            Named::None => String::new(),
        },
        status: statement.status.0.unwrap_or_default(),
        why: statement
            .justification
            .0
            .or(statement.impact_statement.0)
            .or(statement.action_statement.0),
        products: statement
            .products
            .list
            .into_iter()
            .filter_map(|product| match product {
                Product::Text(text) => Some(text),
                Product::Object { id, identifiers } => {
                    let purl = || identifiers.get("purl").map(str::to_owned);
                    id.0.or_else(purl).or_else(|| Some(identifiers.0.first()?.1.clone()))
                }
            })
            .collect(),
    });
    Ok(Vex {
        form: format!("OpenVEX {version}").trim().to_owned(),
        author: raw.author.0,
        said: raw.timestamp.0,
        statements: statements.collect(),
        left_out: raw.statements.left_out,
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CycloneDx {
    spec_version: Text,
    metadata: Maybe<Metadata>,
    vulnerabilities: Many<Vulnerability>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    timestamp: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vulnerability {
    id: Text,
    analysis: Maybe<Analysis>,
    affects: Many<Affected>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Analysis {
    state: Text,
    justification: Text,
    detail: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Affected {
    r#ref: Text,
}

/// Reads the vulnerabilities of a CycloneDX document.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn cyclonedx_vex(bytes: &[u8]) -> Result<Vex, String> {
    let raw: CycloneDx =
        serde_json::from_slice(bytes).map_err(|error| format!("not CycloneDX: {error}"))?;
    let statements = raw.vulnerabilities.list.into_iter().map(|one| {
        let analysis = one.analysis.0.unwrap_or_default();
        VexStatement {
            vulnerability: one.id.0.unwrap_or_default(),
            status: analysis.state.0.unwrap_or_else(|| "listed".to_owned()),
            why: analysis.justification.0.or(analysis.detail.0),
            products: one.affects.list.into_iter().filter_map(|it| it.r#ref.0).collect(),
        }
    });
    Ok(Vex {
        form: format!("CycloneDX {}", raw.spec_version.as_str()).trim().to_owned(),
        author: None,
        said: raw.metadata.0.and_then(|metadata| metadata.timestamp.0),
        statements: statements.collect(),
        left_out: raw.vulnerabilities.left_out,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_of_openvex_names_vulnerability_and_products() {
        for (context, statement, form, products) in [
            (
                "https://openvex.dev/ns",
                r#"{"vulnerability":"CVE-2026-1","products":["pkg:a/b@1"],"status":"fixed"}"#,
                "OpenVEX",
                &["pkg:a/b@1"][..],
            ),
            (
                "https://openvex.dev/ns/v0.2.0",
                r#"{"vulnerability":{"name":"CVE-2026-1"},"products":[{"@id":"x"},{"identifiers":{"cpe23":"c","purl":"pkg:a/b@1"}},{"identifiers":{"cpe23":"c"}},{}],"status":"fixed"}"#,
                "OpenVEX v0.2.0",
                &["x", "pkg:a/b@1", "c"],
            ),
            (
                "https://openvex.dev/ns/v0.2.1",
                r#"{"vulnerability":{"@id":"CVE-2026-1"},"status":"fixed"}"#,
                "OpenVEX v0.2.1",
                &[],
            ),
        ] {
            let text = format!(r#"{{"@context":"{context}","statements":[{statement}]}}"#);
            let vex = openvex(text.as_bytes()).unwrap();
            assert_eq!(vex.form, form);
            let [one] = vex.statements.as_slice() else { panic!("{vex:?}") };
            assert_eq!((one.vulnerability.as_str(), one.status.as_str()), ("CVE-2026-1", "fixed"));
            assert_eq!(one.products, products);
        }
    }
}
