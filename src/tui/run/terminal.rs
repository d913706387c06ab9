//! The terminal: taken at the start, given back at every end.

use std::io::{self, Stdout, Write as _, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;

use super::account;
use crate::text::{as_called, escape};
use crate::tui::draw::Drawn;

/// Whether the terminal is ours at this moment.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Held while a picture is written, so that a panic of another thread does not give the terminal
/// back in the middle of one.
static WRITING: Mutex<()> = Mutex::new(());

/// The exit code after a panic, as Rust's own.
const PANICKED: i32 = 101;

/// The terminal in raw mode on its alternate screen; given back when dropped.
pub(super) struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

impl Terminal {
    pub(super) fn enter() -> io::Result<Self> {
        take(true)?;
        let inner = ratatui::Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(Self { inner, mouse: true })
    }

    pub(super) fn size(&self) -> (u16, u16) {
        self.inner.size().map_or((80, 24), |size| (size.width, size.height))
    }

    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Buffer) -> Drawn) -> io::Result<Drawn> {
        let mut drawn = Drawn::default();
        let _writing = writing();
        if !TAKEN.load(Ordering::SeqCst) {
            return Ok(drawn);
        }
        // Terminals that know these marks show the whole picture or none of it.
        queue!(stdout(), BeginSynchronizedUpdate)?;
        self.inner.draw(|frame| {
            drawn = draw(frame.buffer_mut());
            if let Some(position) = drawn.cursor {
                frame.set_cursor_position(position);
            }
        })?;
        execute!(stdout(), EndSynchronizedUpdate)?;
        Ok(drawn)
    }

    pub(super) fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on {
            execute!(stdout(), EnableMouseCapture)
        } else {
            execute!(stdout(), DisableMouseCapture)
        }
    }

    /// Forgets what was drawn, so that the next picture is drawn whole. (ratatui's own `clear`
    /// asks the terminal for its cursor, and the answer would go to the event queue.)
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        execute!(stdout(), Clear(ClearType::All))?;
        self.inner = ratatui::Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(())
    }

    /// Gives the terminal back, stops until the shell continues the process, takes it again.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        #[cfg(unix)]
        {
            give_back();
            signal_hook::low_level::raise(signal_hook::consts::SIGTSTP)?;
            self.resume()?;
        }
        Ok(())
    }

    /// Gives the terminal back until [`Self::resume`].
    pub(super) fn lend(&mut self) {
        give_back();
    }

    /// Takes the terminal again after somebody else had it.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        self.redraw()
    }

    /// Writes bytes to the terminal beside the picture.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = stdout();
        out.write_all(bytes)?;
        out.flush()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse { execute!(stdout(), EnableMouseCapture) } else { Ok(()) }
}

/// Gives the terminal back, once; a failure to do so cannot be helped.
fn give_back() {
    // From here on no new picture begins.
    if TAKEN.swap(false, Ordering::SeqCst) {
        wait_for_the_picture();
        let _ = execute!(
            stdout(),
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = disable_raw_mode();
    }
}

fn writing() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until no picture is being written; not for long, since the thread that panicked may be
/// the one that writes.
fn wait_for_the_picture() {
    for _ in 0..20 {
        if WRITING.try_lock().is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A panic anywhere, in a task too, gives the terminal back, says what happened and ends the
/// program with a non-zero code: a loop that lives on with half of its parts would lie.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        give_back();
        let what = info
            .payload()
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| info.payload().downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(
            io::stderr(),
            "platy stopped: an error in platy itself, at {place}: {}\n\
             Please report this line.",
            escape(&what)
        );
        for sentence in account::sentences() {
            let _ = writeln!(io::stderr(), "{}", as_called(escape(&sentence)));
        }
        std::process::exit(PANICKED);
    }));
}
