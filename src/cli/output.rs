//! Writing to standard output. A reader that goes away (`| head`) is not a failure; a full disk is.

use std::cell::Cell;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::locale::Stream;
use super::paint::painted;
use crate::oci::Class;
use crate::text::{escape_file, escape_json};

/// Whether anything was printed.
static PRINTED: AtomicBool = AtomicBool::new(false);
/// Why output was lost.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// Writes bytes.
pub(super) fn print(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    note(out.write_all(bytes).and_then(|()| out.flush()));
}

/// Writes bytes that came from outside: in a pipe exactly as they are; on a terminal what would steer it
/// is escaped, and bytes that are not text are shown as `�`.
pub(super) fn print_exact(bytes: &[u8]) {
    if io::stdout().is_terminal() {
        print(escape_file(&String::from_utf8_lossy(bytes)).as_bytes());
    } else {
        print(bytes);
    }
}

/// Writes text with its signs in colours, if they are wanted.
pub(super) fn print_text(text: &str) {
    print(painted(text).as_bytes());
}

/// Writes all that a reader gives, as it is.
///
/// # Errors
/// If it cannot be read.
pub(super) fn write_all(mut from: impl io::Read) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut piece = vec![0; 64 << 10];
    loop {
        let length = from.read(&mut piece)?;
        let written = out.write_all(piece.get(..length).unwrap_or_default());
        let ends = length == 0 || written.is_err();
        note(written.and_then(|()| if ends { out.flush() } else { Ok(()) }));
        if ends {
            return Ok(());
        }
    }
}

fn note(written: io::Result<()>) {
    PRINTED.store(true, Ordering::Relaxed);
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        // The first reason is the one that is told.
        let _ = LOST.set(error);
    }
}

/// Prints an error as JSON, if nothing was printed: who asked for JSON gets some, however a command
/// ends.
pub(super) fn print_error(class: Class, message: &str) {
    if !PRINTED.load(Ordering::Relaxed) {
        print_json(&json!({ "error": { "class": class.as_str(), "message": message } }));
    }
}

/// Why part of what was printed did not arrive; `None` where all did.
pub(super) fn lost() -> Option<&'static io::Error> {
    LOST.get()
}

/// Writes text that has no signs to colour, or its colours already.
pub(super) fn print_plain(text: &str) {
    print(Stream::Output.shown(text).as_bytes());
}

/// Writes a line.
pub(super) fn print_line(line: &str) {
    print_plain(&format!("{line}\n"));
}

/// Writes JSON with two spaces a level, harmless for a terminal, as it is made: the whole text is
/// never in memory.
pub(super) fn print_json(value: &impl Serialize) {
    let mut out = Harmless(BufWriter::new(io::stdout().lock()));
    let written = serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from);
    note(written.and_then(|()| out.0.write_all(b"\n")).and_then(|()| out.0.flush()));
}

/// A list of which each element is made when it is written: there may be tens of thousands, and each
/// takes much more room as a value than as what it is made of.
pub(super) struct Each<'a, T, R = Value>(pub(super) &'a [T], pub(super) fn(&'a T) -> R);

impl<T, R: Serialize> Serialize for Each<'_, T, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(all, one) = self;
        serializer.collect_seq(all.iter().map(one))
    }
}

/// A list whose elements are made when they are written, once.
pub(super) struct Made<I>(Cell<Option<I>>);

impl<I> Made<I> {
    pub(super) fn new(elements: I) -> Self {
        Self(Cell::new(Some(elements)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Made<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// Writes text line by line, as it is made, with its signs in colours if they are wanted.
pub(super) fn print_lines(lines: impl Iterator<Item = String>) {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    for line in lines {
        written = out.write_all(painted(&line).as_bytes()).and_then(|()| out.write_all(b"\n"));
        if written.is_err() {
            break;
        }
    }
    note(written.and_then(|()| out.flush()));
}

/// Writes JSON that is harmless for a terminal.
struct Harmless<W>(W);

impl<W: io::Write> io::Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The writer of JSON hands over whole characters.
        match std::str::from_utf8(bytes) {
            Ok(text) => self.0.write_all(escape_json(text).as_bytes())?,
            Err(_) => return Err(ErrorKind::InvalidData.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The cells in a line: the terminal's, else `in_a_pipe`.
pub(super) fn columns(in_a_pipe: usize) -> usize {
    if !io::stdout().is_terminal() {
        return in_a_pipe;
    }
    crossterm::terminal::size().map_or(in_a_pipe, |(columns, _)| usize::from(columns).max(40))
}
