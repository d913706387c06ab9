//! SPDX 2 as lines of tags and values (spdx-spec 2.3, "Tag-value format").

use super::spdx::{Found, describes, fill, tools};
use super::{Format, Sbom};
use crate::model::evidence::limits::MAX_KEPT;
use crate::oci::Digest;

/// What is known of the package that is being read.
#[derive(Default)]
struct Package<'a> {
    name: &'a str,
    id: &'a str,
    version: &'a str,
    url: Option<&'a str>,
    concluded: Option<&'a str>,
    declared: Option<&'a str>,
    purpose: &'a str,
    digest: Option<Digest>,
}

/// The tags of a document, each with its value.
struct Tags<'a>(std::str::Lines<'a>);

impl<'a> Iterator for Tags<'a> {
    /// A sentence if a line is not one of tags and values. Of texts of several lines the value is
    /// empty: they tell nothing that is shown here.
    type Item = Result<(&'a str, &'a str), String>;

    fn next(&mut self) -> Option<Self::Item> {
        let is_empty = |line: &str| line.trim().is_empty() || line.starts_with('#');
        let line = self.0.find(|line| !is_empty(line))?;
        let Some((tag, value)) = line.split_once(':') else {
            return Some(Err(format!("not SPDX: a line has no tag: {:?}", start(line))));
        };
        let (tag, value) = (tag.trim(), value.trim());
        if value.starts_with("<text>") && !value.contains("</text>") {
            if !self.0.any(|line| line.contains("</text>")) {
                return Some(Err("not SPDX: a text has no end".to_owned()));
            }
            return Some(Ok((tag, "")));
        }
        Some(Ok((tag, value)))
    }
}

/// Whether text is tags and values of SPDX: comments, empty lines and other tags may come before
/// the version, and they may be texts of several lines.
pub(in crate::model::evidence) fn is_tag_value(text: &str) -> bool {
    let is_tag = |tag: &str| !tag.is_empty() && tag.bytes().all(|it| it.is_ascii_alphanumeric());
    for line in Tags(text.lines()) {
        match line {
            Ok(("SPDXVersion", _)) => return true,
            Ok((tag, _)) if is_tag(tag) => {}
            Ok(_) => return false,
            // Broken before its version: it is meant to be one if that comes.
            Err(_) => return text.contains("\nSPDXVersion:"),
        }
    }
    false
}

/// Reads a document.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn tag_value(text: &str) -> Result<Sbom, String> {
    let mut sbom = Sbom::new(Format::SpdxTagValue, String::new());
    let mut creators = Vec::new();
    let mut described = Vec::new();
    let mut found = Vec::new();
    let mut package: Option<Package<'_>> = None;
    for line in Tags(text.lines()) {
        let (tag, value) = line?;
        match tag {
            "SPDXVersion" => sbom.version = value.to_owned(),
            "DocumentName" => sbom.name = Some(value.to_owned()),
            "Creator" if creators.len() < MAX_KEPT => creators.push(value.to_owned()),
            "Created" => sbom.created = Some(value.to_owned()),
            "PackageName" => {
                finish(package.take(), &mut found, &mut sbom);
                package = Some(Package { name: value, ..Package::default() });
            }
            // A file or snippet ends the package before it.
            "FileName" | "SnippetSPDXID" => finish(package.take(), &mut found, &mut sbom),
            "Relationship" => {
                let mut words = value.split_ascii_whitespace();
                let (from, kind, to) = (words.next(), words.next(), words.next());
                if let Some(id) = describes(from, kind, to)
                    && described.len() < MAX_KEPT
                {
                    described.push(id.to_owned());
                }
            }
            tag => {
                if let Some(package) = &mut package {
                    take(package, tag, value);
                }
            }
        }
    }
    finish(package, &mut found, &mut sbom);
    if sbom.version.is_empty() {
        return Err("not SPDX: it names no SPDXVersion".to_owned());
    }
    sbom.tools = tools(creators);
    fill(&mut sbom, found, &described);
    Ok(sbom)
}

fn take<'a>(package: &mut Package<'a>, tag: &str, value: &'a str) {
    let asserted = Some(value).filter(|it| !matches!(*it, "NOASSERTION" | "NONE" | ""));
    match tag {
        "SPDXID" => package.id = value,
        "PackageVersion" => package.version = value,
        "PackageLicenseConcluded" => package.concluded = asserted,
        "PackageLicenseDeclared" => package.declared = asserted,
        "PrimaryPackagePurpose" => package.purpose = value,
        "PackageChecksum" => {
            let digest = value.split_once(':').and_then(|(algorithm, hex)| {
                format!("{}:{}", algorithm.to_ascii_lowercase(), hex.trim()).parse().ok()
            });
            package.digest = digest.or_else(|| package.digest.take());
        }
        "ExternalRef" => {
            let mut words = value.split_ascii_whitespace().skip(1);
            if words.next() == Some("purl") {
                package.url = words.next();
            }
        }
        _ => {}
    }
}

fn finish(package: Option<Package<'_>>, found: &mut Vec<Found>, sbom: &mut Sbom) {
    let Some(package) = package else { return };
    if found.len() >= MAX_KEPT {
        sbom.left_out += 1;
        return;
    }
    let licence = package.concluded.or(package.declared).map(str::to_owned);
    found.push(Found::new(
        package.id,
        (package.name, package.version, package.url),
        licence,
        package.digest,
        package.purpose,
    ));
}

fn start(line: &str) -> String {
    line.chars().take(40).collect()
}
