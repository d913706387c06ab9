//! The walk from one header to the next.

use bytes::Bytes;
use tar::{EntryType, GnuExtSparseHeader, GnuHeader, Header};

use super::damage::MAX_EXTENDED;
use super::extended::{self, Extended};
use super::sparse::{Lines, Map};
use super::{Damage, Input, Member, Parts, Pieces, Trouble};

const BLOCK: u64 = 512;

/// A tar that is walked.
#[derive(Debug)]
pub(crate) struct Walk<I> {
    input: I,
    /// How far the input was read.
    position: u64,
    /// Content of the current entry that was not read yet.
    left: u64,
    /// What fills its last block.
    padding: u64,
    /// The current entry's header, and how much content it claims.
    current: (u64, u64),
    pending: Pending,
}

/// What the headers so far say of the entry to come.
#[derive(Debug, Default)]
struct Pending {
    extended: Extended,
    /// GNU's long names; they go before the extended header's, as in Go's `archive/tar`.
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

impl<I: Input> Walk<I> {
    /// A walk from the start.
    pub(crate) fn new(input: I) -> Self {
        Self {
            input,
            position: 0,
            left: 0,
            padding: 0,
            current: (0, 0),
            pending: Pending::default(),
        }
    }

    /// The next entry; what was not read of the one before is passed over. `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Member>, Trouble> {
        loop {
            self.pass_over()?;
            let at = self.position;
            let Some(header) = self.header()? else { return Ok(None) };
            let kind = header.entry_type();
            let stored = self.stored(&header, kind, at)?;
            self.left = stored;
            self.padding = stored.next_multiple_of(BLOCK) - stored;
            self.current = (at, stored);
            match kind {
                EntryType::GNULongName => self.pending.path = Some(self.long_name()?),
                EntryType::GNULongLink => self.pending.link = Some(self.long_name()?),
                EntryType::XHeader => {
                    let data = self.position;
                    let records = self.extended()?;
                    self.pending.extended =
                        extended::parse(&records).ok_or(Damage::Extended { at: data })?;
                }
                EntryType::XGlobalHeader => {}
                _ => return self.member(header, stored).map(Some),
            }
        }
    }

    /// Reads content of the current entry; 0 at its end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Trouble> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let part = buffer.get_mut(..wanted).unwrap_or_default();
        let read = self.input.fill(part).map_err(Trouble::Input)?;
        self.position += read as u64;
        self.left -= read as u64;
        if read < wanted { Err(self.ends()) } else { Ok(read) }
    }

    /// The input, to read what follows the end.
    pub(crate) fn into_input(self) -> I {
        self.input
    }

    fn member(&mut self, header: Header, stored: u64) -> Result<Member, Trouble> {
        let Pending { extended, path, link } = std::mem::take(&mut self.pending);
        let mut size = stored;
        let mut map = extended.sparse;
        if map.is_some() {
            size = extended.sparse_size.unwrap_or(stored);
            if extended.sparse_map_follows {
                map = Some(self.sparse_lines()?);
            }
        }
        if header.entry_type() == EntryType::GNUSparse {
            map = Some(match header.as_gnu() {
                Some(gnu) => {
                    size = gnu.real_size().unwrap_or(stored);
                    self.sparse_blocks(gnu)?
                }
                // The type says so even in a header that is not GNU's and so has no map.
                None => Map::damaged(),
            });
        }
        Ok(Member {
            data: self.position,
            stored: self.left,
            parts: map.map_or(Parts::All, |map| map.parts(size, self.left)),
            path: path
                .or(extended.sparse_path)
                .or(extended.path)
                .unwrap_or_else(|| header.path_bytes().into_owned()),
            link: link
                .or(extended.link)
                .or_else(|| header.link_name_bytes().map(Into::into))
                .unwrap_or_default(),
            size,
            uid: extended.uid.or_else(|| header.uid().ok()).unwrap_or_default(),
            gid: extended.gid.or_else(|| header.gid().ok()).unwrap_or_default(),
            mtime: extended
                .mtime
                .or_else(|| header.mtime().ok().and_then(|time| time.try_into().ok()))
                .unwrap_or_default(),
            header,
        })
    }

    /// The map of a sparse file of the old form: the header's, and the blocks that did not fit
    /// into it.
    fn sparse_blocks(&mut self, header: &GnuHeader) -> Result<Map, Trouble> {
        let mut map = Map::default();
        map.add_old(&header.sparse);
        let mut more = header.is_extended();
        while more {
            let mut block = GnuExtSparseHeader::new();
            let at = self.position;
            let read = self.input.fill(block.as_mut_bytes()).map_err(Trouble::Input)?;
            self.position += read as u64;
            if (read as u64) < BLOCK {
                return Err(Damage::EndsInHeader { at }.into());
            }
            map.add_old(block.sparse());
            more = block.is_extended();
        }
        Ok(map)
    }

    /// The map of a sparse file that is before its content.
    fn sparse_lines(&mut self) -> Result<Map, Trouble> {
        let mut lines = Lines::default();
        let mut block = [0; BLOCK as usize];
        while self.read(&mut block)? == block.len() {
            if let Some(map) = lines.read(&block) {
                return Ok(map);
            }
        }
        Ok(Map::damaged())
    }

    /// The next header; `None` at the end. Some writers leave the end marker out.
    fn header(&mut self) -> Result<Option<Header>, Trouble> {
        let at = self.position;
        let mut block = [0; BLOCK as usize];
        let read = self.input.fill(&mut block).map_err(Trouble::Input)?;
        self.position += read as u64;
        match (at, read as u64) {
            (_, BLOCK) => {}
            (0, 0) => return Err(Damage::Empty.into()),
            (0, _) => return Err(Damage::TooShort.into()),
            (_, 0) => return Ok(None),
            _ => return Err(Damage::EndsInHeader { at }.into()),
        }
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let header = Header::from_byte_slice(&block);
        if header.cksum().ok() != Some(checksum(&block)) {
            return Err(if at == 0 { Damage::NoTar } else { Damage::Header { at } }.into());
        }
        Ok(Some(header.clone()))
    }

    /// How many bytes follow the header. Types that have no content are not followed by any,
    /// whatever their size field says (as Go's `archive/tar`, which most engines use).
    fn stored(&self, header: &Header, kind: EntryType, at: u64) -> Result<u64, Trouble> {
        if kind.is_dir()
            || kind.is_symlink()
            || kind.is_hard_link()
            || kind.is_character_special()
            || kind.is_block_special()
            || kind.is_fifo()
        {
            return Ok(0);
        }
        let no_size = || Trouble::from(Damage::NoSize { at });
        let own = header.entry_size().map_err(|_| no_size())?;
        let is_extension = kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions()
            || kind.is_gnu_longname()
            || kind.is_gnu_longlink();
        let size = self.pending.extended.size.filter(|_| !is_extension).unwrap_or(own);
        // The largest size of a file anywhere; positions cannot overflow below it.
        if size > i64::MAX as u64 - 2 * BLOCK - self.position.min(i64::MAX as u64 / 2) {
            return Err(no_size());
        }
        Ok(size)
    }

    fn long_name(&mut self) -> Result<Vec<u8>, Trouble> {
        let mut name = self.extended()?;
        let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
        name.truncate(end);
        Ok(name)
    }

    fn extended(&mut self) -> Result<Vec<u8>, Trouble> {
        if self.left > MAX_EXTENDED {
            return Err(Damage::LongExtended { at: self.position, length: self.left }.into());
        }
        let mut bytes = vec![0; usize::try_from(self.left).unwrap_or_default()];
        self.read(&mut bytes)?;
        Ok(bytes)
    }

    fn pass_over(&mut self) -> Result<(), Trouble> {
        let wanted = self.left + self.padding;
        if wanted == 0 {
            return Ok(());
        }
        let skipped = self.input.skip(wanted).map_err(Trouble::Input)?;
        self.position += skipped;
        self.left = self.left.saturating_sub(skipped);
        if skipped < wanted {
            return Err(self.ends());
        }
        self.padding = 0;
        Ok(())
    }

    fn ends(&self) -> Trouble {
        let (at, claimed) = self.current;
        let left = self.position.saturating_sub(at + BLOCK);
        Damage::EndsInEntry { at, claimed, left }.into()
    }
}

impl<I: Pieces> Walk<I> {
    /// The next piece, at most `most` bytes, of the current entry's content; empty at its end.
    pub(crate) fn piece(&mut self, most: u64) -> Result<Bytes, Trouble> {
        let wanted = self.left.min(most);
        if wanted == 0 {
            return Ok(Bytes::new());
        }
        let piece = self.input.piece(wanted).map_err(Trouble::Input)?;
        if piece.is_empty() {
            return Err(self.ends());
        }
        self.position += piece.len() as u64;
        self.left -= piece.len() as u64;
        Ok(piece)
    }
}

impl From<Damage> for Trouble {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

/// The sum of the header's bytes, those of the checksum itself counted as spaces.
pub(super) fn checksum(block: &[u8; BLOCK as usize]) -> u32 {
    let sum = |range: std::ops::Range<usize>| {
        block.get(range).unwrap_or_default().iter().map(|byte| u32::from(*byte)).sum::<u32>()
    };
    sum(0..148) + 8 * u32::from(b' ') + sum(156..512)
}

#[cfg(test)]
mod tests;
