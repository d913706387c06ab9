//! Another program gets the terminal for a while.

use std::io::{self, Write as _};
use std::process::ExitStatus;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use tempfile::NamedTempFile;
use tokio::process::{Child, Command};

use super::events::Events;
use super::signals::{Signal, Signals};
use super::terminal::Terminal;
use crate::text::escape;
use crate::tui::app::ShellLine;
use crate::tui::app::detail::Content;

/// How a program that an interrupt at the keyboard ended is told from platy's own end.
const INTERRUPTED: u8 = 130;

/// What gets the terminal.
#[derive(Debug)]
pub(super) enum Program {
    /// A line of a shell. How it ended is said, and a key waited for.
    Line(ShellLine),
    /// The user's pager, with this text.
    Pager(Box<Content>),
}

/// Opens the user's pager, which may be a command with arguments, on the file behind it.
const PAGER: &str = "${PAGER:-less} \"$1\"";

impl Program {
    /// Runs it. The exit code if a signal ends platy meanwhile: the program is ended too.
    ///
    /// # Errors
    /// The terminal cannot be taken again or written to.
    pub(super) async fn run(
        self,
        screen: &mut Terminal,
        events: &mut Events,
        signals: &mut Signals,
    ) -> io::Result<Option<u8>> {
        let mut shell = Command::new("sh");
        shell.arg("-c").kill_on_drop(true);
        // The file is there until the pager has ended.
        let mut text = None;
        let is_line = match self {
            Self::Line(line) => {
                events.pause().await;
                screen.lend();
                say(&format!("$ {}\n", escape(&line.shown)))?;
                shell.arg(line.text).envs(line.values);
                true
            }
            Self::Pager(content) => {
                let written = tokio::task::spawn_blocking(move || written(&content)).await;
                let file = written.unwrap_or_else(|error| Err(io::Error::other(error)));
                events.pause().await;
                screen.lend();
                if let Ok(file) = &file {
                    shell.arg(PAGER).arg("sh").arg(file.path());
                }
                text = Some(file);
                false
            }
        };
        let (words, is_well) = match &text {
            Some(Err(error)) => (format!("the text cannot be written: {error}"), false),
            _ => match shell.spawn() {
                Ok(child) => match wait(child, signals).await {
                    Ok(status) => {
                        let is_well = status.as_ref().is_ok_and(ExitStatus::success);
                        (words(status), is_well)
                    }
                    Err(code) => return Ok(Some(code)),
                },
                Err(error) => (format!("sh cannot be started: {error}"), false),
            },
        };
        // A pager is left with a key already.
        let code = match is_line || !is_well {
            true => any_key(&words, events, signals).await?,
            false => {
                events.go_on();
                None
            }
        };
        screen.resume()?;
        Ok(code)
    }
}

/// The text in a file of its own.
fn written(content: &Content) -> io::Result<NamedTempFile> {
    let file = NamedTempFile::with_prefix("platy-")?;
    let mut out = io::BufWriter::new(file);
    content.write(&mut out)?;
    Ok(out.into_inner()?)
}

/// Says how a program ended, and waits for a key.
async fn any_key(
    words: &str,
    events: &mut Events,
    signals: &mut Signals,
) -> io::Result<Option<u8>> {
    say(&format!("\n{words}; any key leads back to platy"))?;
    enable_raw_mode()?;
    events.go_on();
    let code = loop {
        tokio::select! {
            () = events.any_key() => break None,
            signal = signals.next() => match signal {
                Signal::End(INTERRUPTED) | Signal::Continue => {}
                Signal::End(code) => break Some(code),
            },
        }
    };
    disable_raw_mode()?;
    say("\n")?;
    Ok(code)
}

/// Waits for the program. An interrupt is for it and not for platy, since both have the keyboard.
async fn wait(mut child: Child, signals: &mut Signals) -> Result<io::Result<ExitStatus>, u8> {
    loop {
        tokio::select! {
            ended = child.wait() => return Ok(ended),
            signal = signals.next() => match signal {
                Signal::End(INTERRUPTED) | Signal::Continue => {}
                Signal::End(code) => return Err(code),
            },
        }
    }
}

fn words(ended: io::Result<ExitStatus>) -> String {
    match ended.map(|status| (status.success(), status.code())) {
        Ok((true, _)) => "done".to_owned(),
        Ok((false, Some(code))) => format!("it ended with exit code {code}"),
        Ok((false, None)) => "a signal ended it".to_owned(),
        Err(error) => format!("it cannot be waited for: {error}"),
    }
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}
