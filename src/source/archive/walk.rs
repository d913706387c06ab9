//! Finding every file of an archive, without reading what lies between the headers.

use std::fs::File;

use tar::EntryType;

use super::Limits;
use super::entries::Entries;
use super::paths::{Outside, entry_name};
use crate::oci::tarball::{Input, Member, Parts, Trouble, Walk};
use crate::oci::{Class, Failure};
use crate::source::layout::{io_failure, read_exact_at};
use crate::source::workers::Stop;

/// Finds every file of a tar. `subject` is the path, for messages.
pub(super) fn walk(
    file: &File,
    subject: &str,
    limits: Limits,
    stop: &Stop,
) -> Result<Entries, Failure> {
    let end = file.metadata().map_err(|error| io_failure(subject, &error))?.len();
    let mut walk = Walk::new(Positioned { file, subject, position: 0, end });
    let mut finder = Finder { subject, limits, entries: Entries::default(), names: 0 };
    let mut count = 0;
    while let Some(member) = walk.next().map_err(|trouble| finder.trouble(trouble))? {
        if stop.requested() {
            return Err(Failure::new(Class::Cancelled, subject, "the reading was given up"));
        }
        count += 1;
        if count > limits.entries {
            return Err(finder.too_large(format!("it has more than {} entries", limits.entries)));
        }
        finder.note(member)?;
    }
    Ok(finder.entries)
}

/// A file that is read by position: what is passed over costs nothing.
struct Positioned<'a> {
    file: &'a File,
    subject: &'a str,
    position: u64,
    end: u64,
}

impl Input for Positioned<'_> {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        let left = usize::try_from(self.end - self.position).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        read_exact_at(self.file, buffer.get_mut(..wanted).unwrap_or_default(), self.position)
            .map_err(|error| io_failure(self.subject, &error))?;
        self.position += wanted as u64;
        Ok(wanted)
    }

    fn skip(&mut self, count: u64) -> Result<u64, Failure> {
        let skipped = count.min(self.end - self.position);
        self.position += skipped;
        Ok(skipped)
    }
}

struct Finder<'a> {
    subject: &'a str,
    limits: Limits,
    entries: Entries,
    /// Bytes of all names so far.
    names: usize,
}

impl Finder<'_> {
    fn note(&mut self, member: Member) -> Result<(), Failure> {
        let kind = member.kind();
        if member.parts != Parts::All {
            return Err(Failure::new(
                Class::Unsupported,
                self.subject,
                format!("its entry before byte {} is a sparse file", member.data),
            )
            .with_next("write the archive anew without sparse files"));
        }
        let is_folder = member.is_folder();
        // Nothing names such a file: every name comes from JSON.
        let Ok(path) = String::from_utf8(member.path) else { return Ok(()) };
        let name = entry_name(&path).map_err(|_: Outside| self.outside(&path))?;
        if name.is_empty() || is_folder {
            return Ok(());
        }
        self.names += name.len();
        let fresh = match kind {
            EntryType::Regular | EntryType::Continuous => {
                self.entries.add_file(name, member.data, member.stored)
            }
            EntryType::Symlink | EntryType::Link => {
                let target = String::from_utf8(member.link).unwrap_or_default();
                self.names += target.len();
                if kind == EntryType::Link {
                    self.entries.add_hard_link(name, target)
                } else {
                    self.entries.add_symbolic_link(name, target)
                }
            }
            _ => true,
        };
        if !fresh {
            return Err(self.malformed(format!("it holds two entries named {path:?}")));
        }
        if self.names > self.limits.names {
            return Err(self.too_large(format!(
                "its names have more than {} bytes in all",
                self.limits.names
            )));
        }
        Ok(())
    }

    fn trouble(&self, trouble: Trouble) -> Failure {
        match trouble {
            Trouble::Input(failure) => failure,
            Trouble::Damage(damage) if damage.is_limit() => self.too_large(damage.to_string()),
            Trouble::Damage(damage) => self.malformed(damage.to_string()),
        }
    }

    fn outside(&self, name: &str) -> Failure {
        let detail = format!("it holds an entry with a name that leads outside, {name:?}");
        Failure::new(Class::Malformed, self.subject, detail)
            .with_next("no archiver of images writes such names: do not trust this file")
    }

    fn malformed(&self, detail: String) -> Failure {
        Failure::new(Class::Malformed, self.subject, detail)
            .with_next("it is damaged or no archive of images; get it anew")
    }

    fn too_large(&self, detail: String) -> Failure {
        Failure::new(Class::TooLarge, self.subject, detail)
            .with_next("this is far more than an image needs: do not trust this file")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tar::Header;

    use super::*;

    fn walked(tar: &[u8], limits: Limits) -> Result<Entries, Failure> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(tar).unwrap();
        walk(&file, "a.tar", limits, &Stop::default())
    }

    fn tar_of(names: &[&str]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for name in names {
            let mut header = Header::new_gnu();
            header.set_size(4);
            tar.append_data(&mut header, name, &b"data"[..]).unwrap();
        }
        tar.into_inner().unwrap()
    }

    #[test]
    fn long_names_of_both_kinds_are_read() {
        let long = "n/".repeat(200) + "file";
        let gnu = tar_of(&[&long, "short"]);
        assert_eq!(walked(&gnu, Limits::default()).unwrap().find(&long).unwrap(), Some((1536, 4)));

        let mut tar = tar::Builder::new(Vec::new());
        let size = "4";
        tar.append_pax_extensions([("path", long.as_bytes()), ("size", size.as_bytes())]).unwrap();
        let mut header = Header::new_ustar();
        // The real size is in the extended header, as for files beyond 8 GiB.
        header.set_size(0);
        header.set_path("cut off").unwrap();
        header.set_cksum();
        tar.append(&header, &b""[..]).unwrap();
        let mut pax = tar.into_inner().unwrap();
        pax.truncate(pax.len() - 1024);
        pax.extend_from_slice(&[7; 512]);
        pax.extend(tar_of(&["short"]));
        let entries = walked(&pax, Limits::default()).unwrap();
        assert_eq!(entries.find(&long).unwrap().map(|(_, len)| len), Some(4));
        assert!(entries.find("short").unwrap().is_some());
        assert_eq!(entries.find("cut off").unwrap(), None);
    }

    #[test]
    fn limits_hold() {
        let tar = tar_of(&["one", "two", "three"]);
        let few = Limits { entries: 2, ..Limits::default() };
        assert_eq!(walked(&tar, few).unwrap_err().class, Class::TooLarge);
        let short = Limits { names: 10, ..Limits::default() };
        assert_eq!(walked(&tar, short).unwrap_err().class, Class::TooLarge);
        let enough = Limits { entries: 3, names: 11, ..Limits::default() };
        assert!(walked(&tar, enough).is_ok());
    }

    #[test]
    fn work_that_nobody_waits_for_ends() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&tar_of(&["one"])).unwrap();
        let stop = Stop::default();
        stop.request();
        let failure = walk(&file, "a.tar", Limits::default(), &stop).unwrap_err();
        assert_eq!(failure.class, Class::Cancelled);
    }
}
