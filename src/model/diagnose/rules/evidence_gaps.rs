//! Evidence that some platforms of a list have and others do not.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Asked, Kind, Row};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "evidence-gaps",
    says: "some platforms of a list have a signature, provenance or an SBOM and others have none: a \
           check that holds on one machine fails on another",
    threads: &["cilium/cilium#35325"],
    needs: "the list, and what refers to its images",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let rows = &attested.coverage.rows;
    // An artifact among the entries is not a platform.
    let is_image = |row: &&Row| !row.is_list && row.platform.is_some();
    let images: Vec<&Row> = rows.iter().filter(is_image).collect();
    if images.len() < 2 || images.iter().any(|row| row.asked != Asked::Yes) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for kind in [Kind::Signature, Kind::Provenance, Kind::Sbom, Kind::Vex] {
        // What was opened is what it turned out to be, whatever its manifest says.
        let opened = |row: &Row| {
            let mut of_row = attested.read.iter().filter(|it| it.row.digest == row.digest);
            of_row.any(|it| it.evidence().is_some_and(|evidence| evidence.kind() == kind))
        };
        let has = |row: &&Row| row.of(kind).next().is_some() || opened(row);
        // What vouches for the list vouches for all that it names.
        let on_list = kind == Kind::Signature && rows.iter().any(|row| row.is_list && has(&row));
        let (with, without): (Vec<&Row>, Vec<&Row>) = images.iter().copied().partition(has);
        if on_list || with.is_empty() || without.is_empty() {
            continue;
        }
        let names = |rows: &[&Row]| {
            let names: Vec<String> = rows.iter().map(|row| row.name()).collect();
            names.join(", ")
        };
        // A note: who signs or scans one platform alone may mean it, and what BuildKit cannot scan
        // (Windows) has no SBOM in lists that are well made.
        found.push(
            RULE.finding(Severity::Info, format!("{kind}: only {} has one", names(&with)))
                .about(facts.images_of(without.iter().map(|row| &row.digest)))
                .saw(format!("without {kind}: {}", names(&without)))
                .next("attach it to every platform; `platy evidence REF` shows the whole table"),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, sbom};
    use super::*;

    #[test]
    fn one_platform_alone_is_found() {
        let entries = ["linux/amd64", "linux/arm64"];
        let document = |_: &[String]| sbom("image", "all");
        silent(&RULE, &attested(&entries, &[]));
        silent(&RULE, &attested(&entries, &[Attach::to_list(document)]));
        silent(&RULE, &attested(&["linux/amd64"], &[Attach::to(0, document)]));
        let all = [Attach::to(0, document), Attach::to(1, document)];
        let mut facts = attested(&entries, &all);
        silent(&RULE, &facts);
        // An envelope whose manifest does not say what it holds, which was opened.
        let Fact::Known(opened) = &mut facts.attested else { panic!("it was read") };
        opened.coverage.rows[1].items.clear();
        silent(&RULE, &facts);
        let finding = one(&RULE, &attested(&entries, &[Attach::to(1, document)]));
        assert_eq!(finding.title, "SBOM: only linux/arm64 has one");
        assert_eq!(finding.entries, [[0]]);
        // What has no platform is an artifact.
        let mut facts = attested(&entries, &[Attach::to(1, document)]);
        let Fact::Known(attested) = &mut facts.attested else { panic!("it was read") };
        attested.coverage.rows[1].platform = None;
        silent(&RULE, &facts);
    }
}
