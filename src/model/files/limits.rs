//! How much a layer may ask of this machine.

/// Limits of the reading of one layer; what exceeds one is a failure of class `TooLarge` that
/// names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that a layer may have when decompressed.
    pub decompressed: u64,
    /// How many times its compressed size a layer may grow to. It is not looked at in the first
    /// [`Limits::ratio_from`] bytes.
    pub ratio: u64,
    /// From how many decompressed bytes on the ratio counts: short layers of zeros are harmless.
    pub ratio_from: u64,
    /// The most bytes of the holes of sparse files that are filled, of all of a layer's together:
    /// holes cost nothing to store.
    pub holes: u64,
    /// The most entries that are walked.
    pub entries: u64,
    /// The most entries that a listing keeps; what comes after them is counted and left out.
    pub listed: usize,
    /// The most bytes of all names together that a listing keeps.
    pub names: usize,
    /// The most bytes of one name. Linux takes 4096.
    pub name: usize,
    /// The most bytes of a table of contents.
    pub table: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            decompressed: 64 << 30,
            ratio: 200,
            ratio_from: 1 << 30,
            holes: 1 << 30,
            entries: 5_000_000,
            listed: 400_000,
            names: 48 << 20,
            name: 64 << 10,
            table: 64 << 20,
        }
    }
}
