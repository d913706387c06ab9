//! An SBOM that lists other packages than the image has installed.

use std::collections::BTreeSet;

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Attached, Attested, Installed, Which, without_epoch};
use crate::text::plural;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "sbom-packages",
    says: "the SBOM of an image lists packages of dpkg or apk that its own database does not have in \
           that version, or leaves out those that it has",
    threads: &["NVIDIA/cluster-readiness-engine#266"],
    needs: "the SBOMs, and the package databases in the layers",
    find: Find::Facts(find),
};

/// How many packages are named as examples.
const EXAMPLES: usize = 5;

/// What an SBOM and a database do not have in common.
struct Differs {
    /// In the SBOM only.
    claimed: Vec<String>,
    /// In the database only.
    left_out: Vec<String>,
}

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let mut found = Vec::new();
    for attached in &attested.read {
        let Some(differs) = compared(attested, attached) else { continue };
        let (claimed, left_out) = (differs.claimed.len(), differs.left_out.len());
        let title = match (claimed, left_out) {
            (0, 0) => continue,
            (0, _) => {
                format!("{} leaves out {}", attached.name(), plural(left_out, "installed package"))
            }
            _ => format!(
                "{} lists {} that the image does not have in that version",
                attached.name(),
                plural(claimed, "package")
            ),
        };
        let severity = if claimed > 0 { Severity::Error } else { Severity::Warning };
        let lines = [
            ("in the SBOM, and not installed", &differs.claimed),
            ("installed, and not in the SBOM", &differs.left_out),
        ];
        let lines = lines.into_iter().filter(|(_, names)| !names.is_empty());
        found.push(
            RULE.finding(severity, title)
                .about(facts.images_of(std::iter::once(&attached.row.digest)))
                .saw_all(lines.map(|(what, names)| {
                    let examples: Vec<&str> =
                        names.iter().take(EXAMPLES).map(String::as_str).collect();
                    let more = match names.len().checked_sub(EXAMPLES) {
                        Some(more @ 1..) => format!(" and {more} more"),
                        _ => String::new(),
                    };
                    format!("{what}: {}{more}", examples.join(", "))
                }))
                .next("make the SBOM anew from the image that was pushed, by its digest"),
        );
    }
    found
}

/// What differs; `None` if there is nothing to compare: no database, or an SBOM of a stage.
fn compared(attested: &Attested, attached: &Attached) -> Option<Differs> {
    let sbom = attached.sbom().filter(|sbom| sbom.which() == Which::Image && sbom.left_out == 0)?;
    let of = attested.databases.iter().find(|(digest, _)| *digest == attached.row.digest)?;
    let database = of.1.as_ref().ok()?;
    let mut differs = Differs { claimed: Vec::new(), left_out: Vec::new() };
    for kind in ["deb", "apk"] {
        let installed: Vec<&Installed> = database.iter().filter(|it| it.kind == kind).collect();
        let listed = sbom.packages.iter().filter(|it| {
            // Names of sources are listed beside those of packages.
            *it.kind == *kind && it.architecture.as_deref() != Some("source")
        });
        let listed: BTreeSet<(&str, &str)> =
            listed.map(|it| (&*it.name, without_epoch(&it.version))).collect();
        if installed.is_empty() || listed.is_empty() {
            continue;
        }
        let installed: BTreeSet<(&str, &str)> =
            installed.iter().map(|it| (&*it.name, without_epoch(&it.version))).collect();
        let named = |(name, version): &(&str, &str)| format!("{name} {version}");
        differs.claimed.extend(listed.difference(&installed).map(named));
        differs.left_out.extend(installed.difference(&listed).map(named));
    }
    Some(differs)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, packages, with_database};
    use super::*;

    fn facts(name: &'static str, listed: &'static str, installed: &str) -> Facts {
        let document = move |_: &[String]| packages(name, listed);
        let mut facts = attested(&["linux/amd64"], &[Attach::to(0, document)]);
        with_database(&mut facts, 0, installed);
        facts
    }

    #[test]
    fn what_is_not_installed_is_found() {
        for (listed, installed, severity) in [
            ("deb/a@1 deb/b@2", "deb/a@1 deb/b@2", None),
            ("deb/z@1%3A2-1", "deb/z@1:2-1", None),
            // Trivy writes the epoch beside the version.
            ("deb/z@2-1", "deb/z@1:2-1", None),
            ("apk/musl@1.2.5-r0 npm/x@1", "apk/musl@1.2.5-r0", None),
            // An SBOM of the program alone says nothing of the distribution's packages.
            ("npm/x@1", "deb/a@1", None),
            ("deb/a@1", "", None),
            ("deb/a@2", "deb/a@1", Some(Severity::Error)),
            ("deb/a@1 deb/b@1", "deb/a@1", Some(Severity::Error)),
            ("apk/a@1", "apk/a@1 apk/b@1", Some(Severity::Warning)),
        ] {
            let facts = facts("image", listed, installed);
            match severity {
                Some(severity) => assert_eq!(one(&RULE, &facts).severity, severity, "{listed}"),
                None => silent(&RULE, &facts),
            }
        }
        let finding = one(&RULE, &facts("image", "deb/a@2", "deb/a@1"));
        assert_eq!(
            finding.evidence,
            ["in the SBOM, and not installed: a 2", "installed, and not in the SBOM: a 1"]
        );
        for name in ["sbom-build", "sbom-context"] {
            silent(&RULE, &facts(name, "deb/a@2", "deb/a@1"));
        }
    }
}
