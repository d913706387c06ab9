//! Digests of what passes, computed on threads of their own: hashing costs as much as zstd does.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use bytes::Bytes;

use super::unpack::CHUNKS_WAITING;
use crate::content::Checksum;
use crate::content::entry::Summing;

/// How many pieces of files may wait to be hashed. Small files are many to a chunk.
const PIECES: usize = 4 * CHUNKS_WAITING;

/// A thread that takes what it is sent and has a result at the end.
struct Beside<T, R> {
    sender: SyncSender<T>,
    thread: JoinHandle<R>,
}

impl<T: Send + 'static, R: Send + 'static> Beside<T, R> {
    /// `None` where no thread can be had.
    fn start(
        name: &str,
        waiting: usize,
        work: impl FnOnce(Receiver<T>) -> R + Send + 'static,
    ) -> Option<Self> {
        let (sender, receiver) = sync_channel(waiting);
        let thread = std::thread::Builder::new().name(name.to_owned());
        Some(Self { sender, thread: thread.spawn(move || work(receiver)).ok()? })
    }

    fn send(&self, item: T) {
        // The thread lives as long as this sender does.
        drop(self.sender.send(item));
    }

    /// The result; `None` where the thread broke off.
    fn finish(self) -> Option<R> {
        drop(self.sender);
        self.thread.join().ok()
    }
}

/// A digest that is being computed.
pub(super) struct Hashing(Where);

enum Where {
    Beside(Beside<Bytes, Checksum>),
    /// Where no thread could be had.
    Here(Summing),
}

impl Hashing {
    pub(super) fn start() -> Self {
        let beside = Beside::start("hashing", CHUNKS_WAITING, |chunks: Receiver<Bytes>| {
            let mut summing = Summing::default();
            for chunk in chunks {
                summing.update(&chunk);
            }
            summing.finish()
        });
        Self(beside.map_or_else(|| Where::Here(Summing::default()), Where::Beside))
    }

    pub(super) fn update(&mut self, chunk: Bytes) {
        match &mut self.0 {
            Where::Beside(beside) => beside.send(chunk),
            Where::Here(summing) => summing.update(&chunk),
        }
    }

    /// The checksum of everything; `None` where the thread broke off.
    pub(super) fn finish(self) -> Option<Checksum> {
        match self.0 {
            Where::Beside(beside) => beside.finish(),
            Where::Here(summing) => Some(summing.finish()),
        }
    }
}

/// The checksums of the files of a layer, one after the other.
pub(super) struct FileSums(Option<Beside<Step, Vec<FileSum>>>);

/// The checksum of a file, and the number by which it is known.
pub(super) type FileSum = (usize, Checksum);

enum Step {
    Piece(Bytes),
    /// The file, of this number, ends.
    End(usize),
}

impl FileSums {
    pub(super) fn start() -> Self {
        Self(Beside::start("file sums", PIECES, |steps: Receiver<Step>| {
            let (mut sums, mut summing) = (Vec::new(), Summing::default());
            for step in steps {
                match step {
                    Step::Piece(piece) => summing.update(&piece),
                    Step::End(at) => sums.push((at, std::mem::take(&mut summing).finish())),
                }
            }
            sums
        }))
    }

    /// The next piece of the current file.
    pub(super) fn update(&self, piece: Bytes) {
        self.send(Step::Piece(piece));
    }

    /// The current file ends; the number by which it is known.
    pub(super) fn end(&self, at: usize) {
        self.send(Step::End(at));
    }

    fn send(&self, step: Step) {
        if let Some(beside) = &self.0 {
            beside.send(step);
        }
    }

    /// The checksums of all files that ended; none where no thread could be had.
    pub(super) fn finish(self) -> Vec<FileSum> {
        self.0.and_then(Beside::finish).unwrap_or_default()
    }
}
