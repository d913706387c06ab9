//! The parts of a file that were read so far.

use std::cell::RefCell;
use std::ops::Range;

use object::read::ReadRef;

/// The most bytes that are asked for at once. Headers and notes are far smaller; the attributes
/// of an ARM program lie behind its debug information, which may be larger than is worth reading.
const MOST: u64 = 8 << 20;

/// Parts of a file, each at its offset, and the size of the whole.
#[derive(Debug, Default)]
pub struct Pieces {
    size: u64,
    parts: Vec<(u64, Vec<u8>)>,
    /// Ranges that cannot be had, although they lie in the file.
    refused: Vec<Range<u64>>,
    /// The first range that was asked for and is not there.
    missing: RefCell<Option<Range<u64>>>,
}

impl Pieces {
    /// A file of this size, of which nothing was read.
    #[must_use]
    pub fn new(size: u64) -> Self {
        Self { size, ..Self::default() }
    }

    /// A file that is there from its start; `size` is the size of the whole.
    #[must_use]
    pub fn head(head: impl Into<Vec<u8>>, size: u64) -> Self {
        let mut pieces = Self::new(size);
        pieces.add(0, head);
        pieces
    }

    /// The size of the whole file, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds what was read at this offset. What continues the part that was added last becomes one
    /// with it.
    pub fn add(&mut self, offset: u64, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        match self.parts.last_mut() {
            Some((at, part)) if *at + part.len() as u64 == offset => part.extend(bytes),
            _ => self.parts.push((offset, bytes)),
        }
    }

    /// Says that this range cannot be had.
    pub fn refuse(&mut self, range: Range<u64>) {
        self.refused.push(range);
    }

    /// The bytes of a range; if they are not there, the range is remembered as missing, or as
    /// not to be had where it lies outside of the file.
    pub(super) fn get(&self, offset: u64, size: u64) -> Option<&[u8]> {
        let end = offset.checked_add(size).filter(|end| *end <= self.size)?;
        if size == 0 {
            // Nothing is always there; asking for it would never end.
            return Some(&[]);
        }
        let found = self.parts.iter().find_map(|(at, bytes)| {
            let from = usize::try_from(offset.checked_sub(*at)?).ok()?;
            let to = from.checked_add(usize::try_from(size).ok()?)?;
            bytes.get(from..to)
        });
        if found.is_none() {
            let refused = |range: &Range<u64>| range.start < end && offset < range.end;
            if size <= MOST && !self.refused.iter().any(refused) {
                self.missing.borrow_mut().get_or_insert(offset..end);
            }
        }
        found
    }

    /// Where the part that was added last begins.
    pub(super) fn last_start(&self) -> u64 {
        self.parts.last().map_or(0, |(at, _)| *at)
    }

    /// The first bytes, at most this many, as far as the file goes.
    pub(super) fn start(&self, size: u64) -> Option<&[u8]> {
        self.get(0, size.min(self.size))
    }

    /// The first range that was asked for and is not there; forgets it.
    pub(super) fn take_missing(&self) -> Option<Range<u64>> {
        self.missing.borrow_mut().take()
    }
}

impl<'a> ReadRef<'a> for &'a Pieces {
    fn len(self) -> Result<u64, ()> {
        Ok(self.size)
    }

    fn read_bytes_at(self, offset: u64, size: u64) -> Result<&'a [u8], ()> {
        self.get(offset, size).ok_or(())
    }

    fn read_bytes_at_until(self, range: Range<u64>, delimiter: u8) -> Result<&'a [u8], ()> {
        let size = range.end.min(self.size).checked_sub(range.start).ok_or(())?;
        let bytes = self.get(range.start, size).ok_or(())?;
        let end = memchr::memchr(delimiter, bytes).ok_or(())?;
        bytes.get(..end).ok_or(())
    }
}
