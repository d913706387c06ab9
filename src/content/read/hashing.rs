//! The digest of what passes, computed on a thread of its own: hashing costs as much as zstd does.

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
