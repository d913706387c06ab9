//! The maps of sparse files (GNU tar manual, "Storing Sparse Files"), in the old form and in the
//! forms 0.0, 0.1 and 1.0 of extended headers.

use tar::GnuSparseHeader;

/// The most runs that are kept; a map of more is not used.
const MOST: usize = 1 << 16;

/// Bytes of a file that are stored. What lies between two runs is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Where in the file they belong.
    pub(crate) at: u64,
    /// How many they are; never 0.
    pub(crate) length: u64,
}

/// Which parts of a file follow its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parts {
    /// All of it.
    All,
    /// These, one after the other: ascending, apart, and as long together as what follows.
    Runs(Vec<Run>),
    /// Some, but the map that says which is damaged or too long.
    Unclear,
}

/// A map as it is read.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Map {
    runs: Vec<Run>,
    /// A position whose length is to come.
    at: Option<u64>,
    damaged: bool,
}

impl Map {
    /// A map that cannot be used.
    pub(super) fn damaged() -> Self {
        Self { damaged: true, ..Self::default() }
    }

    /// Takes the next number: positions and lengths by turns.
    pub(super) fn add(&mut self, number: u64) {
        match self.at.take() {
            None => self.at = Some(number),
            // The last run of most maps has no length: it only says where the file ends.
            Some(_) if number == 0 => {}
            Some(at) if self.runs.len() < MOST => self.runs.push(Run { at, length: number }),
            Some(_) => self.damaged = true,
        }
    }

    /// Takes the runs of a header of the old form; those after the last are empty.
    pub(super) fn add_old(&mut self, runs: &[GnuSparseHeader]) {
        for run in runs.iter().take_while(|run| !run.is_empty()) {
            match (run.offset(), run.length()) {
                (Ok(at), Ok(length)) => [at, length].into_iter().for_each(|it| self.add(it)),
                _ => self.damaged = true,
            }
        }
    }

    /// Which parts these are, of a file of this size of which so many bytes are stored.
    pub(super) fn parts(self, size: u64, stored: u64) -> Parts {
        let mut end = 0;
        let mut sum: u64 = 0;
        for run in &self.runs {
            let Some(next) = run.at.checked_add(run.length).filter(|_| run.at >= end) else {
                return Parts::Unclear;
            };
            // Runs are apart, so that their sum is no larger than the last end.
            sum += run.length;
            end = next;
        }
        if self.damaged || self.at.is_some() || end > size || sum != stored {
            return Parts::Unclear;
        }
        Parts::Runs(self.runs)
    }
}

/// The map before the content in the form 1.0: how many runs there are, then their numbers, each
/// in decimal digits with a line feed; filled up to a whole block.
#[derive(Debug, Default)]
pub(super) struct Lines {
    map: Map,
    /// How many numbers are still to come; `None` before that is known.
    left: Option<u64>,
    number: Option<u64>,
}

impl Lines {
    /// Reads the next block; the map, once it is whole or known to be damaged.
    pub(super) fn read(&mut self, block: &[u8]) -> Option<Map> {
        for byte in block {
            match (byte, self.number.take()) {
                (b'0'..=b'9', before) => {
                    let number = before.unwrap_or(0).checked_mul(10);
                    let number = number.and_then(|it| it.checked_add(u64::from(byte - b'0')));
                    if number.is_none() {
                        return Some(Map::damaged());
                    }
                    self.number = number;
                }
                (b'\n', Some(number)) => {
                    match &mut self.left {
                        None if number > MOST as u64 => return Some(Map::damaged()),
                        None => self.left = Some(2 * number),
                        Some(left) => {
                            *left -= 1;
                            self.map.add(number);
                        }
                    }
                    if self.left == Some(0) {
                        return Some(std::mem::take(&mut self.map));
                    }
                }
                _ => return Some(Map::damaged()),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(numbers: &[u64]) -> Map {
        let mut map = Map::default();
        numbers.iter().for_each(|number| map.add(*number));
        map
    }

    #[test]
    fn runs_are_apart_and_as_long_as_what_is_stored() {
        let run = |at, length| Run { at, length };
        for (numbers, size, stored, expected) in [
            (&[][..], 9, 0, Some(vec![])),
            (&[0, 2, 4, 3, 9, 0], 9, 5, Some(vec![run(0, 2), run(4, 3)])),
            (&[0, 2, 2, 3], 5, 5, Some(vec![run(0, 2), run(2, 3)])),
            (&[0, 2, 1, 3], 9, 5, None),
            (&[4, 3, 0, 2], 9, 5, None),
            (&[4, 3], 6, 3, None),
            (&[4, 3], 9, 4, None),
            (&[4, 3, 8], 9, 3, None),
            (&[u64::MAX, 3], u64::MAX, 3, None),
        ] {
            let expected = expected.map_or(Parts::Unclear, Parts::Runs);
            assert_eq!(map(numbers).parts(size, stored), expected, "{numbers:?}");
        }
        assert_eq!(Map::damaged().parts(0, 0), Parts::Unclear);
        let many: Vec<u64> = (0..=MOST as u64).flat_map(|at| [2 * at, 1]).collect();
        assert_eq!(map(&many).parts(u64::MAX, MOST as u64 + 1), Parts::Unclear);
    }

    #[test]
    fn lines_may_cross_blocks() {
        let text = b"2\n10\n20\n30\n40\n\0\0";
        for cut in 0..text.len() - 3 {
            let mut lines = Lines::default();
            assert_eq!(lines.read(&text[..cut]), None, "{cut}");
            assert_eq!(lines.read(&text[cut..]), Some(map(&[10, 20, 30, 40])));
        }
        assert_eq!(Lines::default().read(b"0\n\0"), Some(Map::default()));
        for bad in [&b"\n"[..], b"x", b"1\n\n", b"1\n-1\n", b"65537\n", b"99999999999999999999\n"] {
            assert_eq!(Lines::default().read(bad), Some(Map::damaged()));
        }
    }
}
