//! The clipboard: the display's if there is one, else the terminal's by OSC 52.
//!
//! On X11 (and so Xwayland), macOS and Windows arboard serves it. On a Wayland session without
//! Xwayland `wl-copy` of wl-clipboard does: arboard's own way there costs 16 packages.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc as channel;

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;
use tokio::sync::mpsc;

use super::terminal::Terminal;
use crate::oci::{Class, Failure};
use crate::text::bytes;
use crate::tui::app::{Msg, Reply};
use crate::tui::run::sessions::{Address, answer_later};

/// Many terminals drop an OSC 52 sequence that is longer than this, in bytes of text.
const OSC52_LIMIT: usize = 74_994;

/// Copies text. The display's clipboard is served by a thread of its own that lives as long as
/// the program, because on X11 (and so Xwayland) the contents go when their owner goes.
pub(super) struct Clipboard {
    display: Option<channel::Sender<(Address, String)>>,
    results: mpsc::Sender<Msg>,
}

impl Clipboard {
    pub(super) fn new(results: mpsc::Sender<Msg>) -> Self {
        Self { display: has_display().then(|| serve(results.clone())).flatten(), results }
    }

    /// Copies a text; how it went is the answer.
    pub(super) fn copy(
        &mut self,
        at: Address,
        text: String,
        screen: &mut Terminal,
    ) -> io::Result<()> {
        let unsent = match &self.display {
            Some(display) => display.send((at, text)).err().map(|unsent| unsent.0.1),
            None => Some(text),
        };
        let Some(text) = unsent else { return Ok(()) };
        // The thread has ended: there is no display after all.
        self.display = None;
        let result = if text.len() > OSC52_LIMIT {
            Err(format!(
                "{} is more than terminals take by OSC 52 (75 kB); run platy on a display",
                bytes(text.len() as u64)
            ))
        } else {
            let mut sequence = String::new();
            CopyToClipboard::to_clipboard_from(&text)
                .write_ansi(&mut sequence)
                .map_err(io::Error::other)?;
            screen.write(sequence.as_bytes())?;
            Ok("terminal (OSC 52)")
        };
        answer_later(&self.results, at, copied(result));
        Ok(())
    }
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn has_display() -> bool {
    cfg!(not(all(unix, not(target_os = "macos")))) || is_set("DISPLAY") || has_wl_copy()
}

/// Whether this is a Wayland session with wl-clipboard.
fn has_wl_copy() -> bool {
    let Some(path) = std::env::var_os("PATH").filter(|_| is_set("WAYLAND_DISPLAY")) else {
        return false;
    };
    std::env::split_paths(&path).any(|folder| folder.join("wl-copy").is_file())
}

/// Gives a text to `wl-copy`, which serves it as long as it is the clipboard's.
fn wl_copy(text: &str) -> io::Result<()> {
    let mut child = Command::new("wl-copy")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("wl-copy: {status}"))) }
}

/// Serves copies on a thread of its own; ends, and so gives way to OSC 52, if the display cannot
/// be had.
fn serve(results: mpsc::Sender<Msg>) -> Option<channel::Sender<(Address, String)>> {
    let (sender, texts) = channel::channel::<(Address, String)>();
    std::thread::Builder::new()
        .name("clipboard".to_owned())
        .spawn(move || {
            let mut clipboard = arboard::Clipboard::new().ok();
            if clipboard.is_none() && !has_wl_copy() {
                return;
            }
            for ((session, request), text) in texts {
                let result = match &mut clipboard {
                    Some(clipboard) => {
                        clipboard.set_text(text.as_str()).map_err(|error| error.to_string())
                    }
                    None => wl_copy(&text).map_err(|error| error.to_string()),
                };
                let answer = copied(result.map(|()| "clipboard"));
                // Once the loop has ended nobody wants it.
                let _ = results.blocking_send(Msg::Answer { session, request, answer });
            }
        })
        .ok()
        .map(|_| sender)
}

/// The answer: by which way, or why not.
fn copied(result: Result<&'static str, String>) -> Result<Reply, Failure> {
    result.map(Reply::Copied).map_err(|why| Failure::new(Class::Local, "", why))
}
