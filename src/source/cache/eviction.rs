//! Keeping the cache under its cap: what was used longest ago goes first.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::files::{Folder, remove};

const NEVER_SWEPT: u64 = u64::MAX;
/// A temporary file of this age was left by a process that died.
const STALE: Duration = Duration::from_secs(3600);

/// When the folder has to be looked through: on a process's first write, when what is known to lie
/// there exceeds the cap, and now and then in between, because other processes write too.
#[derive(Debug)]
pub(super) struct Ledger {
    cap: u64,
    /// Bytes found by the last sweep.
    found: AtomicU64,
    /// Bytes written by this process since then.
    written: AtomicU64,
    sweeping: AtomicBool,
}

impl Ledger {
    pub(super) fn new(cap: u64) -> Self {
        Self {
            cap,
            found: AtomicU64::new(NEVER_SWEPT),
            written: AtomicU64::new(0),
            sweeping: AtomicBool::new(false),
        }
    }

    /// Counts bytes written. Where this answers `true`, the caller has to call
    /// [`sweep`](Self::sweep).
    pub(super) fn wrote(&self, bytes: u64) -> bool {
        self.written.fetch_add(bytes, Ordering::SeqCst);
        bytes > 0 && self.is_due() && self.take()
    }

    /// Removes what was used longest ago until the rest is well under the cap. Blocking.
    pub(super) fn sweep(&self, folder: &Folder) {
        loop {
            self.written.store(0, Ordering::SeqCst);
            self.found.store(sweep(folder, self.cap), Ordering::SeqCst);
            self.sweeping.store(false, Ordering::SeqCst);
            // What was written meanwhile found the sweep taken.
            if !(self.is_due() && self.take()) {
                return;
            }
        }
    }

    fn take(&self) -> bool {
        !self.sweeping.swap(true, Ordering::SeqCst)
    }

    fn is_due(&self) -> bool {
        let found = self.found.load(Ordering::SeqCst);
        let written = self.written.load(Ordering::SeqCst);
        found == NEVER_SWEPT
            || written > self.cap / 8
            // Where nothing was written, a second look would not help.
            || (written > 0 && found.saturating_add(written) > self.cap)
    }
}

/// Sweeps once; how many bytes are left.
fn sweep(folder: &Folder, cap: u64) -> u64 {
    let now = SystemTime::now();
    let (temporary, mut files): (Vec<_>, Vec<_>) =
        folder.owned().into_iter().partition(|file| file.temporary);
    for file in temporary {
        if now.duration_since(file.used).is_ok_and(|age| age > STALE) {
            remove(&file.path);
        }
    }
    let mut total = files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.size));
    if total <= cap {
        return total;
    }
    files.sort_by(|a, b| a.used.cmp(&b.used).then_with(|| a.path.cmp(&b.path)));
    // Some room, so that the next write does not sweep again.
    let goal = cap - cap / 8;
    for file in files {
        if total <= goal {
            break;
        }
        if remove(&file.path) {
            total = total.saturating_sub(file.size);
        }
    }
    total
}
