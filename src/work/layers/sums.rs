//! Digests of what passes, computed by whoever has time.
//!
//! Hashing costs as much as unpacking does, and the layer decides which costs more. So what is to
//! be hashed waits in lines, one for each digest. Threads beside the one that unpacks work at the
//! longest line, and so does the one that unpacks where too much waits.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use bytes::Bytes;

use crate::model::files::{Checksum, Summing, grow};
use crate::oci::{Algorithm, Digest, Hasher};

/// How many bytes may wait in a line before who brings more has to work too. What waits fits
/// into a processor's cache.
const WAITING: usize = 2 << 20;

/// What a step costs beside its bytes: files may be many and empty.
const STEP: usize = 256;

/// The digests of one layer. Its threads start with its lines and end with it.
#[derive(Default)]
pub(super) struct Sums(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// There is more to do, or nothing any more.
    more: Condvar,
    /// Somebody has done a step.
    done: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<Line>,
    helpers: usize,
    asleep: usize,
    /// How many wait until somebody has done a step.
    waiting: usize,
    /// Nobody waits for the digests any more.
    ended: bool,
}

struct Line {
    waiting: VecDeque<Step>,
    weight: usize,
    /// `None` while somebody works with it.
    sink: Option<Sink>,
}

enum Step {
    Piece(Bytes),
    /// The current file, of this number, ends.
    End(u32),
}

enum Sink {
    Digest(Hasher),
    Files(Summing, Vec<FileSum>),
}

/// The checksum of a file, and the number by which it is known.
pub(super) type FileSum = (u32, Checksum);

/// A digest that is being computed.
pub(super) struct Digesting {
    algorithm: Algorithm,
    line: Handle,
}

/// The checksums of the files of a layer, one after the other.
pub(super) struct FileSums(Handle);

/// Where a line is.
struct Handle {
    shared: Arc<Shared>,
    at: usize,
}

/// The sink of a line, which goes back to it whatever happens.
struct Taken<'a> {
    shared: &'a Shared,
    at: usize,
    sink: Option<Sink>,
}

impl Sums {
    /// The digest that this hasher computes, of what will be brought.
    pub(super) fn digest(&self, hasher: Hasher) -> Digesting {
        Digesting { algorithm: hasher.algorithm(), line: self.line(Sink::Digest(hasher)) }
    }

    /// The checksums of files.
    pub(super) fn files(&self) -> FileSums {
        FileSums(self.line(Sink::Files(Summing::default(), Vec::new())))
    }

    /// A line, and a thread for it if a processor is left. Where none can be had, who brings the
    /// steps does them.
    fn line(&self, sink: Sink) -> Handle {
        let mut state = self.0.lock();
        let at = state.lines.len();
        state.lines.push(Line { waiting: VecDeque::new(), weight: 0, sink: Some(sink) });
        if state.helpers < thread::available_parallelism().map_or(1, usize::from) - 1 {
            let shared = Arc::clone(&self.0);
            let thread = thread::Builder::new().name("hashing".to_owned());
            if thread.spawn(move || shared.help()).is_ok() {
                state.helpers += 1;
            }
        }
        drop(state);
        Handle { shared: Arc::clone(&self.0), at }
    }
}

impl Drop for Sums {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.more.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until somebody has done a step.
    fn wait<'a>(&self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.waiting += 1;
        let mut state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state
    }

    /// Does steps until nobody waits for the digests.
    fn help(&self) {
        let mut state = self.lock();
        while !state.ended {
            match state.longest() {
                Some(at) => state = self.step(state, at),
                None => {
                    state.asleep += 1;
                    state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
                    state.asleep -= 1;
                }
            }
        }
    }

    /// Does the first step of a line, unless nothing waits or somebody works there.
    fn step<'a>(&'a self, mut state: MutexGuard<'a, State>, at: usize) -> MutexGuard<'a, State> {
        let Some(line) = state.lines.get_mut(at) else { return state };
        let (Some(step), Some(sink)) = (line.waiting.pop_front(), line.sink.take()) else {
            return state;
        };
        line.weight -= step.weight();
        drop(state);
        let mut taken = Taken { shared: self, at, sink: Some(sink) };
        taken.work(step);
        drop(taken);
        self.lock()
    }
}

impl State {
    /// The line with the most that waits, of those where nobody works.
    fn longest(&self) -> Option<usize> {
        let free = |line: &Line| line.sink.is_some() && !line.waiting.is_empty();
        let lines = self.lines.iter().enumerate().filter(|(_, line)| free(line));
        lines.max_by_key(|(_, line)| line.weight).map(|(at, _)| at)
    }
}

impl Step {
    fn weight(&self) -> usize {
        match self {
            Self::Piece(piece) => STEP + piece.len(),
            Self::End(_) => STEP,
        }
    }
}

impl Sink {
    fn take(&mut self, step: Step) {
        match (self, step) {
            (Self::Digest(hasher), Step::Piece(piece)) => hasher.update(&piece),
            (Self::Digest(_), Step::End(_)) => {}
            (Self::Files(summing, _), Step::Piece(piece)) => summing.update(&piece),
            (Self::Files(summing, sums), Step::End(at)) => {
                grow(sums, 1);
                sums.push((at, std::mem::take(summing).finish()));
            }
        }
    }
}

impl Taken<'_> {
    fn work(&mut self, step: Step) {
        if let Some(sink) = &mut self.sink {
            sink.take(step);
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if let Some(line) = state.lines.get_mut(self.at) {
            line.sink = self.sink.take();
        }
        if state.waiting > 0 {
            self.shared.done.notify_all();
        }
    }
}

impl Handle {
    /// Brings a step, and does some while too much waits.
    fn put(&self, step: Step) {
        let mut state = self.shared.lock();
        if let Some(line) = state.lines.get_mut(self.at) {
            line.weight += step.weight();
            line.waiting.push_back(step);
        }
        if state.asleep > 0 {
            self.shared.more.notify_one();
        }
        while state.lines.get(self.at).is_some_and(|line| line.weight > WAITING) {
            state = match state.longest() {
                Some(at) => self.shared.step(state, at),
                None => self.shared.wait(state),
            };
        }
    }

    /// Does what waits; the sink that has it all.
    fn finish(self) -> Option<Sink> {
        let mut state = self.shared.lock();
        loop {
            let line = state.lines.get_mut(self.at)?;
            state = match (line.waiting.is_empty(), &line.sink) {
                (true, Some(_)) => return line.sink.take(),
                (false, Some(_)) => self.shared.step(state, self.at),
                (_, None) => self.shared.wait(state),
            };
        }
    }
}

impl Digesting {
    /// Of which algorithm it is.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The next bytes.
    pub(super) fn update(&self, piece: Bytes) {
        self.line.put(Step::Piece(piece));
    }

    /// The digest of everything; `None` if the computing broke off.
    pub(super) fn finish(self) -> Option<Digest> {
        match self.line.finish()? {
            Sink::Digest(hasher) => Some(hasher.finish()),
            Sink::Files(..) => None,
        }
    }
}

impl FileSums {
    /// The next piece of the current file.
    pub(super) fn update(&self, piece: Bytes) {
        self.0.put(Step::Piece(piece));
    }

    /// The current file ends; the number by which it is known.
    pub(super) fn end(&self, at: u32) {
        self.0.put(Step::End(at));
    }

    /// The checksums of all files that ended.
    pub(super) fn finish(self) -> Vec<FileSum> {
        match self.0.finish() {
            Some(Sink::Files(_, sums)) => sums,
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of every size, of more than may wait.
    fn pieces() -> impl Strategy<Value = Vec<Bytes>> {
        let piece = (any::<u8>(), 0..(WAITING / 3))
            .prop_map(|(byte, length)| Bytes::from(vec![byte; length]));
        proptest::collection::vec(piece, 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_line_keeps_its_order(one in pieces(), other in pieces(), files in pieces()) {
            let sums = Sums::default();
            let first = sums.digest(Hasher::new(Algorithm::Sha256));
            let second = sums.digest(Hasher::new(Algorithm::Sha512));
            prop_assert_eq!(second.algorithm(), Algorithm::Sha512);
            let third = sums.files();
            for at in 0..12 {
                if let Some(piece) = one.get(at) {
                    first.update(piece.clone());
                }
                if let Some(piece) = other.get(at) {
                    second.update(piece.clone());
                }
                if let Some(piece) = files.get(at) {
                    // Two pieces to a file.
                    let half = piece.len() / 2;
                    third.update(piece.slice(..half));
                    third.update(piece.slice(half..));
                    third.end(u32::try_from(at).unwrap());
                }
            }
            prop_assert_eq!(first.finish(), Some(Digest::sha256(&one.concat())));
            let expected = Digest::of(Algorithm::Sha512, &other.concat());
            prop_assert_eq!(second.finish(), Some(expected));
            let expected: Vec<FileSum> =
                (0..).zip(&files).map(|(at, file)| (at, Checksum::of(file))).collect();
            prop_assert_eq!(third.finish(), expected);
        }
    }

    #[test]
    fn who_brings_too_much_works_where_nobody_helps() {
        // Nobody helps: the lines are there, and no thread was started for them.
        let sums = Sums::default();
        sums.0.lock().helpers = usize::MAX;
        let (digest, other) = (
            sums.digest(Hasher::new(Algorithm::Sha256)),
            sums.digest(Hasher::new(Algorithm::Sha256)),
        );
        let piece = Bytes::from(vec![7; WAITING / 2]);
        for _ in 0..5 {
            digest.update(piece.clone());
            assert!(sums.0.lock().lines.iter().all(|line| line.weight <= WAITING));
        }
        assert_eq!(other.finish(), Some(Digest::sha256(b"")));
        assert_eq!(digest.finish(), Some(Digest::sha256(&piece.repeat(5))));
    }
}
