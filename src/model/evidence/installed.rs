//! The package databases of images: dpkg's and apk's.

/// A package that a database says is installed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Installed {
    /// Which database: `deb` or `apk`, as package URLs have it.
    pub kind: &'static str,
    /// The name.
    pub name: Box<str>,
    /// The version, with its epoch.
    pub version: Box<str>,
    /// The architecture.
    pub architecture: Box<str>,
}

/// How many packages of one image are read. Of a database with more one more is read, which shows it.
pub const MOST_INSTALLED: usize = 250_000;

/// Where images keep their databases: dpkg's file and the folder of distroless images, apk's place
/// and the one of Alpine since 3.23.
pub const DPKG_STATUS: &str = "var/lib/dpkg/status";
/// The folder with a file for each package (distroless).
pub const DPKG_FOLDER: &str = "var/lib/dpkg/status.d";
/// The places of apk's database, the newest last.
pub const APK_INSTALLED: [&str; 2] = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

/// Reads dpkg's database (dpkg 1.22, `deb822(5)`): a package counts if its status ends in
/// `installed`, or says that only triggers have not run (dpkg(1), "Package states"); one that is
/// removed and has left its settings behind (`config-files`) does not. The files of distroless images
/// have no status.
#[must_use]
pub fn dpkg(text: &str) -> Vec<Installed> {
    let mut found = Vec::new();
    for paragraph in paragraphs(text) {
        let field = |name: &str| field(paragraph, name);
        let Some(name) = field("Package") else { continue };
        let is_installed = match field("Status") {
            Some(status) => status.split_ascii_whitespace().last().is_some_and(is_state),
            None => true,
        };
        if is_installed && found.len() <= MOST_INSTALLED {
            found.push(Installed {
                kind: "deb",
                name: name.into(),
                version: field("Version").unwrap_or_default().into(),
                architecture: field("Architecture").unwrap_or_default().into(),
            });
        }
    }
    found
}

/// Whether a package of this state is installed and configured.
fn is_state(state: &str) -> bool {
    matches!(state, "installed" | "triggers-awaited" | "triggers-pending")
}

/// Reads apk's database (apk-tools 2 and 3, `apk-package.5`: a letter, a colon, the value).
#[must_use]
pub fn apk(text: &str) -> Vec<Installed> {
    let mut found = Vec::new();
    for paragraph in paragraphs(text) {
        let field = |letter: &str| {
            paragraph.lines().find_map(|line| line.strip_prefix(letter)?.strip_prefix(':'))
        };
        let Some(name) = field("P") else { continue };
        if found.len() <= MOST_INSTALLED {
            found.push(Installed {
                kind: "apk",
                name: name.trim().into(),
                version: field("V").unwrap_or_default().trim().into(),
                architecture: field("A").unwrap_or_default().trim().into(),
            });
        }
    }
    found
}

/// The parts of a text between empty lines.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end_matches(['\n', '\r', ' ', '\t']).is_empty() {
                let (paragraph, after) = (rest.get(..at)?, rest.get(at + line.len()..)?);
                rest = after;
                return Some(paragraph);
            }
            at += line.len();
        }
        Some(std::mem::take(&mut rest))
    })
}

/// The first line of a field; names are the same in any case.
fn field<'a>(paragraph: &'a str, name: &str) -> Option<&'a str> {
    paragraph.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: &[Installed]) -> Vec<String> {
        let line = |it: &Installed| format!("{} {} {}", it.name, it.version, it.architecture);
        found.iter().map(line).collect()
    }

    #[test]
    fn what_dpkg_has_installed_counts() {
        let text = "Package: zlib1g\nStatus: install ok installed\nArchitecture: amd64\n\
                    Version: 1:1.2.13.dfsg-1\nDescription: library\n Package: not one\n\n\
                    Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n\n\
                    Package: held\nStatus: hold ok installed\nVersion: 2\nArchitecture: all\n\n\
                    Package: waits\nStatus: install ok triggers-pending\nVersion: 6\n\n\
                    Package: broken\nStatus: install ok half-installed\nVersion: 3\n\
                    \nVersion: 4\n\nPackage: tzdata\nVersion: 5\nArchitecture: all";
        assert_eq!(
            lines(&dpkg(text)),
            ["zlib1g 1:1.2.13.dfsg-1 amd64", "held 2 all", "waits 6 ", "tzdata 5 all"]
        );
        assert_eq!(dpkg(""), []);
    }

    #[test]
    fn what_apk_has_installed_counts() {
        let text = "C:Q1xx\nP:musl\nV:1.2.5-r0\nA:aarch64\nF:lib\nR:ld-musl.so\n\n\
                    P:tzdata\r\nV:2024b-r0\r\nA:noarch\r\n\r\nV:1\n\n";
        assert_eq!(lines(&apk(text)), ["musl 1.2.5-r0 aarch64", "tzdata 2024b-r0 noarch"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[A-Za-z: \n\r\t.]{0,300}") {
            let _ = (dpkg(&text), apk(&text));
        }
    }
}
