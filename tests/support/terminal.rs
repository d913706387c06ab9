//! The real binary in a pseudo-terminal, seen through a terminal emulator.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a condition may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn std::io::Write + Send>,
    shared: Arc<Shared>,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

impl Seen {
    /// Whether no picture is on its way: none was begun that has not ended (mode 2026).
    fn is_whole(&self) -> bool {
        let last = |mark: &[u8]| self.raw.windows(mark.len()).rposition(|bytes| bytes == mark);
        last(b"\x1b[?2026h") <= last(b"\x1b[?2026l")
    }
}

impl Terminal {
    /// Starts a program in a terminal of this size, its home in `home`.
    pub fn start(program: &str, arguments: &[&str], home: &Path, columns: u16, rows: u16) -> Self {
        Self::start_with(program, arguments, home, &[], columns, rows)
    }

    pub fn start_with(
        program: &str,
        arguments: &[&str],
        home: &Path,
        environment: &[(&str, &str)],
        columns: u16,
        rows: u16,
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.cwd(home);
        for (name, value) in super::command::environment(home) {
            command.env(name, value);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let shared = Arc::new(Shared {
            seen: Mutex::new(Seen {
                parser: vt100::Parser::new(rows, columns, 0),
                raw: Vec::new(),
                ended: false,
            }),
            changed: Condvar::new(),
        });
        let mut reader = pair.master.try_clone_reader().unwrap();
        let readers = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = readers.seen.lock().unwrap();
                seen.parser.process(&buffer[..read]);
                seen.raw.extend_from_slice(&buffer[..read]);
                seen.ended = read == 0;
                readers.changed.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: pair.master, child, writer, shared }
    }

    /// Types bytes.
    pub fn types(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let mut seen = self.shared.seen.lock().unwrap();
        seen.parser.screen_mut().set_size(rows, columns);
        drop(seen);
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Waits until the screen fulfils a condition, and gives it as it then is. Half a picture is
    /// not looked at.
    pub fn wait(&self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) -> vt100::Screen {
        let seen = self.wait_for(what, |seen| seen.is_whole() && condition(seen.parser.screen()));
        seen.parser.screen().clone()
    }

    /// Waits until a text is on the screen.
    pub fn see(&self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// Waits until a text is on the screen no more.
    pub fn see_no_more(&self, text: &str) {
        self.wait(&format!("no {text}"), |screen| !screen.contents().contains(text));
    }

    /// Waits until the program has written these bytes.
    pub fn wait_for_bytes(&self, bytes: &[u8]) {
        drop(self.wait_for(&String::from_utf8_lossy(bytes), |seen| {
            seen.raw.windows(bytes.len()).any(|window| window == bytes)
        }));
    }

    /// Waits until the program has ended and everything that it wrote is here; its exit code.
    pub fn end(&mut self) -> u32 {
        drop(self.wait_for("the end", |seen| seen.ended));
        self.child.wait().unwrap().exit_code()
    }

    fn wait_for(&self, what: &str, condition: impl Fn(&Seen) -> bool) -> MutexGuard<'_, Seen> {
        let seen = self.shared.seen.lock().unwrap();
        let (seen, timeout) = self
            .shared
            .changed
            .wait_timeout_while(seen, PATIENCE, |seen| !condition(seen) && !seen.ended)
            .unwrap();
        assert!(
            condition(&seen),
            "{} while waiting for {what:?}; the screen:\n{}",
            if timeout.timed_out() { "nothing came" } else { "the program ended" },
            seen.parser.screen().contents()
        );
        seen
    }

    pub fn contents(&self) -> String {
        self.shared.seen.lock().unwrap().parser.screen().contents()
    }

    /// Whether the program has given the terminal back.
    pub fn is_given_back(&self) -> bool {
        let seen = self.shared.seen.lock().unwrap();
        let screen = seen.parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill")
            .args([format!("-{name}"), self.process_id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves its program behind otherwise.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}
