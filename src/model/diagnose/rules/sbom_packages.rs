//! An SBOM that lists other packages than the image has installed.

use std::collections::BTreeSet;

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Attached, Databases, Sbom, UNREAD, without_epoch};
use crate::text::plural;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "sbom-packages",
    says: "the SBOM of an image lists packages of a distribution that its own database (dpkg, apk) does \
           not have in that version, or leaves out those that it has",
    threads: &["NVIDIA/cluster-readiness-engine#266"],
    needs: "the SBOMs, and the package databases in the layers",
    find: Find::Facts(find),
};

/// The types of packages that distributions install.
const KINDS: [&str; 3] = ["deb", "apk", UNREAD];
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
    let mut untold: Vec<Untold<'_>> = Vec::new();
    for (attached, sbom) in attested.comparable() {
        let of = attested.databases.iter().find(|(digest, _)| *digest == attached.row.digest);
        let Some((_, database)) = of else { continue };
        untold.extend(Untold::of(attached, sbom, database));
        if let Ok(database) = database {
            let differs = Differs::between(sbom, database);
            found.extend(differs.finding(facts, attached));
        }
    }
    found.extend(not_compared(facts, &untold));
    found
}

impl Differs {
    fn between(sbom: &Sbom, database: &Databases) -> Self {
        let mut differs = Self { claimed: Vec::new(), left_out: Vec::new() };
        let lists = |kind: &str| sbom.packages.iter().any(|it| *it.kind == *kind);
        let has = |kind: &str| {
            let is_unread = kind == UNREAD && !database.unread.is_empty();
            is_unread || database.installed.iter().any(|it| it.kind == kind)
        };
        // An SBOM of a program alone says nothing of what a distribution has, one without any package
        // that there is none; and an image without any database has nothing to ask.
        if !(sbom.is_empty() || KINDS.into_iter().any(lists)) || !KINDS.into_iter().any(has) {
            return differs;
        }
        // What both have is compared. If that is nothing, the SBOM is of another distribution; else
        // scanners find packages of other ones below folders that the system does not use.
        let both: Vec<&str> = KINDS.into_iter().filter(|kind| lists(kind) && has(kind)).collect();
        let kinds = if both.is_empty() { KINDS.to_vec() } else { both };
        let is_told = |kind: &&str| **kind != *UNREAD || database.unread.is_empty();
        for kind in kinds.into_iter().filter(is_told) {
            let listed = sbom.packages.iter().filter(|it| {
                // Names of sources are listed beside those of packages.
                *it.kind == *kind && it.architecture.as_deref() != Some("source")
            });
            let listed: BTreeSet<(&str, &str)> =
                listed.map(|it| (&*it.name, without_zero(&it.version))).collect();
            let installed = database.installed.iter().filter(|it| it.kind == kind);
            let installed: BTreeSet<(&str, &str)> =
                installed.map(|it| (&*it.name, without_zero(&it.version))).collect();
            // Trivy writes the epoch beside the version: one that an SBOM does not name is not told.
            let told = installed.iter().map(|(name, version)| (*name, without_epoch(version)));
            let told: BTreeSet<(&str, &str)> = told.chain(installed.iter().copied()).collect();
            let is_listed = |(name, version): &&(&str, &str)| {
                listed.contains(&(*name, *version))
                    || listed.contains(&(*name, without_epoch(version)))
            };
            let named = |(name, version): &(&str, &str)| format!("{name} {version}");
            differs.claimed.extend(listed.difference(&told).map(named));
            differs.left_out.extend(installed.iter().filter(|it| !is_listed(it)).map(named));
        }
        differs
    }

    fn finding(&self, facts: &Facts, attached: &Attached) -> Option<Finding> {
        let (claimed, left_out) = (self.claimed.len(), self.left_out.len());
        let title = match (claimed, left_out) {
            (0, 0) => return None,
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
            ("in the SBOM, and not installed", &self.claimed),
            ("installed, and not in the SBOM", &self.left_out),
        ];
        let lines = lines.into_iter().filter(|(_, names)| !names.is_empty());
        let lines = lines.map(|(what, names)| {
            let examples: Vec<&str> = names.iter().take(EXAMPLES).map(String::as_str).collect();
            let more = match names.len().checked_sub(EXAMPLES) {
                Some(more @ 1..) => format!(" and {more} more"),
                _ => String::new(),
            };
            format!("{what}: {}{more}", examples.join(", "))
        });
        Some(
            RULE.finding(severity, title)
                .about(facts.images_of(std::iter::once(&attached.row.digest)))
                .saw_all(lines)
                .next("make the SBOM anew from the image that was pushed, by its digest"),
        )
    }
}

/// A version without the epoch 0, which says nothing (`deb-version(7)`, RPM).
fn without_zero(version: &str) -> &str {
    version.strip_prefix("0:").unwrap_or(version)
}

/// An SBOM whose packages cannot be looked up in what the image has installed.
struct Untold<'a> {
    attached: &'a Attached,
    why: String,
    /// The types of packages that have to be looked up otherwise.
    kinds: Vec<&'static str>,
}

impl<'a> Untold<'a> {
    fn of(
        attached: &'a Attached,
        sbom: &Sbom,
        database: &Result<Databases, String>,
    ) -> Option<Self> {
        let count = |kind: &str| sbom.packages.iter().filter(|it| *it.kind == *kind).count();
        let (why, kinds) = match database {
            Err(why) => {
                let is_told = |kind: &&str| sbom.is_empty() || count(kind) > 0;
                let kinds = ASKED.iter().map(|(kind, _)| *kind).filter(is_told);
                (format!("its package database cannot be read: {why}"), kinds.collect())
            }
            Ok(database) => {
                let of_rpm = count(UNREAD);
                let unread = database.unread().filter(|_| of_rpm > 0 || sbom.is_empty())?;
                let listed = match of_rpm {
                    0 => "no package".to_owned(),
                    count => format!("{} of RPM", plural(count, "package")),
                };
                let why = format!("{listed}; the image has {unread}");
                (why, vec![UNREAD])
            }
        };
        Some(Self { attached, why, kinds })
    }
}

/// What lists the packages of a type in an image that runs.
const ASKED: [(&str, &str); 3] =
    [("deb", "`dpkg-query -W`"), ("apk", "`apk info -v`"), (UNREAD, "`rpm -qa`")];

fn not_compared(facts: &Facts, untold: &[Untold<'_>]) -> Option<Finding> {
    let title = match untold {
        [] => return None,
        [one] => {
            format!("cannot tell whether the image has what {} lists", one.attached.name())
        }
        all => format!("cannot tell whether images have what {} SBOMs list", all.len()),
    };
    let is_wanted = |kind: &str| untold.iter().any(|it| it.kinds.contains(&kind));
    let asked = ASKED.iter().filter(|(kind, _)| is_wanted(kind));
    let asked: Vec<&str> = asked.map(|(_, command)| *command).collect();
    Some(
        RULE.finding(Severity::Info, title)
            .about(facts.images_of(untold.iter().map(|it| &it.attached.row.digest)))
            .saw_all(untold.iter().map(|it| format!("{}: {}", it.attached.name(), it.why)))
            .next(format!(
                "ask the image itself, by the digest that was pushed: {} in it",
                asked.join(" and ")
            )),
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, packages, with_database};
    use super::*;
    use crate::model::diagnose::Fact;
    use crate::model::evidence::{RpmDatabase, RpmForm};

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
            ("deb/z@0%3A2-1", "deb/z@2-1", None),
            ("deb/z@2%3A2-1", "deb/z@1:2-1", Some(Severity::Error)),
            ("apk/musl@1.2.5-r0 npm/x@1", "apk/musl@1.2.5-r0", None),
            // An SBOM of the program alone says nothing of the distribution's packages.
            ("npm/x@1", "deb/a@1", None),
            ("deb/a@1", "", None),
            // One without any package says that there is none.
            ("", "deb/a@1 deb/b@1", Some(Severity::Warning)),
            ("", "apk/a@1", Some(Severity::Warning)),
            ("oci/app@1", "apk/a@1", Some(Severity::Warning)),
            ("", "", None),
            ("deb/a@2", "deb/a@1", Some(Severity::Error)),
            ("deb/a@1 deb/b@1", "deb/a@1", Some(Severity::Error)),
            ("apk/a@1", "apk/a@1 apk/b@1", Some(Severity::Warning)),
            // Of another distribution.
            ("deb/a@1", "apk/a@1", Some(Severity::Error)),
            ("rpm/a@1 npm/x@1", "deb/a@1", Some(Severity::Error)),
            ("deb/a@1 rpm/b@1", "deb/a@1", None),
            ("deb/a@1", "deb/a@1 apk/b@1", None),
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

    /// Packages of RPM are not passed over in silence if the image has a database of RPM, which is not
    /// read. An image without any database has nothing that could be asked.
    #[test]
    fn what_cannot_be_told_is_said() {
        let rpm = |form, path: &str| Databases {
            installed: Vec::new(),
            unread: vec![RpmDatabase { form, path: path.into() }],
        };
        let sqlite = || Ok(rpm(RpmForm::Sqlite, "/var/lib/rpm/rpmdb.sqlite"));
        for (listed, database, says) in [
            (
                "rpm/bash@5 rpm/glibc@2",
                sqlite(),
                Some((
                    "2 packages of RPM; the image has a database of RPM in SQLite \
                      (/var/lib/rpm/rpmdb.sqlite), which platy does not read",
                    "pushed: `rpm -qa` in it",
                )),
            ),
            (
                "rpm/bash@5",
                Ok(rpm(RpmForm::Ndb, "/usr/lib/sysimage/rpm/Packages.db")),
                Some((
                    "1 package of RPM; the image has a database of RPM in ndb \
                      (/usr/lib/sysimage/rpm/Packages.db), which platy does not read",
                    "pushed: `rpm -qa` in it",
                )),
            ),
            (
                "deb/a@1",
                Err("a layer is cut".to_owned()),
                Some((
                    "its package database cannot be read: a layer is cut",
                    "pushed: `dpkg-query -W` in it",
                )),
            ),
            (
                "apk/a@1 rpm/bash@5",
                Err("a layer is cut".to_owned()),
                Some((
                    "its package database cannot be read: a layer is cut",
                    "pushed: `apk info -v` and `rpm -qa` in it",
                )),
            ),
            (
                "",
                sqlite(),
                Some((
                    "no package; the image has a database of RPM in SQLite \
                      (/var/lib/rpm/rpmdb.sqlite), which platy does not read",
                    "pushed: `rpm -qa` in it",
                )),
            ),
            (
                "",
                Err("a layer is cut".to_owned()),
                Some((
                    "its package database cannot be read: a layer is cut",
                    "pushed: `dpkg-query -W` and `apk info -v` and `rpm -qa` in it",
                )),
            ),
            ("npm/x@1", sqlite(), None),
            ("", Ok(Databases::default()), None),
            ("rpm/bash@5", Ok(Databases::default()), None),
        ] {
            let mut facts = facts("image", listed, "");
            let Fact::Known(attested) = &mut facts.attested else { panic!("nothing is attested") };
            attested.databases[0].1 = database;
            let Some((says, next)) = says else {
                silent(&RULE, &facts);
                continue;
            };
            let finding = one(&RULE, &facts);
            assert_eq!(finding.severity, Severity::Info);
            assert!(finding.title.starts_with("cannot tell whether the image has what the SBOM "));
            assert!(finding.evidence[0].ends_with(says), "{finding:?}");
            assert!(finding.next_step.ends_with(next), "{finding:?}");
        }
        // That dpkg has nothing of it can be told.
        let mut facts = facts("image", "deb/a@1 deb/b@1", "");
        let Fact::Known(attested) = &mut facts.attested else { panic!("nothing is attested") };
        attested.databases[0].1 = sqlite();
        let finding = one(&RULE, &facts);
        assert!(
            finding
                .title
                .ends_with("lists 2 packages that the image does not have in that version")
        );
    }
}
