//! How much an archive may ask of this machine.

/// Limits of one archive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The most entries, of whatever type.
    pub(crate) entries: usize,
    /// The most bytes of all names together.
    pub(crate) names: usize,
    /// The most bytes that a compressed archive may have when decompressed.
    pub(crate) decompressed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 100_000, names: 16 << 20, decompressed: 4 << 30 }
    }
}
