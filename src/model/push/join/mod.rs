//! A writer that joins a list which others write too.
//!
//! Registries have no compare-and-swap: between the look at a tag and the request that writes it
//! another writer may write, and what that one wrote is gone. So a writer looks again after twice
//! the longest request, and writes again if its entry is not there; it is done when the tag has
//! held one list, with its entry in it, from one look to the next. As long as no request of any
//! writer takes longer than half of that pause, nobody's entry is lost: who writes after the
//! second look has read the list after the first one, with the entry in it.

#[cfg(test)]
mod tests;

use std::time::Duration;

/// The most times that a writer begins anew before it gives up.
const MOST: usize = 100;
/// The least pause between two looks: what a journal and a busy machine take.
const LEAST: Duration = Duration::from_millis(500);

/// What a writer does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It reads the tag.
    Look,
    /// It reads the tag after this long.
    LookAfter(Duration),
    /// It adds its entries to what it read, and writes the tag if that has not moved.
    Write,
    /// Its entries are in the list to stay.
    Done,
    /// It has begun anew too often.
    GiveUp,
}

/// One writer. `D` is the digest of a list.
#[derive(Debug, Clone)]
pub struct Join<D> {
    least: Duration,
    longest: Duration,
    /// The list with its entries in it that the last look, or its own request, left there.
    held: Option<D>,
    begun: usize,
}

impl<D: PartialEq> Default for Join<D> {
    fn default() -> Self {
        Self::with_least(LEAST)
    }
}

impl<D: PartialEq> Join<D> {
    /// A writer with another least pause.
    #[must_use]
    pub fn with_least(least: Duration) -> Self {
        Self { least, longest: Duration::ZERO, held: None, begun: 0 }
    }

    /// Notes how long a request took.
    pub fn took(&mut self, time: Duration) {
        self.longest = self.longest.max(time);
    }

    /// The pause between two looks.
    #[must_use]
    pub fn pause(&self) -> Duration {
        (self.longest * 2).max(self.least)
    }

    /// After a look: what the tag holds, and whether all entries of this writer are in it.
    pub fn looked(&mut self, found: D, is_in: bool) -> Next {
        if !is_in {
            self.held = None;
            self.begun += 1;
            return if self.begun > MOST { Next::GiveUp } else { Next::Write };
        }
        if self.held.as_ref() == Some(&found) {
            return Next::Done;
        }
        self.held = Some(found);
        Next::LookAfter(self.pause())
    }

    /// After the tag was written, and read back with the list in it.
    pub fn wrote(&mut self, list: D) -> Next {
        self.held = Some(list);
        Next::LookAfter(self.pause())
    }

    /// After the tag was found to have moved before, or since, it was written.
    pub fn moved(&mut self) -> Next {
        self.held = None;
        Next::Look
    }
}
