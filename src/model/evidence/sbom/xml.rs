//! CycloneDX 1.2 to 1.7 as XML. Entities beyond the five of XML itself are refused, never expanded.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::cyclonedx::{Choice, Component, Hash, License, named, push, set_about};
use super::{Format, Sbom};
use crate::model::evidence::limits::MAX_XML_DEPTH;
use crate::model::evidence::loose::{Maybe, Text};
use crate::model::evidence::vex::{Vex, VexStatement};

/// How many vulnerabilities are kept.
const MAX_VULNERABILITIES: usize = 100_000;
/// The longest text of one element that is kept, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// The elements that hold the components of an image.
const HOLDERS: [&str; 4] = ["bom", "metadata", "components", "component"];

/// Where in the document the reading is.
#[derive(Default)]
struct Place {
    path: Vec<String>,
    text: String,
    /// The components that are open, outermost first.
    open: Vec<Component>,
    tool: (Text, Text),
    /// What is said of vulnerabilities.
    vulnerabilities: Vec<VexStatement>,
    /// How many of them there are beside those.
    left_out: usize,
}

/// Whether XML is a bill of materials, by its root. What comes before it is passed over, however long
/// it is.
pub(in crate::model::evidence) fn is_cyclonedx_xml(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(root) | Event::Empty(root)) => {
                return root.local_name().as_ref() == b"bom" || namespace(&root).is_some();
            }
            Ok(Event::Eof) => return false,
            // What is cut before its root is whole, by its words.
            Err(_) => return text.contains("<bom") || text.contains(NAMESPACE),
            Ok(_) => {}
        }
    }
}

/// Reads a document: its components, and what it says of vulnerabilities, if it does.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(in crate::model::evidence) fn cyclonedx_xml(
    bytes: &[u8],
) -> Result<(Sbom, Option<Vex>), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("not XML: {error}"))?;
    let mut reader = Reader::from_str(text);
    let mut sbom = Sbom::new(Format::CycloneDxXml, String::new());
    let mut place = Place::default();
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("not XML: {error}, at byte {}", reader.error_position()))?;
        match event {
            Event::Start(start) => {
                place.enter(&start, &mut sbom)?;
                place.text.clear();
            }
            Event::Empty(start) => {
                place.enter(&start, &mut sbom)?;
                place.text.clear();
                place.leave(&mut sbom);
            }
            Event::End(_) => {
                place.leave(&mut sbom);
                place.text.clear();
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| format!("not XML: {error}"))?;
                place.add(&text);
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| format!("not XML: {error}"))?;
                place.add(&text);
            }
            Event::GeneralRef(reference) => place.add(&resolved(&reference)?),
            Event::DocType(_) => {
                return Err("the XML has a document type; entities are never expanded".to_owned());
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if !place.path.is_empty() {
        return Err("not XML: it ends in the middle of an element".to_owned());
    }
    let vex = (!place.vulnerabilities.is_empty()).then(|| Vex {
        form: format!("CycloneDX {}", sbom.version).trim().to_owned(),
        author: None,
        said: sbom.created.clone(),
        statements: std::mem::take(&mut place.vulnerabilities),
        left_out: place.left_out,
    });
    Ok((sbom, vex))
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) =
        reference.resolve_char_ref().map_err(|error| format!("not XML: {error}"))?
    {
        return Ok(character.to_string());
    }
    let name = reference.decode().map_err(|error| format!("not XML: {error}"))?;
    match quick_xml::escape::resolve_predefined_entity(&name) {
        Some(text) => Ok(text.to_owned()),
        None => Err("the XML uses an entity of its own; entities are never expanded".to_owned()),
    }
}

impl Place {
    fn add(&mut self, text: &str) {
        if self.text.len() + text.len() <= MAX_TEXT {
            self.text.push_str(text);
        }
    }

    fn enter(&mut self, start: &BytesStart<'_>, sbom: &mut Sbom) -> Result<(), String> {
        if self.path.len() >= MAX_XML_DEPTH {
            return Err(format!("the XML nests deeper than {MAX_XML_DEPTH} levels"));
        }
        let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        match (name.as_str(), self.path.is_empty()) {
            ("bom", true) => {
                let space = namespace(start).unwrap_or_default();
                sbom.version = space.rsplit('/').next().unwrap_or_default().to_owned();
            }
            (_, true) => return Err(format!("not CycloneDX: the XML is a {name}")),
            ("component", _) if self.is_in_image() => {
                let r#type = Text(attribute(start, "type"));
                self.open.push(Component { r#type, ..Component::default() });
            }
            ("vulnerability", _) if self.above(0) == "vulnerabilities" => {
                if self.vulnerabilities.len() < MAX_VULNERABILITIES {
                    let status = "listed".to_owned();
                    let one = VexStatement { status, ..VexStatement::default() };
                    self.vulnerabilities.push(one);
                } else {
                    self.left_out += 1;
                }
            }
            ("hash", _) if below_component(&self.path) == ["hashes"] => {
                if let Some(component) = self.open.last_mut() {
                    let alg = Text(attribute(start, "alg"));
                    component.hashes.list.push(Hash { alg, ..Hash::default() });
                }
            }
            _ => {}
        }
        self.path.push(name);
        Ok(())
    }

    /// Whether all that is open holds components of the image: no tools, ancestors, or how a
    /// component came to be.
    fn is_in_image(&self) -> bool {
        self.path.iter().all(|name| HOLDERS.contains(&name.as_str()))
    }

    fn above(&self, levels: usize) -> &str {
        let at = self.path.len().checked_sub(levels + 1);
        at.and_then(|at| self.path.get(at)).map_or("", String::as_str)
    }

    fn leave(&mut self, sbom: &mut Sbom) {
        let Some(name) = self.path.last().cloned() else { return };
        let text = self.text.trim();
        let text = Text((!text.is_empty()).then(|| text.to_owned()));
        let parent = self.above(1).to_owned();
        let in_tools = self.path.iter().any(|name| name == "tools");
        match (name.as_str(), parent.as_str()) {
            _ if self.path.iter().any(|name| name == "vulnerabilities") => {
                self.of_vulnerability(&name, &parent, text);
            }
            ("timestamp", "metadata") => sbom.created = text.0,
            ("name", "tool" | "component" | "service") if in_tools => self.tool.0 = text,
            ("version", "tool" | "component" | "service") if in_tools => self.tool.1 = text,
            ("tool" | "component" | "service", _) if in_tools => {
                let (name, version) = std::mem::take(&mut self.tool);
                sbom.tools.extend(named(name, &version));
            }
            ("component", _) if self.is_in_image() => {
                if let Some(component) = self.open.pop() {
                    if parent == "metadata" {
                        set_about(sbom, &component);
                    } else {
                        push(sbom, component);
                    }
                }
            }
            _ => self.field(text),
        }
        self.path.pop();
    }

    /// Takes a field of the last vulnerability.
    fn of_vulnerability(&mut self, name: &str, parent: &str, text: Text) {
        // What is beside those that are kept is not mixed into the last one.
        let last = self.vulnerabilities.last_mut().filter(|_| self.left_out == 0);
        let (Some(one), Some(text)) = (last, text.0) else { return };
        match (name, parent) {
            ("id", "vulnerability") => one.vulnerability = text,
            ("state", "analysis") => one.status = text,
            ("justification", "analysis") => one.why = Some(text),
            ("detail", "analysis") => one.why = one.why.take().or(Some(text)),
            ("ref", "target") => one.products.push(text),
            _ => {}
        }
    }

    /// Takes a field of the innermost component.
    fn field(&mut self, text: Text) {
        let below: Vec<&str> = below_component(&self.path).iter().map(String::as_str).collect();
        let Some(component) = self.open.last_mut() else { return };
        match below.as_slice() {
            ["name"] => component.name = text,
            ["group"] => component.group = text,
            ["version"] => component.version = text,
            ["purl"] => component.purl = text,
            ["hashes", "hash"] => {
                if let Some(hash) = component.hashes.list.last_mut() {
                    hash.content = text;
                }
            }
            ["licenses", "expression"] => {
                component.licenses.list.push(Choice { expression: text, ..Choice::default() });
            }
            ["licenses", "license", "id" | "name"] => {
                let license = License { id: text, ..License::default() };
                let license = Maybe(Some(license));
                component.licenses.list.push(Choice { license, ..Choice::default() });
            }
            _ => {}
        }
    }
}

/// The elements below the innermost component of the image; none below anything else.
fn below_component(path: &[String]) -> &[String] {
    let holders = path.iter().take_while(|name| HOLDERS.contains(&name.as_str())).count();
    match path.split_at_checked(holders) {
        Some(([.., last], below)) if last == "component" => below,
        _ => &[],
    }
}

/// How the namespace of CycloneDX begins; it ends in the version.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// The namespace of CycloneDX, under whatever prefix.
fn namespace(start: &BytesStart<'_>) -> Option<String> {
    let text = |value: &[u8]| std::str::from_utf8(value).ok().map(str::to_owned);
    let named = start.attributes().flatten().filter(|it| it.key.as_ref().starts_with(b"xmlns"));
    named.filter_map(|it| text(&it.value)).find(|it| it.contains(NAMESPACE))
}

fn attribute(start: &BytesStart<'_>, key: &str) -> Option<String> {
    let found = start.try_get_attribute(key).ok()??;
    String::from_utf8(found.value.into_owned()).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::{Body, Stated, open};

    #[test]
    fn the_namespace_may_have_a_prefix() {
        let text = r#"<?xml version="1.0"?><!-- made by hand -->
            <b:bom xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                   xmlns:b="http://cyclonedx.org/schema/bom/1.7" version="1">
            <b:metadata><b:component type="container"><b:name>app</b:name></b:component></b:metadata>
            <b:components><b:component type="library"><b:name>x</b:name><b:version>1</b:version>
            <b:licenses><b:expression>MIT</b:expression></b:licenses>
            <b:components><b:component type="library"><b:name>y</b:name></b:component></b:components>
            </b:component></b:components></b:bom>"#;
        let read = open(&text.into(), &Stated::default()).unwrap();
        assert_eq!(read.title(), "SBOM (CycloneDX XML 1.7)");
        let Body::Sbom(sbom) = read.body else { panic!("not an SBOM") };
        let mut names: Vec<&str> = sbom.packages.iter().map(|it| &*it.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["x", "y"]);
        assert_eq!(sbom.about.unwrap().name, "app");
    }

    /// Elements of CycloneDX 1.5 to 1.7 that have components, names and hashes of something else
    /// (`bom-1.7.xsd`); the same as JSON is read the same.
    #[test]
    fn what_is_not_of_the_image_is_no_package_of_it() {
        let own = "a".repeat(64);
        let text = format!(
            r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.7"><metadata>
            <tools><components><component type="application"><name>tool</name></component></components></tools>
            <component type="container"><name>app</name>
            <externalReferences><reference type="vcs"><url>https://example.org</url>
            <hashes><hash alg="SHA-256">{}</hash></hashes></reference></externalReferences>
            <hashes><hash alg="SHA-256">{own}</hash></hashes></component></metadata>
            <components><component type="library"><name>x</name><version>2</version>
            <licenses><license><id>MIT</id></license></licenses>
            <pedigree><ancestors><component type="library"><name>old</name><version>1</version>
            <purl>pkg:npm/old@1</purl><licenses><license><id>GPL-2.0-only</id></license></licenses>
            </component></ancestors></pedigree></component></components>
            <formulation><formula><components><component type="library"><name>compiler</name>
            </component></components></formula></formulation></bom>"#,
            "b".repeat(64)
        );
        let Body::Sbom(sbom) = open(&text.into(), &Stated::default()).unwrap().body else {
            panic!("not an SBOM")
        };
        let told = |it: &crate::model::evidence::Package| {
            format!("{} {} {} {}", it.kind, it.name, it.version, it.licence.as_deref().unwrap())
        };
        let told: Vec<String> = sbom.packages.iter().map(told).collect();
        assert_eq!(told, ["library x 2 MIT"]);
        assert_eq!(sbom.tools, ["tool"]);
        assert_eq!(sbom.about.unwrap().digest.unwrap().hex(), own);
    }

    /// The fields of CycloneDX 1.6 (`bom-1.6.xsd`, `vulnerabilityType`).
    #[test]
    fn vulnerabilities_alone_are_vex() {
        let document = |components: &str| {
            format!(
                r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6">
                <metadata><timestamp>2026-11-28T00:00:00Z</timestamp></metadata>{components}
                <vulnerabilities><vulnerability bom-ref="v"><id>CVE-2026-1</id>
                <source><name>NVD</name></source>
                <analysis><state>not_affected</state><justification>code_not_reachable</justification>
                <detail>why &lt; not</detail></analysis>
                <affects><target><ref>urn:a</ref></target><target><ref>urn:b</ref></target></affects>
                </vulnerability><vulnerability><id>CVE-2026-2</id></vulnerability></vulnerabilities></bom>"#
            )
        };
        let read = |text: String| open(&text.into(), &Stated::default()).unwrap().body;
        let Body::Vex(vex) = read(document("")) else { panic!("not VEX") };
        assert_eq!((vex.form.as_str(), vex.left_out), ("CycloneDX 1.6", 0));
        assert_eq!(vex.said.as_deref(), Some("2026-11-28T00:00:00Z"));
        let [one, other] = vex.statements.as_slice() else { panic!("{vex:?}") };
        assert_eq!(one.vulnerability, "CVE-2026-1");
        assert_eq!(one.status, "not_affected");
        assert_eq!(one.why.as_deref(), Some("code_not_reachable"));
        assert_eq!(one.products, ["urn:a", "urn:b"]);
        assert_eq!((other.vulnerability.as_str(), other.status.as_str()), ("CVE-2026-2", "listed"));
        let component =
            r#"<components><component type="library"><name>x</name></component></components>"#;
        let Body::Sbom(sbom) = read(document(component)) else { panic!("not an SBOM") };
        assert_eq!(sbom.packages.len(), 1);
    }
}
