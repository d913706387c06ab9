//! Another program gets the terminal for a while.

use std::io::{self, Write as _};
use std::process::ExitStatus;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use tokio::process::{Child, Command};

use super::events::Events;
use super::signals::{Signal, Signals};
use super::terminal::Terminal;
use crate::text::escape;

/// How a program that an interrupt at the keyboard ended is told from platy's own end.
const INTERRUPTED: u8 = 130;

/// Runs a line of a shell on the terminal, says how it ended and waits for a key. The exit code if a
/// signal ends platy meanwhile: the program is ended too.
///
/// # Errors
/// The terminal cannot be taken again or written to.
pub(super) async fn run(
    line: &str,
    screen: &mut Terminal,
    events: &mut Events,
    signals: &mut Signals,
) -> io::Result<Option<u8>> {
    events.pause().await;
    screen.lend();
    say(&format!("$ {}\n", escape(line)))?;
    let ended = match Command::new("sh").arg("-c").arg(line).kill_on_drop(true).spawn() {
        Ok(child) => match wait(child, signals).await {
            Ok(status) => words(status),
            Err(code) => return Ok(Some(code)),
        },
        Err(error) => format!("sh cannot be started: {error}"),
    };
    say(&format!("\n{ended}; any key leads back to platy"))?;
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
    screen.resume()?;
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
