//! What is written to a disk of an image's files, and what is not: nothing of it may lead out of the
//! folder that it is written in.

use std::collections::HashMap;
use std::fmt;

use super::{Entry, FileId, Files, Kind, Path, Target};
use crate::text::escape;

/// What is written of a file or folder of an image. Paths count from what is written; its own is
/// the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extraction {
    /// The folders, each behind the one that holds it.
    pub folders: Vec<Path>,
    /// The files.
    pub files: Vec<ExtractedFile>,
    /// The symbolic links.
    pub links: Vec<ExtractedLink>,
    /// What is not written: its path in the image, and why.
    pub left_out: Vec<(Path, LeftOut)>,
}

/// A file that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractedFile {
    /// Its name, and the others that hard links give it.
    pub names: Vec<Path>,
    /// The layer (from 0, the lowest) that has its content.
    pub layer: usize,
    /// The entry there.
    pub entry: Entry,
    /// Whether someone may run it.
    pub executable: bool,
}

/// A symbolic link that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractedLink {
    /// Where it is.
    pub path: Path,
    /// Where it points: never out of what is written.
    pub target: Target,
    /// Whether the image has an absolute target, which this relative one replaces.
    pub was_absolute: bool,
}

/// Why something of an image is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// A symbolic link that leads out of what is written, or may.
    Leads(Target),
    /// A hard link to a file that no layer has.
    Dangling(Path),
    /// A device or a pipe; the word.
    Special(&'static str),
}

/// A part of a sentence behind the path; escaped.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leads(target) => {
                let target = target.text();
                write!(
                    f,
                    "a symbolic link to {}, which leads out of what is written",
                    escape(&target)
                )
            }
            Self::Dangling(target) => write!(f, "a hard link to {target}, which no layer has"),
            Self::Special(word) => write!(f, "a {word}"),
        }
    }
}

impl Extraction {
    /// What is written of a file or folder and all that lies in it.
    #[must_use]
    pub fn of(files: &Files, from: FileId) -> Self {
        let mut plan = Self::default();
        let base = files.path(from);
        // Where the content of a file is, and its place in the plan.
        let mut known: HashMap<(usize, Path), usize> = HashMap::new();
        let mut open = vec![(from, Path::root())];
        while let Some((id, path)) = open.pop() {
            let Some(found) = files.get(id) else { continue };
            let entry = match &found.entry {
                Some(entry) if entry.kind != Kind::Folder => entry,
                _ => {
                    let inside = files.children(id).rev();
                    open.extend(inside.map(|it| (it, path.join(files.name(it)))));
                    plan.folders.push(path);
                    continue;
                }
            };
            let left_out = match (&entry.kind, &found.content) {
                (_, Some((layer, content))) => {
                    let place = (*layer, content.path.clone());
                    let at = *known.entry(place).or_insert(plan.files.len());
                    match plan.files.get_mut(at) {
                        Some(file) => file.names.push(path),
                        None => plan.files.push(ExtractedFile {
                            names: vec![path],
                            layer: *layer,
                            entry: content.clone(),
                            executable: content.is_executable(),
                        }),
                    }
                    continue;
                }
                (Kind::Symlink(target), None) => match within(&base, &path, target.as_bytes()) {
                    Some((target, was_absolute)) => {
                        plan.links.push(ExtractedLink { path, target, was_absolute });
                        continue;
                    }
                    None => LeftOut::Leads(target.clone()),
                },
                (Kind::HardLink(target), None) => LeftOut::Dangling(target.clone()),
                (kind, None) => LeftOut::Special(kind.word()),
            };
            plan.left_out.push((files.path(id), left_out));
        }
        plan
    }

    /// The bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.entry.size))
    }
}

/// The target that a link is written with, and whether the image's is absolute; `None` if it leads
/// out of what is written. `base` is what is written, `link` where the link is in it.
///
/// A link lies in a folder that is not a link, so that the `..` at the beginning of a target go up as
/// many folders as there are; what comes after them goes down, perhaps through links that do not
/// lead out either. A `..` behind a name could go up from wherever a link there leads.
fn within(base: &Path, link: &Path, target: &[u8]) -> Option<(Target, bool)> {
    let parts = || target.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b"."));
    let up = parts().take_while(|part| *part == b"..").count();
    if parts().skip(up).any(|part| part == b"..") || target.is_empty() {
        return None;
    }
    let depth = link.parts().count().checked_sub(1)?;
    if target.first() != Some(&b'/') {
        return (up <= depth).then(|| (Target::new(target), false));
    }
    // `..` stays at the root there.
    let mut below = parts().skip(up);
    if base.parts().any(|part| below.next() != Some(part)) {
        return None;
    }
    let mut relative: Vec<&[u8]> = vec![b".."; depth];
    relative.extend(below);
    if relative.is_empty() {
        relative.push(b".");
    }
    Some((Target::new(relative.join(&b'/')), true))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::files;
    use super::super::{Lookup, Resolved};
    use super::*;

    fn plan(layers: &[&str], from: &str) -> Extraction {
        let files = files(layers);
        let Lookup::Found(found) = files.lookup(&from.into()) else { panic!("{from}") };
        Extraction::of(&files, found.id)
    }

    #[test]
    fn links_stay_in_what_is_written() {
        for (base, link, target, expected) in [
            ("/", "/bin", "usr/bin", Some("usr/bin")),
            ("/", "/bin/sh", "/bin/busybox", Some("../bin/busybox")),
            ("/", "/a/b/c", "../../x", Some("../../x")),
            ("/", "/a/b/c", "../../../x", None),
            ("/", "/root", "/", Some(".")),
            ("/", "/a/root", "/", Some("..")),
            ("/", "/a", "", None),
            ("/", "/a", ".", Some(".")),
            ("/", "/a/l", "x/../../../etc", None),
            ("/", "/a/l", "/x/../../etc", None),
            ("/", "/a/l", "/../etc", Some("../etc")),
            ("/usr", "/bin/a", "/usr/lib/x", Some("../lib/x")),
            ("/usr", "/bin/a", "/etc/x", None),
            ("/usr", "/bin/a", "/usrx", None),
            ("/usr", "/bin/a", "../../etc/x", None),
            ("/usr", "/bin/a", "../lib/x", Some("../lib/x")),
        ] {
            let found = within(&base.into(), &link.into(), target.as_bytes());
            let found = found.map(|(target, _)| target.text());
            assert_eq!(found.as_deref(), expected, "{base} {link} {target}");
        }
    }

    #[test]
    fn what_is_written_is_what_the_layers_show_together() {
        let plan = plan(
            &[
                "usr/bin/a usr/bin/b=usr/bin/a usr/old etc/x",
                "-usr/old usr/new usr/l>/etc/x",
                "usr/h=no/such",
            ],
            "/usr",
        );
        let names = |paths: &[Path]| paths.iter().map(Path::text).collect::<Vec<_>>();
        assert_eq!(names(&plan.folders), ["/", "/bin"]);
        let files: Vec<_> = plan.files.iter().map(|it| (names(&it.names), it.layer)).collect();
        assert_eq!(
            files,
            [(vec!["/bin/a".to_owned(), "/bin/b".to_owned()], 0), (vec!["/new".to_owned()], 1)]
        );
        let left: Vec<String> =
            plan.left_out.iter().map(|(path, why)| format!("{path}: {why}")).collect();
        assert_eq!(
            left,
            [
                "/usr/h: a hard link to /no/such, which no layer has",
                "/usr/l: a symbolic link to /etc/x, which leads out of what is written",
            ]
        );
        assert_eq!(plan.bytes(), 16);
    }

    #[test]
    fn one_file_is_written_by_itself() {
        let plan = plan(&["etc/motd"], "/etc/motd");
        assert_eq!(plan.files[0].names, [Path::root()]);
        assert!(plan.folders.is_empty() && plan.links.is_empty());
    }

    proptest::proptest! {
        /// Whatever links there are, none that is written leads out, through however many others.
        #[test]
        fn no_link_leads_out(
            links in proptest::collection::vec(("[abc]{1}(/[abc]){0,2}", "(\\.\\./|/|[abc]/){0,4}[abc]"), 1..8),
        ) {
            let words: Vec<String> =
                links.iter().map(|(path, target)| format!("out/w/{path}>{target}")).collect();
            let image = files(&[&words.join(" ")]);
            let Lookup::Found(found) = image.lookup(&"out/w".into()) else { return Ok(()) };
            let plan = Extraction::of(&image, found.id);
            // The disk: two folders above what is written, so that a step out of it shows.
            let disk: Vec<String> = plan
                .links
                .iter()
                .map(|it| format!("disk/to{}>{}", it.path.text(), it.target.text()))
                .collect();
            let disk = files(&[&format!("disk/ disk/to/ {}", disk.join(" "))]);
            for link in &plan.links {
                let at = Path::from("disk/to").join(link.path.as_bytes());
                let end = match disk.resolve(&at, true) {
                    Resolved::Found(end, _) | Resolved::Missing(end) | Resolved::Unread(end) => end,
                    Resolved::Endless => continue,
                };
                proptest::prop_assert!(end.is_within(&"disk/to".into()), "{:?} to {end}", link);
            }
        }
    }
}
