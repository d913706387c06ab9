//! How much memory the files of images may take together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that listings take of what is there, and give back when they are dropped. Clones are the
/// same room.
#[derive(Debug, Clone)]
pub struct Room(Arc<AtomicUsize>);

/// The bytes that one listing has taken of a room; without a room it takes as many as it likes.
#[derive(Debug, Default)]
pub(super) struct Reservation {
    room: Option<Room>,
    bytes: usize,
}

impl Room {
    /// The bytes of a command's room: 800,000 files with short names, and what a comparison makes
    /// of them.
    pub const DEFAULT: usize = 120 << 20;

    /// A room of so many bytes.
    #[must_use]
    pub fn of(bytes: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(bytes)))
    }

    /// A reservation that has taken nothing of it so far.
    pub(super) fn reservation(&self) -> Reservation {
        Reservation { room: Some(self.clone()), bytes: 0 }
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::of(Self::DEFAULT)
    }
}

impl Reservation {
    /// Takes so many bytes more; whether they were there.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let Some(Room(left)) = &self.room else { return true };
        let taken =
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
        if taken.is_ok() {
            self.bytes += bytes;
        }
        taken.is_ok()
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(Room(left)) = &self.room {
            left.fetch_add(self.bytes, Ordering::Relaxed);
        }
    }
}
