//! The headers of a tar file, one after the other, without reading what lies between them.
//!
//! The `tar` crate reads the headers; the walk is ours because the crate's keeps long names whole
//! in memory, however long they claim to be.

use std::fs::File;
use std::io;

use tar::{EntryType, Header};

use super::Limits;
use super::entries::Entries;
use super::paths::{Outside, entry_name};
use super::pax::{self, Extended};
use crate::oci::{Class, Failure};
use crate::source::layout::{io_failure, read_exact_at};
use crate::source::workers::Stop;

const BLOCK: u64 = 512;
/// The longest extended header or long name that is read, in bytes.
const MAX_EXTENDED: u64 = 1 << 20;

/// Finds every file of a tar. `subject` is the path, for messages.
pub(super) fn walk(
    file: &File,
    subject: &str,
    limits: Limits,
    stop: &Stop,
) -> Result<Entries, Failure> {
    let end = file.metadata().map_err(|error| io_failure(subject, &error))?.len();
    let mut walk =
        Walk { file, subject, limits, end, position: 0, pending: Extended::default(), names: 0 };
    let mut entries = Entries::default();
    let mut count = 0;
    while let Some(header) = walk.header()? {
        if stop.requested() {
            return Err(Failure::new(Class::Cancelled, subject, "the reading was given up"));
        }
        count += 1;
        if count > limits.entries {
            return Err(walk.too_large(format!("it has more than {} entries", limits.entries)));
        }
        walk.take(&header, &mut entries)?;
    }
    Ok(entries)
}

struct Walk<'a> {
    file: &'a File,
    subject: &'a str,
    limits: Limits,
    /// The length of the file.
    end: u64,
    /// Where the next header is.
    position: u64,
    /// What the headers so far say of the entry to come.
    pending: Extended,
    /// Bytes of all names so far.
    names: usize,
}

impl Walk<'_> {
    /// The next header; `None` at the end. Some writers leave the end marker out.
    fn header(&mut self) -> Result<Option<Header>, Failure> {
        if self.position == self.end && self.position > 0 {
            return Ok(None);
        }
        let mut block = [0; BLOCK as usize];
        if self.end - self.position < BLOCK {
            return Err(self.malformed(match self.position {
                0 => "it is no tar archive: it is too short".to_owned(),
                at => format!("it ends too early, in the header at byte {at}"),
            }));
        }
        self.read(&mut block, self.position)?;
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let header = Header::from_byte_slice(&block);
        if header.cksum().ok() != Some(checksum(&block)) {
            return Err(self.malformed(match self.position {
                0 => "it is no tar archive".to_owned(),
                at => format!("its header at byte {at} is damaged"),
            }));
        }
        Ok(Some(header.clone()))
    }

    /// Notes the entry and goes on to the next header.
    fn take(&mut self, header: &Header, entries: &mut Entries) -> Result<(), Failure> {
        let kind = header.entry_type();
        let data = self.position + BLOCK;
        let len = self.data_len(header, kind)?;
        let padded = len.checked_next_multiple_of(BLOCK).and_then(|len| data.checked_add(len));
        match padded {
            Some(next) if next <= self.end => self.position = next,
            _ => {
                return Err(self.malformed(format!(
                    "it ends too early: the entry at byte {} claims {len} bytes, {} are left",
                    self.position,
                    self.end - data
                )));
            }
        }
        match kind {
            EntryType::GNULongName => self.pending.path = Some(self.long_name(data, len)?),
            EntryType::GNULongLink => self.pending.link = Some(self.long_name(data, len)?),
            EntryType::XHeader => {
                let records = self.extended(data, len)?;
                self.pending = pax::parse(&records).ok_or_else(|| {
                    self.malformed(format!("its extended header at byte {data} is malformed"))
                })?;
            }
            EntryType::XGlobalHeader => {}
            EntryType::GNUSparse => {
                return Err(Failure::new(
                    Class::Unsupported,
                    self.subject,
                    format!("its entry at byte {} is a sparse file", data - BLOCK),
                )
                .with_next("write the archive anew without sparse files"));
            }
            _ => self.note(header, kind, data, len, entries)?,
        }
        Ok(())
    }

    fn note(
        &mut self,
        header: &Header,
        kind: EntryType,
        data: u64,
        len: u64,
        entries: &mut Entries,
    ) -> Result<(), Failure> {
        let extended = std::mem::take(&mut self.pending);
        let path = extended.path.unwrap_or_else(|| header.path_bytes().into_owned());
        // Nothing names such a file: every name comes from JSON.
        let Ok(path) = String::from_utf8(path) else { return Ok(()) };
        let name = entry_name(&path).map_err(|outside| self.outside(&path, outside))?;
        // Before POSIX a folder was told by its name alone.
        let is_folder = kind.is_dir() || path.ends_with('/');
        if name.is_empty() || is_folder {
            return Ok(());
        }
        let target = || {
            let link = extended.link.or_else(|| header.link_name_bytes().map(Into::into));
            String::from_utf8(link.unwrap_or_default()).unwrap_or_default()
        };
        self.names += name.len();
        let fresh = match kind {
            EntryType::Regular | EntryType::Continuous => entries.add_file(name, data, len),
            EntryType::Symlink | EntryType::Link => {
                let target = target();
                self.names += target.len();
                if kind == EntryType::Link {
                    entries.add_hard_link(name, target)
                } else {
                    entries.add_symbolic_link(name, target)
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

    /// How many bytes follow the header. Types that have no content are not followed by any,
    /// whatever their size field says (as Go's `archive/tar`, which writes Docker's archives).
    fn data_len(&self, header: &Header, kind: EntryType) -> Result<u64, Failure> {
        if kind.is_dir()
            || kind.is_symlink()
            || kind.is_hard_link()
            || kind.is_character_special()
            || kind.is_block_special()
            || kind.is_fifo()
        {
            return Ok(0);
        }
        let own = header.entry_size().map_err(|_| {
            self.malformed(format!("its header at byte {} has no usable size", self.position))
        })?;
        let is_extension = kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions()
            || kind.is_gnu_longname()
            || kind.is_gnu_longlink();
        Ok(self.pending.size.filter(|_| !is_extension).unwrap_or(own))
    }

    fn long_name(&self, data: u64, len: u64) -> Result<Vec<u8>, Failure> {
        let mut name = self.extended(data, len)?;
        let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
        name.truncate(end);
        Ok(name)
    }

    fn extended(&self, data: u64, len: u64) -> Result<Vec<u8>, Failure> {
        if len > MAX_EXTENDED {
            return Err(self.too_large(format!(
                "its extended header at byte {data} has {len} bytes; at most {MAX_EXTENDED} are \
                 read"
            )));
        }
        let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
        self.read(&mut bytes, data)?;
        Ok(bytes)
    }

    fn read(&self, buffer: &mut [u8], position: u64) -> Result<(), Failure> {
        read_exact_at(self.file, buffer, position)
            .map_err(|error: io::Error| io_failure(self.subject, &error))
    }

    fn outside(&self, name: &str, outside: Outside) -> Failure {
        let how = match outside {
            Outside::Absolute => "an absolute name",
            Outside::Climbs => "a name that leads outside",
        };
        Failure::new(
            Class::Malformed,
            self.subject,
            format!("it holds an entry with {how}, {name:?}"),
        )
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

/// The sum of the header's bytes, those of the checksum itself counted as spaces.
fn checksum(block: &[u8; BLOCK as usize]) -> u32 {
    let sum = |range: std::ops::Range<usize>| {
        block.get(range).unwrap_or_default().iter().map(|byte| u32::from(*byte)).sum::<u32>()
    };
    sum(0..148) + 8 * u32::from(b' ') + sum(156..512)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

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
        // The real size stands in the extended header, as for files beyond 8 GiB.
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

        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::GNULongName);
        header.set_size(MAX_EXTENDED + 1);
        header.set_cksum();
        let mut tar = header.as_bytes().to_vec();
        tar.resize(tar.len() + (MAX_EXTENDED as usize) + 512, b'n');
        assert_eq!(walked(&tar, Limits::default()).unwrap_err().class, Class::TooLarge);
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

    proptest! {
        #[test]
        fn a_damaged_archive_never_panics(
            changes in proptest::collection::vec((0_usize..3072, any::<u8>()), 1..8),
            length in 0_usize..3072,
        ) {
            let long = "n/".repeat(60) + "file";
            let mut tar = tar_of(&["one", &long]);
            for (at, byte) in changes {
                if let Some(found) = tar.get_mut(at) {
                    *found = byte;
                }
            }
            // So that damage is looked at and not only refused.
            for block in tar.chunks_exact_mut(512) {
                let block: &mut [u8; 512] = block.try_into().unwrap();
                let sum = format!("{:06o}\0 ", checksum(block));
                if block.iter().any(|byte| *byte != 0) {
                    block[148..156].copy_from_slice(sum.as_bytes());
                }
            }
            tar.truncate(length);
            let _ = walked(&tar, Limits::default());
        }
    }
}
