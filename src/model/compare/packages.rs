//! The packages of two images: which one alone has, and which have another version.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::table::table;
use super::{Line, Side, Sign};
use crate::model::evidence::{Databases, Item, NO_DATABASE, READ, Sbom, without_epoch};
use crate::oci::{Descriptor, Digest};
use crate::text::{count, escape};

/// An image whose packages are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagesOf {
    /// The image.
    pub digest: Digest,
    /// The SBOMs that are known of it; if there are none, it is asked what refers to the image.
    pub sboms: Vec<Item>,
    /// The layers, the lowest first; `None` for what is not a usable descriptor.
    pub layers: Vec<Option<Arc<Descriptor>>>,
}

/// The packages of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageList {
    /// Who says so.
    pub origin: PackageOrigin,
    /// Type (`deb`, `npm`; `other` if that is not said), name and versions.
    names: BTreeMap<(String, String), BTreeSet<String>>,
    /// How many packages of the SBOM are not in the list, because there are too many.
    pub left_out: usize,
}

/// Who says which packages an image has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageOrigin {
    /// An SBOM.
    Sbom {
        /// The manifest that holds it.
        manifest: Digest,
        /// Its form, and the tools that made it: `SPDX by syft-1.57.1`.
        form: String,
    },
    /// The databases in the image's layers.
    Databases {
        /// The types of their packages; none: there is no database that is read.
        kinds: Vec<&'static str>,
        /// Those that are not read, in words.
        unread: Option<String>,
    },
}

/// A package that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageChange {
    /// Its type: `deb`, `apk`, `npm`; `other` if that is not said.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The versions on the first side; none if it is not there. An empty one is not said.
    pub a: Vec<String>,
    /// The versions on the second side.
    pub b: Vec<String>,
}

/// How the packages of two images differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagesDiff {
    /// Who says what the first side has.
    pub a: PackageOrigin,
    /// Who says what the second side has.
    pub b: PackageOrigin,
    /// The only types that were compared, since one side knows no others; `None`: all.
    pub only: Option<Vec<&'static str>>,
    /// Why nothing could be compared: what a side does not tell.
    pub untold: Option<(Side, Untold)>,
    /// What differs, by type and name.
    pub changes: Vec<PackageChange>,
    /// How many packages of the SBOMs were not compared, because there are too many.
    pub left_out: usize,
}

/// What a side does not tell, so that nothing can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untold {
    /// Any package: it has neither an SBOM nor a database.
    Everything,
    /// Any package: it has no SBOM, and a database that is not read, named in words.
    OfRpm(String),
    /// The packages of databases, which are all that the other side has: its SBOM lists none.
    OfDatabases,
}

/// The type of a package whose type is not said.
const OTHER: &str = "other";

impl PackageOrigin {
    /// In words: `SBOM 0123456789ab, SPDX by syft-1.57.1`, `the database of dpkg`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Sbom { manifest, form } => format!("SBOM {}, {form}", manifest.short()),
            Self::Databases { kinds, unread } => {
                let read = READ.iter().filter(|(kind, _)| kinds.contains(kind));
                let names: Vec<&str> = read.map(|(_, program)| *program).collect();
                match (names.as_slice(), unread) {
                    ([], None) => format!("no SBOM, and {NO_DATABASE}"),
                    ([], Some(unread)) => format!("no SBOM; {unread}"),
                    (_, None) => format!("no SBOM; the database of {}", names.join(" and ")),
                    (_, Some(unread)) => {
                        format!("no SBOM; the database of {}; and {unread}", names.join(" and "))
                    }
                }
            }
        }
    }
}

/// The types of packages whose databases are read.
fn kinds() -> impl Iterator<Item = &'static str> {
    READ.into_iter().map(|(kind, _)| kind)
}

impl PackageList {
    /// What an SBOM lists; names of source packages, which some tools write beside those of
    /// packages, do not count.
    #[must_use]
    pub fn of_sbom(manifest: Digest, sbom: &Sbom) -> Self {
        let mut form = sbom.format.word().to_owned();
        if !sbom.tools.is_empty() {
            form = format!("{form} by {}", sbom.tools.join(", "));
        }
        let mut list = Self::new(PackageOrigin::Sbom { manifest, form });
        list.left_out = sbom.left_out;
        for package in
            sbom.packages.iter().filter(|it| it.architecture.as_deref() != Some("source"))
        {
            list.add(&package.kind, &package.name, &package.version);
        }
        list
    }

    /// What the databases of an image say is installed.
    #[must_use]
    pub fn of_databases(databases: &Databases) -> Self {
        let installed = &databases.installed;
        let kinds = kinds().filter(|kind| installed.iter().any(|it| it.kind == *kind));
        let (kinds, unread) = (kinds.collect(), databases.unread());
        let mut list = Self::new(PackageOrigin::Databases { kinds, unread });
        for package in installed {
            list.add(package.kind, &package.name, &package.version);
        }
        list
    }

    fn new(origin: PackageOrigin) -> Self {
        Self { origin, names: BTreeMap::new(), left_out: 0 }
    }

    fn add(&mut self, kind: &str, name: &str, version: &str) {
        let kind = if kind.is_empty() { OTHER } else { kind };
        let versions = self.names.entry((kind.to_owned(), name.to_owned())).or_default();
        versions.insert(version.to_owned());
    }

    fn has(&self, kind: &str) -> bool {
        self.names.keys().any(|(own, _)| own == kind)
    }
}

impl PackagesDiff {
    /// Compares two lists. If one comes from an SBOM and the other from databases, only the types
    /// that databases know are compared.
    #[must_use]
    pub fn of(a: &PackageList, b: &PackageList) -> Self {
        let mut diff = Self {
            a: a.origin.clone(),
            b: b.origin.clone(),
            only: None,
            untold: None,
            changes: Vec::new(),
            left_out: a.left_out + b.left_out,
        };
        let of_sbom = |list: &PackageList| matches!(list.origin, PackageOrigin::Sbom { .. });
        let is_mixed = of_sbom(a) != of_sbom(b);
        let untold = |list: &PackageList| match &list.origin {
            PackageOrigin::Databases { kinds, unread } if kinds.is_empty() => Some(match unread {
                Some(unread) => Untold::OfRpm(unread.clone()),
                None => Untold::Everything,
            }),
            _ if is_mixed && !kinds().any(|kind| list.has(kind)) => Some(Untold::OfDatabases),
            _ => None,
        };
        let of_side = |side, list| untold(list).map(|what| (side, what));
        diff.untold = of_side(Side::A, a).or_else(|| of_side(Side::B, b));
        if diff.untold.is_some() {
            return diff;
        }
        diff.only = is_mixed.then(|| {
            let of_either = kinds().filter(|kind| a.has(kind) || b.has(kind));
            of_either.collect()
        });
        let counts = |kind: &str| diff.only.as_ref().is_none_or(|only| only.contains(&kind));
        // Tools write the epoch of Debian's versions in different places.
        let lenient = !same_maker(&a.origin, &b.origin);
        let none = BTreeSet::new();
        let keys: BTreeSet<_> = a.names.keys().chain(b.names.keys()).collect();
        let changes = keys.into_iter().filter(|(kind, _)| counts(kind)).filter_map(|key| {
            let [of_a, of_b] = [a, b].map(|list| list.names.get(key).unwrap_or(&none));
            let differs = if lenient { plain(of_a) != plain(of_b) } else { of_a != of_b };
            differs.then(|| PackageChange {
                kind: key.0.clone(),
                name: key.1.clone(),
                a: of_a.iter().cloned().collect(),
                b: of_b.iter().cloned().collect(),
            })
        });
        diff.changes = changes.collect();
        diff
    }

    /// The same with the sides exchanged.
    #[must_use]
    pub fn swapped(mut self) -> Self {
        std::mem::swap(&mut self.a, &mut self.b);
        for change in &mut self.changes {
            std::mem::swap(&mut change.a, &mut change.b);
        }
        let other = |side| if side == Side::A { Side::B } else { Side::A };
        self.untold = self.untold.map(|(side, what)| (other(side), what));
        self
    }

    /// How many packages differ in this way.
    #[must_use]
    pub fn count(&self, sign: Sign) -> usize {
        self.changes.iter().filter(|change| change.sign() == sign).count()
    }

    /// `3 added · 1 changed · 2 removed`, or why that is not known.
    #[must_use]
    pub fn words(&self) -> String {
        let mut text = match &self.untold {
            Some((side, what)) => return format!("not compared: {}", what.words(*side)),
            None if self.changes.is_empty() => "the same packages".to_owned(),
            None => tally(self.changes.iter()),
        };
        if let Some(only) = &self.only {
            text.push_str(&format!("; only packages of type {} are compared", only.join(" and ")));
        }
        if self.left_out > 0 {
            text.push_str(&format!("; {} more were left out", count(self.left_out as u64)));
        }
        text
    }

    /// The lines in columns that fit into `cells`. Harmless for a terminal.
    #[must_use]
    pub fn table(&self, cells: usize) -> Vec<String> {
        table(&self.lines(usize::MAX), cells)
    }

    /// The types of packages that differ, each with what differs.
    #[must_use]
    fn by_kind(&self) -> Vec<(&str, Vec<&PackageChange>)> {
        let mut kinds: BTreeMap<&str, Vec<&PackageChange>> = BTreeMap::new();
        for change in &self.changes {
            kinds.entry(&change.kind).or_default().push(change);
        }
        kinds.into_iter().collect()
    }

    /// A line for each type, with one for each package under it; at most `most` packages of each.
    /// Harmless for a terminal.
    #[must_use]
    pub fn lines(&self, most: usize) -> Vec<Line> {
        let of_kind = |(kind, changes): (&str, Vec<&PackageChange>)| {
            let mut line = Line::new(Sign::Changed, escape(kind).into_owned());
            line.note = tally(changes.iter().copied());
            line.children = changes.iter().take(most).map(|change| change.line()).collect();
            if let Some(more @ 1..) = changes.len().checked_sub(most) {
                let mut rest = Line::new(Sign::Changed, "more packages");
                let more = count(more as u64);
                rest.note = format!("{more} more; platy diff --packages names all");
                line.children.push(rest);
            }
            line
        };
        self.by_kind().into_iter().map(of_kind).collect()
    }
}

impl Untold {
    fn words(&self, side: Side) -> String {
        let side = match side {
            Side::A => "A",
            Side::B => "B",
        };
        match self {
            Self::Everything => {
                format!("{side} has no SBOM, and {NO_DATABASE}")
            }
            Self::OfRpm(unread) => format!("{side} has no SBOM, and {unread}"),
            Self::OfDatabases => format!(
                "the SBOM of {side} lists no packages of dpkg or apk, and of the other side only \
                 those are known"
            ),
        }
    }
}

impl PackageChange {
    /// Whether it was added, removed or changed.
    #[must_use]
    pub fn sign(&self) -> Sign {
        match (self.a.is_empty(), self.b.is_empty()) {
            (true, _) => Sign::Added,
            (_, true) => Sign::Removed,
            _ => Sign::Changed,
        }
    }

    /// The versions of a side in a few words; a dash if they are not said. Harmless for a terminal.
    #[must_use]
    pub fn versions(side: &[String]) -> String {
        let version =
            |it: &String| if it.is_empty() { "–".to_owned() } else { escape(it).into_owned() };
        side.iter().map(version).collect::<Vec<_>>().join(", ")
    }

    fn line(&self) -> Line {
        let mut line = Line::new(self.sign(), escape(&self.name).into_owned());
        line.a = Self::versions(&self.a);
        line.b = Self::versions(&self.b);
        line
    }
}

/// `3 added · 1 changed · 2 removed`.
fn tally<'a>(changes: impl Iterator<Item = &'a PackageChange> + Clone) -> String {
    let number = |sign: Sign| count(changes.clone().filter(|it| it.sign() == sign).count() as u64);
    let (added, changed, removed) =
        (number(Sign::Added), number(Sign::Changed), number(Sign::Removed));
    format!("{added} added · {changed} changed · {removed} removed")
}

fn same_maker(a: &PackageOrigin, b: &PackageOrigin) -> bool {
    match (a, b) {
        (PackageOrigin::Sbom { form: a, .. }, PackageOrigin::Sbom { form: b, .. }) => a == b,
        (PackageOrigin::Databases { .. }, PackageOrigin::Databases { .. }) => true,
        _ => false,
    }
}

/// Versions without their epochs.
fn plain(versions: &BTreeSet<String>) -> BTreeSet<&str> {
    versions.iter().map(|version| without_epoch(version)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::{Body, Installed, RpmDatabase, RpmForm, Stated, open};

    fn digest() -> Digest {
        Digest::sha256(b"sbom")
    }

    /// An SBOM of package URLs.
    fn sbom(tool: &str, urls: &str) -> PackageList {
        let packages: Vec<_> = urls
            .split_whitespace()
            .map(|url| {
                serde_json::json!({ "type": "library", "name": "", "purl": format!("pkg:{url}") })
            })
            .collect();
        let document = serde_json::json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "metadata": { "tools": { "components": [{ "name": tool }] } },
            "components": packages,
        });
        let bytes = bytes::Bytes::from(document.to_string());
        match open(&bytes, &Stated::default()).unwrap().body {
            Body::Sbom(sbom) => PackageList::of_sbom(digest(), &sbom),
            other => panic!("{other:?}"),
        }
    }

    fn one(kind: &'static str, text: &str) -> Installed {
        let (name, version) = text.split_once('@').unwrap();
        let architecture = "amd64".into();
        Installed { kind, name: name.into(), version: version.into(), architecture }
    }

    fn database(kind: &'static str, packages: &str) -> PackageList {
        let installed = packages.split_whitespace().map(|text| one(kind, text)).collect();
        PackageList::of_databases(&Databases { installed, unread: Vec::new() })
    }

    fn told(diff: &PackagesDiff) -> Vec<String> {
        let line = |it: &PackageChange| {
            let (a, b) = (it.a.join(","), it.b.join(","));
            format!("{} {} {} {a}>{b}", it.sign().as_str(), it.kind, it.name)
        };
        diff.changes.iter().map(line).collect()
    }

    /// The same table both ways: what is added one way is removed the other.
    #[test]
    fn packages_are_told_by_type_and_name() {
        let syft = |urls: &str| sbom("syft", urls);
        for (a, b, expected) in [
            (syft("deb/debian/a@1"), syft("deb/debian/a@1"), &[][..]),
            (
                syft("deb/debian/a@1"),
                syft("deb/debian/a@2 npm/a@2"),
                &["~ deb a 1>2", "+ npm a >2"],
            ),
            (syft("npm/a@1 npm/a@2"), syft("npm/a@2 npm/a@3"), &["~ npm a 1,2>2,3"]),
            // An epoch is a part of the version, unless another tool wrote the other side.
            (syft("deb/a@1%3A1"), syft("deb/a@1"), &["~ deb a 1:1>1"]),
            (syft("deb/a@1%3A1"), sbom("trivy", "deb/a@1"), &[]),
            (syft("deb/a@1 npm/x@1"), database("deb", "a@1:1 b@2"), &["+ deb b >2"]),
            (syft("apk/musl@1"), database("deb", "libc6@2"), &["- apk musl 1>", "+ deb libc6 >2"]),
            (database("deb", "a@1"), database("deb", "a@1:1"), &["~ deb a 1>1:1"]),
            // Names of sources beside those of packages.
            (syft("deb/a@1?arch=source deb/b@1"), syft("deb/b@1"), &[]),
        ] {
            let diff = PackagesDiff::of(&a, &b);
            assert_eq!(told(&diff), expected, "{a:?} {b:?}");
            assert_eq!(diff.clone().swapped(), PackagesDiff::of(&b, &a));
            assert_eq!(diff.untold, None);
        }
    }

    #[test]
    fn what_nobody_tells_is_not_compared() {
        let (nothing, program) = (database("deb", ""), sbom("syft", "golang/a/b@1"));
        let debian = database("deb", "a@1");
        for (a, b, untold) in [
            (&nothing, &debian, (Side::A, Untold::Everything)),
            (&debian, &nothing, (Side::B, Untold::Everything)),
            (&program, &nothing, (Side::A, Untold::OfDatabases)),
            (&program, &debian, (Side::A, Untold::OfDatabases)),
        ] {
            let diff = PackagesDiff::of(a, b);
            assert_eq!((&diff.untold, told(&diff)), (&Some(untold), Vec::new()));
            assert!(diff.words().starts_with("not compared: "), "{}", diff.words());
        }
        let form = RpmForm::BerkeleyDb;
        let unread = vec![RpmDatabase { form, path: "/var/lib/rpm/Packages".into() }];
        let mut databases = Databases { installed: Vec::new(), unread };
        let of_rpm = PackageList::of_databases(&databases);
        let rpm =
            "a database of RPM in Berkeley DB (/var/lib/rpm/Packages), which platy does not read";
        let words = |a, b| PackagesDiff::of(a, b).words();
        assert_eq!(words(&debian, &of_rpm), format!("not compared: B has no SBOM, and {rpm}"));
        assert_eq!(of_rpm.origin.words(), format!("no SBOM; {rpm}"));
        databases.installed.push(one("deb", "a@1"));
        let of_both = PackageList::of_databases(&databases).origin.words();
        assert_eq!(of_both, format!("no SBOM; the database of dpkg; and {rpm}"));
        let none = "not compared: A has no SBOM, and no database of dpkg, apk or RPM";
        assert_eq!(words(&nothing, &debian), none);
        let mixed = PackagesDiff::of(&sbom("syft", "deb/a@1"), &debian);
        assert_eq!(mixed.words(), "the same packages; only packages of type deb are compared");
    }

    #[test]
    fn names_from_outside_are_harmless() {
        let diff = PackagesDiff::of(&sbom("x", ""), &sbom("x", "npm/%1B[31m@1%0A2"));
        let text = diff.table(80).join("\n");
        assert!(!text.contains('\u{1b}') && text.lines().count() == 2, "{text:?}");
    }
}
