//! What a run needs of the system before it begins.

use std::io;
use std::sync::RwLock;
use std::thread;

use tokio::runtime::{Builder, Runtime};

/// The threads that drive everything else.
const WORKERS: usize = 2;
/// Threads that there must be room for: the workers, and some for files and names.
const ROOM: usize = WORKERS + 2;
/// Files that the runtime has open as soon as it is there: what it waits with, twice, what wakes it, and
/// both ends of what signals come through, with a copy (tokio 1.54, on Linux).
#[cfg(unix)]
const FILES: usize = 6;
/// The most threads for files and names if the address space is limited, of which the stack of each
/// takes 2 MiB. Those that wait for others are at most 16 in any command.
const FEW: usize = 18;

/// Starts the threads.
///
/// # Errors
/// What the system has too little of. tokio would end the program instead.
pub(super) fn runtime() -> io::Result<Runtime> {
    survive_size_limits();
    room_for(ROOM)?;
    room_for_files()?;
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(WORKERS).enable_all();
    if is_limited() {
        builder.max_blocking_threads(FEW);
    }
    builder.build()
}

/// Whether so many threads can be there at once.
fn room_for(threads: usize) -> io::Result<()> {
    let gate = &RwLock::new(());
    let closed = gate.write();
    thread::scope(move |scope| {
        for _ in 0..threads {
            // Each waits at the gate, which opens however this ends.
            thread::Builder::new().spawn_scoped(scope, || drop(gate.read()))?;
        }
        drop(closed);
        Ok(())
    })
}

/// Whether so many files as the runtime needs can be open beside those that are.
#[cfg(unix)]
fn room_for_files() -> io::Result<()> {
    use std::os::fd::AsFd as _;
    let copy = |_| io::stderr().as_fd().try_clone_to_owned();
    (0..FILES).map(copy).collect::<io::Result<Vec<_>>>().map(drop)
}

#[cfg(not(unix))]
fn room_for_files() -> io::Result<()> {
    Ok(())
}

/// A file that may grow no more is an error of the write, as a full disk is, and no end of the
/// program.
#[cfg(unix)]
fn survive_size_limits() {
    use signal_hook::consts::SIGXFSZ;
    let seen = std::sync::Arc::default();
    if let Err(error) = signal_hook::flag::register(SIGXFSZ, seen) {
        tracing::debug!(%error, "a limit of a file's size ends the program");
    }
}

#[cfg(not(unix))]
fn survive_size_limits() {}

/// How the C library's allocator is told how many arenas it may have (`mallopt(3)`).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: &str = "MALLOC_ARENA_MAX";
/// From how many bytes on memory is given back to the system as soon as it is free.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "262144");
/// Address space in which arenas take no part that counts, in bytes (4 GiB).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const PLENTY: u64 = 4 << 30;

/// Begins anew with one arena if the address space of this process is limited (`ulimit -v`): glibc
/// reserves 64 MiB of it for each thread that allocates, used or not. The allocator reads its
/// setting before `main`, so that only a new program has it. What cannot be begun anew goes on.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn fit_memory() {
    use std::os::unix::process::CommandExt as _;
    if !is_limited() || std::env::var_os(ARENAS).is_some() {
        return;
    }
    let mut arguments = std::env::args_os();
    let mut again = std::process::Command::new("/proc/self/exe");
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    let error = again.args(arguments).env(ARENAS, "1").env(LARGE.0, LARGE.1).exec();
    tracing::debug!(%error, "the address space is limited, and the allocator keeps its arenas");
}

/// Whether the address space of this process is limited.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn is_limited() -> bool {
    let limit = rustix::process::getrlimit(rustix::process::Resource::As).current;
    limit.is_some_and(|limit| limit < PLENTY)
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn is_limited() -> bool {
    false
}

/// Other systems reserve nothing for threads that allocate.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn fit_memory() {}
