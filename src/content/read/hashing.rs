//! Digests of what passes, computed on threads of their own: hashing costs as much as zstd does.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use bytes::Bytes;

use crate::content::Checksum;
use crate::content::entry::Summing;

/// How many chunks may wait to be hashed.
const DEPTH: usize = 16;

/// A digest that is being computed.
pub(super) enum Hashing {
    Beside(SyncSender<Bytes>, JoinHandle<Checksum>),
    /// Where no thread could be had.
    Here(Summing),
}

impl Hashing {
    pub(super) fn start() -> Self {
        let (sender, chunks) = sync_channel::<Bytes>(DEPTH);
        let thread = std::thread::Builder::new().name("hashing".to_owned()).spawn(move || {
            let mut summing = Summing::default();
            for chunk in chunks {
                summing.update(&chunk);
            }
            summing.finish()
        });
        match thread {
            Ok(thread) => Self::Beside(sender, thread),
            Err(_) => Self::Here(Summing::default()),
        }
    }

    pub(super) fn update(&mut self, chunk: Bytes) {
        match self {
            // The thread lives as long as this sender does.
            Self::Beside(sender, _) => drop(sender.send(chunk)),
            Self::Here(summing) => summing.update(&chunk),
        }
    }

    /// The checksum of everything; `None` where the thread broke off.
    pub(super) fn finish(self) -> Option<Checksum> {
        match self {
            Self::Beside(sender, thread) => {
                drop(sender);
                thread.join().ok()
            }
            Self::Here(summing) => Some(summing.finish()),
        }
    }
}

/// The checksums of the files of a layer, one after the other.
pub(super) struct FileSums(Option<(SyncSender<Step>, JoinHandle<Vec<Checksum>>)>);

enum Step {
    Piece(Bytes),
    /// The file ends.
    End,
}

impl FileSums {
    pub(super) fn start() -> Self {
        let (sender, steps) = sync_channel::<Step>(4 * DEPTH);
        let thread = std::thread::Builder::new().name("file sums".to_owned()).spawn(move || {
            let (mut sums, mut summing) = (Vec::new(), Summing::default());
            for step in steps {
                match step {
                    Step::Piece(piece) => summing.update(&piece),
                    Step::End => sums.push(std::mem::take(&mut summing).finish()),
                }
            }
            sums
        });
        Self(thread.ok().map(|thread| (sender, thread)))
    }

    /// The next piece of the current file.
    pub(super) fn update(&self, piece: &[u8]) {
        if let Some((sender, _)) = &self.0 {
            // The thread lives as long as this sender does.
            drop(sender.send(Step::Piece(Bytes::copy_from_slice(piece))));
        }
    }

    /// The current file ends.
    pub(super) fn end(&self) {
        if let Some((sender, _)) = &self.0 {
            drop(sender.send(Step::End));
        }
    }

    /// The checksums of all files that ended, in their order; none where no thread could be had.
    pub(super) fn finish(self) -> Vec<Checksum> {
        let Some((sender, thread)) = self.0 else { return Vec::new() };
        drop(sender);
        thread.join().unwrap_or_default()
    }
}
