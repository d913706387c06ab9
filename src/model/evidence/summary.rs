//! What people ask of evidence, in words: a name and its values.

use jiff::Timestamp;

use super::certificate::Certificate;
use super::open::{Body, Evidence};
use super::provenance::{MaterialRole, Provenance};
use super::sbom::{Sbom, Which};
use super::signature::{LogEntry, Signature, Signer};
use super::verify::PublicKey;
use super::vex::Vex;
use crate::text::{count, plural};

/// A name and its values, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The name; empty in front of more of the same.
    pub name: &'static str,
    /// The values; none if nothing is said.
    pub values: Vec<String>,
}

/// What evidence says, without its packages. A hint is told with the name of the key, if that is one of
/// these.
#[must_use]
pub fn summary(evidence: &Evidence, keys: &[PublicKey]) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.all("in", evidence.envelopes.iter().map(|it| (*it).to_owned()));
    facts.some("predicate", evidence.predicate_type.as_deref());
    for subject in &evidence.subjects {
        let digests = subject.digests.iter().map(|(algorithm, hex)| format!("{algorithm}:{hex}"));
        let digests: Vec<String> = digests.collect();
        facts.one("speaks of", digests.join(" "));
        facts.some("", subject.name.as_deref());
    }
    if evidence.statement_type.is_some() && evidence.subjects.is_empty() {
        facts.one("speaks of", "nothing: its statement has no subject".to_owned());
    }
    match &evidence.body {
        Body::Provenance(provenance) => of_provenance(&mut facts, provenance),
        Body::Sbom(sbom) => of_sbom(&mut facts, sbom),
        Body::Vex(vex) => of_vex(&mut facts, vex),
        Body::Vulnerabilities(found) => {
            facts.some("scanner", found.scanner.as_deref());
            facts.some("began", found.started.as_deref());
            facts.some("ended", found.finished.as_deref());
            facts.some("results", found.results.map(|it| count(it as u64)).as_deref());
        }
        Body::Chart(chart) => {
            facts.one("chart", format!("{} {}", chart.name, chart.version));
            facts.some("app version", chart.app_version.as_deref());
            facts.some("description", chart.description.as_deref());
            facts.some("kind", chart.kind.as_deref());
            facts.some("kubernetes", chart.kubernetes.as_deref());
            facts.some("home", chart.home.as_deref());
            facts.all("sources", chart.sources.iter().cloned());
            facts.all("maintainers", chart.maintainers.iter().cloned());
            facts.all("needs", chart.dependencies.iter().cloned());
        }
        Body::Certificates(chain) => chain.iter().for_each(|it| facts.certificate(it)),
        Body::Signature | Body::Predicate | Body::Json | Body::Text { .. } | Body::Binary => {}
    }
    facts.all("notes", evidence.notes.iter().map(|(key, value)| format!("{key}={value}")));
    evidence.signatures.iter().for_each(|it| facts.signature(it, keys));
    facts.0
}

#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn one(&mut self, name: &'static str, value: String) {
        self.0.push(Fact { name, values: vec![value] });
    }

    fn some(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value.filter(|it| !it.is_empty()) {
            self.one(name, value.to_owned());
        }
    }

    fn all(&mut self, name: &'static str, values: impl Iterator<Item = String>) {
        let values: Vec<String> = values.collect();
        if !values.is_empty() {
            self.0.push(Fact { name, values });
        }
    }

    fn signature(&mut self, signature: &Signature, keys: &[PublicKey]) {
        let algorithm =
            signature.algorithm.as_deref().map_or_else(String::new, |it| format!(" {it}"));
        self.one("signature", format!("{}{algorithm}; shown, not verified", signature.form.word()));
        match &signature.signer {
            Signer::Hint(hint) => {
                let known = keys.iter().find(|key| key.hint == *hint);
                let named = known.map(|key| format!("{}, by its hint", key.name));
                self.all("key", named.into_iter().chain([format!("hint {hint}")]));
            }
            Signer::Unnamed => self.one("key", "not named".to_owned()),
            Signer::Certificate => {}
        }
        signature.chain.iter().for_each(|it| self.certificate(it));
        self.some("signed at", signature.signed_at.as_deref());
        self.some("expires", signature.expires.as_deref());
        self.some("made by", signature.agent.as_deref());
        if signature.log.is_empty() {
            self.one("log", "no log entry".to_owned());
        }
        signature.log.iter().for_each(|it| self.log(it));
        if !signature.timestamps.is_empty() {
            self.one("timestamps", count(signature.timestamps.len() as u64));
        }
    }

    fn log(&mut self, entry: &LogEntry) {
        let index = entry.index.map_or_else(|| "entry".to_owned(), |it| format!("entry {it}"));
        let kind = entry.kind.as_deref().map_or_else(String::new, |it| format!(" ({it})"));
        let time = entry.integrated.and_then(|it| Timestamp::from_second(it).ok());
        let time = time.map_or_else(String::new, |it| format!(", taken up {it}"));
        self.one("log", format!("{index}{kind}{time}; not checked"));
    }

    fn certificate(&mut self, certificate: &Result<Certificate, String>) {
        let certificate = match certificate {
            Ok(certificate) => certificate,
            Err(problem) => return self.one("certificate", problem.clone()),
        };
        let ca = if certificate.is_ca { ", may issue others" } else { "" };
        let subject = match certificate.subject.as_str() {
            "" => certificate.identity(),
            subject => subject,
        };
        self.one("certificate", format!("{subject} ({}{ca})", certificate.key));
        self.all("identity", certificate.names.iter().cloned());
        self.some("issuer", Some(&certificate.issuer));
        let time = |it: Option<Timestamp>| it.map_or_else(|| "?".to_owned(), |it| it.to_string());
        let (from, until) = (time(certificate.not_before), time(certificate.not_after));
        self.one("valid", format!("{from} to {until}"));
        self.all(
            "claims",
            certificate.claims.iter().map(|(name, value)| format!("{name}: {value}")),
        );
    }
}

fn of_provenance(facts: &mut Facts, provenance: &Provenance) {
    facts.one("builder", provenance.builder.clone().unwrap_or_else(|| "not named".to_owned()));
    facts.some("build type", provenance.build_type.as_deref());
    facts.some("source", provenance.source.as_deref());
    facts.some("commit", provenance.commit.as_deref());
    facts.some("file", provenance.file.as_deref());
    facts.some("target", provenance.target.as_deref());
    let arguments = provenance.arguments.iter().map(|(name, value)| format!("{name}={value}"));
    facts.all("arguments", arguments);
    facts.some("platform", provenance.platform.as_ref().map(ToString::to_string).as_deref());
    facts.some("built on", provenance.builder_platform.as_deref());
    facts.some("began", provenance.started.as_deref());
    facts.some("ended", provenance.finished.as_deref());
    facts.some("build", provenance.invocation.as_deref());
    let materials = provenance.materials.iter().map(|material| {
        let role = match material.role {
            MaterialRole::Other => String::new(),
            role => format!(" ({})", role.word()),
        };
        let digest = material.digest.as_ref();
        let digest = digest.map_or_else(String::new, |(name, hex)| format!(" {name}:{hex}"));
        format!("{}{role}{digest}", material.uri)
    });
    facts.all("materials", materials);
}

fn of_sbom(facts: &mut Facts, sbom: &Sbom) {
    match sbom.which() {
        Which::Image => {}
        Which::Stage(stage) => facts.one("of", format!("the build stage {stage}, not the image")),
        Which::Context => facts.one("of", "the build context, not the image".to_owned()),
    }
    facts.some("name", sbom.name.as_deref());
    if let Some(about) = &sbom.about {
        let digest = about.digest.as_ref().map(ToString::to_string).unwrap_or_default();
        let architecture = about.architecture.as_deref().unwrap_or_default();
        let parts = [about.name.as_str(), digest.as_str(), architecture];
        let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        facts.some("about", Some(&parts.join(" ")));
    }
    facts.all("made by", sbom.tools.iter().cloned());
    facts.some("made", sbom.created.as_deref());
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for package in &sbom.packages {
        match kinds.iter_mut().find(|(kind, _)| *kind == &*package.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((&package.kind, 1)),
        }
    }
    let name = |kind: &str| if kind.is_empty() { "of no type".to_owned() } else { kind.to_owned() };
    let kinds: Vec<String> = kinds
        .iter()
        .map(|(kind, number)| format!("{} {}", count(*number as u64), name(kind)))
        .collect();
    let listed = match sbom.left_out {
        0 => String::new(),
        more => format!("; {} more are not listed", count(more as u64)),
    };
    let all = plural(sbom.count(), "package");
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    facts.one("packages", format!("{all}{kinds}{listed}"));
}

fn of_vex(facts: &mut Facts, vex: &Vex) {
    facts.some("author", vex.author.as_deref());
    facts.some("said", vex.said.as_deref());
    let statements = vex.statements.iter().map(|statement| {
        let why = statement.why.as_deref().map_or_else(String::new, |it| format!(" ({it})"));
        format!("{} {}{why}", statement.vulnerability, statement.status)
    });
    facts.all("statements", statements);
    if vex.left_out > 0 {
        facts.one("", format!("{} more", count(vex.left_out as u64)));
    }
}
