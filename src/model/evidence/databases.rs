//! Which package databases an image has, and what they say.

use std::fmt;

use super::installed::Installed;
use crate::text::plural;

/// What the package databases of an image say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Databases {
    /// What dpkg and apk have installed.
    pub installed: Vec<Installed>,
    /// Databases of RPM. They are not read: no kept library reads them without one in C.
    pub unread: Vec<RpmDatabase>,
}

/// The types of packages whose databases are read, each with the program whose database it is.
pub const READ: [(&str, &str); 2] = [("deb", "dpkg"), ("apk", "apk")];
/// The type of packages whose databases are not read.
pub const UNREAD: &str = "rpm";
/// That an image has none, in words.
pub const NO_DATABASE: &str = "no database of dpkg, apk or RPM";

/// A database of RPM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpmDatabase {
    /// Its form.
    pub form: RpmForm,
    /// Where it is, from the root of the image: `/var/lib/rpm/rpmdb.sqlite`.
    pub path: Box<str>,
}

/// In which form RPM keeps its database (rpm 4.20, `lib/backend`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RpmForm {
    /// Fedora since 33, RHEL since 9.
    Sqlite,
    /// RPM's own; SUSE.
    Ndb,
    /// RHEL up to 8.
    BerkeleyDb,
}

/// Where RPM keeps its database: its own place, that of SUSE and of Fedora since 36, and that of
/// rpm-ostree.
const FOLDERS: [&str; 3] = ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"];
/// The file of each form.
const FILES: [(&str, RpmForm); 3] = [
    ("rpmdb.sqlite", RpmForm::Sqlite),
    ("Packages.db", RpmForm::Ndb),
    ("Packages", RpmForm::BerkeleyDb),
];

/// Where databases of RPM may be.
pub fn rpm_places() -> impl Iterator<Item = (String, RpmForm)> {
    FOLDERS.iter().flat_map(|folder| {
        FILES.iter().map(move |(file, form)| (format!("{folder}/{file}"), *form))
    })
}

impl fmt::Display for RpmDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.form {
            RpmForm::Sqlite => "SQLite",
            RpmForm::Ndb => "ndb",
            RpmForm::BerkeleyDb => "Berkeley DB",
        };
        write!(f, "a database of RPM in {form} ({})", self.path)
    }
}

impl Databases {
    /// What they say, in words: `12 packages by dpkg`.
    #[must_use]
    pub fn words(&self) -> String {
        let by = READ.into_iter().filter_map(|(kind, program)| {
            let count = self.installed.iter().filter(|it| it.kind == kind).count();
            (count > 0).then(|| format!("{} by {program}", plural(count, "package")))
        });
        let told: Vec<String> = by.chain(self.unread()).collect();
        match told.as_slice() {
            [] => NO_DATABASE.to_owned(),
            told => told.join("; "),
        }
    }

    /// What is there and not read, in words: `a database of RPM in SQLite
    /// (/var/lib/rpm/rpmdb.sqlite), which platy does not read`.
    #[must_use]
    pub fn unread(&self) -> Option<String> {
        let names: Vec<String> = self.unread.iter().map(ToString::to_string).collect();
        (!names.is_empty()).then(|| format!("{}, which platy does not read", names.join(" and ")))
    }
}
