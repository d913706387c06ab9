//! Signals that ask a command to end while it writes.
//!
//! Signals belong to the whole process: one task takes them all and tells those who listen at the
//! moment. While nobody listens, they do what they always do.

use std::sync::OnceLock;
#[cfg(unix)]
use std::task::Poll;

use tokio::sync::watch;

/// Tells those who listen; made by the first of them.
static TOLD: OnceLock<watch::Sender<()>> = OnceLock::new();

/// Listens to SIGINT, SIGTERM and SIGHUP (elsewhere: Ctrl-C). As long as it lives, these signals no
/// longer end the program by themselves.
pub(super) struct Interrupts(watch::Receiver<()>);

impl Interrupts {
    /// Listens from now on. To be called before the work begins that must not be broken off. A
    /// signal that cannot be caught does what it always does.
    pub(super) fn new() -> Self {
        let told = TOLD.get_or_init(|| {
            let told = watch::Sender::new(());
            tokio::spawn(pass_on(Signals::new(), told.clone()));
            told
        });
        Self(told.subscribe())
    }

    /// Waits until the user or the system asks the program to end; afterwards, until it is asked
    /// again.
    pub(super) async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

async fn pass_on(mut signals: Signals, told: watch::Sender<()>) {
    loop {
        let signal = signals.next().await;
        if told.receiver_count() == 0 {
            end_by(signal);
        }
        told.send_replace(());
    }
}

/// Those of the signals that the caller of this program did not have ignored (`nohup` does it with
/// SIGHUP, a shell with SIGINT of what runs in the background).
#[cfg(unix)]
struct Signals(Vec<(i32, tokio::signal::unix::Signal)>);

#[cfg(unix)]
impl Signals {
    /// Those that can be caught.
    fn new() -> Self {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use tokio::signal::unix::{SignalKind, signal};
        let ignored = ignored();
        let listen = |it| Some((it, signal(SignalKind::from_raw(it)).ok()?));
        let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|it| !ignored.contains(it));
        Self(wanted.filter_map(listen).collect())
    }

    /// The number of the next signal.
    async fn next(&mut self) -> i32 {
        std::future::poll_fn(|context| {
            for (number, signal) in &mut self.0 {
                if signal.poll_recv(context).is_ready() {
                    return Poll::Ready(*number);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// The signals that this process ignores, where the system says it (Linux: proc(5), `SigIgn`).
#[cfg(unix)]
fn ignored() -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|it| u64::from_str_radix(it.trim(), 16).ok()).unwrap_or_default();
    (1..=64).filter(|number| mask >> (number - 1) & 1 == 1).collect()
}

/// Ends the program as the signal would have.
#[cfg(unix)]
fn end_by(signal: i32) {
    if let Err(error) = signal_hook::low_level::emulate_default_handler(signal) {
        tracing::debug!(%error, signal, "a signal could not be passed on");
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) -> i32 {
        match tokio::signal::ctrl_c().await {
            // As a shell counts it: 128 and the number of SIGINT.
            Ok(()) => 130,
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
fn end_by(code: i32) {
    std::process::exit(code);
}
